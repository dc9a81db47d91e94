//! What is wrong, where, why, and what to do next: plain data, without any drawing.
//!
//! In: sources, spans and words from every other room. Out: `Diagnostic` and `Diagnostics`.
//! May not know: anything of this crate, terminals, colours.
//! Rule: reference "An error is data: what, where, why, what next; and there may be many" (docs/architecture.md).

mod diagnostic;
mod masks;
mod nearest;
mod source;

pub use diagnostic::{Diagnostic, Diagnostics, Frame, Label, Severity};
pub use masks::{MASK, Masks};
pub use nearest::nearest;
pub use source::{LineColumn, Origin, Source, Span};
