//! Reads what the clusters hold of a plan's objects, and lets them try what would be sent.

use super::consequences::removes;
use crate::cluster::{Applied, Cluster, Error, Kinds, Snapshot, Wanted};
use crate::diag::Diagnostics;
use crate::execute::Clusters;
use crate::manifest::ObjectId;
use crate::plan::{Action, Plan, PlannedRelease, Scope, Sent, recorded_objects, resolve, sent_objects};
use crate::stack::FieldRule;
use futures_util::future::join_all;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Where objects are tried whose own namespace does not exist yet.
const STAND_IN: &str = "default";
/// Where the number of replicas stands.
const REPLICAS: &str = "/spec/replicas";

/// The objects of a release: as they would be sent, and as its last revision sent them.
#[derive(Clone, Debug, Default)]
pub(super) struct ReleaseObjects {
    pub(super) sent: Vec<Sent>,
    pub(super) before: Vec<Sent>,
}

/// What the clusters hold of a plan's objects.
#[derive(Clone, Debug, Default)]
pub(super) struct LiveObjects {
    /// The objects of each release of the plan.
    pub(super) objects: Vec<ReleaseObjects>,
    /// Objects whose replicas an autoscaler sets, by context: the number that it has set stays.
    scaled: BTreeSet<(Option<String>, ObjectId)>,
    /// Objects that the server has tried by force, by context.
    forced: BTreeSet<(Option<String>, ObjectId)>,
    snapshots: BTreeMap<Option<String>, Snapshot>,
    nothing: Snapshot,
}

impl LiveObjects {
    /// Returns what the cluster of a release holds.
    pub(super) fn of(&self, release: &PlannedRelease) -> &Snapshot {
        self.snapshots.get(&release.id.kube_context).unwrap_or(&self.nothing)
    }
}

impl LiveObjects {
    /// Returns what all clusters hold.
    pub(super) fn snapshots(&self) -> impl Iterator<Item = &Snapshot> {
        self.snapshots.values()
    }

    /// Says whether an autoscaler sets the replicas of an object of a release.
    pub(super) fn is_scaled(&self, release: &PlannedRelease, id: &ObjectId) -> bool {
        self.scaled.contains(&(release.id.kube_context.clone(), id.clone()))
    }

    /// Returns what the server made of an object of a release, where it tried the same one, without force, and took it.
    pub(super) fn made_of(&self, at: usize, release: &PlannedRelease, id: &ObjectId, body: &Json) -> Option<&Applied> {
        let is_same = |sent: &Sent| sent.id == *id && sent.hook.is_none() && sent.body == *body;
        let tried = self.objects.get(at)?.sent.iter().any(is_same).then(|| self.of(release).dry_runs.get(id)).flatten()?;
        let is_forced = self.forced.contains(&(release.id.kube_context.clone(), id.clone()));
        tried.answer.as_ref().ok().filter(|_| !is_forced && tried.stand_in.is_none() && !tried.upgrades_manager)
    }

    /// Returns the objects of a release as they would be sent.
    pub(super) fn sent(&self, release: &PlannedRelease) -> Vec<Sent> {
        objects_of(release, &self.of(release).kinds).sent
    }
}

/// What is asked of the clusters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// The live objects of releases that lose some.
    Removals,
    /// The live objects of releases that are to be changed.
    Changing,
    /// Nothing: only the objects as they would be sent are wanted.
    Nothing,
    /// The live objects, and what the server makes of those that would be sent.
    WouldBe,
    /// The live objects of the last revisions, and what the server makes of these revisions' objects.
    Recorded,
}

/// Reads the live objects of every release, all at once. Changes nothing.
///
/// # Errors
/// A cluster cannot be asked. What concerns one object only is kept in the snapshot.
pub(super) async fn read_live(plan: &Plan, clusters: &Clusters, ask: Ask) -> Result<LiveObjects, Diagnostics> {
    let mut live = LiveObjects { objects: vec![ReleaseObjects::default(); plan.releases.len()], ..LiveObjects::default() };
    let mut problems = Diagnostics::new();
    let mut reads = Vec::new();
    for (context, cluster) in clusters {
        let kinds = match cluster.kinds().await {
            Ok(kinds) => kinds,
            Err(error) => return Err(error.diagnostic().into()),
        };
        let mut wanted = Wanted { stand_in: STAND_IN.to_owned(), ..Wanted::default() };
        for (at, release) in plan.releases.iter().enumerate().filter(|(_, release)| release.id.kube_context == *context) {
            let is_left_out = match ask {
                Ask::Removals => !removes(release),
                Ask::Changing => release.action == Action::Nothing,
                Ask::WouldBe | Ask::Recorded | Ask::Nothing => false,
            };
            if is_left_out {
                continue;
            }
            live.objects[at] = objects_of(release, &kinds);
        }
        if ask != Ask::Nothing {
            let left = leave_replicas(cluster, &mut live.objects).await.map_err(|error| error.diagnostic())?;
            live.scaled.extend(left.into_iter().map(|id| (context.clone(), id)));
        }
        let mut rules = Rules::new();
        for (objects, release) in live.objects.iter().zip(&plan.releases).filter(|(_, release)| release.id.kube_context == *context) {
            add(&mut wanted, objects, ask);
            if !release.settings.field_rules.is_empty() {
                rules.extend(objects.sent.iter().map(|sent| (sent.id.clone(), release.settings.field_rules.clone())));
            }
        }
        reads.push(async move { (context.clone(), read(cluster, wanted, rules).await) });
    }
    for (context, read) in join_all(reads).await {
        match read {
            Ok((snapshot, forced)) => {
                live.forced.extend(forced.into_iter().map(|id| (context.clone(), id)));
                live.snapshots.insert(context, snapshot);
            }
            Err(error) => problems.push(error.diagnostic()),
        }
    }
    problems.check(live).map(|(live, _)| live)
}

/// Puts the number of replicas that an autoscaler has set in the place of ours, as an apply does. Returns the objects concerned.
async fn leave_replicas(cluster: &Cluster, objects: &mut [ReleaseObjects]) -> Result<Vec<ObjectId>, Error> {
    let all = || objects.iter().flat_map(|objects| objects.sent.iter().chain(&objects.before));
    let ids: BTreeSet<ObjectId> = all().filter(|sent| sent.body.pointer(REPLICAS).is_some()).map(|sent| sent.id.clone()).collect();
    let scaled = if ids.is_empty() { Vec::new() } else { cluster.scaled(&ids.iter().collect::<Vec<_>>()).await? };
    for sent in objects.iter_mut().flat_map(|objects| objects.sent.iter_mut().chain(&mut objects.before)) {
        if let Some(scaled) = scaled.iter().find(|scaled| scaled.id == sent.id)
            && let Some(replicas) = sent.body.pointer_mut(REPLICAS)
        {
            *replicas = scaled.replicas.clone();
        }
    }
    Ok(scaled.into_iter().map(|scaled| scaled.id).collect())
}

fn objects_of(release: &PlannedRelease, kinds: &Kinds) -> ReleaseObjects {
    let scope = |id: &ObjectId| match kinds.find(&id.api_version, &id.kind) {
        Some(kind) => Scope { is_namespaced: kind.namespaced, is_served: true },
        // Most kinds that a plan brings along live in namespaces.
        None => Scope { is_namespaced: true, is_served: false },
    };
    ReleaseObjects { sent: sent_objects(release, &scope), before: recorded_objects(release, &scope) }
}

fn add(wanted: &mut Wanted, objects: &ReleaseObjects, ask: Ask) {
    if ask == Ask::Nothing {
        return;
    }
    let sent = objects.sent.iter().filter(|sent| sent.hook.is_none());
    let all = sent.clone().chain(&objects.before).filter(|object| object.is_served);
    wanted.objects.extend(all.map(|object| object.id.clone()));
    let tried: Vec<&Sent> = match ask {
        Ask::Removals | Ask::Changing | Ask::Nothing => Vec::new(),
        Ask::WouldBe => sent.collect(),
        Ask::Recorded => objects.before.iter().collect(),
    };
    wanted.tries.extend(tried.into_iter().filter(|object| object.is_served).map(|object| object.body.clone()));
}

/// What becomes of fields of other managers, by object; nothing for objects without rules.
type Rules = BTreeMap<ObjectId, Vec<FieldRule>>;

/// A field that another manager owns would make the server refuse to say what becomes of the object: such objects are tried again by
/// force, without what rules leave to other managers. Whether the apply may use force is for its checks to say.
///
/// Returns also the objects that were tried so.
async fn read(cluster: &Cluster, wanted: Wanted, rules: Rules) -> Result<(Snapshot, BTreeSet<ObjectId>), Error> {
    let mut snapshot = cluster.snapshot(&wanted).await?;
    let conflicting: BTreeSet<ObjectId> =
        snapshot.dry_runs.iter().filter(|(_, tried)| is_conflict(&tried.answer)).map(|(id, _)| id.clone()).collect();
    let again = wanted.tries.iter().filter_map(|object| ObjectId::of(object).map(|id| (id, object)));
    let again = again.filter(|(id, _)| conflicting.contains(id));
    let answers = join_all(again.map(async |(id, object): (ObjectId, &Json)| {
        let conflicts = snapshot.dry_runs.get(&id).and_then(|tried| tried.answer.as_ref().err()?.conflicts()).unwrap_or_default();
        let resolved = rules.get(&id).map(|rules| resolve(rules, true, &id, object, conflicts).body);
        let tried = cluster.try_apply(resolved.as_ref().unwrap_or(object), true, &snapshot.namespaces, STAND_IN).await;
        (id, tried)
    }))
    .await;
    snapshot.dry_runs.extend(answers);
    Ok((snapshot, conflicting))
}

fn is_conflict<T>(answer: &Result<T, Error>) -> bool {
    answer.as_ref().is_err_and(|error| error.refusal().is_some_and(|refusal| refusal.is_conflict()))
}
