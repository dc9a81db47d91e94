//! Indexes of repositories: fetched once a run, kept between runs.

use super::cache::{lock, write_atomic};
use super::digest::Digest;
use super::error::Error;
use super::event::{Event, EventSink};
use super::http::{Http, Question, describe};
use super::index::Index;
use super::redact::redacted;
use super::repository::Repository;
use crate::diag::Source;
use crate::value::Value;
use crate::yaml;
use reqwest::StatusCode;
use std::path::{Path, PathBuf};

/// No index comes near: bitnami's had 25 MB at its largest.
pub(super) const LIMIT: u64 = 256 << 20;

/// Fetches a repository's index. The copy of an earlier run is used if the server says that it is still right, and if the
/// server cannot be reached.
///
/// # Errors
/// What went wrong, if there is no copy either.
pub(super) async fn fetch_index(repository: &Repository, http: &Http, folder: &Path, events: &EventSink) -> Result<Index, Error> {
    let url = index_url(&repository.url)?;
    let copy = Copy::of(folder, &url);
    let known = copy.read();
    let etag = known.as_ref().and_then(|(_, etag)| etag.as_deref());
    let accept = Some("application/yaml, text/yaml, */*");
    let asked = http.ask(Question { url: &url, etag, accept, compressed: true, limit: LIMIT, ..Question::default() }).await;
    let name = || repository.url.clone();
    let content = match (asked, known) {
        (Ok(answer), Some((content, _))) if answer.status == StatusCode::NOT_MODIFIED => {
            events(Event::Index { repository: name(), fresh: true });
            content
        }
        (Ok(answer), _) if answer.status.is_success() => {
            events(Event::Index { repository: name(), fresh: false });
            copy.write(&answer.body, answer.etag())?;
            answer.body
        }
        (Ok(answer), _) => return Err(http.status(&url, answer.status)),
        (Err(error), Some((content, _))) if error.is_transient() => {
            events(Event::StaleIndex { repository: name(), reason: describe(&error) });
            content
        }
        (Err(error), _) => return Err(error),
    };
    read_index(&url, &repository.url, &content).await
}

/// Reads an index, which came from this address or file, on a thread where that does no harm: it may be large.
pub(super) async fn read_index(url: &str, repository: &str, content: &[u8]) -> Result<Index, Error> {
    parse_index(url, repository, content).await.map(|index| Index::from_value(&index))
}

/// As `read_index`, with everything that the index says.
pub(super) async fn parse_index(url: &str, repository: &str, content: &[u8]) -> Result<Value, Error> {
    let source = Source::new(url, String::from_utf8_lossy(content));
    let index = tokio::task::spawn_blocking(move || yaml::parse(&source)).await.expect("reading YAML does not panic");
    let index = index.map_err(|error| Error::Index { repository: redacted(repository), mistakes: error.diagnostic().into() })?;
    if index.as_map().is_none_or(|index| !index.contains_key("apiVersion")) {
        return Err(Error::Protocol { url: redacted(url), what: "something that is no index of charts".to_owned() });
    }
    Ok(index)
}

/// Returns where a repository's index is: `index.yaml` below its path, a query kept.
pub(super) fn index_url(repository: &str) -> Result<String, Error> {
    let mut url = url::Url::parse(repository).map_err(|source| Error::Address { url: repository.to_owned(), source })?;
    let path = format!("{}/index.yaml", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url.into())
}

/// The copy of an index on disk, and the mark of its version beside it.
struct Copy {
    folder: PathBuf,
    name: String,
}

impl Copy {
    fn of(folder: &Path, url: &str) -> Copy {
        let digest = Digest::of(url.as_bytes()).to_string();
        Copy { folder: folder.to_owned(), name: format!("stackwright-{}-index", &digest[..16]) }
    }

    fn path(&self, extension: &str) -> PathBuf {
        self.folder.join(format!("{}.{extension}", self.name))
    }

    fn read(&self) -> Option<(Vec<u8>, Option<String>)> {
        let content = std::fs::read(self.path("yaml")).ok()?;
        Some((content, std::fs::read_to_string(self.path("etag")).ok()))
    }

    /// Writes both files under a lock: a mark beside another version's content would keep that content for ever.
    fn write(&self, content: &[u8], etag: Option<&str>) -> Result<(), Error> {
        let _lock = lock(&self.folder, &self.name)?;
        let _ = std::fs::remove_file(self.path("etag"));
        write_atomic(&self.path("yaml"), content)?;
        etag.map_or(Ok(()), |etag| write_atomic(&self.path("etag"), etag.as_bytes()))
    }
}
