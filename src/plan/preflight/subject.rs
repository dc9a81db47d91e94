//! The objects that preflight looks at.

use crate::manifest::{ObjectId, parse_stored};
use crate::plan::finding::{Code, Finding};
use crate::plan::planned::PlannedRelease;
use crate::plan::sent::{Scope, Sent, hook_events, sent_crds, sent_objects};
use crate::stack::FieldRule;

/// An object of a plan.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The release, by its index in the plan.
    pub release: usize,
    /// What is sent.
    pub sent: Sent,
    /// Whether this run sends it. Tests, and hooks of removals and rollbacks, are sent by later ones.
    pub in_run: bool,
    /// Whether an object of the same name is deleted before it is made.
    pub is_made_anew: bool,
    /// Whether an earlier revision of the release has it, so that it is the release's own.
    pub is_known: bool,
    /// Whether fields are taken from other managers.
    pub force: bool,
    /// What becomes of fields of other managers, where it is not said for all of them.
    pub field_rules: Vec<FieldRule>,
    /// Whether the object may be deleted and made again where a field of it cannot change.
    pub may_recreate: bool,
}

impl Subject {
    /// Makes a finding about the object.
    pub fn finding(&self, code: Code, message: impl Into<String>) -> Finding {
        Finding::new(code, self.release, message).of_object(&self.sent.id, &self.sent.template)
    }

    /// Returns an object of a kind that is served, of the first release, that nobody has seen before.
    #[cfg(test)]
    pub fn of_test(body: serde_json::Value) -> Subject {
        let id = ObjectId::of(&body).expect("it has an identity");
        Subject {
            release: 0,
            sent: Sent { id, body, template: "t/a.yaml".to_owned(), hook: None, is_crd_file: false, is_served: true },
            in_run: true,
            is_made_anew: false,
            is_known: false,
            force: false,
            field_rules: Vec::new(),
            may_recreate: false,
        }
    }
}

/// Kinds whose name is a part of what they say, or of which a second one is no harmless try.
const BOUND_TO_NAMES: [&str; 3] = ["CustomResourceDefinition", "APIService", "Namespace"];

/// Kinds that hold data, or everything: they are not deleted for a field.
const NEVER_RECREATED: [&str; 4] = ["PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition", "Namespace"];

/// Says whether an object of this kind is deleted and made again where a field of it cannot change: Jobs are, others where that was
/// asked for, and what holds data never is.
pub fn may_recreate(id: &ObjectId, asked_for: bool) -> bool {
    let is_job = id.kind == "Job" && id.group() == "batch";
    is_job || asked_for && !NEVER_RECREATED.contains(&id.kind.as_str())
}

/// Returns the objects of a release that is installed or upgraded: custom resource definitions of `crds/` first, then objects, then
/// hooks. Hooks are left out where none are run.
pub fn subjects(at: usize, release: &PlannedRelease, scope: &dyn Fn(&ObjectId) -> Scope) -> Vec<Subject> {
    let events = hook_events(release.action);
    let sent = sent_crds(release, scope).into_iter().chain(sent_objects(release, scope));
    let known = previous_objects(release, scope);
    let subject = |sent: Sent| {
        let hook = sent.hook.as_ref();
        let bound = BOUND_TO_NAMES.contains(&sent.id.kind.as_str());
        Subject {
            release: at,
            in_run: hook.is_none_or(|hook| hook.events.iter().any(|event| events.contains(event))),
            is_made_anew: !bound && hook.is_some_and(|hook| hook.is_deleted_before_creation()),
            force: sent.is_crd_file || sent.hook.is_none() && release.settings.force_conflicts,
            field_rules: if sent.is_crd_file || hook.is_some() { Vec::new() } else { release.settings.field_rules.clone() },
            is_known: known.iter().any(|id| id.is_same_object(&sent.id)),
            may_recreate: hook.is_none() && may_recreate(&sent.id, release.settings.recreate),
            sent,
        }
    };
    sent.filter(|sent| sent.hook.is_none() || !release.settings.no_hooks).map(subject).collect()
}

/// Returns the objects of every revision that may be live: the last deployed one, and later ones that failed half-way. Revisions that
/// cannot be read have none; `plan::build` has refused the deployed one.
fn previous_objects(release: &PlannedRelease, scope: &dyn Fn(&ObjectId) -> Scope) -> Vec<ObjectId> {
    let deployed = release.history.deployed().map_or(0, |entry| entry.revision);
    let entries = release.history.entries().iter().filter(|entry| entry.revision >= deployed);
    let documents = entries.filter_map(|entry| parse_stored(&entry.record().ok()?.manifest).ok()).flatten();
    let placed = |id: ObjectId| {
        let namespace = scope(&id).is_namespaced.then(|| id.namespace.clone().unwrap_or_else(|| release.namespace.clone()));
        ObjectId { namespace, ..id }
    };
    documents.filter_map(|document| document.id()).map(placed).collect()
}
