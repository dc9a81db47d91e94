//! Makes a new chart, as `helm create` does.

use crate::chart::starter::{check_name, copy_starter, own_files};
use crate::chart::{Error, load_of_any_version};
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::clean;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What to make.
pub struct ChartCreateRequest {
    /// The path of the new chart's folder; its last part is the chart's name.
    pub path: PathBuf,
    /// The starter to copy: the name of one in Helm's folder of starters, or an absolute path.
    pub starter: Option<PathBuf>,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

/// Writes the new chart and returns the files that were overwritten.
///
/// # Errors
/// A name that a chart cannot have, a starter that does not load, a file that cannot be written.
pub fn chart_create(request: &ChartCreateRequest) -> Result<Vec<PathBuf>, Diagnostics> {
    let path = clean(&request.path);
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let diagnostics = |error: Error| Diagnostics::from(error.diagnostic());
    let Some(starter) = request.starter.as_ref().filter(|starter| !starter.as_os_str().is_empty()) else {
        check_name(&name).map_err(diagnostics)?;
        let folder = absolute_target(&path)?;
        let files = own_files(&name).into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes()));
        let overwritten = write_all(&folder, files)?;
        make_folder(&folder.join("charts"))?;
        return Ok(overwritten);
    };
    let starter = starters_folder(&request.variables).join(starter);
    let chart = load_of_any_version(&starter).map_err(|error| {
        let diagnostic = error.diagnostic().note(format!("the starter is {}", starter.display()));
        Diagnostics::from(diagnostic)
    })?;
    let files = copy_starter(&chart, &name).map_err(diagnostics)?;
    refuse_file(&path)?;
    // Helm says nothing of files that a starter overwrites.
    write_all(&path, files).map(|_| Vec::new())
}

/// Returns the whole path of a new chart's folder; the folder that it is in must be there.
fn absolute_target(path: &Path) -> Result<PathBuf, Diagnostics> {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let parent = whole.parent().unwrap_or(Path::new("/"));
    if !parent.is_dir() {
        let diagnostic = Diagnostic::error(format!("there is no folder {}", parent.display()));
        return Err(diagnostic.help(format!("make it first: `mkdir -p {}`", parent.display())).into());
    }
    refuse_file(&whole)?;
    Ok(whole)
}

fn refuse_file(path: &Path) -> Result<(), Diagnostics> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => {
            Err(Diagnostic::error(format!("file {} already exists and is not a directory", path.display())).into())
        }
        _ => Ok(()),
    }
}

fn write_all(folder: &Path, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Result<Vec<PathBuf>, Diagnostics> {
    let mut overwritten = Vec::new();
    for (name, bytes) in files {
        let path = folder.join(name);
        if path.exists() {
            overwritten.push(path.clone());
        }
        make_folder(path.parent().unwrap_or(folder))?;
        fs::write(&path, bytes).map_err(|error| Diagnostic::error(format!("cannot write {}: {error}", path.display())))?;
    }
    Ok(overwritten)
}

fn make_folder(path: &Path) -> Result<(), Diagnostics> {
    fs::create_dir_all(path).map_err(|error| Diagnostic::error(format!("cannot make {}: {error}", path.display())).into())
}

/// Helm's folder of starters.
fn starters_folder(variables: &BTreeMap<String, String>) -> PathBuf {
    let variable = |name: &str| variables.get(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = variable("HELM_DATA_HOME")
        .or_else(|| variable("XDG_DATA_HOME").map(|data| data.join("helm")))
        .or_else(|| variable("HOME").map(|home| home.join(".local/share/helm")));
    data.unwrap_or_default().join("starters")
}
