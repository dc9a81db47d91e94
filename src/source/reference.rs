//! What a chart's name stands for.

use super::error::Error;
use super::files::{Files, join};
use super::repository::Repository;
use crate::diag::nearest;
use std::fmt;
use std::path::{Path, PathBuf};

/// Where a chart is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChartRef {
    /// A folder or an archive on this machine.
    Local(PathBuf),
    /// An archive on the web.
    Archive(String),
    /// A chart of a repository.
    Repository {
        /// The repository.
        repository: Box<Repository>,
        /// The chart's name in it.
        chart: String,
    },
    /// A chart in a registry, without `oci://`, tag and digest.
    Oci {
        /// `HOST/PATH`.
        name: String,
        /// The tag after `:`.
        tag: Option<String>,
        /// The digest after `@`.
        digest: Option<String>,
        /// How the registry is to be asked.
        repository: Box<Repository>,
    },
}

impl ChartRef {
    /// Finds out what a release's `chart` stands for; `folder` is the stack file's.
    ///
    /// In this order: an address with a scheme; a path that begins with `.` or `/`; a folder or archive of that name beside the
    /// stack file; `REPOSITORY/NAME`. Rule: reference "Chart forms" of helmfile, and Helm's pkg/action `LocateChart`.
    ///
    /// # Errors
    /// `Error::NoLocalChart`, `Error::UnknownRepository`, `Error::Unfetchable`.
    pub fn parse(text: &str, folder: &Path, repositories: &[Repository], files: &dyn Files) -> Result<ChartRef, Error> {
        if let Some(reference) = Self::with_scheme(text, folder)? {
            return Ok(reference);
        }
        let path = join(folder, Path::new(text));
        if text.starts_with(['.', '/']) || files.kind(&path).is_some() {
            return if files.kind(&path).is_some() { Ok(ChartRef::Local(path)) } else { Err(no_local(text, path, files)) };
        }
        let Some((name, chart)) = text.split_once('/') else { return Err(no_local(text, path, files)) };
        let repository = repositories.iter().find(|repository| repository.name == name);
        match repository {
            Some(repository) if repository.oci => Ok(oci(&format!("{}/{chart}", bare(&repository.url)), repository.clone())),
            Some(repository) => Ok(ChartRef::Repository { repository: Box::new(repository.clone()), chart: chart.to_owned() }),
            None if chart.matches('/').count() >= 2 => Err(no_local(text, path, files)),
            None => Err(unknown_repository(text, name, repositories)),
        }
    }

    fn with_scheme(text: &str, folder: &Path) -> Result<Option<ChartRef>, Error> {
        if let Some((getter, _)) = text.split_once("::") {
            return Err(Error::Unfetchable { chart: text.to_owned(), scheme: getter.to_owned() });
        }
        let Some((scheme, rest)) = text.split_once("://") else { return Ok(None) };
        match scheme {
            "file" => Ok(Some(ChartRef::Local(join(folder, Path::new(rest))))),
            "http" | "https" => Ok(Some(ChartRef::Archive(text.to_owned()))),
            "oci" => Ok(Some(oci(rest, Repository { oci: true, ..Repository::default() }))),
            other => Err(Error::Unfetchable { chart: text.to_owned(), scheme: other.to_owned() }),
        }
    }

    /// Returns the path, for a chart on this machine.
    pub fn local(&self) -> Option<&Path> {
        match self {
            ChartRef::Local(path) => Some(path),
            _ => None,
        }
    }
}

fn bare(url: &str) -> &str {
    url.strip_prefix("oci://").unwrap_or(url).trim_end_matches('/')
}

/// Takes `HOST[:PORT]/PATH[:TAG][@DIGEST]` apart.
fn oci(text: &str, repository: Repository) -> ChartRef {
    let (text, digest) = text.split_once('@').map_or((text, None), |(text, digest)| (text, Some(digest.to_owned())));
    let last = text.rfind('/').map_or(0, |slash| slash + 1);
    let (name, tag) = match text[last..].find(':') {
        Some(colon) => (&text[..last + colon], Some(text[last + colon + 1..].to_owned())),
        None => (text, None),
    };
    ChartRef::Oci { name: name.to_owned(), tag, digest, repository: Box::new(repository) }
}

fn no_local(text: &str, path: PathBuf, files: &dyn Files) -> Error {
    let beside = path.parent().and_then(|folder| files.list(folder).ok()).unwrap_or_default();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let near = nearest(name, beside.iter().filter(|entry| entry.is_folder).map(|entry| entry.name.as_str())).map(ToOwned::to_owned);
    Error::NoLocalChart { chart: text.to_owned(), path, near }
}

fn unknown_repository(text: &str, name: &str, repositories: &[Repository]) -> Error {
    let names: Vec<String> = repositories.iter().map(|repository| repository.name.clone()).collect();
    let near = nearest(name, names.iter().map(String::as_str)).map(ToOwned::to_owned);
    Error::UnknownRepository { chart: text.to_owned(), name: name.to_owned(), near, names }
}

impl fmt::Display for ChartRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChartRef::Local(path) => write!(f, "{}", path.display()),
            ChartRef::Archive(url) => f.write_str(url),
            ChartRef::Repository { repository, chart } => write!(f, "{}/{chart}", repository.url.trim_end_matches('/')),
            ChartRef::Oci { name, tag, digest, .. } => {
                write!(f, "oci://{name}")?;
                tag.iter().try_for_each(|tag| write!(f, ":{tag}"))?;
                digest.iter().try_for_each(|digest| write!(f, "@{digest}"))
            }
        }
    }
}
