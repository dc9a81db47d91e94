//! Writes rendered files into a folder, as `helm template --output-dir`.

use super::go_words::words_of;
use crate::chart::{OutputFile, WriteMode};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Writes the files and returns a line for each, as helm prints them. Files that may go below a folder of the release's name
/// do so where `release` is given.
///
/// # Errors
/// A file that cannot be written, in Go's words.
pub(super) fn write_files(folder: &Path, release: Option<&str>, files: &[OutputFile]) -> Result<String, String> {
    let mut output = String::new();
    for file in files {
        let below = release.filter(|_| file.below_release).map_or(folder.to_owned(), |release| folder.join(release));
        // Helm joins text, and shows it: `./out/` stays what it is.
        let path = format!("{}/{}", below.display(), file.path);
        write_file(Path::new(&path), file)?;
        output.push_str(&format!("wrote {path}\n"));
    }
    Ok(output)
}

fn write_file(path: &Path, file: &OutputFile) -> Result<(), String> {
    let said = |verb: &str, path: &Path, error: &std::io::Error| format!("{verb} {}: {}", path.display(), words_of(error));
    if let Some(parent) = path.parent() {
        match fs::metadata(parent) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(said("stat", parent, &error)),
            _ => fs::create_dir_all(parent).map_err(|error| said("mkdir", parent, &error))?,
        }
    }
    let mut options = OpenOptions::new();
    match file.mode {
        WriteMode::Create => options.write(true).create(true).truncate(true),
        WriteMode::Append | WriteMode::AppendIfThere => options.append(true).create(true),
    };
    let mut open = options.open(path).map_err(|error| said("open", path, &error))?;
    open.write_all(file.text.as_bytes()).map_err(|error| said("write", path, &error))
}
