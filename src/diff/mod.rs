//! What differs between two sets of objects, per object and per line, with secrets covered.
//!
//! In: two lists of `Object`. Out: `Change`s, in the order of the new list, removals last; lines to print.
//! May not know: clusters, releases, terminals.
//! Rule: objects are matched as Helm matches them (group, kind, namespace, name); secret values are covered as helm-diff
//! covers them.

mod change;
mod lines;
mod redact;

pub use change::{Change, ChangeKind, Object, compare};
pub use lines::{Hunk, Line, LineKind, hunks};
pub use redact::{cover_pair, is_secret};
