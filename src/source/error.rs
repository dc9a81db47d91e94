//! What can be wrong with fetching a chart.

use super::digest::Digest;
use crate::diag::{Diagnostic, Diagnostics};
use std::path::PathBuf;

/// Why a chart could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A signature that is not there, not good, or cannot be made.
    #[error("{message}")]
    Provenance {
        /// What is wrong, in Helm's words where it has its own.
        message: String,
        /// How to mend it.
        help: Option<&'static str>,
    },
    /// A path leads nowhere.
    #[error("chart `{chart}` is not at {}", path.display())]
    NoLocalChart {
        /// The chart as written.
        chart: String,
        /// Where it was looked for.
        path: PathBuf,
        /// A folder of a similar name.
        near: Option<String>,
    },
    /// A chart names a repository that the stack does not have.
    #[error("chart `{chart}` is of repository `{name}`, which is not defined")]
    UnknownRepository {
        /// The chart as written.
        chart: String,
        /// The repository's name.
        name: String,
        /// The repository that was probably meant.
        near: Option<String>,
        /// All repositories.
        names: Vec<String>,
    },
    /// A kind of address that cannot be fetched.
    #[error("chart `{chart}` cannot be fetched: no support for `{scheme}`")]
    Unfetchable {
        /// The chart as written.
        chart: String,
        /// The scheme or getter.
        scheme: String,
    },
    /// An address that is none.
    #[error("`{url}` is no address")]
    Address {
        /// The text.
        url: String,
        /// What is wrong with it.
        source: url::ParseError,
    },
    /// A server answered with something else than success.
    #[error("{url} answered {status}")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// A registry answered with something else than success.
    #[error("registry answered {status} to {url}")]
    Registry {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// A registry wants a login, and there is none.
    #[error("registry wants a name and a password for {url}")]
    NoLogin {
        /// The address.
        url: String,
    },
    /// A registry has no chart of that tag or digest.
    #[error("{reference} is not in the registry")]
    NoSuchTag {
        /// `HOST/PATH:TAG`.
        reference: String,
    },
    /// A server could not be reached, or the transfer broke.
    #[error("cannot fetch {url}")]
    Transport {
        /// The address.
        url: String,
        /// What went wrong.
        source: reqwest::Error,
    },
    /// A server sent more than a chart may have.
    #[error("{url} is larger than {limit} bytes")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// A server's answer is not what the protocol says.
    #[error("{url} sent {what}")]
    Protocol {
        /// The address.
        url: String,
        /// What was sent.
        what: String,
    },
    /// A repository's index cannot be read.
    #[error("the index of {repository} cannot be read: {mistakes}")]
    Index {
        /// The repository's address.
        repository: String,
        /// What is wrong with it.
        mistakes: Diagnostics,
    },
    /// The list of repositories cannot be read.
    #[error("the list of repositories {} cannot be read: {mistakes}", path.display())]
    RepositoryFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        mistakes: Diagnostics,
    },
    /// A repository has no chart of that name.
    #[error("repository {repository} has no chart `{chart}`")]
    NoChart {
        /// The chart.
        chart: String,
        /// The repository's address.
        repository: String,
        /// The chart that was probably meant.
        near: Option<String>,
    },
    /// A repository has no version that fits.
    #[error("no version of `{chart}` fits `{wanted}`")]
    NoVersion {
        /// The chart.
        chart: String,
        /// The version or range asked for.
        wanted: String,
        /// The newest versions that are there.
        newest: Vec<String>,
    },
    /// A version that is neither a version nor a range.
    #[error("`{wanted}` is neither a version nor a range of versions")]
    BadVersion {
        /// The chart.
        chart: String,
        /// The text.
        wanted: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Content is not what its digest says.
    #[error("{url} has digest {actual:?}, not {expected:?}")]
    Digest {
        /// The address.
        url: String,
        /// The digest promised.
        expected: Digest,
        /// The digest of what came.
        actual: Digest,
    },
    /// What was found is no chart.
    #[error("{from} cannot be loaded")]
    Chart {
        /// The folder, archive or address.
        from: String,
        /// What is wrong with it.
        source: crate::chart::Error,
    },
    /// A chart needs a chart that says nothing about where it is, and that is not in `charts/`.
    #[error("chart {} needs `{name}`, which is not in its folder charts", chart.display())]
    NoDependency {
        /// The folder of the chart.
        chart: PathBuf,
        /// The chart that it needs.
        name: String,
    },
    /// A chart that another one needs could not be had.
    #[error("chart {} needs `{name}`, which could not be had", chart.display())]
    Dependency {
        /// The folder of the chart.
        chart: PathBuf,
        /// The chart that it needs.
        name: String,
        /// All that it needs and does not hold.
        missing: Vec<String>,
        /// Why.
        source: Box<Error>,
    },
    /// Charts need each other in a circle.
    #[error("charts need each other in a circle: {}", path.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(" -> "))]
    DependencyCycle {
        /// The folders, the first one again at the end.
        path: Vec<PathBuf>,
    },
    /// A file on this machine could not be used.
    #[error("cannot {task} {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was being done: `read`, `write`, `lock`.
        task: &'static str,
        /// The system's error.
        source: std::io::Error,
    },
}

impl Error {
    /// Says whether another attempt may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            Error::Status { status, .. } | Error::Registry { status, .. } => *status >= 500 || matches!(status, 408 | 429),
            Error::Transport { source, .. } => source.is_connect() || source.is_timeout() || source.is_body() || source.is_request(),
            _ => false,
        }
    }

    /// Returns the error as a diagnostic; the caller adds the place of the chart's name.
    pub fn diagnostic(&self) -> Diagnostic {
        if let Error::Chart { source, .. } = self {
            return source.diagnostic().note(self.to_string());
        }
        let mut diagnostic = Diagnostic::error(self.to_string());
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            diagnostic = diagnostic.note(error.to_string());
            cause = error.source();
        }
        diagnostic.verbatim = self.helms_words();
        self.help().into_iter().fold(diagnostic, Diagnostic::help)
    }

    fn help(&self) -> Vec<String> {
        match self {
            Error::Provenance { help, .. } => help.iter().map(|help| (*help).to_owned()).collect(),
            Error::NoLocalChart { near: Some(near), .. } => vec![format!("there is a folder `{near}`")],
            Error::NoLocalChart { .. } => vec!["paths are relative to the folder of the stack file".into()],
            Error::UnknownRepository { near: Some(near), .. } => vec![format!("did you mean repository `{near}`?")],
            Error::UnknownRepository { name, names, .. } if names.is_empty() => {
                vec![format!("add it: `repositories: [{{name: {name}, url: https://…}}]`; for a folder, write `./…`")]
            }
            Error::UnknownRepository { names, .. } => {
                vec![format!("the stack has {}; for a folder, write `./…`", names.join(", "))]
            }
            Error::Unfetchable { scheme, .. } if scheme == "git" => vec!["check the repository out and name its folder".into()],
            Error::Unfetchable { .. } => vec!["use a folder, an archive, http(s)://, oci:// or REPOSITORY/CHART".into()],
            Error::Status { status: 401 | 403, .. } | Error::Registry { status: 401 | 403, .. } => {
                vec!["give `username` and `password` in `repositories`".into()]
            }
            Error::NoLogin { .. } => vec!["log in with `stackwright chart registry login`, or give --username and --password".into()],
            Error::NoChart { near: Some(near), .. } => vec![format!("did you mean `{near}`?")],
            Error::NoVersion { newest, .. } if !newest.is_empty() => vec![format!("newest versions there: {}", newest.join(", "))],
            Error::NoDependency { .. } => vec!["give the dependency a `repository` in Chart.yaml, or put it into charts".into()],
            Error::Dependency { source, .. } => source.help(),
            Error::Digest { .. } => vec!["the archive was changed after the index was made; ask the repository's owner".into()],
            _ => Vec::new(),
        }
    }
}
