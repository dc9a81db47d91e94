//! Go templates: text/template's language, and the functions that Go and sprig bring.
//!
//! In: template sources, a `Value`, a table of functions, the host's state. Out: bytes, or an error with its place.
//! May not know: charts, stacks, clusters, files; what is random or of the clock comes through `Effects`.
//! Rule: Go 1.26 text/template and its parse package; sprig v3.3.0.

pub mod funcs;
pub mod function;
pub mod go_regex;
pub mod go_time;
pub mod limits;
pub mod seed;
pub mod semver;
pub mod trace;
pub mod x509;

mod argument;
mod call;
mod complex;
mod error;
mod evaluate;
mod field;
mod hint;
mod interpreter;
mod lexer;
mod literal;
mod made;
mod node;
mod node_text;
mod parser;
mod pipeline;
mod place;
mod run;
mod set;
mod stack;
mod values_methods;

pub use error::{Cause, Error, ExecutionError, Frame, SyntaxError};
pub use interpreter::{Interpreter, MissingKey, ReusableText};
pub use limits::Limits;
pub use literal::unescape;
pub use set::{Compiled, Set};
