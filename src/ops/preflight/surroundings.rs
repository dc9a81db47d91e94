//! Reads what the objects of a plan will live among: what they refer to, nodes, quotas.

use crate::cluster::{Cluster, Error, ListOptions, Wanted};
use crate::manifest::ObjectId;
use crate::plan::Finding;
use crate::plan::preflight::{
    Answered, Brought, QuotaSurroundings, References, Subject, asks_for_nodes, check_nodes, check_quotas, quotas_ask_for_nodes,
    quotas_ask_for_priority,
};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Finds references to what is nowhere.
///
/// # Errors
/// The cluster cannot be asked.
pub(super) async fn check_references(
    cluster: &Cluster,
    subjects: &[Subject],
    answered: &[Answered<'_>],
    brought: &Brought,
) -> Result<Vec<Finding>, Error> {
    let references = References::of(answered, brought);
    let wanted = Wanted { objects: references.wanted(), ..Wanted::default() };
    let snapshot = cluster.snapshot(&wanted).await?;
    // What we may not see may be there.
    let known: BTreeSet<ObjectId> = snapshot.live.into_keys().chain(snapshot.unreadable.into_keys()).collect();
    if !references.need_storage() {
        return Ok(references.check(&known, None, &[], subjects));
    }
    let (classes, volumes) =
        tokio::try_join!(all(cluster, "storage.k8s.io/v1", "StorageClass", None), all(cluster, "v1", "PersistentVolume", None))?;
    // Where volumes may not be read, every class may have one.
    let Some(volumes) = volumes else { return Ok(Vec::new()) };
    Ok(references.check(&known, classes.as_deref(), &volumes, subjects))
}

/// Finds pods that no node takes.
///
/// # Errors
/// The cluster cannot be asked.
pub(super) async fn check_all_nodes(cluster: &Cluster, subjects: &[Subject]) -> Result<Vec<Finding>, Error> {
    if !subjects.iter().any(asks_for_nodes) {
        return Ok(Vec::new());
    }
    let nodes = all(cluster, "v1", "Node", None).await?;
    Ok(nodes.map_or_else(Vec::new, |nodes| check_nodes(subjects, &nodes)))
}

/// Finds quotas that the plan passes.
///
/// # Errors
/// The cluster cannot be asked.
pub(super) async fn check_all_quotas(
    cluster: &Cluster,
    subjects: &[Subject],
    namespaces: &BTreeSet<String>,
    answered: &[Answered<'_>],
) -> Result<Vec<Finding>, Error> {
    let lists = namespaces.iter().map(|namespace| all(cluster, "v1", "ResourceQuota", Some(namespace)));
    let quotas: Vec<Json> = futures_util::future::try_join_all(lists).await?.into_iter().flatten().flatten().collect();
    let mut surroundings = QuotaSurroundings::default();
    if quotas_ask_for_nodes(&quotas, subjects) {
        surroundings.nodes = all(cluster, "v1", "Node", None).await?;
    }
    if quotas_ask_for_priority(&quotas) {
        let classes = all(cluster, "scheduling.k8s.io/v1", "PriorityClass", None).await?.unwrap_or_default();
        let default = classes.iter().find(|class| class["globalDefault"].as_bool() == Some(true));
        surroundings.default_class = default.and_then(|class| class["metadata"]["name"].as_str()).map(str::to_owned);
    }
    Ok(check_quotas(&quotas, answered, &surroundings))
}

/// Returns all objects of a kind, or nothing where they may not be read.
pub(super) async fn all(cluster: &Cluster, api_version: &str, kind: &str, namespace: Option<&str>) -> Result<Option<Vec<Json>>, Error> {
    let kind = cluster.kind(api_version, kind).await?;
    match cluster.list(&kind, &ListOptions { namespace, ..ListOptions::default() }).await {
        Err(Error::Refused { .. }) => Ok(None),
        answer => answer.map(Some),
    }
}
