//! Events -> values and nodes.
//!
//! In: a `Source` or text. Out: `Value`s with origins, or `Node`s with spans.
//! May not know: how values are written.
//! Rule: go.yaml.in/yaml/v2 decode.go and sigs.k8s.io/yaml's conversion to JSON.

mod aliases;
mod builder;
mod composer;
mod documents;
mod go_syntax;
mod line;
mod node;
mod parse;
mod plain;

pub use documents::document_ranges;
pub use node::{Node, NodeValue};
pub(super) use parse::parse_as_written;
pub use parse::{
    expect_list, expect_map, nodes, parse, parse_bytes, parse_documents, parse_entries, parse_for_struct, parse_part, parse_str,
};
