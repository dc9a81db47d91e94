//! Says what carrying out a plan does to what runs.

use super::apply::Prepared;
use super::live::{Ask, LiveObjects, read_live};
use super::places::find_places;
use super::session::Session;
use crate::diag::Diagnostics;
use crate::diff::ChangeKind;
use crate::plan::consequence::{self, effects};
use crate::plan::{Action, Finding, PlannedRelease};

/// Returns what a plan does to what runs: which workloads roll and why, what is made anew, which data is at risk, what stops. A plan
/// without work costs nothing.
///
/// # Errors
/// A cluster cannot be asked.
pub async fn consequences(session: &Session, prepared: &Prepared) -> Result<Vec<Finding>, Diagnostics> {
    let plan = &prepared.plan;
    if !plan.has_work() {
        return Ok(Vec::new());
    }
    let read;
    let live = match &prepared.live {
        Some(live) => Some(live),
        // Only what goes has to be looked at: it may be gone already, or ask to be kept.
        None if plan.releases.iter().any(removes) && !prepared.clusters.is_empty() => {
            read = read_live(plan, &prepared.clusters, Ask::Removals).await?;
            Some(&read)
        }
        None => None,
    };
    let of = live.map(|live: &LiveObjects| move |release: &PlannedRelease| live.of(release));
    let effects = match &of {
        Some(of) => effects(plan, Some(of)),
        None => effects(plan, None),
    };
    let mut findings = consequence::consequences(plan, &effects);
    find_places(session, prepared, &mut findings).await;
    Ok(findings)
}

/// Says whether a release loses objects.
pub(super) fn removes(release: &PlannedRelease) -> bool {
    release.action == Action::Remove || release.changes.iter().any(|change| change.kind == ChangeKind::Remove)
}
