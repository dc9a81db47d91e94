//! Documents as they are written: comments, styles, anchors and the order of keys stay, for those who change a few places.
//!
//! In: text. Out: `Tree`s, and text again.
//! May not know: values.
//! Rule: go.yaml.in/yaml/v3 3.0.5 decode.go (`parser`), encode.go (`node`) and emitterc.go, with an indentation of 2, compact
//! sequences and lines of any length, as sigs.k8s.io/kustomize/kyaml 0.21 has it.

mod compose;
mod emit;
mod layout;
mod node;
mod scalar;

pub use compose::parse_tree;
pub use emit::write_trees;
pub use node::{Tree, TreeKind, TreeStyle};
