//! The operation: asks each cluster of a plan, and lets the checks judge.

use super::gather::{existing_namespaces, look_at, try_all};
use crate::cluster::Cluster;
use crate::diag::Diagnostics;
use crate::ops::apply::Prepared;
use crate::ops::places::find_places;
use crate::ops::session::Session;
use crate::plan::preflight::{check_answers, check_namespaces, note_stand_ins};
use crate::plan::{Action, Finding, Plan};

/// Finds out what would go wrong if a plan were carried out. Writes nothing; releases that stay as they are cost nothing.
///
/// # Errors
/// A cluster cannot be asked. What concerns one object only is a finding.
pub async fn preflight(session: &Session, prepared: &Prepared) -> Result<Vec<Finding>, Diagnostics> {
    let plan = &prepared.plan;
    let is_concerned = |at: &usize| matches!(plan.releases[*at].action, Action::Install | Action::Upgrade);
    let mut findings = Vec::new();
    for (context, cluster) in &prepared.clusters {
        let own: Vec<usize> = plan.graph.order().iter().copied().filter(is_concerned).collect();
        let own: Vec<usize> = own.into_iter().filter(|at| plan.releases[*at].id.kube_context == *context).collect();
        if !own.is_empty() {
            findings.extend(check_cluster(cluster, plan, &own).await?);
        }
    }
    sort(plan, &mut findings);
    find_places(session, prepared, &mut findings).await;
    Ok(findings)
}

async fn check_cluster(cluster: &Cluster, plan: &Plan, releases: &[usize]) -> Result<Vec<Finding>, Diagnostics> {
    let kinds = cluster.kinds().await.map_err(|error| error.diagnostic())?;
    let (subjects, brought) = look_at(plan, releases, &kinds)?;
    let namespaces = existing_namespaces(cluster, &subjects).await.map_err(|error| error.diagnostic())?;
    let answered = try_all(cluster, &subjects, &brought, &namespaces).await.map_err(|error| error.diagnostic())?;
    let mut findings = check_namespaces(&subjects, &namespaces, &brought);
    findings.extend(check_answers(&answered, &brought));
    findings.extend(note_stand_ins(&answered));
    Ok(findings)
}

/// Sorts by release in the order of the plan, then what weighs most, then as found.
fn sort(plan: &Plan, findings: &mut [Finding]) {
    let place = |release: usize| plan.graph.order().iter().position(|at| *at == release);
    findings.sort_by_key(|finding| (place(finding.release), std::cmp::Reverse(finding.code.weight()), finding.code));
}
