//! The releases of a namespace, or of all.

use super::session::ReleaseSession;
use crate::diag::{Diagnostic, Diagnostics};
use crate::release::{Entry, Error, Selector, Status, Summary};
use crate::template::go_regex::Regex;
use crate::template::go_time::Time;
use std::cmp::Ordering;

/// Which releases are listed, in which order.
#[derive(Clone, Debug, Default)]
pub struct ListRequest {
    /// Those of all namespaces.
    pub all_namespaces: bool,
    /// Those with one of these statuses; none means any that is known.
    pub statuses: Vec<Status>,
    /// Those whose names match this regular expression of Go's; may be empty.
    pub filter: String,
    /// Those with these labels; may be empty.
    pub selector: String,
    /// By the time of their last deployment, not by name.
    pub by_date: bool,
    /// The last ones first.
    pub reverse: bool,
    /// So many at most; all for 0 or less.
    pub max: i64,
    /// Without so many at the beginning.
    pub offset: usize,
}

/// One release of a list.
#[derive(Clone, Debug)]
pub struct ListedRelease {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its revision.
    pub revision: u32,
    /// When it was last deployed, where that is known.
    pub updated: Option<Time>,
    /// Its status.
    pub status: Status,
    /// Its chart, as `NAME-VERSION`.
    pub chart: String,
    /// The version of what the chart installs.
    pub app_version: String,
}

/// What a list found.
#[derive(Clone, Debug, Default)]
pub struct ListedReleases {
    /// The releases.
    pub releases: Vec<ListedRelease>,
    /// Records that cannot be read, each with its object.
    pub unreadable: Diagnostics,
}

/// Lists releases: of each its last revision; where only superseded ones are asked for, all of those.
///
/// Rule: helm pkg/action/list.go. Helm passes over records that it cannot read, and takes the one before for the last; here they
/// are told of.
///
/// # Errors
/// The filter or the selector cannot be read; the cluster does not tell.
pub async fn list(session: &ReleaseSession, request: &ListRequest) -> Result<ListedReleases, Diagnostics> {
    let filter =
        (!request.filter.is_empty()).then(|| Regex::new(&request.filter)).transpose().map_err(|error| no_filter(&error.to_string()))?;
    let selector = Selector::parse(&request.selector).map_err(|error| error.diagnostic())?;
    let namespace = (!request.all_namespaces).then(|| session.cluster.namespace());
    let entries: Vec<Entry> = if request.statuses == [Status::Superseded] {
        session.store.of_status(namespace, Status::Superseded).await
    } else {
        session.store.latest(namespace).await.map(|latest| latest.into_values().collect())
    }
    .map_err(|error| error.diagnostic())?;
    let mut found = ListedReleases::default();
    for entry in &entries {
        let stored = entry.stored();
        let is_named = filter.as_ref().is_none_or(|filter| filter.is_match(stored.release().as_bytes()));
        if is_named && selector.finds(&stored.labels) {
            found.take(session, entry.summary(), &request.statuses);
        }
    }
    sort(&mut found.releases, request);
    let max = usize::try_from(request.max).ok().filter(|max| *max > 0).unwrap_or(usize::MAX);
    found.releases = found.releases.into_iter().skip(request.offset).take(max).collect();
    Ok(found)
}

impl ListedReleases {
    fn take(&mut self, session: &ReleaseSession, summary: Result<Summary, Error>, statuses: &[Status]) {
        let summary = match summary {
            Ok(summary) => summary,
            Err(error) => return self.unreadable.push(error.diagnostic()),
        };
        let status = summary.info.status;
        let is_wanted = if statuses.is_empty() { status != Status::Unknown } else { statuses.contains(&status) };
        if !is_wanted {
            return;
        }
        self.releases.push(ListedRelease {
            revision: summary.version,
            updated: session.time(summary.info.last_deployed.as_ref()),
            status,
            chart: summary.chart(),
            app_version: summary.app_version().to_owned(),
            name: summary.name,
            namespace: summary.namespace,
        });
    }
}

/// Sorts by name, or by the second of the last deployment and then by name. What is equal keeps its order: by namespace, then as the
/// records are named.
fn sort(releases: &mut [ListedRelease], request: &ListRequest) {
    let second = |release: &ListedRelease| release.updated.as_ref().map_or(i64::MIN, Time::seconds);
    let by_name = |a: &ListedRelease, b: &ListedRelease| a.name.cmp(&b.name);
    let by_date = |a: &ListedRelease, b: &ListedRelease| second(a).cmp(&second(b)).then_with(|| by_name(a, b));
    let order = |a: &ListedRelease, b: &ListedRelease| -> Ordering { if request.by_date { by_date(a, b) } else { by_name(a, b) } };
    releases.sort_by(order);
    // Helm reverses the list for names, and calls the oldest ones the last: `--date` alone begins with the oldest.
    if request.reverse {
        releases.reverse();
    }
}

fn no_filter(words: &str) -> Diagnostic {
    Diagnostic::error(format!("the filter cannot be read: {words}")).verbatim(words)
}
