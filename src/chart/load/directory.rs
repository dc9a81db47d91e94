//! Reads the files of a chart's folder.

use super::super::{Error, Notice};
use super::budget::Budget;
use super::ignore::Rules;
use super::loaded::Loaded;
use std::fs::{self, FileType};
use std::io::{self, Read};
use std::path::Path;

/// What a folder holds.
pub(super) struct Folder {
    pub(super) files: Vec<Loaded>,
    pub(super) notices: Vec<Notice>,
}

/// Reads every file below a folder that its `.helmignore` does not leave out, in lexical order, links followed.
///
/// # Errors
/// A folder or file that cannot be read, something that is no file, a bad `.helmignore`, or too many bytes.
pub(super) fn read(folder: &Path) -> Result<Folder, Error> {
    let mut walk = Walk { rules: rules(folder)?, budget: Budget::new(), files: Vec::new(), notices: Vec::new() };
    walk.children(folder, "")?;
    Ok(Folder { files: walk.files, notices: walk.notices })
}

fn rules(folder: &Path) -> Result<Rules, Error> {
    let path = folder.join(".helmignore");
    let text = match fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(Error::Read { path, source }),
    };
    Rules::parse(&text).map_err(|message| Error::Ignore { path, message })
}

struct Walk {
    rules: Rules,
    budget: Budget,
    files: Vec<Loaded>,
    notices: Vec<Notice>,
}

impl Walk {
    /// Visits what is in a folder; `name` is its path below the chart's folder, with `/` at the end unless empty.
    fn children(&mut self, folder: &Path, name: &str) -> Result<(), Error> {
        let failed = |source| Error::Read { path: folder.to_owned(), source };
        let mut children = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            children.push((entry.file_name(), entry.file_type().map_err(failed)?));
        }
        children.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (child, kind) in children {
            let path = folder.join(&child);
            self.visit(&path, format!("{name}{}", child.to_string_lossy()), kind)?;
        }
        Ok(())
    }

    fn visit(&mut self, path: &Path, name: String, mut kind: FileType) -> Result<(), Error> {
        self.budget.count()?;
        let failed = |source| Error::Read { path: path.to_owned(), source };
        if kind.is_symlink() {
            let resolved = fs::canonicalize(path).map_err(failed)?;
            kind = fs::metadata(&resolved).map_err(failed)?.file_type();
            let notice = Notice::info("found symbolic link in path. Contents of linked file included and used");
            self.notices.push(notice.with("path", path.to_string_lossy()).with("resolved", resolved.to_string_lossy()));
        }
        if self.rules.ignores(&name, kind.is_dir()) {
            return Ok(());
        }
        if kind.is_dir() {
            return self.children(path, &format!("{name}/"));
        }
        if !kind.is_file() {
            return Err(Error::Irregular { path: path.to_owned() });
        }
        self.file(path, name)
    }

    fn file(&mut self, path: &Path, name: String) -> Result<(), Error> {
        let failed = |source| Error::Read { path: path.to_owned(), source };
        let file = fs::File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        let mut data = Vec::with_capacity(usize::try_from(metadata.len().min(self.budget.left())).unwrap_or(0) + 1);
        // One byte more than is left shows that the file is too large without reading all of it.
        file.take(self.budget.left() + 1).read_to_end(&mut data).map_err(failed)?;
        self.budget.spend(data.len())?;
        self.files.push(Loaded::new(name, data, metadata.modified().ok()));
        Ok(())
    }
}
