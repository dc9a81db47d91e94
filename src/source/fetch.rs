//! Fetching charts: from folders, archives, repositories and registries.

use super::cache::{CacheFolders, ContentCache, lock};
use super::digest::Digest;
use super::download::Pulled;
use super::error::Error;
use super::event::{Event, EventSink};
use super::http::{Http, Question, Retries};
use super::index::{Index, IndexEntry};
use super::index_store::fetch_index;
use super::once_map::OnceMap;
use super::reference::ChartRef;
use super::registry::Registry;
use super::repository::Repository;
use crate::chart::lint::Contents;
use crate::chart::{self, Chart, LoadCache, Patches};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;
use url::Url;

/// Helm's own limit for what a chart may unpack to; an archive that is larger than that is certainly wrong.
pub(super) const LIMIT: u64 = 100 << 20;

/// How charts are fetched.
#[derive(Clone)]
pub struct Settings {
    /// Where downloads are kept.
    pub folders: CacheFolders,
    /// How often a download is tried again.
    pub retries: Retries,
    /// Who hears of progress.
    pub events: EventSink,
}

/// What to fetch.
#[derive(Clone, Copy, Debug)]
pub struct ChartRequest<'a> {
    /// Where the chart is.
    pub reference: &'a ChartRef,
    /// The version or range; empty for the newest.
    pub version: &'a str,
    /// Whether prereleases count where no version is asked for.
    pub devel: bool,
    /// Repositories that dependencies may name, and whose credentials they may use.
    pub repositories: &'a [Repository],
    /// Whether the dependencies of a chart folder are left as they are.
    pub skip_dependencies: bool,
    /// Patches to apply to the chart's files.
    pub patches: Option<&'a Patches>,
}

impl ChartRequest<'_> {
    fn patches(&self) -> Patches {
        self.patches.cloned().unwrap_or_default()
    }
}

/// A chart in memory.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The chart, with its dependencies.
    pub chart: Arc<Chart>,
    /// Where it came from: a path, or the address of the archive.
    pub from: String,
    /// The digest of its archive; none for folders.
    pub digest: Option<Digest>,
}

/// Fetches charts; every index and every archive once, however many releases ask.
pub struct Sources {
    settings: Settings,
    content: ContentCache,
    loaded: Arc<LoadCache>,
    /// As many charts are loaded at once as there are cores: more threads would only take memory.
    loading: Semaphore,
    /// Whether who asks for a chart may be kept waiting on the spot.
    in_place: bool,
    clients: Mutex<Vec<(Repository, Http)>>,
    indexes: OnceMap<Arc<Index>>,
    archives: OnceMap<Fetched>,
    pub(super) folders: OnceMap<Arc<Chart>>,
}

impl Sources {
    /// Makes a fetcher; nothing is read or asked yet.
    pub fn new(settings: Settings) -> Sources {
        Sources {
            content: ContentCache::new(settings.folders.content.clone()),
            settings,
            loaded: Arc::default(),
            loading: Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)),
            in_place: false,
            clients: Mutex::default(),
            indexes: OnceMap::default(),
            archives: OnceMap::default(),
            folders: OnceMap::default(),
        }
    }

    /// Loads charts from now on where they are asked for: for callers on threads of their own, who go on with a chart while it is
    /// still near, and whose memory it is.
    #[must_use]
    pub fn loading_in_place(self) -> Sources {
        Sources { in_place: true, ..self }
    }

    /// Fetches a chart and what it depends on.
    ///
    /// A chart folder whose dependencies are not in its `charts/` gets them in memory; nothing is written into the folder.
    ///
    /// # Errors
    /// What could not be found, fetched, verified or loaded.
    pub async fn fetch(&self, request: &ChartRequest<'_>) -> Result<Fetched, Error> {
        match request.reference {
            ChartRef::Local(path) => self.local(path, request).await,
            ChartRef::Archive(url) => {
                let repository = owner(url, request.repositories);
                self.archive(url, None, &repository, request.patches()).await
            }
            ChartRef::Repository { repository, chart } => self.repository_chart(repository, chart, request).await,
            ChartRef::Oci { name, tag, digest, repository } => {
                self.registry_chart(name, tag.as_deref(), digest.as_deref(), repository, request).await
            }
        }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Fetches a chart as [`Sources::fetch`] does, for lint: what its folder or archive holds. A chart that does not load, or
    /// whose dependencies cannot be fetched, is a part of what is found.
    ///
    /// # Errors
    /// There is no such chart, or it cannot be fetched.
    pub async fn contents(&self, request: &ChartRequest<'_>) -> Result<Contents, Error> {
        let ChartRef::Local(path) = request.reference else {
            let fetched = self.fetch(request).await?;
            let bytes = fetched.digest.and_then(|digest| self.content.get(digest)).unwrap_or_default();
            let from = fetched.from.clone();
            let look = move || chart::contents_of_archive(Path::new(&from), &bytes);
            let mut contents = self.look(fetched.from, look).await?;
            if request.patches.is_some_and(|patches| !patches.is_empty()) {
                contents.patched(Chart::clone(&fetched.chart));
            }
            return Ok(contents);
        };
        let (from, own) = (path.display().to_string(), path.clone());
        let mut contents = self.look(from, move || chart::contents(&own)).await?;
        if contents.chart.is_ok() && !request.skip_dependencies {
            contents.chart = Ok(Chart::clone(&*self.complete_folder(path, request.repositories, &[]).await?));
        }
        if request.patches.is_some_and(|patches| !patches.is_empty()) {
            contents.patched(Chart::clone(&*self.local(path, request).await?.chart));
        }
        Ok(contents)
    }

    /// Looks at a chart on a thread where blocking does no harm.
    async fn look(&self, from: String, look: impl FnOnce() -> Result<Contents, chart::Error> + Send + 'static) -> Result<Contents, Error> {
        let found = tokio::task::spawn_blocking(look).await.expect("looking at a chart does not panic");
        found.map_err(|source| Error::Chart { from, source })
    }

    pub(super) fn emit(&self, event: Event) {
        (self.settings.events)(event);
    }

    async fn local(&self, path: &Path, request: &ChartRequest<'_>) -> Result<Fetched, Error> {
        let from = path.display().to_string();
        let chart = if request.skip_dependencies {
            let (path, patches) = (path.to_owned(), request.patches());
            Arc::new(self.load(from.clone(), move |cache| chart::load_patched(&path, cache, &patches)).await?)
        } else {
            // Whoever names it holds it; it need not be kept for anybody else.
            Arc::new(self.completed(path, request.repositories, &[canonical(path)], request.patches()).await?)
        };
        Ok(Fetched { chart, from, digest: None })
    }

    /// Loads a chart on a thread where blocking does no harm: on this one, if it is such a thread.
    pub(super) async fn load(
        &self,
        from: String,
        load: impl FnOnce(&LoadCache) -> Result<Chart, chart::Error> + Send + 'static,
    ) -> Result<Chart, Error> {
        let refused = |source| Error::Chart { from, source };
        if self.in_place {
            return load(&self.loaded).map_err(refused);
        }
        let _permit = self.loading.acquire().await.expect("the semaphore is never closed");
        let cache = Arc::clone(&self.loaded);
        let loaded = tokio::task::spawn_blocking(move || load(&cache)).await.expect("loading a chart does not panic");
        loaded.map_err(refused)
    }

    async fn repository_chart(&self, repository: &Repository, name: &str, request: &ChartRequest<'_>) -> Result<Fetched, Error> {
        let (url, digest) = self.place(repository, name, request).await?;
        self.archive(&url, digest, repository, request.patches()).await
    }

    /// Finds out where the archive of a repository's chart is, and its digest where the repository says it.
    pub(super) async fn place(
        &self,
        repository: &Repository,
        name: &str,
        request: &ChartRequest<'_>,
    ) -> Result<(String, Option<Digest>), Error> {
        let index = self.index(repository).await?;
        let wanted = wanted_version(request);
        let choice = index.choose(&repository.url, name, wanted)?;
        if choice.other {
            let (chart, wanted, taken) = (name.to_owned(), wanted.to_owned(), choice.item.version.clone());
            self.emit(Event::OtherVersion { chart, wanted, taken });
        }
        let url = archive_url(&repository.url, name, choice.item)?;
        Ok((url, choice.item.archive_digest()))
    }

    async fn index(&self, repository: &Repository) -> Result<Arc<Index>, Error> {
        self.indexes
            .get(&repository.url, || async {
                let http = self.client(repository)?;
                fetch_index(repository, &http, &self.settings.folders.repository, &self.settings.events).await.map(Arc::new)
            })
            .await
    }

    async fn registry_chart(
        &self,
        name: &str,
        tag: Option<&str>,
        digest: Option<&str>,
        repository: &Repository,
        request: &ChartRequest<'_>,
    ) -> Result<Fetched, Error> {
        let http = self.client(repository)?;
        let registry = Registry::new(name, repository, &http)?;
        let found = registry.find(wanted_version(request), tag, digest).await?;
        let url = format!("oci://{name}:{}", found.reference);
        let digest = found.digest;
        self.archives
            .get(&format!("{url} {digest} {}", request.patches().key()), || async {
                let bytes = self.cached_or(&url, Some(digest), || registry.fetch(&found, LIMIT)).await?;
                self.emit(Event::Pulled(Pulled { reference: format!("{name}:{}", found.reference), manifest: found.manifest }));
                self.unpack(url.clone(), bytes, request.patches()).await
            })
            .await
    }

    async fn archive(&self, url: &str, digest: Option<Digest>, repository: &Repository, patches: Patches) -> Result<Fetched, Error> {
        self.archives
            .get(&format!("{url} {}", patches.key()), || async {
                let bytes = self.archive_bytes(url, digest, repository).await?;
                self.unpack(url.to_owned(), bytes, patches).await
            })
            .await
    }

    pub(super) async fn archive_bytes(&self, url: &str, digest: Option<Digest>, repository: &Repository) -> Result<Vec<u8>, Error> {
        let http = self.client(repository)?;
        let download = || async {
            let accept = Some("application/gzip,application/octet-stream");
            let answer = http.ask(Question { url, accept, limit: LIMIT, ..Question::default() }).await?;
            if answer.status.is_success() { Ok(answer.body) } else { Err(http.status(url, answer.status)) }
        };
        self.cached_or(url, digest, download).await
    }

    /// Returns content from the cache, or downloads it, checks it against its digest and keeps it. Other processes that want
    /// the same wait.
    pub(super) async fn cached_or<F>(&self, url: &str, digest: Option<Digest>, download: impl FnOnce() -> F) -> Result<Vec<u8>, Error>
    where
        F: Future<Output = Result<Vec<u8>, Error>>,
    {
        let cached = || digest.and_then(|digest| self.content.get(digest));
        if let Some(bytes) = cached() {
            self.emit(Event::Cached { url: url.to_owned() });
            return Ok(bytes);
        }
        let (folder, name) = (self.settings.folders.content.join("locks"), Digest::of(url.as_bytes()).to_string());
        let _lock = tokio::task::spawn_blocking(move || lock(&folder, &name)).await.expect("locking a file does not panic")?;
        if let Some(bytes) = cached() {
            self.emit(Event::Cached { url: url.to_owned() });
            return Ok(bytes);
        }
        self.emit(Event::Downloading { url: url.to_owned() });
        let bytes = download().await?;
        let actual = Digest::of(&bytes);
        if let Some(expected) = digest.filter(|expected| *expected != actual) {
            return Err(Error::Digest { url: url.to_owned(), expected, actual });
        }
        self.content.put(&bytes)?;
        self.emit(Event::Downloaded { url: url.to_owned(), bytes: bytes.len() as u64 });
        Ok(bytes)
    }

    async fn unpack(&self, url: String, bytes: Vec<u8>, patches: Patches) -> Result<Fetched, Error> {
        let digest = Some(Digest::of(&bytes));
        let chart = self.load(url.clone(), move |cache| chart::load_archive_patched(&bytes, cache, &patches)).await?;
        Ok(Fetched { chart: Arc::new(chart), from: url, digest })
    }

    pub(super) fn client(&self, repository: &Repository) -> Result<Http, Error> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, http)) = clients.iter().find(|(known, _)| known == repository) {
            return Ok(http.clone());
        }
        let http = Http::new(repository, self.settings.retries, self.settings.events.clone())?;
        clients.push((repository.clone(), http.clone()));
        Ok(http)
    }
}

pub(super) fn wanted_version<'a>(request: &ChartRequest<'a>) -> &'a str {
    match (request.version, request.devel) {
        ("", true) => ">0.0.0-0",
        (version, _) => version,
    }
}

/// Returns the repository that an address is below: its credentials and certificates count for it.
pub(super) fn owner(url: &str, repositories: &[Repository]) -> Repository {
    let below = |repository: &&Repository| !repository.oci && url.starts_with(&format!("{}/", repository.url.trim_end_matches('/')));
    repositories.iter().find(below).cloned().unwrap_or_else(|| Repository::at(url))
}

/// Returns where the archive of an index entry is. Relative addresses start at the repository, whose query is kept.
///
/// Rule: Helm pkg/repo/v1 `ResolveReferenceURL`.
///
/// # Errors
/// The entry has no address, or one that is none.
pub fn archive_url(repository: &str, chart: &str, entry: &IndexEntry) -> Result<String, Error> {
    let fail = |url: &str, source| Error::Address { url: url.to_owned(), source };
    let given = entry.urls.first().ok_or_else(|| Error::Protocol {
        url: repository.to_owned(),
        what: format!("an index without an address for {chart} {}", entry.version),
    })?;
    if let Ok(absolute) = Url::parse(given) {
        return Ok(absolute.into());
    }
    let mut base = Url::parse(repository).map_err(|source| fail(repository, source))?;
    let query = base.query().map(ToOwned::to_owned);
    let path = format!("{}/", base.path().trim_end_matches('/'));
    base.set_path(&path);
    let mut url = base.join(given).map_err(|source| fail(given, source))?;
    if url.query().is_none() {
        url.set_query(query.as_deref());
    }
    Ok(url.into())
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources").field("folders", &self.settings.folders).finish_non_exhaustive()
    }
}

/// Returns the folder of a chart on this machine in a form that names it once.
pub(super) fn canonical(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_below_their_repository_unless_they_say_otherwise() {
        let entry = |url: &str| IndexEntry { version: "1".into(), urls: vec![url.into()], digest: None };
        for (repository, url, expected) in [
            ("https://a/charts", "x.tgz", "https://a/charts/x.tgz"),
            ("https://a/charts/", "sub/x.tgz", "https://a/charts/sub/x.tgz"),
            ("https://a/charts?key=1", "x.tgz", "https://a/charts/x.tgz?key=1"),
            ("https://a/charts", "/x.tgz", "https://a/x.tgz"),
            ("https://a/charts", "https://b/x.tgz", "https://b/x.tgz"),
        ] {
            assert_eq!(archive_url(repository, "x", &entry(url)).expect("good addresses"), expected);
        }
    }
}
