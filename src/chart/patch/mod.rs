//! Patches on the files of a chart, applied in memory before it is put together.
//!
//! In: unified diffs, the files of a chart. Out: the files as the patches make them, or the hunk that does not fit and what stands there.
//! May not know: where charts and patches come from, files, clocks.
//! Rule: `patch -p1` of GNU patch without fuzz: a hunk may have moved, its lines may not differ. Git's headers say what is made,
//! removed and renamed.

mod apply;
mod conflict;
mod parse;
mod paths;

pub(super) use apply::Patchable;
pub use apply::{AppliedPatch, Patches};
pub use conflict::PatchError;
