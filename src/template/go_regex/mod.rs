//! Regular expressions with the syntax and the meaning of Go's package regexp, in linear time.
//!
//! In: a pattern, a text of any bytes. Out: matches, replaced and split texts, or Go's error text.
//! May not know: templates, charts.
//! Rule: Go 1.26 regexp and regexp/syntax with the flags of `regexp.Compile`. The pattern is parsed here, since the regex crate
//! reads another syntax (Unicode `\d`, nested classes, `\<`); its automata then run what was parsed.

mod class;
mod compile;
mod error;
mod escape;
mod parser;
mod replace;
mod search;
mod unicode;

pub use compile::{Regex, compiled};
pub use error::{Code, Error};
pub use replace::quote_meta;
