//! Which files make up a stack.

use super::error::Error;
use crate::source::{FileKind, Files};
use std::path::{Path, PathBuf};

/// The names that are looked for where none is given: ours first, then helmfile's.
const NAMES: [&str; 4] = ["stack.yaml", "stack.yaml.gotmpl", "helmfile.yaml", "helmfile.yaml.gotmpl"];
/// The folders that are looked for where none is given.
const FOLDERS: [&str; 2] = ["stack.d", "helmfile.d"];

/// Returns the stack files that a path names: the file itself, or the files of a folder, sorted.
///
/// Rule: helmfile pkg/app/app.go `findDesiredStateFiles`.
///
/// # Errors
/// `Error::NoStackFile` where nothing is there; `Error::SeveralStackFiles` where more than one could be meant.
pub(super) fn stack_files(path: Option<&Path>, files: &dyn Files) -> Result<Vec<PathBuf>, Error> {
    let Some(path) = path else { return default_files(files) };
    match files.kind(path) {
        Some(FileKind::File) => Ok(vec![path.to_owned()]),
        Some(FileKind::Folder) => files_of_folder(path, files),
        None => Err(Error::NoStackFile { path: Some(path.to_owned()) }),
    }
}

fn default_files(files: &dyn Files) -> Result<Vec<PathBuf>, Error> {
    let named = NAMES.iter().map(PathBuf::from).filter(|path| files.is_file(path));
    let folders = FOLDERS.iter().map(PathBuf::from).filter(|path| files.is_folder(path));
    let found: Vec<PathBuf> = named.chain(folders).collect();
    match found.as_slice() {
        [] => Err(Error::NoStackFile { path: None }),
        [one] => stack_files(Some(one), files),
        _ => Err(Error::SeveralStackFiles { found }),
    }
}

fn files_of_folder(folder: &Path, files: &dyn Files) -> Result<Vec<PathBuf>, Error> {
    let entries =
        files.list(folder).map_err(|error| Error::Unreadable { path: folder.to_owned(), reason: error.to_string(), span: None })?;
    let is_stack = |name: &str| matches!(name.strip_suffix(".gotmpl").unwrap_or(name).rsplit_once('.'), Some((_, "yaml" | "yml")));
    let names = entries.into_iter().filter(|entry| !entry.is_folder && is_stack(&entry.name));
    let found: Vec<PathBuf> = names.map(|entry| folder.join(entry.name)).collect();
    if found.is_empty() { Err(Error::NoStackFile { path: Some(folder.to_owned()) }) } else { Ok(found) }
}
