//! The functions that Go's text/template and sprig bring, a file a family.
//!
//! In: arguments that the interpreter has counted and converted. Out: a value, or the text of Go's error or panic.
//! May not know: charts, stacks, clusters, files; what is random or of the clock comes through `Effects`.
//! Rule: sprig v3.3.0 and the Go libraries that it calls; a family is a table at the top of its file.

pub mod builtins;

mod compare;
mod escape;

use super::function::Function;

/// All families of this room, for `Functions::new`.
pub static FAMILIES: &[&[Function]] = &[&builtins::FAMILY];
