//! From a folder or an archive to a `Chart`.
//!
//! In: a path, or the bytes of an archive. Out: `Chart`.
//! May not know: values of users, templates' contents.
//! Rule: pkg/chart/v2/loader, pkg/chart/loader, pkg/ignore, internal/sympath.

mod archive;
mod assemble;
mod budget;
mod cache;
mod contents;
mod directory;
mod entry;
mod files;
mod ignore;
mod loaded;
mod patched;
mod path_match;
mod sniff;

pub use cache::LoadCache;
pub use contents::{contents, contents_of_archive};
pub use entry::{load, load_archive, load_archive_patched, load_archive_with, load_of_any_version, load_patched, load_with};
pub use files::archive_files;
pub use path_match::path_match;
