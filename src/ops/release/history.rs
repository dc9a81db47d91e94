//! The revisions of a release.

use super::content::not_found;
use super::session::ReleaseSession;
use crate::diag::Diagnostics;
use crate::release::{Status, validate_release_name};
use crate::template::go_time::Time;

/// A revision of a release.
#[derive(Clone, Debug)]
pub struct ReleaseRevision {
    /// Its number.
    pub revision: u32,
    /// When it was deployed, where that is known.
    pub updated: Option<Time>,
    /// Its status.
    pub status: Status,
    /// Its chart, as `NAME-VERSION`.
    pub chart: String,
    /// The version of what the chart installs.
    pub app_version: String,
    /// The revision that it went back to; 0 where it is no rollback.
    pub rollback_revision: u32,
    /// What happened.
    pub description: String,
}

/// What is known of a release's revisions.
#[derive(Clone, Debug, Default)]
pub struct ReleaseRevisions {
    /// The revisions, the oldest first.
    pub revisions: Vec<ReleaseRevision>,
    /// Records that cannot be read, each with its object.
    pub unreadable: Diagnostics,
}

/// Returns the last `max` revisions of a release.
///
/// Rule: helm pkg/cmd/history.go, pkg/action/history.go.
///
/// # Errors
/// There is no such release; the cluster does not tell.
pub async fn release_history(session: &ReleaseSession, name: &str, max: i64) -> Result<ReleaseRevisions, Diagnostics> {
    validate_release_name(name).map_err(|error| error.diagnostic().verbatim(format!("release name is invalid: {name}")))?;
    let namespace = session.cluster.namespace();
    let history = session.store.history(namespace, name).await.map_err(|error| error.diagnostic())?;
    if history.is_empty() {
        return Err(not_found(namespace, name, 0).into());
    }
    let entries = history.entries();
    let max = usize::try_from(max).unwrap_or(0);
    let mut found = ReleaseRevisions::default();
    for entry in &entries[entries.len().saturating_sub(max)..] {
        let summary = match entry.summary() {
            Ok(summary) => summary,
            Err(error) => {
                found.unreadable.push(error.diagnostic());
                continue;
            }
        };
        found.revisions.push(ReleaseRevision {
            revision: summary.version,
            updated: session.time(summary.info.last_deployed.as_ref()),
            status: summary.info.status,
            chart: summary.chart(),
            app_version: summary.app_version().to_owned(),
            rollback_revision: summary.info.rollback_revision,
            description: summary.info.description,
        });
    }
    Ok(found)
}
