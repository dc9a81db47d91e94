//! JSONPath as kubectl and helm read it.
//!
//! In: a template of text and paths in braces, a value. Out: text.
//! May not know: charts.
//! Rule: k8s.io/client-go/util/jsonpath.

mod compare;
mod evaluate;
mod node;
mod parser;
mod template;

pub use template::JsonPath;
