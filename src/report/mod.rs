//! What people and machines read: diagnostics, diffs, plans, progress, summaries.
//!
//! In: values of the other rooms. Out: text on standard output and standard error, through one door (`Shell`).
//! May not know: how anything is computed; it reads no environment (cli tells it colour, width and whether someone watches).
//! Rule: data goes to standard output, everything else to standard error, as helm, helmfile and kubectl do.

mod diagnostics;
mod diff;
mod shell;

pub use diagnostics::draw;
pub use diff::{DiffOptions, write_changes};
pub use shell::{Look, Shell};
