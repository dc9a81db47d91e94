//! The ways into this folder: a path, or bytes.

use super::super::{Chart, Error, Patches};
use super::loaded::Loaded;
use super::patched::patched;
use super::{LoadCache, archive, assemble, directory, sniff};
use std::fs;
use std::path::{Path, PathBuf};

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
    load_patched(path, cache, &Patches::default())
}

/// Loads a chart as `load_with` does, with patches applied to its files.
///
/// # Errors
/// As `load`, and a patch that does not fit.
pub fn load_patched(path: &Path, cache: &LoadCache, patches: &Patches) -> Result<Chart, Error> {
    load_as(path, cache, Versions::Known, patches)
}

/// Which apiVersions of the chart at the top are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Versions {
    Known,
    Any,
}

fn load_as(path: &Path, cache: &LoadCache, versions: Versions, patches: &Patches) -> Result<Chart, Error> {
    let metadata = fs::metadata(path).map_err(|source| Error::NotFound { path: path.to_owned(), source })?;
    if !metadata.is_dir() {
        return load_file(path, cache, versions, patches);
    }
    let whole = absolute(path);
    if !whole.join("Chart.yaml").exists() {
        return Err(Error::NoChart { path: whole });
    }
    let folder = directory::read(&whole)?;
    let mut chart = assemble(folder.files, &format!("{}/", path.display()), cache, versions, patches)?;
    chart.notices.splice(0..0, folder.notices);
    Ok(chart)
}

/// Loads a chart whatever its apiVersion, as Helm's commands on charts do that render nothing.
///
/// # Errors
/// As `load`, but for `Error::ApiVersion`.
pub fn load_of_any_version(path: &Path) -> Result<Chart, Error> {
    load_as(path, &LoadCache::new(), Versions::Any, &Patches::default())
}

/// Helm names files by their whole path; values and templates are shown as the user names them.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Makes a chart of its files; only at the top does the apiVersion matter.
fn assemble(files: Vec<Loaded>, prefix: &str, cache: &LoadCache, versions: Versions, patches: &Patches) -> Result<Chart, Error> {
    let (files, applied) = patched(files, patches)?;
    let mut chart = assemble::chart(files, prefix, cache)?;
    chart.patches = applied;
    match chart.metadata.api_version.as_str() {
        "v1" | "v2" => Ok(chart),
        _ if versions == Versions::Any => Ok(chart),
        other => Err(Error::ApiVersion { api_version: other.to_owned() }),
    }
}

fn assemble_archive(bytes: &[u8], prefix: &str, cache: &LoadCache, versions: Versions, patches: &Patches) -> Result<Chart, Error> {
    let files = archive::read(bytes)?;
    if !files.iter().any(|file| file.name == "Chart.yaml") {
        return Err(Error::Archive { message: "unable to detect chart version, no Chart.yaml found".into() });
    }
    assemble(files, prefix, cache, versions, patches)
}

fn load_file(path: &Path, cache: &LoadCache, versions: Versions, patches: &Patches) -> Result<Chart, Error> {
    let bytes = fs::read(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    if !bytes.starts_with(b"\x1f\x8b\x08") {
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        let content_type = (!is_yaml).then(|| sniff::content_type(&bytes));
        return Err(Error::NoArchive { path: absolute(path), content_type });
    }
    assemble_archive(&bytes, &format!("{}:", path.display()), cache, versions, patches)
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
    load_archive_patched(bytes, cache, &Patches::default())
}

/// Loads a chart as `load_archive_with` does, with patches applied to its files.
///
/// # Errors
/// As `load`, and a patch that does not fit.
pub fn load_archive_patched(bytes: &[u8], cache: &LoadCache, patches: &Patches) -> Result<Chart, Error> {
    assemble_archive(bytes, "", cache, Versions::Known, patches)
}
