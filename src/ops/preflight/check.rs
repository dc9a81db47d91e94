//! The operation: asks each cluster of a plan, and lets the checks judge.

use super::access::check_access;
use super::gather::{existing_namespaces, leave_replicas, look_at, try_all};
use super::surroundings::{check_all_nodes, check_all_quotas, check_references};
use crate::cluster::{Cluster, Driver, Error};
use crate::diag::Diagnostics;
use crate::execute::{Absent, Clusters};
use crate::manifest::ObjectId;
use crate::ops::apply::Prepared;
use crate::ops::live::LiveObjects;
use crate::ops::places::find_places;
use crate::ops::render::in_parallel;
use crate::ops::session::Session;
use crate::plan::preflight::{
    Answered, Rights, check_answers, check_crds, check_namespaces, check_order, check_owners, check_record_size, check_shared,
    check_warnings, note_stand_ins,
};
use crate::plan::{Action, Code, Finding, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// Finds out what would go wrong if a plan were carried out. Writes nothing; releases that stay as they are cost nothing.
///
/// # Errors
/// A cluster cannot be asked. What concerns one object only is a finding.
pub async fn preflight(session: &Session, prepared: &Prepared) -> Result<Vec<Finding>, Diagnostics> {
    let (mut findings, absent) = check_plan(&prepared.plan, &prepared.clusters, session.driver, prepared.live.as_ref()).await?;
    findings.extend(check_revisions(prepared).await?);
    sort(&prepared.plan, &mut findings);
    // Whoever looked first knows as much.
    let _ = prepared.absent.set(absent);
    find_places(session, prepared, &mut findings).await;
    Ok(findings)
}

/// As [`preflight`], of a plan whose releases may have been rendered anyhow: findings name templates, not their lines. Returns also the
/// objects that are not there. What the server has tried already, for `live`, is not tried again.
///
/// # Errors
/// As [`preflight`].
pub(in crate::ops) async fn check_plan(
    plan: &Plan,
    clusters: &Clusters,
    driver: Driver,
    live: Option<&LiveObjects>,
) -> Result<(Vec<Finding>, Absent), Diagnostics> {
    let is_concerned = |at: &usize| matches!(plan.releases[*at].action, Action::Install | Action::Upgrade);
    let mut findings = Vec::new();
    let mut absent = Absent::default();
    for (context, cluster) in clusters {
        let of_context = || plan.graph.order().iter().copied().filter(|at| plan.releases[*at].id.kube_context == *context);
        let own: Vec<usize> = of_context().filter(is_concerned).collect();
        let removals: Vec<usize> = of_context().filter(|at| plan.releases[*at].action == Action::Remove).collect();
        findings.extend(check_removals(driver, cluster, plan, &removals).await?);
        if !own.is_empty() {
            let (found, not_there) = check_cluster(driver, cluster, plan, &own, live).await?;
            findings.extend(found);
            absent.0.insert(context.clone(), not_there);
        }
    }
    sort(plan, &mut findings);
    Ok((findings, absent))
}

/// Finds rights that are missing for what goes.
async fn check_removals(driver: Driver, cluster: &Cluster, plan: &Plan, removals: &[usize]) -> Result<Vec<Finding>, Diagnostics> {
    let mut rights = Rights::default();
    rights.add_removals(plan, removals, &*cluster.kinds().await.map_err(told)?, driver);
    check_access(cluster, &rights).await.map_err(told)
}

/// Finds rights that are missing for writing down what is done to the stack.
async fn check_revisions(prepared: &Prepared) -> Result<Vec<Finding>, Diagnostics> {
    let plan = &prepared.plan;
    let working = plan.graph.order().iter().copied().find(|at| plan.releases[*at].action != Action::Nothing);
    let (Some(at), Some(cluster)) = (working, prepared.clusters.get(&prepared.home.context)) else { return Ok(Vec::new()) };
    let mut rights = Rights::default();
    rights.add_revisions(at, &prepared.home.store.stack().namespace, &*cluster.kinds().await.map_err(told)?);
    check_access(cluster, &rights).await.map_err(told)
}

/// Returns also the objects that are not there.
async fn check_cluster(
    driver: Driver,
    cluster: &Cluster,
    plan: &Plan,
    releases: &[usize],
    live: Option<&LiveObjects>,
) -> Result<(Vec<Finding>, BTreeSet<ObjectId>), Diagnostics> {
    let kinds = cluster.kinds().await.map_err(told)?;
    let (mut subjects, brought) = look_at(plan, releases, &kinds)?;
    let mut findings = leave_replicas(cluster, plan, &mut subjects).await.map_err(told)?;
    let namespaces = existing_namespaces(cluster, &subjects).await.map_err(told)?;
    let rights = Rights::of(plan, releases, &subjects, &kinds, driver);
    let tries = try_all(cluster, &subjects, plan, &brought, &namespaces, live);
    let (answered, access) = tokio::try_join!(tries, check_access(cluster, &rights)).map_err(told)?;
    let (references, nodes, quotas) = tokio::try_join!(
        check_references(cluster, &subjects, &answered, &brought),
        check_all_nodes(cluster, &subjects),
        check_all_quotas(cluster, &subjects, &namespaces, &answered),
    )
    .map_err(told)?;
    findings.extend([references, nodes, quotas].into_iter().flatten());
    findings.extend(check_crds(&answered));
    findings.extend(check_warnings(&answered));
    findings.extend(releases.iter().flat_map(|at| check_order(*at, &plan.releases[*at])));
    findings.extend(in_parallel(releases.to_vec(), |at| Ok(check_record_size(at, &plan.releases[at])))?.into_iter().flatten());
    findings.extend(check_namespaces(&subjects, &namespaces, &brought));
    findings.extend(without_repetition(check_answers(&answered, &brought), &access));
    findings.extend(access);
    findings.extend(check_owners(&answered, plan));
    findings.extend(check_shared(&subjects, plan));
    findings.extend(note_stand_ins(&answered));
    Ok((findings, absent(&answered)))
}

/// Returns the objects that the server would make. What several releases would make is left out: it is there for the second of them.
fn absent(answered: &[Answered<'_>]) -> BTreeSet<ObjectId> {
    let mut made = BTreeMap::new();
    for answered in answered {
        let is_new = answered.answer.as_ref().is_some_and(|answer| answer.as_ref().is_ok_and(|applied| applied.is_new));
        let id = &answered.subject.sent.id;
        let (_, known, count) = made.entry((id.group(), &id.kind, &id.namespace, &id.name)).or_insert((id, true, 0));
        (*known, *count) = (*known && is_new, *count + 1);
    }
    made.into_values().filter(|(_, is_new, count)| *is_new && *count == 1).map(|(id, ..)| id.clone()).collect()
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
