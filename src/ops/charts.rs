//! Finds the charts of releases: folders and archives on this machine, archives of repositories.

use super::session::Session;
use crate::chart::Chart;
use crate::diag::{Diagnostic, Diagnostics};
use super::fetcher::Fetcher;
use crate::source::Repository;
use crate::stack::{Release, Stack};
use futures_util::future::join_all;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// A chart is known by how it is written, its version, and where relative paths start.
type Key = (String, Option<String>, PathBuf);

/// Finds the chart of each release; releases that name the same chart share it.
///
/// # Errors
/// Every chart that is not found, cannot be fetched, or cannot be loaded, with the place in the stack that names it.
pub(super) async fn find_all(session: &Session, stack: &Stack, releases: &[&Release]) -> Result<Vec<Arc<Chart>>, Diagnostics> {
    let repositories: Vec<Repository> = stack.repositories().into_iter().cloned().collect();
    let fetcher = Fetcher::new(&session.variables, repositories, session.files.clone());
    let mut keys: Vec<(Key, &Release)> = Vec::new();
    for release in releases {
        let key = key_of(release);
        if !keys.iter().any(|(known, _)| *known == key) {
            keys.push((key, release));
        }
    }
    let found = join_all(keys.iter().map(|((chart, version, folder), _)| fetcher.chart(chart, version.as_deref(), folder, &session.charts))).await;
    let mut charts: BTreeMap<Key, Arc<Chart>> = BTreeMap::new();
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
    (release.chart.clone(), release.version.clone(), release.state.base_dir.clone())
}

/// Adds the place in the stack file that names the chart.
fn place(diagnostic: Diagnostic, release: &Release) -> Diagnostic {
    match release.chart_span.clone().or_else(|| release.span.clone()) {
        Some(span) if diagnostic.labels.is_empty() => diagnostic.at(span, format!("the chart of release {}", release.id.name)),
        Some(span) => diagnostic.via(Some(span), format!("the chart of release {}", release.id.name)),
        None => diagnostic.note(format!("the chart of release {}", release.id.name)),
    }
}
