//! The operation: asks each cluster of a plan, and lets the checks judge.

use super::access::check_access;
use super::gather::{existing_namespaces, leave_replicas, look_at, try_all};
use super::surroundings::{check_all_nodes, check_all_quotas, check_references};
use crate::cluster::{Cluster, Error};
use crate::diag::Diagnostics;
use crate::ops::apply::Prepared;
use crate::ops::places::find_places;
use crate::ops::render::in_parallel;
use crate::ops::session::Session;
use crate::plan::preflight::{
    Rights, check_answers, check_crds, check_namespaces, check_order, check_owners, check_record_size, check_removed_apis, check_shared,
    note_stand_ins,
};
use crate::plan::{Action, Code, Finding, Plan};

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
            findings.extend(check_cluster(session, cluster, plan, &own).await?);
        }
    }
    sort(plan, &mut findings);
    find_places(session, prepared, &mut findings).await;
    Ok(findings)
}

async fn check_cluster(session: &Session, cluster: &Cluster, plan: &Plan, releases: &[usize]) -> Result<Vec<Finding>, Diagnostics> {
    let kinds = cluster.kinds().await.map_err(told)?;
    let (mut subjects, brought) = look_at(plan, releases, &kinds)?;
    let mut findings = leave_replicas(cluster, plan, &mut subjects).await.map_err(told)?;
    let namespaces = existing_namespaces(cluster, &subjects).await.map_err(told)?;
    let rights = Rights::of(plan, releases, &subjects, &kinds, session.driver);
    let tries = try_all(cluster, &subjects, plan, &brought, &namespaces);
    let (answered, access) = tokio::try_join!(tries, check_access(cluster, &rights)).map_err(told)?;
    let (references, nodes, quotas) = tokio::try_join!(
        check_references(cluster, &subjects, &answered, &brought),
        check_all_nodes(cluster, &subjects),
        check_all_quotas(cluster, &namespaces, &answered),
    )
    .map_err(told)?;
    findings.extend([references, nodes, quotas].into_iter().flatten());
    findings.extend(check_crds(&answered));
    findings.extend(check_removed_apis(&answered));
    findings.extend(releases.iter().flat_map(|at| check_order(*at, &plan.releases[*at])));
    findings.extend(in_parallel(releases.to_vec(), |at| Ok(check_record_size(at, &plan.releases[at])))?.into_iter().flatten());
    findings.extend(check_namespaces(&subjects, &namespaces, &brought));
    findings.extend(without_repetition(check_answers(&answered, &brought), &access));
    findings.extend(access);
    findings.extend(check_owners(&answered, plan));
    findings.extend(check_shared(&subjects, plan));
    findings.extend(note_stand_ins(&answered));
    Ok(findings)
}

fn told(error: Error) -> Diagnostics {
    error.diagnostic().into()
}

/// Leaves out objects that may not be sent where the rights that are missing are told already.
fn without_repetition(found: Vec<Finding>, access: &[Finding]) -> Vec<Finding> {
    let is_told = |finding: &Finding| finding.code == Code::Forbidden && access.iter().any(|told| told.release == finding.release);
    found.into_iter().filter(|finding| !is_told(finding)).collect()
}

/// Sorts by release in the order of the plan, then what weighs most, then as found.
fn sort(plan: &Plan, findings: &mut [Finding]) {
    let place = |release: usize| plan.graph.order().iter().position(|at| *at == release);
    findings.sort_by_key(|finding| (place(finding.release), std::cmp::Reverse(finding.code.weight()), finding.code));
}
