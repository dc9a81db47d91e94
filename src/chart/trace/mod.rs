//! Where the objects of a chart came from: lines of templates, values, and the values that decided.
//!
//! In: the trace of a render, documents, the user's values. Out: traces of lines and fields; values that nothing read; what of a
//! document is secret.
//! May not know: how a trace is made, how any of this is shown.
//! Rule: a trace names too much rather than too little: what is not secret here holds nothing of a secret value.

mod explain;
mod fields;
mod reads;
mod render_trace;
mod rewritten;
mod schema_reads;
mod secrets;
mod unread;

pub use explain::{ExplainedLine, Reached, explain, reached};
pub use fields::{Field, FieldPath, fields, value_name, value_path};
pub use render_trace::{FileTrace, RenderTrace};
pub use secrets::Secrets;
pub use unread::{UnreadValue, redundant_values, unread_values};
