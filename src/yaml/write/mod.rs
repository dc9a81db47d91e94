//! `Value` -> text, as sigs.k8s.io/yaml `Marshal` and go-yaml v3's encoder write it.
//!
//! In: a `Value`. Out: text with its final line break.
//! May not know: how texts are read, but for the detour that Go itself takes through JSON.
//! Rule: sigs.k8s.io/yaml 1.6.0; encode.go and sorter.go of go.yaml.in/yaml/v2 and v3.

mod key_order;
mod marshal;
mod pretty;

pub use marshal::to_string;
pub use pretty::to_string_pretty;
