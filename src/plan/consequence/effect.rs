//! What becomes of each object of a plan.

use super::super::planned::{Action, Plan, PlannedRelease};
use super::super::sent::{Scope, Sent, recorded_objects};
use crate::cluster::Snapshot;
use crate::diff::{Change, ChangeKind};
use crate::manifest::ObjectId;
use crate::release::is_kept;
use serde_json::Value as Json;
use std::borrow::Cow;

/// What becomes of an object. At least one side is there.
#[derive(Clone, Debug)]
pub struct Effect<'a> {
    /// The release, by its index in the plan.
    pub release: usize,
    /// What names the object, with its namespace.
    pub id: ObjectId,
    /// The template that makes it.
    pub template: Cow<'a, str>,
    /// Before.
    pub old: Option<Cow<'a, Json>>,
    /// After.
    pub new: Option<Cow<'a, Json>>,
    /// Whether it goes with its whole release.
    pub with_release: bool,
}

impl Effect<'_> {
    /// Returns both sides of an object that is there and changes.
    pub fn changed(&self) -> Option<(&Json, &Json)> {
        Some((self.old.as_deref()?, self.new.as_deref()?))
    }

    /// Returns the object where it goes.
    pub fn removed(&self) -> Option<&Json> {
        if self.new.is_some() { None } else { self.old.as_deref() }
    }

    /// Returns the object as it will be.
    pub fn after(&self) -> Option<&Json> {
        self.new.as_deref()
    }
}

/// Returns what becomes of the objects of a plan, release by release in the order in which they are carried out. Hooks are left out:
/// they are made anew every time.
///
/// With a snapshot, objects that are gone already are not removed, and those that ask to be kept are not either.
pub fn effects<'a>(plan: &'a Plan, live: Option<&dyn Fn(&PlannedRelease) -> &'a Snapshot>) -> Vec<Effect<'a>> {
    let mut found = Vec::new();
    for at in plan.graph.order() {
        let release = &plan.releases[*at];
        let snapshot = live.map(|live| live(release));
        match release.action {
            Action::Nothing => {}
            Action::Remove => found.extend(removals(*at, release).into_iter().filter(|effect| goes(effect, snapshot))),
            _ => found.extend(release.changes.iter().map(|change| effect_of(*at, release, change)).filter(|effect| goes(effect, snapshot))),
        }
    }
    found
}

fn effect_of<'a>(at: usize, release: &PlannedRelease, change: &'a Change) -> Effect<'a> {
    let namespace = change.id.namespace.clone().or_else(|| (!is_cluster_scoped(&change.id)).then(|| release.namespace.clone()));
    Effect {
        release: at,
        id: ObjectId { namespace, ..change.id.clone() },
        template: Cow::Borrowed(&change.template),
        old: change.old.as_ref().filter(|_| change.kind != ChangeKind::Add).map(Cow::Borrowed),
        new: change.new.as_ref().map(Cow::Borrowed),
        with_release: false,
    }
}

/// Says whether a kind that matters here lives outside of namespaces: the plan does not know the kinds of the cluster.
fn is_cluster_scoped(id: &ObjectId) -> bool {
    matches!(
        (id.group(), id.kind.as_str()),
        ("", "Namespace" | "PersistentVolume" | "Node")
            | ("apiextensions.k8s.io", _)
            | ("rbac.authorization.k8s.io", "ClusterRole" | "ClusterRoleBinding")
            | ("storage.k8s.io" | "scheduling.k8s.io" | "admissionregistration.k8s.io" | "apiregistration.k8s.io", _)
    )
}

fn removals<'a>(at: usize, release: &PlannedRelease) -> Vec<Effect<'a>> {
    let objects = recorded_objects(release, &|id| Scope { is_namespaced: !is_cluster_scoped(id), is_served: true });
    let effect = |object: Sent| Effect {
        release: at,
        id: object.id,
        template: Cow::Owned(object.template),
        old: Some(Cow::Owned(object.body)),
        new: None,
        with_release: true,
    };
    objects.into_iter().map(effect).collect()
}

fn goes(effect: &Effect<'_>, snapshot: Option<&Snapshot>) -> bool {
    let Some(old) = effect.removed() else { return true };
    if is_kept(old) {
        return false;
    }
    let Some(snapshot) = snapshot else { return true };
    match snapshot.get(&effect.id) {
        Some(live) => !is_kept(live),
        None => snapshot.unreadable.contains_key(&effect.id),
    }
}
