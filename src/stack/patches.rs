//! Patches that a stack keeps for charts: `patches/CHART/*.patch`.

use super::file::LoadedFile;
use super::load::Loader;
use super::model::State;
use super::raw::{RawRelease, Spanned};
use crate::diag::Source;
use crate::source::Files;
use std::path::{Path, PathBuf};

/// Where patches are looked for unless the stack says otherwise.
const FOLDER: &str = "patches/{chart}";
/// quilt's list of patches.
const SERIES: &str = "series";

impl Loader<'_> {
    /// Finds the patches for a release's chart, in the order in which they are applied.
    pub(super) fn patches(&mut self, release: &RawRelease, chart: &str, file: &LoadedFile, state: &State) -> Vec<PathBuf> {
        let usual = Spanned { value: FOLDER.to_owned(), span: Source::new("patches.folder", FOLDER).span(0, FOLDER.len()) };
        let folder = file.raw.patches.0.folder.as_ref().unwrap_or(&usual);
        let data = super::fields::release_data(release);
        let folder = self.folder_for(folder, &data, chart, file, state);
        folder.map(|folder| patches_in(&folder, &*self.request.world.files)).unwrap_or_default()
    }
}

/// Returns the `.patch` and `.diff` files of a folder: those that its `series` lists, in that order, else all in the order of their names.
fn patches_in(folder: &Path, files: &dyn Files) -> Vec<PathBuf> {
    let series = folder.join(SERIES);
    if files.is_file(&series) {
        let list = files.read(&series).unwrap_or_default();
        return listed(&String::from_utf8_lossy(&list)).map(|name| folder.join(name)).collect();
    }
    let is_patch = |name: &str| name.ends_with(".patch") || name.ends_with(".diff");
    let entries = files.list(folder).unwrap_or_default();
    let mut names: Vec<String> =
        entries.into_iter().filter(|entry| !entry.is_folder && is_patch(&entry.name)).map(|entry| entry.name).collect();
    names.sort_unstable();
    names.into_iter().map(|name| folder.join(name)).collect()
}

/// Returns the names in a `series`: the first word of each line that is no comment.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.split_whitespace().next()).filter(|name| !name.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn a_series_has_comments_and_options() {
        assert_eq!(listed("# ours\n\nb.patch -p1\na.patch # why\n").collect::<Vec<_>>(), ["b.patch", "a.patch"]);
    }
}
