//! Reading files, as far as stacks and charts need it.

use std::io;
use std::path::{Component, Path, PathBuf};

/// What a path leads to, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Something that can be read.
    File,
    /// Something that can be listed.
    Folder,
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderEntry {
    /// The name, without the folder.
    pub name: String,
    /// Whether it is a folder (a link is judged by what it leads to).
    pub is_folder: bool,
}

/// Read access to a tree of files. Rooms that must stay pure are handed one; relative paths mean what the implementation says.
pub trait Files: Send + Sync {
    /// Returns a file's bytes.
    ///
    /// # Errors
    /// As the operating system words it.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Says what a path leads to; `None` when nothing is there.
    fn kind(&self, path: &Path) -> Option<FileKind>;

    /// Lists a folder, sorted by name. Names that are not UTF-8 are left out: no stack can name them.
    ///
    /// # Errors
    /// As the operating system words it.
    fn list(&self, path: &Path) -> io::Result<Vec<FolderEntry>>;

    /// Returns the folder that relative paths start in, where that is known.
    fn working_folder(&self) -> Option<PathBuf> {
        None
    }

    /// Says whether a file is there.
    fn is_file(&self, path: &Path) -> bool {
        self.kind(path) == Some(FileKind::File)
    }

    /// Says whether a folder is there.
    fn is_folder(&self, path: &Path) -> bool {
        self.kind(path) == Some(FileKind::Folder)
    }
}

/// The files of the machine; relative paths start in the process's folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsFiles;

impl Files for OsFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn kind(&self, path: &Path) -> Option<FileKind> {
        let metadata = std::fs::metadata(path).ok()?;
        Some(if metadata.is_dir() { FileKind::Folder } else { FileKind::File })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<FolderEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let is_folder = self.is_folder(&entry.path());
            entries.push(FolderEntry { name, is_folder });
        }
        entries.sort_unstable();
        Ok(entries)
    }

    fn working_folder(&self) -> Option<PathBuf> {
        std::env::current_dir().ok()
    }
}

/// Joins a relative path to a folder and tidies the result as Go's `filepath.Join` does: no `.`, no `x/..`, never empty.
/// An absolute `path` stays as it is but for the tidying.
pub fn join(folder: &Path, path: &Path) -> PathBuf {
    clean(&folder.join(path))
}

/// Tidies a path as Go's `filepath.Clean` does, by its text alone: links are not followed.
pub fn clean(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for component in path.components() {
        match (component, parts.last()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                parts.pop();
            }
            _ => parts.push(component),
        }
    }
    if parts.is_empty() { PathBuf::from(".") } else { parts.into_iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_tidied_as_go_tidies_them() {
        for (given, expected) in
            [("a/./b", "a/b"), ("a/../b", "b"), ("../a", "../a"), ("/../a", "/a"), ("", "."), ("a/..", "."), ("a//b/", "a/b")]
        {
            assert_eq!(clean(Path::new(given)), Path::new(expected), "{given}");
        }
    }
}
