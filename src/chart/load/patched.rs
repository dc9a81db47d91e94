//! Patches between reading the files of a chart and putting them together.

use super::super::patch::Patchable;
use super::super::{AppliedPatch, Error, Patches};
use super::archive;
use super::loaded::Loaded;

/// Applies patches to the files of a chart. A subchart that is there as an archive is unpacked where a patch names a file of it.
///
/// # Errors
/// A patch that cannot be read or does not fit; an archive that cannot be unpacked.
pub(super) fn patched(mut files: Vec<Loaded>, patches: &Patches) -> Result<(Vec<Loaded>, Vec<AppliedPatch>), Error> {
    if patches.is_empty() {
        return Ok((files, Vec::new()));
    }
    for subchart in patches.subcharts()? {
        unpack(&mut files, &subchart)?;
    }
    let applied = patches.apply(&mut files)?;
    Ok((files, applied))
}

/// Puts the files of `charts/NAME-VERSION.tgz` in the place of the archive, below `charts/NAME/`.
fn unpack(files: &mut Vec<Loaded>, name: &str) -> Result<(), Error> {
    let is_it = |file: &Loaded| {
        let archive = file.name.strip_prefix("charts/").and_then(|file| file.strip_suffix(".tgz"));
        let version = archive.and_then(|archive| archive.strip_prefix(name)).and_then(|rest| rest.strip_prefix('-'));
        version.is_some_and(|version| version.starts_with(|first: char| first.is_ascii_digit()))
    };
    let Some(at) = files.iter().position(is_it) else { return Ok(()) };
    let mut inner = archive::read(&files[at].data)?;
    for file in &mut inner {
        file.name = format!("charts/{name}/{}", file.name);
    }
    files.splice(at..=at, inner);
    Ok(())
}

impl Patchable for Loaded {
    fn name(&self) -> &str {
        &self.name
    }

    fn data(&self) -> &[u8] {
        &self.data
    }

    fn with(name: String, data: Vec<u8>, from: Option<&Loaded>) -> Loaded {
        Loaded { name, data, modified: from.and_then(|from| from.modified) }
    }
}
