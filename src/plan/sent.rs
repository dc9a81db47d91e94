//! The objects of a release as they are sent to the cluster.

use super::order::leave_out_unsendable;
use super::planned::{Action, PlannedRelease};
use crate::manifest::{Document, Hook, HookEvent, ObjectId, parse_stored};
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
    /// Whether it is a custom resource definition of `crds/`, which belongs to no release and is not marked.
    pub is_crd_file: bool,
    /// Whether the cluster serves its kind. One that is not served yet may come with a custom resource definition of the plan.
    pub is_served: bool,
}

/// What is known of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Whether its objects live in namespaces.
    pub is_namespaced: bool,
    /// Whether the cluster serves it.
    pub is_served: bool,
}

/// Returns the objects of a release as an install or upgrade sends them, hooks after the objects. Documents that are no objects are
/// left out; `plan::build` has refused those that cannot be read.
pub fn sent_objects(release: &PlannedRelease, scope: &dyn Fn(&ObjectId) -> Scope) -> Vec<Sent> {
    let Some(desired) = &release.desired else { return Vec::new() };
    let objects = desired.manifest.documents.iter().map(|document| (document, None));
    let hooks = desired.manifest.hooks.iter().map(|hook| (&hook.document, Some(hook)));
    let owned = |hook: Option<&Hook>| hook.is_none().then_some(Owner { name: &release.name, namespace: &release.namespace });
    let sent = |(document, hook): (&Document, Option<&Hook>)| {
        Some(Sent { hook: hook.cloned(), ..sent(&release.namespace, document, owned(hook), scope)? })
    };
    objects.chain(hooks).filter_map(sent).collect()
}

/// Returns the objects of the last deployed revision of a release as it sent them, without hooks. A record that cannot be read has none;
/// `plan::build` has refused it.
pub fn recorded_objects(release: &PlannedRelease, scope: &dyn Fn(&ObjectId) -> Scope) -> Vec<Sent> {
    let record = release.history.deployed().and_then(|entry| entry.record().ok());
    let documents = record.and_then(|record| parse_stored(&record.manifest).ok()).unwrap_or_default();
    let owner = Owner { name: &release.name, namespace: &release.namespace };
    documents.iter().filter_map(|document| sent(&release.namespace, document, Some(owner), scope)).collect()
}

/// Returns the custom resource definitions of `crds/` that carrying out the release sends: an install does, an upgrade where they are
/// to be updated.
pub fn sent_crds(release: &PlannedRelease, scope: &dyn Fn(&ObjectId) -> Scope) -> Vec<Sent> {
    let settings = &release.settings;
    let sends = release.action == Action::Install || (release.action == Action::Upgrade && settings.update_crds);
    if !sends || settings.skip_crds {
        return Vec::new();
    }
    let documents = release.desired.iter().flat_map(|desired| &desired.crds);
    let sent = |document| Some(Sent { is_crd_file: true, ..sent(&release.namespace, document, None, scope)? });
    documents.filter_map(sent).collect()
}

/// Returns the hook events of a release's install or upgrade.
pub fn hook_events(action: Action) -> &'static [HookEvent] {
    match action {
        Action::Install => &[HookEvent::PreInstall, HookEvent::PostInstall],
        Action::Upgrade => &[HookEvent::PreUpgrade, HookEvent::PostUpgrade],
        Action::Rollback => &[HookEvent::PreRollback, HookEvent::PostRollback],
        Action::Remove => &[HookEvent::PreDelete, HookEvent::PostDelete],
        Action::Nothing => &[],
    }
}

fn sent(namespace: &str, document: &Document, owner: Option<Owner<'_>>, scope: &dyn Fn(&ObjectId) -> Scope) -> Option<Sent> {
    let mut body = document.json().ok()?;
    let id = ObjectId::of(&body)?;
    let Scope { is_namespaced, is_served } = scope(&id);
    let namespace = is_namespaced.then(|| id.namespace.clone().unwrap_or_else(|| namespace.to_owned()));
    if let (Some(namespace), Some(metadata)) = (&namespace, body["metadata"].as_object_mut()) {
        metadata.insert("namespace".into(), Json::String(namespace.clone()));
    }
    leave_out_unsendable(&mut body);
    if let Some(owner) = owner {
        mark_owned(&mut body, owner);
    }
    let id = ObjectId { namespace, ..id };
    Some(Sent { id, body, template: document.source.clone(), hook: None, is_crd_file: false, is_served })
}
