//! One chart that a command line names.

use super::chart_provenance::{chart_verify, verify_fetched};
use super::charts::{sources, sources_with};
use super::registry_login::with_login;
use crate::chart::{self, Chart};
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{
    Archive, ChartRef, ChartRequest, ConfigFiles, Error, Event, FileKind, Files, FolderEntry, OsFiles, Pulled, Repository, RepositoryFile,
    Sources, redacted,
};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a chart is, as helm's commands take it.
#[derive(Clone, Debug, Default)]
pub struct ChartSource {
    /// A path, `repository/name`, a URL; with a repository, the name in it.
    pub chart: String,
    /// The version or range; empty for the newest.
    pub version: String,
    /// Whether prereleases count where no version is asked for.
    pub devel: bool,
    /// The address of the repository that `chart` is a name in.
    pub repository: Option<String>,
    /// How servers are asked; its address is not looked at.
    pub access: Repository,
    /// The key ring to check the chart's signature with; none leaves it unchecked.
    pub keyring: Option<PathBuf>,
}

/// Whether charts that a chart's folder needs and does not hold are added in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dependencies {
    /// They are added.
    Complete,
    /// The chart is taken as it is.
    AsTheyAre,
}

/// A chart that was found.
pub(super) struct Located {
    pub(super) chart: Arc<Chart>,
    /// Lines for standard error.
    pub(super) notices: Vec<String>,
}

/// With `--repo` a chart is a name there, whatever lies in the working folder.
const REPOSITORY: &str = "--repo";

impl ChartSource {
    /// Fetches and loads the chart.
    ///
    /// # Errors
    /// It is not found, cannot be fetched, has not the signature that was asked for, or cannot be loaded.
    pub(super) async fn load(&self, variables: &BTreeMap<String, String>, dependencies: Dependencies) -> Result<Located, Diagnostics> {
        let pulled: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&pulled);
        let sources = sources_with(variables, move |event| {
            if let Event::Pulled(pulled) = event {
                seen.lock().unwrap_or_else(PoisonError::into_inner).push(pulled_lines(&pulled));
            }
        });
        let repositories = self.repositories(variables)?;
        let reference = self.reference(&repositories, &OsFiles, variables)?;
        let skip_dependencies = dependencies == Dependencies::AsTheyAre;
        let request = ChartRequest { skip_dependencies, ..self.request(&reference, &repositories) };
        let chart = match &self.keyring {
            Some(keyring) => self.verified(&sources, &request, keyring).await?,
            None => sources.fetch(&request).await.map_err(|error| self.problem(&error))?.chart,
        };
        let notices = std::mem::take(&mut *pulled.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Located { chart, notices })
    }

    /// Fetches the archive of the chart, which is never looked for on this machine.
    ///
    /// # Errors
    /// It is not found or cannot be fetched.
    pub(super) async fn archive(&self, variables: &BTreeMap<String, String>, with_provenance: bool) -> Result<Archive, Diagnostics> {
        let repositories = self.repositories(variables)?;
        let chart = self.chart.trim();
        if self.repository.is_none() && chart.starts_with(['.', '/']) {
            return Err(self.problem(&unknown(chart)));
        }
        let reference = self.reference(&repositories, &NoFiles, variables)?;
        let request = self.request(&reference, &repositories);
        sources(variables).download(&request, with_provenance).await.map_err(|error| self.problem(&error))
    }

    fn request<'a>(&'a self, reference: &'a ChartRef, repositories: &'a [Repository]) -> ChartRequest<'a> {
        ChartRequest { reference, version: self.version.trim(), devel: self.devel, repositories, skip_dependencies: true, patches: None }
    }

    /// Returns the folder of the chart, where it is one on this machine.
    pub(super) fn folder(&self) -> Option<&Path> {
        let path = Path::new(self.chart.trim());
        (self.repository.is_none() && path.is_dir()).then_some(path)
    }

    async fn verified(&self, sources: &Sources, request: &ChartRequest<'_>, keyring: &Path) -> Result<Arc<Chart>, Diagnostics> {
        if let ChartRef::Local(path) = request.reference {
            chart_verify(path, keyring)?;
            return sources.fetch(request).await.map(|fetched| fetched.chart).map_err(|error| self.problem(&error));
        }
        let archive = sources.download(request, true).await.map_err(|error| self.problem(&error))?;
        verify_fetched(&archive, keyring)?;
        chart::load_archive(&archive.bytes).map(Arc::new).map_err(|error| error.diagnostic().into())
    }

    /// Returns the repositories that the chart's name may be in, or whose credentials its address may use.
    fn repositories(&self, variables: &BTreeMap<String, String>) -> Result<Vec<Repository>, Diagnostics> {
        let server = |url: &str| {
            let Repository { url, oci, .. } = Repository::at(url);
            Repository { url, oci, ..self.access.clone() }
        };
        if let Some(url) = &self.repository {
            return Ok(vec![Repository { name: REPOSITORY.into(), ..server(url) }]);
        }
        let file = RepositoryFile::load(&ConfigFiles::from_env(variables).repositories);
        let known = file.map_err(|error| Diagnostics::from(error.diagnostic()))?.repositories;
        let mut repositories: Vec<Repository> = known.into_iter().map(|known| self.with_flags(known)).collect();
        let chart = self.chart.trim();
        if let Some(folder) = chart.strip_prefix("https://").or(chart.strip_prefix("http://")).and_then(|_| chart.rsplit_once('/')) {
            repositories.insert(0, server(folder.0));
        }
        Ok(repositories)
    }

    /// Adds what the flags say to what Helm's list says of a repository.
    fn with_flags(&self, known: Repository) -> Repository {
        let access = self.access.clone();
        Repository {
            credentials: known.credentials.or(access.credentials),
            pass_credentials: known.pass_credentials || access.pass_credentials,
            ca_file: known.ca_file.or(access.ca_file),
            cert_file: known.cert_file.or(access.cert_file),
            key_file: known.key_file.or(access.key_file),
            skip_tls_verify: known.skip_tls_verify || access.skip_tls_verify,
            plain_http: known.plain_http || access.plain_http,
            ..known
        }
    }

    fn reference(
        &self,
        repositories: &[Repository],
        files: &dyn Files,
        variables: &BTreeMap<String, String>,
    ) -> Result<ChartRef, Diagnostics> {
        let chart = self.chart.trim();
        if chart.is_empty() {
            let words = "non-absolute URLs should be in form of repo_name/path_to_chart, got: ";
            return Err(Diagnostic::error(words).verbatim(words).into());
        }
        let text = if self.repository.is_some() { format!("{REPOSITORY}/{chart}") } else { chart.to_owned() };
        let mut reference = ChartRef::parse(&text, Path::new(""), repositories, files).map_err(|error| self.problem(&error))?;
        if let ChartRef::Oci { repository, name, .. } = &mut reference {
            **repository = with_login(self.with_flags((**repository).clone()), name, variables);
        }
        Ok(reference)
    }

    /// Returns an error with what Helm says of it, which depends on how the chart was named.
    fn problem(&self, error: &Error) -> Diagnostics {
        let diagnostic = error.diagnostic();
        let words = match (&self.repository, error) {
            (Some(url), Error::NoChart { .. } | Error::NoVersion { .. } | Error::BadVersion { .. }) => {
                let version = if self.version.trim().is_empty() { String::new() } else { format!(" version {:?}", self.version.trim()) };
                Some(format!("chart {:?}{version} not found in {} repository", self.chart.trim(), redacted(url)))
            }
            (Some(url), error) if is_of_index(error) => {
                let url = redacted(url);
                Some(format!("looks like {url:?} is not a valid chart repository or cannot be reached: {}", error.words()))
            }
            (None, error) => self.not_in_index(error),
            _ => None,
        };
        match words {
            Some(words) => diagnostic.verbatim(words).into(),
            None => diagnostic.into(),
        }
    }

    fn not_in_index(&self, error: &Error) -> Option<String> {
        let (version, chart) = (self.version.trim(), self.chart.trim());
        if let (Error::NoVersion { .. }, true) = (error, chart.starts_with("oci://")) {
            return Some(format!("could not locate a version matching provided version string {version}"));
        }
        let (name, chart) = chart.split_once('/')?;
        let why = match error {
            Error::NoChart { .. } => "no chart name found".to_owned(),
            Error::NoVersion { .. } => format!("no chart version found for {chart}-{version}"),
            Error::BadVersion { reason, .. } => reason.clone(),
            _ => return None,
        };
        Some(format!("chart {chart:?} matching {version} not found in {name} index. (try 'helm repo update'): {why}"))
    }
}

/// The error for a chart of a repository that is not in Helm's list.
fn unknown(chart: &str) -> Error {
    let name = chart.split('/').next().unwrap_or_default().to_owned();
    Error::UnknownRepository { chart: chart.to_owned(), name, near: None, names: Vec::new() }
}

/// A machine without files, for who means none.
struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &Path) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }

    fn kind(&self, _: &Path) -> Option<FileKind> {
        None
    }

    fn list(&self, _: &Path) -> io::Result<Vec<FolderEntry>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

fn is_of_index(error: &Error) -> bool {
    let is_index = |url: &str| url.split('?').next().is_some_and(|url| url.ends_with("/index.yaml"));
    match error {
        Error::Status { url, .. } | Error::Transport { url, .. } | Error::Protocol { url, .. } => is_index(url),
        Error::Index { .. } => true,
        _ => false,
    }
}

/// Returns what Helm says of a chart that came from a registry.
pub(super) fn pulled_lines(pulled: &Pulled) -> String {
    let Pulled { reference, manifest } = pulled;
    let mut lines = format!("Pulled: {reference}\nDigest: sha256:{manifest}");
    if reference.contains('_') {
        lines.push_str(&format!("\n{reference} contains an underscore.\n"));
        lines.push_str(
            "\nOCI artifact references (e.g. tags) do not support the plus sign (+). To support\n\
             storing semantic versions, Helm adopts the convention of changing plus (+) to\n\
             an underscore (_) in chart version tags when pushing to a registry and back to\n\
             a plus (+) when pulling from a registry.",
        );
    }
    lines
}
