//! Text <-> value, exactly as Go's sigs.k8s.io/yaml (over go-yaml v2) reads and writes it; and Go's encoding/json.
//!
//! In: a `Source`, or a `Value`. Out: a `Value` with origins, a span tree of `Node`s, or text.
//! May not know: templates, charts, stacks.
//! Rule: go.yaml.in/yaml/v2 2.4.4 under sigs.k8s.io/yaml 1.6.0; go.yaml.in/yaml/v3 for `toYamlPretty`; encoding/json.
//!
//! A text goes through `scanner` (tokens), `parser` (events) and `read` (values or nodes); a value goes through `write` and
//! `emitter`. `resolve` knows what a plain scalar is, for both ways.

mod depth;
mod emitter;
mod error;
mod lossy;
mod parser;
mod read;
mod resolve;
mod scanner;
mod write;

pub mod tree;

pub mod json;

pub use error::Error;
pub use read::{
    Node, NodeValue, document_ranges, expect_list, expect_map, nodes, parse, parse_bytes, parse_documents, parse_entries, parse_for_struct,
    parse_part, parse_str,
};
pub use write::{to_string, to_string_pretty};
