//! Finds the charts of releases: folders and archives on this machine, archives of repositories and registries.

use crate::chart::Chart;
use crate::chart::lint::Contents;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{CacheFolders, ChartRef, ChartRequest, Error, Event, Repository, Retries, Settings, Sources};
use crate::stack::{Release, Stack};
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::session::Session;

/// A chart is known by how it is written, its version, and where relative paths start.
type Key = (String, String, PathBuf);

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

/// Finds the chart of each release; releases that name the same chart share it.
///
/// # Errors
/// Every chart that is not found, cannot be fetched, or cannot be loaded, with the place in the stack that names it.
pub(super) async fn find_all(session: &Session, stack: &Stack, releases: &[&Release]) -> Result<Vec<Arc<Chart>>, Diagnostics> {
    let fetch = async |sources: &Sources, request: &ChartRequest<'_>| sources.fetch(request).await.map(|fetched| fetched.chart);
    find_each(session, stack, releases, fetch).await
}

/// Finds what the charts' folders and archives hold, for lint. With `skip_dependencies` all of them are left as they are.
///
/// # Errors
/// As [`find_all`], but for charts that do not load.
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
    find_each(session, stack, releases, fetch).await
}

/// Fetches something of the chart of each release; releases that name the same chart share it.
async fn find_each<T: Clone>(
    session: &Session,
    stack: &Stack,
    releases: &[&Release],
    fetch: impl AsyncFn(&Sources, &ChartRequest<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Diagnostics> {
    let repositories: Vec<Repository> = stack.repositories().into_iter().cloned().collect();
    let sources = sources(&session.variables);
    let mut keys: Vec<(Key, &Release)> = Vec::new();
    for release in releases {
        let key = key_of(release);
        if !keys.iter().any(|(known, _)| *known == key) {
            keys.push((key, release));
        }
    }
    let found = join_all(keys.iter().map(|((text, version, folder), release)| {
        let (sources, repositories, fetch) = (&sources, &repositories, &fetch);
        async move {
            let reference = ChartRef::parse(text, folder, repositories, session.files.as_ref())?;
            let (devel, skip_dependencies) = (release.render.devel, release.render.skip_deps);
            fetch(sources, &ChartRequest { reference: &reference, version, devel, repositories, skip_dependencies }).await
        }
    }))
    .await;
    let mut charts: BTreeMap<Key, T> = BTreeMap::new();
    let mut problems = Diagnostics::new();
    for ((key, release), result) in keys.into_iter().zip(found) {
        match result {
            Ok(chart) => {
                charts.insert(key, chart);
            }
            Err(error) => problems.push(place(error.diagnostic(), release)),
        }
    }
    let (charts, _) = problems.check(charts)?;
    Ok(releases.iter().map(|release| charts[&key_of(release)].clone()).collect())
}

fn key_of(release: &Release) -> Key {
    (release.chart.clone(), release.version.clone().unwrap_or_default(), release.state.base_dir.clone())
}

/// Adds the place in the stack file that names the chart.
fn place(diagnostic: Diagnostic, release: &Release) -> Diagnostic {
    match release.chart_span.clone().or_else(|| release.span.clone()) {
        Some(span) if diagnostic.labels.is_empty() => diagnostic.at(span, format!("the chart of release {}", release.id.name)),
        Some(span) => diagnostic.via(Some(span), format!("the chart of release {}", release.id.name)),
        None => diagnostic.note(format!("the chart of release {}", release.id.name)),
    }
}
