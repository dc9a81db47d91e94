//! The ways into this folder: a path, or bytes.

use super::super::{Chart, Error};
use super::{LoadCache, archive, assemble, directory, sniff};
use std::fs;
use std::path::Path;

/// Loads a chart from a folder or an archive.
///
/// # Errors
/// What cannot be read, is no chart, or is refused; see `Error`.
pub fn load(path: &Path) -> Result<Chart, Error> {
    load_with(path, &LoadCache::new())
}

/// Loads a chart as `load` does, and shares the subcharts' archives with other charts.
///
/// # Errors
/// As `load`.
pub fn load_with(path: &Path, cache: &LoadCache) -> Result<Chart, Error> {
    let metadata = fs::metadata(path).map_err(|source| Error::NotFound { path: path.to_owned(), source })?;
    if !metadata.is_dir() {
        return load_file(path, cache);
    }
    if !path.join("Chart.yaml").exists() {
        return Err(Error::NoChart { path: path.to_owned() });
    }
    let folder = directory::read(path)?;
    let prefix = format!("{}/", path.display());
    let mut chart = assemble::chart(folder.files, &prefix, cache)?;
    chart.notices.splice(0..0, folder.notices);
    Ok(chart)
}

fn load_file(path: &Path, cache: &LoadCache) -> Result<Chart, Error> {
    let bytes = fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    if !bytes.starts_with(b"\x1f\x8b\x08") {
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let content_type = (!is_yaml).then(|| sniff::content_type(&bytes));
        return Err(Error::NoArchive { path: path.to_owned(), content_type });
    }
    assemble::chart(archive::read(&bytes)?, &format!("{}:", path.display()), cache)
}

/// Loads a chart from the bytes of an archive.
///
/// # Errors
/// As `load`.
pub fn load_archive(bytes: &[u8]) -> Result<Chart, Error> {
    load_archive_with(bytes, &LoadCache::new())
}

/// Loads a chart as `load_archive` does, and shares the subcharts' archives with other charts.
///
/// # Errors
/// As `load`.
pub fn load_archive_with(bytes: &[u8], cache: &LoadCache) -> Result<Chart, Error> {
    assemble::chart(archive::read(bytes)?, "", cache)
}
