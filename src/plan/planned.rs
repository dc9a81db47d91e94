//! A plan: what is to be done with each release, and in which order.

use super::graph::Graph;
use super::needs::PlannedNeed;
use super::order::{Order, SubchartOrder};
use super::restore::Restore;
use super::waits::Waits;
use crate::cluster::Propagation;
use crate::diff::Change;
use crate::manifest::{Document, Manifest, ObjectId};
use crate::release::{History, StoredChart};
use crate::stack::{FieldRule, ReleaseId};
use crate::template::seed::KeptValues;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// What is to be done with a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is not there.
    Install,
    /// It is there, and is to become another.
    Upgrade,
    /// It is there, and is to become again what it was at an earlier revision.
    Rollback,
    /// It is there, and is to go.
    Remove,
    /// It is as it should be (or absent, as it should be).
    Nothing,
}

/// How a release is carried out.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether its objects are waited for.
    pub wait: bool,
    /// Whether its jobs are waited for until they have completed; counts only with `wait`.
    pub wait_for_jobs: bool,
    /// Whether its objects go up stage by stage, each when what it needs is ready; counts only with `wait`.
    pub ordered: bool,
    /// Longest wait for what a stage needs; `timeout` where it does not say.
    pub readiness_timeout: Option<Duration>,
    /// Whether its hooks are left out.
    pub no_hooks: bool,
    /// Longest wait for one hook, and for the objects.
    pub timeout: Duration,
    /// Whether its namespace is made where it is missing.
    pub create_namespace: bool,
    /// Whether fields are taken from other field managers.
    pub force_conflicts: bool,
    /// What becomes of fields of other field managers, where it is not said for all of them.
    pub field_rules: Vec<FieldRule>,
    /// Whether objects are deleted and made again where a field of them cannot change; Jobs always are.
    pub recreate: bool,
    /// Whether objects of other owners are taken over.
    pub take_ownership: bool,
    /// Whether custom resource definitions of `crds/` are left out.
    pub skip_crds: bool,
    /// Whether upgrades send them as well, and change those that are there.
    pub update_crds: bool,
    /// Of each object, the percentage of pods that is enough to be ready; all of them where it does not say.
    pub min_ready: Option<u8>,
    /// Whether its tests have to succeed after it was installed, upgraded or rolled back.
    pub tests: bool,
    /// Whether its failure fails neither the run nor what needs it.
    pub allow_failure: bool,
    /// How many revisions are kept; 0 keeps all.
    pub history_max: u32,
    /// What the record says about a success instead of Helm's words.
    pub description: Option<String>,
    /// Whether a failed install is removed again, and a failed upgrade taken back.
    pub rollback_on_failure: bool,
    /// Whether a release that is as it should be gets a revision all the same.
    pub force_revision: bool,
    /// Whether objects that a failed upgrade or rollback has made are deleted.
    pub cleanup_on_fail: bool,
    /// Labels of its record, added to those of its last revision; one that says `null` is taken away.
    pub labels: BTreeMap<String, String>,
    /// How it is removed.
    pub removal: Removal,
}

/// How a release is removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removal {
    /// What becomes of the objects that a deleted one owns.
    pub propagation: Propagation,
    /// Whether its records stay, the last one as uninstalled.
    pub keep_history: bool,
    /// Whether objects that its hooks have left stay, as with Helm.
    pub keep_hook_objects: bool,
}

/// What a release is to become.
#[derive(Clone, Debug)]
pub struct Desired {
    /// Its objects and hooks.
    pub manifest: Manifest,
    /// Custom resource definitions of `crds/`.
    pub crds: Vec<Document>,
    /// Its rendered notes.
    pub notes: String,
    /// The chart, as the record holds it.
    pub chart: StoredChart,
    /// The values that the user gave, as the record holds them.
    pub config: Json,
    /// What the generated values came from, where it is not kept in the cluster yet.
    pub new_seed: Option<KeptValues>,
    /// Which of its charts come before which, where it goes up in order.
    pub subcharts: SubchartOrder,
    /// How many patches of the stack its chart was made with.
    pub patches: usize,
}

/// A release of a plan.
#[derive(Clone, Debug)]
pub struct PlannedRelease {
    /// What the stack calls it.
    pub id: ReleaseId,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// What is to be done.
    pub action: Action,
    /// Why, where the manifest does not say it: an earlier try that failed, another chart version.
    pub reasons: Vec<String>,
    /// Objects that differ from the last deployed revision.
    pub changes: Vec<Change>,
    /// Custom resource definitions of `crds/` that are sent: all of them by an install, which makes those that are not there, and those
    /// that differ from the last deployed revision by an upgrade that updates them.
    pub crd_changes: Vec<Change>,
    /// Hooks that differ from the last deployed revision.
    pub hook_changes: Vec<Change>,
    /// What it is to become; nothing for a removal.
    pub desired: Option<Desired>,
    /// The revision that it is to become again; nothing where it is rendered from its chart.
    pub restore: Option<Restore>,
    /// What hooks of earlier revisions made and may have left; it goes with the release.
    pub leftovers: Vec<ObjectId>,
    /// The releases of the plan that it needs, whatever is done with them; in their order in the plan.
    pub needs: Vec<PlannedNeed>,
    /// Objects that wait, through other releases, for what its post hooks make: these hooks do not wait for them.
    pub held: BTreeSet<ObjectId>,
    /// What the cluster holds of it.
    pub history: History,
    /// How it is carried out.
    pub settings: Settings,
    /// The order in which its objects go up, and, turned round, go. Nothing where they do so together.
    pub order: Option<Order>,
}

/// What is to be done with each release of a stack, and in which order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The releases, in the order of the stack file.
    pub releases: Vec<PlannedRelease>,
    /// Which has to be done before which; by index.
    pub graph: Graph,
    /// What the objects of its releases wait for, and who provides it.
    pub waits: Arc<Waits>,
}

impl Plan {
    /// Says whether anything is to be done.
    pub fn has_work(&self) -> bool {
        self.releases.iter().any(|release| release.action != Action::Nothing)
    }

    /// Returns the releases' names; two of one name are told apart by their namespaces.
    pub fn names(&self) -> Vec<String> {
        let is_unique = |name: &str| self.releases.iter().filter(|release| release.name == name).count() == 1;
        self.releases
            .iter()
            .map(|release| if is_unique(&release.name) { release.name.clone() } else { format!("{}/{}", release.namespace, release.name) })
            .collect()
    }

    /// Returns how many releases have this action.
    pub fn count(&self, action: Action) -> usize {
        self.releases.iter().filter(|release| release.action == action).count()
    }
}
