//! What differs between two sets of objects, per object and per line, with secrets covered.
//!
//! In: two lists of `Object`; an object as it is written, lives and would live. Out: `Change`s, in the order of the new list, removals
//! last; fields that differ; lines to print.
//! May not know: clusters, releases, terminals.
//! Rule: objects are matched as Helm matches them (group, kind, namespace, name); secret values are covered as helm-diff
//! covers them.

mod align;
mod change;
mod fields;
mod filter;
mod lines;
mod narrow;
mod redact;
mod rename;
mod text;

pub use change::{Change, ChangeKind, Object, compare};
pub use fields::{Field, FieldChange, Step, field_changes};
pub use filter::Filter;
pub use lines::{Hunk, Line, LineKind, hunks};
pub use narrow::{as_stored, differs, narrow, narrow_one, overlay};
pub use redact::{cover_pair, is_secret};
pub use rename::pair_renames;
pub use text::as_text;
