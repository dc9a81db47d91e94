//! Traced rendering: which values were read, and where each line of a text came from.
//!
//! In: what the interpreter does, step by step. Out: a `Trace`: paths that were read; for each line of a text its places in
//! templates, the values in it, and the values that decided that it is there.
//! May not know: charts, what a value means, what is secret.
//! Rule: a render with a trace gives the bytes of one without. Where a function's way from arguments to result is not known,
//! its result comes from all of them: a trace may name too much, never too little.
//!
//! Each value on its way carries a `Tag`, a number. It stands for a set of sources (`sets`): value paths (`paths`) and places
//! (`places`); or for a text with a set a line (`texts`). Maps and lists are known by their address (`containers`), `functions`
//! knows what becomes of tags in calls, `tracer` what is written (`pieces`), `moves` what becomes of a text that is used again.

mod align;
mod containers;
mod derive;
mod functions;
mod moves;
mod outline;
mod paths;
mod pieces;
mod places;
mod result;
mod rule;
mod sets;
mod tag;
mod texts;
mod tracer;
mod yaml_lines;

pub use paths::Key;
pub use result::{LineTrace, Place, Read, Trace, ValueTrace};
pub use tag::Tag;

pub(super) use functions::Before;
pub(super) use tracer::{Around, Tracer};
