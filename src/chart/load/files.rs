//! The files of a chart's archive, for who wants to write them down.

use super::super::{Error, File};
use super::archive;

/// Returns the files of an archive, their names below the chart's folder.
///
/// # Errors
/// Bytes that are no such archive, names that lead outside the chart, or too many bytes.
pub fn archive_files(bytes: &[u8]) -> Result<Vec<File>, Error> {
    let files = archive::read(bytes)?;
    Ok(files.into_iter().map(|file| File { name: file.name, data: file.data.into(), modified: file.modified }).collect())
}
