//! The objects of releases, as far as waits are concerned.

use crate::manifest::{Document, Hook, HookEvent, ObjectId};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Events whose hooks bring a release up. Tests and what a removal runs make nothing that pods could count on.
const BRINGING: [HookEvent; 6] = [
    HookEvent::PreInstall,
    HookEvent::PostInstall,
    HookEvent::PreUpgrade,
    HookEvent::PostUpgrade,
    HookEvent::PreRollback,
    HookEvent::PostRollback,
];

/// The objects of one release, as they are to be found.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The kubeconfig context of its cluster.
    pub context: Option<&'a str>,
    /// The namespace of objects that name none.
    pub namespace: &'a str,
    /// Its objects.
    pub documents: &'a [Document],
    /// Its hooks.
    pub hooks: &'a [Hook],
    /// Custom resource definitions of its `crds/`.
    pub crds: &'a [Document],
}

/// An object of a release.
#[derive(Clone, Debug)]
pub struct Part {
    /// The release, by its index.
    pub release: usize,
    /// The object, with the namespace that it has if its kind has one.
    pub id: ObjectId,
    /// The template that makes it.
    pub template: String,
    /// The events at which it runs, where it is a hook.
    pub hook: Option<Vec<HookEvent>>,
    /// Its weight among the hooks.
    pub weight: i64,
    /// The object, where waits are read from it or met by more of it than its name; null otherwise.
    pub body: Json,
}

impl Part {
    /// Says whether it is a hook that runs after the release's objects were sent.
    pub fn is_post_hook(&self) -> bool {
        let is_post = |event: &HookEvent| matches!(event, HookEvent::PostInstall | HookEvent::PostUpgrade | HookEvent::PostRollback);
        self.hook.as_ref().is_some_and(|events| events.iter().any(is_post))
    }

    /// Returns its namespace.
    pub fn namespace(&self) -> &str {
        self.id.namespace.as_deref().unwrap_or_default()
    }
}

/// Returns the objects of a release and those of its hooks that bring it up. Documents that cannot be read have none.
pub(super) fn parts(release: usize, source: &Source<'_>, groups: &BTreeSet<String>) -> Vec<Part> {
    let brings = |hook: &&Hook| hook.events.iter().any(|event| BRINGING.contains(event));
    let hooks = source.hooks.iter().filter(brings).map(|hook| (&hook.document, Some(hook)));
    let objects = source.crds.iter().chain(source.documents).map(|document| (document, None));
    let part = |(document, hook): (&Document, Option<&Hook>)| {
        let id = document.id()?;
        let body = if is_read(&id, groups) { document.json().ok()? } else { Json::Null };
        let namespace = Some(id.namespace.clone().unwrap_or_else(|| source.namespace.to_owned()));
        let (weight, hook) = (hook.map_or(0, |hook| hook.weight), hook.map(|hook| hook.events.clone()));
        Some(Part { release, id: ObjectId { namespace, ..id }, template: document.source.clone(), hook, weight, body })
    };
    objects.chain(hooks).filter_map(part).collect()
}

/// Says whether more of an object than its name has to be known. Definitions are long: only those of kinds that are used are read.
fn is_read(id: &ObjectId, groups: &BTreeSet<String>) -> bool {
    match (id.group(), id.kind.as_str()) {
        ("", "Pod" | "Service" | "ReplicationController" | "Endpoints")
        | ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("batch", "Job" | "CronJob") => true,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => id.name.split_once('.').is_some_and(|(_, group)| groups.contains(group)),
        _ => false,
    }
}

/// Says whether objects of a group are of Kubernetes itself, so that no definition and no controller of somebody else is behind them.
pub(super) fn is_built_in(group: &str) -> bool {
    let is_plain = !group.contains('.');
    is_plain
        || group.ends_with(".k8s.io")
            && !group.ends_with(".x-k8s.io")
            && group != "snapshot.storage.k8s.io"
            && group != "gateway.networking.k8s.io"
}
