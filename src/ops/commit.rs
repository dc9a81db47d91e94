//! The commit that a stack file is of.

use super::session::Session;
use crate::revision::Commit;
use crate::source::Files;
use crate::stack::{Command, Exec};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Returns the commit of the work tree around a folder. Git itself is asked, for only it knows what was changed since; where it
/// is not installed the commit is read from its files, and whether anything was changed stays open.
pub(super) fn commit_of(session: &Session, folder: &Path) -> Option<Commit> {
    let files = session.files.as_ref();
    let git = git_folder(files, folder)?;
    let arguments = ["--no-optional-locks", "status", "--porcelain=v2", "--branch"].map(str::to_owned);
    let command = Command { program: "git", arguments: &arguments, env: &BTreeMap::new(), folder, input: "" };
    match session.exec.run(&command) {
        Ok(output) => of_status(&String::from_utf8_lossy(&output)),
        Err(_) => of_files(files, &git),
    }
}

/// Looks for `.git` in a folder and those around it: a folder, or a file that names one (work trees, submodules).
fn git_folder(files: &dyn Files, folder: &Path) -> Option<PathBuf> {
    let start = files.working_folder().unwrap_or_default().join(folder);
    start.ancestors().find_map(|folder| {
        let git = folder.join(".git");
        if files.is_folder(&git) {
            return Some(git);
        }
        let text = files.read(&git).ok()?;
        let named = std::str::from_utf8(&text).ok()?.strip_prefix("gitdir:")?.trim();
        Some(folder.join(named))
    })
}

/// Reads the output of `git status --porcelain=v2 --branch`.
fn of_status(output: &str) -> Option<Commit> {
    let header = |key: &str| output.lines().find_map(|line| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(' '));
    let id = header("branch.oid").filter(|id| *id != "(initial)")?.to_owned();
    let branch = header("branch.head").filter(|branch| *branch != "(detached)").map(str::to_owned);
    Some(Commit { id, branch, is_dirty: Some(output.lines().any(|line| !line.starts_with('#'))) })
}

fn of_files(files: &dyn Files, git: &Path) -> Option<Commit> {
    let text = |path: PathBuf| Some(String::from_utf8_lossy(&files.read(&path).ok()?).trim().to_owned());
    let head = text(git.join("HEAD"))?;
    let Some(reference) = head.strip_prefix("ref: ") else {
        return Some(Commit { id: head, branch: None, is_dirty: None });
    };
    // The work trees of a repository share its branches.
    let common = text(git.join("commondir")).map_or_else(|| git.to_owned(), |path| git.join(path));
    let loose = text(common.join(reference));
    let packed = || {
        let packed = text(common.join("packed-refs"))?;
        packed.lines().find_map(|line| line.strip_suffix(reference)?.strip_suffix(' ').map(str::to_owned))
    };
    let branch = reference.strip_prefix("refs/heads/").map(str::to_owned);
    Some(Commit { id: loose.or_else(packed)?, branch, is_dirty: None })
}

#[cfg(test)]
mod tests {
    use super::of_status;

    #[test]
    fn a_work_tree_is_dirty_when_git_names_a_file() {
        let clean = "# branch.oid 1234abcd\n# branch.head main\n";
        let commit = of_status(clean).expect("there is a commit");
        assert_eq!((commit.id.as_str(), commit.branch.as_deref(), commit.is_dirty), ("1234abcd", Some("main"), Some(false)));
        let dirty = of_status(&format!("{clean}? new.yaml\n")).expect("there is a commit");
        assert_eq!(dirty.is_dirty, Some(true));
        assert_eq!(of_status("# branch.oid (initial)\n# branch.head main\n"), None);
    }
}
