//! Scalars and indicators -> text, laid out as go-yaml's emitters do.
//!
//! In: strings with their wanted style, starts and ends of collections. Out: text.
//! May not know: `Value`.
//! Rule: emitterc.go of go.yaml.in/yaml/v2 and v3.

mod analysis;
mod double_quoted;
mod layout;
mod scalar;

pub(super) use analysis::{Analysis, analyze, is_break};
pub(super) use double_quoted::double_quoted;
pub(super) use layout::{Emitter, Place};
pub(super) use scalar::Style;
