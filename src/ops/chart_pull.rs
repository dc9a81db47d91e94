//! Fetches the archive of a chart into a folder, as `helm pull` does.

use super::chart_package::write;
use super::chart_provenance::{verified_lines, verify_fetched};
use super::chart_source::{ChartSource, pulled_lines};
use crate::chart;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{Archive, clean, join};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What to fetch, and where to.
pub struct ChartPullRequest {
    /// The chart, never a folder of this machine; with a key ring its signature is checked.
    pub source: ChartSource,
    /// Whether the signature is fetched though it is not checked.
    pub provenance: bool,
    /// The folder to write into.
    pub destination: PathBuf,
    /// The folder below it to unpack the chart into; none keeps the archive.
    pub unpack: Option<PathBuf>,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

/// Fetches a chart; returns what there is to say.
///
/// # Errors
/// It cannot be fetched, is not signed as it must be, or cannot be written.
pub async fn chart_pull(request: &ChartPullRequest) -> Result<Vec<String>, Diagnostics> {
    let keyring = request.source.keyring.as_deref();
    let archive = request.source.archive(&request.variables, request.provenance || keyring.is_some()).await?;
    let mut lines: Vec<String> = archive.pulled.iter().map(pulled_lines).collect();
    if let Some(keyring) = keyring {
        let verified = verify_fetched(&archive, keyring)?;
        lines.extend(verified_lines(&verified));
    } else if let Some(Err(error)) = &archive.provenance {
        lines.push(format!("WARNING: Verification not found for {}: {}", crate::source::redacted(&archive.url), error.words()));
    }
    match &request.unpack {
        Some(folder) => unpack(&archive, &join(&request.destination, folder))?,
        None => keep(&archive, &request.destination)?,
    }
    Ok(lines)
}

fn keep(archive: &Archive, folder: &Path) -> Result<(), Diagnostics> {
    write(&folder.join(&archive.name), &archive.bytes)?;
    match &archive.provenance {
        Some(Ok(provenance)) => write(&folder.join(format!("{}.prov", archive.name)), provenance),
        _ => Ok(()),
    }
}

/// Writes the files of a chart into a folder of its name.
fn unpack(archive: &Archive, folder: &Path) -> Result<(), Diagnostics> {
    let problem = |error: chart::Error| Diagnostics::from(error.diagnostic());
    let name = chart::load_archive(&archive.bytes).map_err(problem)?.metadata.name;
    // A name is one folder, whatever Chart.yaml hides in it.
    if name.contains('/') || matches!(name.as_str(), "" | "." | "..") {
        return Err(Diagnostic::error(format!("the chart's name {name:?} is no name of a folder")).into());
    }
    let folder = clean(&folder.join(&name));
    if folder.exists() {
        let words = format!("failed to untar: a file or directory with the name {} already exists", folder.display());
        return Err(Diagnostic::error(words.clone()).verbatim(words).help("remove it, or name another folder with --untardir").into());
    }
    for file in chart::archive_files(&archive.bytes).map_err(problem)? {
        write(&folder.join(&file.name), &file.data)?;
    }
    Ok(())
}
