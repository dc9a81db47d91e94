//! Finds the charts of releases: folders and archives on this machine, archives of repositories and registries.

use crate::chart::lint::Contents;
use crate::chart::{self, Chart, Patches};
use crate::diag::{Diagnostic, Diagnostics, Source};
use crate::source::{CacheFolders, ChartRef, ChartRequest, Error, Event, Files as _, Repository, Retries, Settings, Sources};
use crate::stack::{Release, Stack, chart_name};
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::Handle;

use super::session::Session;

/// A chart is known by how it is written, its version, and where relative paths start.
type Key = (String, String, PathBuf, Vec<PathBuf>);

/// Returns what fetches charts, with Helm's cache folders.
pub(super) fn sources(variables: &BTreeMap<String, String>) -> Sources {
    sources_with(variables, |_| {})
}

/// As `sources`; what happens is told to `hear` too.
pub(super) fn sources_with(variables: &BTreeMap<String, String>, hear: impl Fn(Event) + Send + Sync + 'static) -> Sources {
    let events = move |event: Event| {
        tracing::debug!(?event, "chart");
        hear(event);
    };
    Sources::new(Settings { folders: CacheFolders::from_env(variables), retries: Retries::default(), events: Arc::new(events) })
}

/// The charts of releases, as far as they had to be fetched.
pub(super) struct Charts {
    sources: Sources,
    repositories: Vec<Repository>,
    /// By release; `None` for a folder that no other release names.
    fetched: Vec<Option<Arc<Chart>>>,
}

impl Charts {
    /// Fetches the charts of releases; releases that name the same chart share it. A folder that one release alone names is left
    /// for [`Charts::load`], so that of such charts only those are in memory that somebody works on.
    ///
    /// # Errors
    /// Every chart that is not found, cannot be fetched, or cannot be loaded, with the place in the stack that names it.
    pub(super) async fn find(session: &Session, stack: &Stack, releases: &[&Release]) -> Result<Charts, Diagnostics> {
        let sources = sources(&session.variables);
        let repositories = repositories_of(stack);
        let mut named: BTreeMap<Key, usize> = BTreeMap::new();
        for release in releases {
            *named.entry(key_of(release)).or_default() += 1;
        }
        let is_left = |release: &&Release| {
            let reference = ChartRef::parse(&release.chart, &release.state.base_dir, &repositories, session.files.as_ref());
            named[&key_of(release)] == 1 && matches!(reference, Ok(ChartRef::Local(_)))
        };
        let left: Vec<bool> = releases.iter().map(is_left).collect();
        let wanted: Vec<&Release> = releases.iter().zip(&left).filter(|(_, left)| !**left).map(|(release, _)| *release).collect();
        let mut found = find_each(session, &sources, &repositories, &wanted, chart).await?.into_iter();
        let fetched = left.into_iter().map(|left| if left { None } else { found.next() }).collect();
        Ok(Charts { sources: sources.loading_in_place(), repositories, fetched })
    }

    /// Returns the chart of the release at `place` in the list that they were found for. A folder is loaded on this thread, which
    /// must be none of `runtime`.
    ///
    /// # Errors
    /// The folder cannot be loaded, or its dependencies cannot be fetched.
    pub(super) fn load(&self, session: &Session, runtime: &Handle, place: usize, release: &Release) -> Result<Arc<Chart>, Diagnostics> {
        if let Some(chart) = &self.fetched[place] {
            return Ok(Arc::clone(chart));
        }
        let found = runtime.block_on(fetch_one(session, &self.sources, &self.repositories, release, &chart));
        found.map_err(|error| place_of(error.diagnostic(), release).into())
    }
}

async fn chart(sources: &Sources, request: &ChartRequest<'_>) -> Result<Arc<Chart>, Error> {
    sources.fetch(request).await.map(|fetched| fetched.chart)
}

/// Finds what the charts' folders and archives hold, for lint. With `skip_dependencies` all of them are left as they are.
///
/// # Errors
/// As [`Charts::find`], but for charts that do not load.
pub(super) async fn contents_of_all(
    session: &Session,
    stack: &Stack,
    releases: &[&Release],
    skip_dependencies: bool,
) -> Result<Vec<Arc<Contents>>, Diagnostics> {
    let fetch = async |sources: &Sources, request: &ChartRequest<'_>| {
        let skip_dependencies = request.skip_dependencies || skip_dependencies;
        sources.contents(&ChartRequest { skip_dependencies, ..*request }).await.map(Arc::new)
    };
    find_each(session, &sources(&session.variables), &repositories_of(stack), releases, fetch).await
}

fn repositories_of(stack: &Stack) -> Vec<Repository> {
    stack.repositories().into_iter().cloned().collect()
}

/// Fetches something of the chart of each release; releases that name the same chart share it.
async fn find_each<T: Clone>(
    session: &Session,
    sources: &Sources,
    repositories: &[Repository],
    releases: &[&Release],
    fetch: impl AsyncFn(&Sources, &ChartRequest<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Diagnostics> {
    let mut keys: Vec<(Key, &Release)> = Vec::new();
    for release in releases {
        let key = key_of(release);
        if !keys.iter().any(|(known, _)| *known == key) {
            keys.push((key, release));
        }
    }
    let found = join_all(keys.iter().map(|(_, release)| fetch_one(session, sources, repositories, release, &fetch))).await;
    let mut charts: BTreeMap<Key, T> = BTreeMap::new();
    let mut problems = Diagnostics::new();
    for ((key, release), result) in keys.into_iter().zip(found) {
        match result {
            Ok(chart) => {
                charts.insert(key, chart);
            }
            Err(error) => problems.push(place_of(error.diagnostic(), release)),
        }
    }
    let (charts, _) = problems.check(charts)?;
    Ok(releases.iter().map(|release| charts[&key_of(release)].clone()).collect())
}

async fn fetch_one<T>(
    session: &Session,
    sources: &Sources,
    repositories: &[Repository],
    release: &Release,
    fetch: &impl AsyncFn(&Sources, &ChartRequest<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let (text, version, folder, _) = key_of(release);
    let reference = ChartRef::parse(&text, &folder, repositories, session.files.as_ref())?;
    let (devel, skip_dependencies) = (release.render.devel, release.render.skip_deps);
    let patches = patches_of(session, release)?;
    let patches = Some(&patches).filter(|patches| !patches.is_empty());
    fetch(sources, &ChartRequest { reference: &reference, version: &version, devel, repositories, skip_dependencies, patches }).await
}

/// Reads the patches that the stack has for a release's chart.
fn patches_of(session: &Session, release: &Release) -> Result<Patches, Error> {
    let mut patches = Vec::with_capacity(release.patches.len());
    for path in &release.patches {
        let bytes = session
            .files
            .read(path)
            .map_err(|source| Error::Chart { from: release.chart.clone(), source: chart::Error::Read { path: path.clone(), source } })?;
        patches.push(Source::new(path.display().to_string(), String::from_utf8_lossy(&bytes)));
    }
    Ok(Patches::new(chart_name(&release.chart), patches))
}

fn key_of(release: &Release) -> Key {
    (release.chart.clone(), release.version.clone().unwrap_or_default(), release.state.base_dir.clone(), release.patches.clone())
}

/// Adds the place in the stack file that names the chart.
fn place_of(diagnostic: Diagnostic, release: &Release) -> Diagnostic {
    match release.chart_span.clone().or_else(|| release.span.clone()) {
        Some(span) if diagnostic.labels.is_empty() => diagnostic.at(span, format!("the chart of release {}", release.id.name)),
        Some(span) => diagnostic.via(Some(span), format!("the chart of release {}", release.id.name)),
        None => diagnostic.note(format!("the chart of release {}", release.id.name)),
    }
}
