//! Replaces what is in `charts/` in one step.

use super::request::{Work, refused};
use crate::chart;
use crate::diag::{Diagnostic, Diagnostics};
use rustix::fs::{CWD, RenameFlags};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The folder where the new `charts/` is put together: it lies beside the old one, and is gone when dropped.
pub(super) struct Staging {
    folder: TempDir,
    charts: PathBuf,
}

impl Staging {
    /// Makes the folder.
    ///
    /// # Errors
    /// `charts` is there and no folder; the chart's folder cannot be written into.
    pub(super) fn new(chart: &Path) -> Result<Staging, Diagnostics> {
        let charts = chart.join("charts");
        // A link to a folder stays; what it leads to is replaced.
        let charts = match fs::canonicalize(&charts) {
            Ok(_) if !charts.is_dir() => {
                let shown = crate::value::quote(charts.to_string_lossy().as_bytes());
                return Err(refused(format!("{shown} is not a directory"), "put a folder in its place, or remove it"));
            }
            Ok(path) => path,
            Err(_) => charts,
        };
        let beside = charts.parent().unwrap_or(Path::new("."));
        let made = tempfile::Builder::new().prefix("tmpcharts-").tempdir_in(beside);
        let folder = made.map_err(|error| cannot("make a folder in", beside, &error))?;
        fs::create_dir(folder.path().join("new")).map_err(|error| cannot("make a folder in", folder.path(), &error))?;
        Ok(Staging { folder, charts })
    }

    /// Returns the folder for the archives that will be in `charts/`.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("new")
    }

    /// Takes over what stays, and puts the new folder in the place of the old one. Folders stay, and what is no chart; archives
    /// that were not fetched now go, unless they are of a chart in `local`.
    ///
    /// Rule: Helm pkg/downloader `safeMoveDeps`, but that a reader sees the old folder or the new one, never a part of each.
    ///
    /// # Errors
    /// A file cannot be read or written; the old folder is as it was.
    pub(super) fn publish(self, work: &mut Work<'_, '_>, local: &BTreeSet<&str>) -> Result<(), Diagnostics> {
        (work.say)("Deleting outdated charts");
        let shown = work.folder.join("charts");
        for name in names(&self.charts).map_err(|error| cannot("read", &self.charts, &error))? {
            let (old, new) = (self.charts.join(&name), self.path().join(&name));
            if fs::symlink_metadata(&new).is_ok() {
                continue;
            }
            if !old.is_dir() {
                match chart::load(&old) {
                    Ok(chart) if !local.contains(chart.name()) => continue,
                    Ok(_) => {}
                    Err(error) => {
                        let path = shown.join(&name);
                        (work.say)(&format!("Could not verify {} for deletion: {error} (Skipping)", path.display()));
                    }
                }
            }
            take_over(&old, &new).map_err(|error| cannot("take over", &old, &error))?;
        }
        self.swap().map_err(|error| cannot("replace", &self.charts, &error))
    }

    fn swap(&self) -> io::Result<()> {
        if !self.charts.exists() {
            return fs::rename(self.path(), &self.charts);
        }
        let permissions = fs::metadata(&self.charts)?.permissions();
        fs::set_permissions(self.path(), permissions)?;
        match rustix::fs::renameat_with(CWD, self.path(), CWD, &self.charts, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(()),
            Err(_) => self.swap_in_two_steps(),
        }
    }

    /// For file systems that cannot exchange two names.
    fn swap_in_two_steps(&self) -> io::Result<()> {
        let old = self.folder.path().join("old");
        fs::rename(&self.charts, &old)?;
        fs::rename(self.path(), &self.charts).inspect_err(|_| {
            // The old folder must come back; if not even that can be done, it is where it was moved to.
            let _ = fs::rename(&old, &self.charts);
        })
    }
}

fn names(folder: &Path) -> io::Result<BTreeSet<OsString>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|entry| entry.file_name())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
}

/// Makes a file or a tree available at another path of the same file system, without a copy where that can be.
fn take_over(old: &Path, new: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(old)?;
    if metadata.is_symlink() {
        return std::os::unix::fs::symlink(fs::read_link(old)?, new);
    }
    if !metadata.is_dir() {
        return fs::hard_link(old, new).or_else(|_| fs::copy(old, new).map(drop));
    }
    fs::create_dir(new)?;
    fs::set_permissions(new, metadata.permissions())?;
    names(old)?.into_iter().try_for_each(|name| take_over(&old.join(&name), &new.join(&name)))
}

fn cannot(what: &str, path: &Path, error: &io::Error) -> Diagnostics {
    Diagnostic::error(format!("cannot {what} {}: {error}", path.display())).into()
}
