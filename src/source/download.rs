//! Archives as they are, for who wants the file rather than the chart in it.

use super::digest::Digest;
use super::error::Error;
use super::event::Event;
use super::fetch::{ChartRequest, LIMIT, Sources, owner, wanted_version};
use super::http::Question;
use super::reference::ChartRef;
use super::registry::{Found, Registry};
use super::repository::Repository;
use std::path::Path;

/// An archive as it was fetched.
#[derive(Debug)]
pub struct Archive {
    /// The name of the file: the last part of its address, `NAME-VERSION.tgz` from a registry.
    pub name: String,
    /// Where it came from.
    pub url: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its signature where that was asked for, or why there is none.
    pub provenance: Option<Result<Vec<u8>, Error>>,
    /// What a registry calls it.
    pub pulled: Option<Pulled>,
}

/// A chart in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// `HOST/PATH:TAG`.
    pub reference: String,
    /// The digest of its manifest.
    pub manifest: Digest,
}

impl Sources {
    /// Fetches an archive, and its provenance where that is wanted. A file on this machine is read, and the one beside it.
    ///
    /// Rule: Helm pkg/downloader `DownloadTo`.
    ///
    /// # Errors
    /// What could not be found, fetched or verified by its digest.
    pub async fn download(&self, request: &ChartRequest<'_>, with_provenance: bool) -> Result<Archive, Error> {
        match request.reference {
            ChartRef::Local(path) => {
                let mut beside = path.clone().into_os_string();
                beside.push(".prov");
                let provenance = with_provenance.then(|| read(Path::new(&beside)));
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                Ok(Archive { name, url: path.display().to_string(), bytes: read(path)?, provenance, pulled: None })
            }
            ChartRef::Archive(url) => {
                let repository = owner(url, request.repositories);
                self.download_web(url, None, &repository, with_provenance).await
            }
            ChartRef::Repository { repository, chart } => {
                let (url, digest) = self.place(repository, chart, request).await?;
                self.download_web(&url, digest, repository, with_provenance).await
            }
            ChartRef::Oci { name, tag, digest, repository } => {
                let http = self.client(repository)?;
                let registry = Registry::new(name, repository, &http)?;
                let found = registry.find(wanted_version(request), tag.as_deref(), digest.as_deref()).await?;
                self.download_registry(name, &registry, &found, with_provenance).await
            }
        }
    }

    async fn download_registry(&self, name: &str, registry: &Registry<'_>, found: &Found, with_provenance: bool) -> Result<Archive, Error> {
        let reference = format!("{name}:{}", found.reference);
        let url = format!("oci://{reference}");
        let bytes = self.cached_or(&url, Some(found.digest), || registry.fetch(found, LIMIT)).await?;
        let provenance = if with_provenance { Some(registry.fetch_provenance(found).await) } else { None };
        let pulled = Pulled { reference, manifest: found.manifest };
        self.emit(Event::Pulled(pulled.clone()));
        Ok(Archive { name: registry_file(name, &found.reference), url, bytes, provenance, pulled: Some(pulled) })
    }

    /// Fetches an archive at an address, as a repository wants to be asked.
    ///
    /// # Errors
    /// As for `download`.
    pub async fn download_web(
        &self,
        url: &str,
        digest: Option<Digest>,
        repository: &Repository,
        with_provenance: bool,
    ) -> Result<Archive, Error> {
        let bytes = self.archive_bytes(url, digest, repository).await?;
        let provenance = match with_provenance {
            true => Some(self.get(&format!("{url}.prov"), repository).await),
            false => None,
        };
        Ok(Archive { name: file_name(url), url: url.to_owned(), bytes, provenance, pulled: None })
    }

    /// Returns the versions of a chart in a registry, newest first.
    ///
    /// # Errors
    /// The registry cannot be asked, or does not know the chart.
    pub async fn registry_versions(&self, name: &str, repository: &Repository) -> Result<Vec<String>, Error> {
        let http = self.client(repository)?;
        Registry::new(name, repository, &http)?.versions().await
    }

    /// Asks a registry whether it takes the repository's credentials.
    ///
    /// # Errors
    /// It does not, or cannot be asked.
    pub async fn greet_registry(&self, host: &str, repository: &Repository) -> Result<(), Error> {
        let http = self.client(repository)?;
        Registry::whole(host, repository, &http).greet().await
    }

    /// Fetches a file at an address, as values files are.
    ///
    /// # Errors
    /// The server cannot be asked, or does not have it.
    pub async fn get(&self, url: &str, repository: &Repository) -> Result<Vec<u8>, Error> {
        let http = self.client(repository)?;
        let answer = http.ask(Question { url, limit: LIMIT, ..Question::default() }).await?;
        if answer.status.is_success() { Ok(answer.body) } else { Err(http.status(url, answer.status)) }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), task: "read", source })
}

/// Returns the last part of an address's path.
fn file_name(url: &str) -> String {
    let path = url::Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.path().to_owned());
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let decoded = percent_decoded(name);
    // A name is one part of a path, whatever an address hides in it.
    if decoded.contains('/') || matches!(decoded.as_str(), "" | "." | "..") { name.to_owned() } else { decoded }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Returns the name of the file for a chart of a registry.
fn registry_file(name: &str, reference: &str) -> String {
    let chart = name.rsplit('/').next().unwrap_or(name);
    format!("{chart}-{}.tgz", reference.replace('_', "+").replace(':', "-"))
}

#[cfg(test)]
mod tests {
    use super::{file_name, registry_file};

    #[test]
    fn files_are_named_for_their_address() {
        assert_eq!(file_name("http://h/x/a-1.0.0%2Bb.tgz?key=1"), "a-1.0.0+b.tgz");
        assert_eq!(file_name("http://h/x/..%2Fetc"), "..%2Fetc");
        assert_eq!(registry_file("h:5000/charts/a", "1.0.0_b"), "a-1.0.0+b.tgz");
    }
}
