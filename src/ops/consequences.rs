//! Says what carrying out a plan does to what runs, and what would go wrong.

use super::apply::Prepared;
use super::live::{Ask, LiveObjects, read_live};
use super::places::find_places;
use super::preflight::preflight;
use super::session::Session;
use crate::diag::Diagnostics;
use crate::diff::ChangeKind;
use crate::manifest::ObjectId;
use crate::plan::consequence::sort;
use crate::plan::consequence::{self, effects};
use crate::plan::{Action, Code, Finding, Plan, PlannedRelease};

/// What is found out about a plan before it is carried out.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What would go wrong.
    pub preflight: Vec<Finding>,
    /// What it does to what runs.
    pub consequences: Vec<Finding>,
}

/// Finds out what a plan does to what runs: which workloads roll and why, what is made anew, which data is at risk, what stops; and, with
/// `tried`, what would go wrong. A plan without work costs nothing. Writes nothing.
///
/// # Errors
/// A cluster cannot be asked.
pub async fn findings(session: &Session, prepared: &Prepared, tried: bool) -> Result<Findings, Diagnostics> {
    if !prepared.plan.has_work() {
        return Ok(Findings::default());
    }
    let preflight = if tried { preflight(session, prepared).await? } else { Vec::new() };
    let mut findings = Findings { preflight, consequences: consequences(prepared).await? };
    if tried && !prepared.clusters.is_empty() {
        believe_the_server(&mut findings);
        sort(&prepared.plan, &mut findings.consequences);
    }
    find_places(session, prepared, &mut findings.consequences).await;
    Ok(findings)
}

/// What the server says about fields that cannot change counts more than our rules: objects that it would change are not made anew.
fn believe_the_server(findings: &mut Findings) {
    let key = |finding: &Finding| (finding.release, finding.object.clone());
    let of = |findings: &[Finding]| -> Vec<(usize, Option<ObjectId>)> {
        findings.iter().filter(|finding| finding.code == Code::Recreated).map(key).collect()
    };
    let said = of(&findings.preflight);
    findings.consequences.retain(|finding| finding.code != Code::Recreated || said.contains(&key(finding)));
    let known = of(&findings.consequences);
    let (recreated, rest) = std::mem::take(&mut findings.preflight).into_iter().partition(|finding| finding.code == Code::Recreated);
    findings.preflight = rest;
    let recreated: Vec<Finding> = recreated;
    findings.consequences.extend(recreated.into_iter().filter(|finding| !known.contains(&key(finding))));
}

/// Returns what a plan does to what runs, without asking a cluster.
pub fn consequences_of(plan: &Plan) -> Findings {
    Findings { preflight: Vec::new(), consequences: consequence::consequences(plan, &effects(plan, None)) }
}

async fn consequences(prepared: &Prepared) -> Result<Vec<Finding>, Diagnostics> {
    let plan = &prepared.plan;
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
    Ok(consequence::consequences(plan, &effects))
}

/// Says whether a release loses objects.
pub(super) fn removes(release: &PlannedRelease) -> bool {
    release.action == Action::Remove || release.changes.iter().any(|change| change.kind == ChangeKind::Remove)
}
