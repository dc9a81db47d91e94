//! Draws which release needs which, and what their pods wait for.
//!
//! In: a `Plan`. Out: a tree in text, JSON, Graphviz' DOT, Mermaid.
//! May not know: clusters, stack files.
//! Rule: every form has the same links, in the order of the plan.

mod drawn;
mod json;
mod link;
mod text;

pub use drawn::{write_graph_dot, write_graph_mermaid};
pub(super) use json::needs_json;
pub use json::write_graph_json;
pub use link::GraphContent;
pub use text::write_graph;
