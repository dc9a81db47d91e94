//! Downloaded content on disk, shared with Helm and with other runs of this program.

use super::digest::Digest;
use super::error::Error;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where downloads are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheFolders {
    /// Indexes of repositories.
    pub repository: PathBuf,
    /// Archives of charts, by their digest.
    pub content: PathBuf,
}

impl CacheFolders {
    /// Chooses the folders from environment variables as Helm 4 does: `HELM_REPOSITORY_CACHE` and `HELM_CONTENT_CACHE`, else
    /// below `HELM_CACHE_HOME`, `XDG_CACHE_HOME/helm` or `HOME/.cache/helm`. Without any of them: below `.cache/helm` here.
    ///
    /// Rule: Helm pkg/cli/environment.go and pkg/helmpath.
    pub fn from_env(env: &BTreeMap<String, String>) -> CacheFolders {
        let variable = |name: &str| env.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = variable("HELM_CACHE_HOME")
            .or_else(|| variable("XDG_CACHE_HOME").map(|folder| folder.join("helm")))
            .unwrap_or_else(|| variable("HOME").unwrap_or_default().join(".cache/helm"));
        CacheFolders {
            repository: variable("HELM_REPOSITORY_CACHE").unwrap_or_else(|| home.join("repository")),
            content: variable("HELM_CONTENT_CACHE").unwrap_or_else(|| home.join("content")),
        }
    }
}

/// Archives by their digest, laid out as Helm 4's content cache: `AB/ABCD….chart`.
#[derive(Clone, Debug)]
pub(super) struct ContentCache {
    root: PathBuf,
}

impl ContentCache {
    pub(super) fn new(root: PathBuf) -> Self {
        ContentCache { root }
    }

    /// Returns content by its digest. A file whose content has another digest counts as absent.
    pub(super) fn get(&self, digest: Digest) -> Option<Vec<u8>> {
        fs::read(self.path(digest)).ok().filter(|bytes| Digest::of(bytes) == digest)
    }

    /// Stores content; a reader sees all of it or nothing.
    pub(super) fn put(&self, bytes: &[u8]) -> Result<Digest, Error> {
        let digest = Digest::of(bytes);
        write_atomic(&self.path(digest), bytes)?;
        Ok(digest)
    }

    fn path(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        self.root.join(&name[..2]).join(format!("{name}.chart"))
    }
}

/// Writes a file so that a reader sees the old content or the new, never a part.
pub(super) fn write_atomic(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let fail = |source| Error::Io { path: path.to_owned(), task: "write", source };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(fail)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(fail)?;
    file.write_all(bytes).map_err(fail)?;
    file.persist(path).map_err(|error| fail(error.error))?;
    Ok(())
}

/// Holds a lock that other processes see; released when dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Waits for the lock of that name below a cache folder. Blocks the thread.
pub(super) fn lock(folder: &Path, name: &str) -> Result<Lock, Error> {
    let path = folder.join(format!("{name}.lock"));
    let fail = |source| Error::Io { path: path.clone(), task: "lock", source };
    fs::create_dir_all(folder).map_err(fail)?;
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(fail)?;
    file.lock().map_err(fail)?;
    Ok(Lock { _file: file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_follow_helms_variables() {
        let env = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect::<BTreeMap<_, _>>();
        let content = |pairs| CacheFolders::from_env(&env(pairs)).content;
        assert_eq!(content(&[("HOME", "/h")]), Path::new("/h/.cache/helm/content"));
        assert_eq!(content(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/x")]), Path::new("/x/helm/content"));
        assert_eq!(content(&[("HELM_CACHE_HOME", "/c"), ("XDG_CACHE_HOME", "/x")]), Path::new("/c/content"));
        assert_eq!(content(&[("HELM_CONTENT_CACHE", "/z"), ("HELM_CACHE_HOME", "/c")]), Path::new("/z"));
    }

    #[test]
    fn content_that_was_damaged_is_absent() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let cache = ContentCache::new(folder.path().to_owned());
        let digest = cache.put(b"chart").expect("a writable folder");
        assert_eq!(cache.get(digest).as_deref(), Some(&b"chart"[..]));
        fs::write(cache.path(digest), b"char").expect("a writable folder");
        assert_eq!(cache.get(digest), None);
    }
}
