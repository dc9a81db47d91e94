//! A chart as an archive, and as a folder.
//!
//! In: a chart as loaded. Out: the bytes of an archive; the files of a folder.
//! May not know: files, clocks, signatures.
//! Rule: Helm 4.3.1 pkg/chart/v2/util/save.go, but that no time of a file enters the archive.

mod archive;
mod entries;

pub use archive::{EntryTime, archive, archive_name};
pub use entries::{Entry, entries};
