//! What the dependency commands are asked, and what they share.

use crate::chart::{self, Chart};
use crate::diag::{Diagnostic, Diagnostics};
use crate::ops::charts::sources;
use crate::ops::go_words::words_of;
use crate::ops::registry_login::with_login;
use crate::source::{ConfigFiles, Repository, RepositoryFile, Sources, clean};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Whose dependencies, and how they are fetched.
#[derive(Clone, Debug)]
pub struct ChartDependencyRequest {
    /// The chart's folder.
    pub chart: PathBuf,
    /// Whether the indexes of repositories are taken as they are in the cache.
    pub skip_refresh: bool,
    /// The key ring to check signatures with; none leaves them unchecked.
    pub keyring: Option<PathBuf>,
    /// How registries are asked; its address is not looked at. Repositories are asked as Helm's list of them says.
    pub access: Repository,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

/// Takes lines that tell what is done.
pub type Say<'a> = dyn FnMut(&str) + 'a;

/// One command at work.
pub(super) struct Work<'a, 's> {
    pub(super) request: &'a ChartDependencyRequest,
    /// The chart's folder, tidied.
    pub(super) folder: PathBuf,
    pub(super) chart: Chart,
    pub(super) sources: Sources,
    /// The repositories of Helm's list.
    pub(super) known: Vec<Repository>,
    /// Whether a chart without a signature is only warned of, where signatures are checked.
    pub(super) unsigned_is_fine: bool,
    pub(super) say: &'a mut Say<'s>,
}

impl<'a, 's> Work<'a, 's> {
    /// Loads the chart's folder and the list of repositories.
    pub(super) fn start(request: &'a ChartDependencyRequest, say: &'a mut Say<'s>) -> Result<Work<'a, 's>, Diagnostics> {
        let folder = clean(&request.chart);
        let chart = load_folder(&folder)?;
        let file = ConfigFiles::from_env(&request.variables).repositories;
        let known = RepositoryFile::load(&file).map_err(|error| Diagnostics::from(error.diagnostic()))?.repositories;
        Ok(Work { request, folder, chart, sources: sources(&request.variables), known, unsigned_is_fine: false, say })
    }
}

impl Work<'_, '_> {
    /// Returns how the registry of this address is asked.
    pub(super) fn registry(&self, address: &str) -> Repository {
        let access = Repository { url: address.to_owned(), oci: true, ..self.request.access.clone() };
        with_login(access, address, &self.request.variables)
    }
}

fn load_folder(folder: &Path) -> Result<Chart, Diagnostics> {
    let shown = folder.display();
    let metadata = std::fs::metadata(folder)
        .map_err(|error| refused(format!("could not find {shown}: stat {shown}: {}", words_of(&error)), "name the folder of a chart"))?;
    if !metadata.is_dir() {
        return Err(refused("only unpacked charts can be updated", "name the folder of a chart"));
    }
    load_chart(folder)
}

/// Loads a chart that must be a folder.
///
/// Rule: Helm pkg/chart/v2/loader `LoadDir`.
pub(super) fn load_chart(folder: &Path) -> Result<Chart, Diagnostics> {
    let loaded = if folder.join("Chart.yaml").exists() { chart::load(folder) } else { Err(chart::Error::NoChartYaml) };
    loaded.map_err(|error| error.diagnostic().into())
}

/// Makes a problem of Helm's own words, with a way out.
pub(super) fn refused(words: impl Into<String>, help: &str) -> Diagnostics {
    let words = words.into();
    let diagnostic = Diagnostic::error(words.clone()).verbatim(words);
    if help.is_empty() { diagnostic.into() } else { diagnostic.help(help).into() }
}
