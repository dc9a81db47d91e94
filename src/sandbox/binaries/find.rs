//! Finds every program: among ready binaries, in the cache, or by building it.

use super::build;
use super::program::{Program, Versions};
use crate::sandbox::error::Error;
use crate::sandbox::event::Event;
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// Returns the path of every program; builds what is in neither folder, which takes minutes the first time.
///
/// Whoever else wants to build the same waits for a file lock; a program appears in the cache whole or not at all.
///
/// # Errors
/// `GoMissing` and `Build`, and `File` when the cache cannot be used.
pub async fn find(assets: Option<&Path>, cache: &Path, events: &(dyn Fn(Event) + Sync)) -> Result<BTreeMap<Program, PathBuf>, Error> {
    let folder = cache.join(Versions::PINNED.key());
    let binaries = folder.join("bin");
    let (found, missing) = look(assets, &binaries);
    if missing.is_empty() {
        return Ok(found);
    }
    fs::create_dir_all(&binaries).map_err(Error::file("making", &binaries))?;
    let _lock = lock(folder.join("build.lock"), events).await?;
    // Another process may have built them while this one waited.
    let (_, missing) = look(assets, &binaries);
    if !missing.is_empty() {
        build::build(&missing, &folder, &binaries, events).await?;
    }
    let (found, missing) = look(assets, &binaries);
    match missing.first() {
        None => Ok(found),
        Some(program) => {
            Err(Error::Build { program: program.name().to_owned(), output: format!("nothing was put into {}", binaries.display()) })
        }
    }
}

fn look(assets: Option<&Path>, binaries: &Path) -> (BTreeMap<Program, PathBuf>, Vec<Program>) {
    let mut found = BTreeMap::new();
    let mut missing = Vec::new();
    for program in Program::ALL {
        let candidates = assets.into_iter().chain([binaries]).map(|folder| folder.join(program.name()));
        match candidates.into_iter().find(|path| path.is_file()) {
            Some(path) => {
                found.insert(program, path);
            }
            None => missing.push(program),
        }
    }
    (found, missing)
}

async fn lock(path: PathBuf, events: &(dyn Fn(Event) + Sync)) -> Result<File, Error> {
    let file = File::create(&path).map_err(Error::file("making", &path))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(TryLockError::WouldBlock) => events(Event::WaitingForBuild { lock: path.clone() }),
        Err(TryLockError::Error(source)) => return Err(Error::File { task: "locking", path, source }),
    }
    let waiting = tokio::task::spawn_blocking(move || file.lock().map(|()| file));
    let locked = waiting.await.map_err(std::io::Error::other).and_then(|result| result);
    locked.map_err(Error::file("locking", path))
}
