//! The objects of a release as they are sent to the cluster.

use super::planned::PlannedRelease;
use crate::manifest::{Document, Hook, ObjectId, parse_stored};
use crate::release::{Owner, mark_owned};
use serde_json::Value as Json;

/// An object as it is sent: in the namespace that it really has, marked as the release's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// Its identity, with its namespace.
    pub id: ObjectId,
    /// What is sent.
    pub body: Json,
    /// The template that it came from.
    pub template: String,
    /// The events at which it is sent, where it is a hook; hooks are not marked.
    pub hook: Option<Hook>,
    /// Whether the cluster serves its kind. One that is not served yet may come with a custom resource definition of the plan.
    pub is_served: bool,
}

/// Says where objects of a kind live: in a namespace or not, or nothing where the kind is not served.
pub type Scope<'a> = dyn Fn(&ObjectId) -> Option<bool> + 'a;

/// Returns the objects of a release as an install or upgrade sends them, hooks after the objects. Documents that are no objects are
/// left out; `plan::build` has refused those that cannot be read.
pub fn sent_objects(release: &PlannedRelease, is_namespaced: &Scope<'_>) -> Vec<Sent> {
    let Some(desired) = &release.desired else { return Vec::new() };
    let objects = desired.manifest.documents.iter().map(|document| (document, None));
    let hooks = desired.manifest.hooks.iter().map(|hook| (&hook.document, Some(hook)));
    objects.chain(hooks).filter_map(|(document, hook)| sent(release, document, hook, is_namespaced)).collect()
}

/// Returns the objects of the last deployed revision of a release as it sent them, without hooks. A record that cannot be read has none;
/// `plan::build` has refused it.
pub fn recorded_objects(release: &PlannedRelease, is_namespaced: &Scope<'_>) -> Vec<Sent> {
    let record = release.history.deployed().and_then(|entry| entry.record().ok());
    let documents = record.and_then(|record| parse_stored(&record.manifest).ok()).unwrap_or_default();
    documents.iter().filter_map(|document| sent(release, document, None, is_namespaced)).collect()
}

fn sent(release: &PlannedRelease, document: &Document, hook: Option<&Hook>, is_namespaced: &Scope<'_>) -> Option<Sent> {
    let mut body = document.json().ok()?;
    let id = ObjectId::of(&body)?;
    let scope = is_namespaced(&id);
    // Most kinds that a plan brings along live in namespaces.
    let namespace = scope.unwrap_or(true).then(|| id.namespace.clone().unwrap_or_else(|| release.namespace.clone()));
    if let (Some(namespace), Some(metadata)) = (&namespace, body["metadata"].as_object_mut()) {
        metadata.insert("namespace".into(), Json::String(namespace.clone()));
    }
    if hook.is_none() {
        mark_owned(&mut body, Owner { name: &release.name, namespace: &release.namespace });
    }
    let id = ObjectId { namespace, ..id };
    Some(Sent { id, body, template: document.source.clone(), hook: hook.cloned(), is_served: scope.is_some() })
}
