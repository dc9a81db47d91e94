//! From a plan and its outcome to the revision of the stack that it is.

use super::apply::Prepared;
use super::commit::commit_of;
use super::home::Home;
use super::machine::author;
use super::session::Session;
use crate::diag::{Diagnostic, Diagnostics};
use crate::execute::{Clusters, Ended, Outcome, ReleaseOutcome};
use crate::manifest::{Hook, ObjectId};
use crate::plan::{Action, Plan, PlannedRelease, chart_name, recorded_hooks};
use crate::release::{Entry, History, Record, SeedStore, Status, Store, Time};
use crate::revision::{
    Deployed, KeptRecord, Leftover, ReleaseEntry, ReleaseKey, RunState, StackRevision, Step, StepResult, record_digest, release_digest,
};
use crate::template::seed::KeptValues;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn now(session: &Session) -> Time {
    let now = (session.clock)();
    Time::at(now.timestamp(), now.offset())
}

/// Returns the key of a planned release.
pub(super) fn key_of(release: &PlannedRelease) -> ReleaseKey {
    ReleaseKey { context: release.id.kube_context.clone(), namespace: release.namespace.clone(), name: release.name.clone() }
}

/// Returns the revision of the stack that carrying out a plan is, before anything of it is done.
///
/// # Errors
/// A record cannot be read.
pub(super) async fn begin(session: &Session, prepared: &Prepared) -> Result<StackRevision, Diagnostics> {
    let home = &prepared.home;
    let stack = home.store.stack();
    let mut releases = Vec::with_capacity(prepared.plan.releases.len());
    for release in &prepared.plan.releases {
        releases.extend(entry(&prepared.plan, release, home)?);
    }
    let planned: BTreeSet<ReleaseKey> = prepared.plan.releases.iter().map(key_of).collect();
    let untouched = home.last().into_iter().flat_map(StackRevision::present).filter(|entry| !planned.contains(&entry.key));
    releases.extend(untouched.map(ReleaseEntry::kept));
    Ok(StackRevision {
        stack: stack.name.clone(),
        environment: stack.environment.clone(),
        number: home.last().map_or(1, |last| last.number + 1),
        operation: prepared.operation,
        state: RunState::Running,
        started: now(session),
        finished: None,
        author: author(session, home.store.cluster()).await,
        commit: commit_of(session, &home.folder),
        plan_digest: digest(&prepared.plan),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        releases,
    })
}

/// Returns the entry of a planned release; none for one that is absent and stays so.
fn entry(plan: &Plan, release: &PlannedRelease, home: &Home) -> Result<Option<ReleaseEntry>, Diagnostics> {
    let key = key_of(release);
    let step = match release.action {
        Action::Install => Step::Install,
        Action::Upgrade => Step::Upgrade,
        Action::Rollback => Step::Rollback,
        Action::Remove => Step::Remove,
        Action::Nothing if release.history.is_installed() => Step::Keep,
        Action::Nothing => return Ok(None),
    };
    let record = release.history.deployed().map(Entry::record).transpose().map_err(|error| error.diagnostic())?;
    let before = record.as_ref().map(|record| deployed(&key, record));
    let mut leftovers: BTreeSet<Leftover> = BTreeSet::new();
    leftovers.extend(home.last().and_then(|last| last.entry(&key)).iter().flat_map(|entry| entry.leftovers.iter().cloned()));
    match (&release.desired, &record) {
        (Some(desired), _) => leftovers.extend(desired.manifest.hooks.iter().filter_map(leftover)),
        (None, Some(record)) => leftovers.extend(recorded_hooks(record).unwrap_or_default().iter().filter_map(leftover)),
        (None, None) => {}
    }
    let chart = match (&release.desired, &record) {
        (Some(desired), _) => chart_name(&desired.chart),
        (None, record) => record.as_ref().and_then(|record| record.chart.as_deref()).map(chart_name).unwrap_or_default(),
    };
    let (result, after) = if step == Step::Keep { (StepResult::Done, before.clone()) } else { (StepResult::Pending, None) };
    let needs = release.needs.iter().map(|need| key_of(&plan.releases[need.release])).collect();
    Ok(Some(ReleaseEntry { key, chart, step, result, reason: None, before, after, needs, leftovers: leftovers.into_iter().collect() }))
}

fn leftover(hook: &Hook) -> Option<Leftover> {
    let ObjectId { api_version, kind, namespace, name } = hook.document.id()?;
    (kind != "CustomResourceDefinition").then_some(Leftover { api_version, kind, namespace, name })
}

/// Returns the objects that hooks of a release's earlier revisions made, as the stack remembers them.
pub(super) fn leftovers_of(home: &Home, key: &ReleaseKey) -> Vec<ObjectId> {
    let entry = home.last().and_then(|last| last.entry(key));
    let id = |leftover: &Leftover| {
        let Leftover { api_version, kind, namespace, name } = leftover.clone();
        ObjectId { api_version, kind, namespace, name }
    };
    entry.map(|entry| entry.leftovers.iter().map(id).collect()).unwrap_or_default()
}

fn deployed(key: &ReleaseKey, record: &Record) -> Deployed {
    Deployed { revision: record.version, digest: record_digest(key.context.as_deref(), record) }
}

fn digest(plan: &Plan) -> String {
    let mut hasher = Sha256::new();
    let mut part = |text: &str| {
        hasher.update(text.len().to_le_bytes());
        hasher.update(text.as_bytes());
    };
    for release in &plan.releases {
        part(&key_of(release).to_string());
        part(&format!("{:?}", release.action));
        let Some(desired) = &release.desired else { continue };
        part(&desired.manifest.text());
        desired.manifest.hooks.iter().for_each(|hook| part(&hook.document.text));
        part(&desired.config.to_string());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps the records that carrying out a plan deletes, as far as revisions of the stack speak of them, and the seeds of the
/// releases that go: without them there is no way back.
///
/// # Errors
/// The cluster refuses.
pub(super) async fn keep_records(prepared: &Prepared) -> Result<(), Diagnostics> {
    let home = &prepared.home;
    let known: BTreeSet<(&ReleaseKey, &str)> = home
        .revisions
        .iter()
        .flat_map(|revision| &revision.releases)
        .flat_map(|entry| entry.before.iter().chain(&entry.after).map(|deployed| (&entry.key, deployed.digest.as_str())))
        .collect();
    let seeds = seeds_of_removed(&prepared.plan, &prepared.clusters).await?;
    for release in &prepared.plan.releases {
        let key = key_of(release);
        let limit = release.settings.history_max as usize;
        let surplus = if release.action == Action::Nothing { Vec::new() } else { release.history.to_prune(limit) };
        for entry in release.history.entries() {
            let is_removed = release.action == Action::Remove;
            if !is_removed && !surplus.contains(&entry.revision) {
                continue;
            }
            // One that cannot be read could not be brought back either.
            let Ok(record) = entry.record() else { continue };
            let digest = record_digest(key.context.as_deref(), &record);
            let is_last = is_removed && release.history.deployed().is_some_and(|deployed| deployed.revision == entry.revision);
            if is_last || known.contains(&(&key, digest.as_str())) {
                let (payload, labels) = (entry.stored().payload.clone(), record.labels);
                let kept = KeptRecord { key: key.clone(), digest, payload, labels, seed: seeds.get(&key).cloned() };
                home.store.keep(&kept).await.map_err(|error| error.diagnostic())?;
            }
        }
    }
    Ok(())
}

async fn seeds_of_removed(plan: &Plan, clusters: &Clusters) -> Result<BTreeMap<ReleaseKey, KeptValues>, Diagnostics> {
    let mut seeds = BTreeMap::new();
    for (context, cluster) in clusters {
        let removed = plan.releases.iter().filter(|release| release.action == Action::Remove && release.id.kube_context == *context);
        let namespaces: BTreeSet<String> = removed.map(|release| release.namespace.clone()).collect();
        let found = SeedStore::new(cluster).of_namespaces(&namespaces).await.map_err(|error| error.diagnostic())?;
        let key = |(namespace, name): (String, String)| ReleaseKey { context: context.clone(), namespace, name };
        seeds.extend(found.into_iter().map(|(release, seed)| (key(release), seed)));
    }
    Ok(seeds)
}

/// Completes a revision with how it ended. What a release is that did not end well is asked of the cluster.
pub(super) async fn finish(session: &Session, prepared: &Prepared, outcome: &Outcome, is_interrupted: bool, revision: &mut StackRevision) {
    for (release, ended) in prepared.plan.releases.iter().zip(&outcome.releases) {
        let key = key_of(release);
        let Some(entry) = revision.releases.iter_mut().find(|entry| entry.key == key && entry.step != Step::Keep) else { continue };
        match complete(release, &key, ended) {
            Some((result, after)) => (entry.result, entry.after) = (result, after),
            None => {
                entry.result = match &ended.ended {
                    Ended::Skipped(_) => StepResult::Skipped,
                    Ended::Interrupted => StepResult::Interrupted,
                    _ => StepResult::Failed,
                };
                entry.reason = reason(&ended.ended);
                entry.after = look(session, &prepared.clusters, &key).await.map_or_else(|| entry.before.clone(), |(_, deployed)| deployed);
            }
        }
    }
    revision.finished = Some(now(session));
    revision.state = if outcome.is_good() {
        RunState::Done
    } else if is_interrupted {
        RunState::Interrupted
    } else {
        RunState::Failed
    };
}

/// Returns what a step that went well has brought about.
fn complete(release: &PlannedRelease, key: &ReleaseKey, outcome: &ReleaseOutcome) -> Option<(StepResult, Option<Deployed>)> {
    if outcome.ended == Ended::Removed {
        return Some((StepResult::Done, None));
    }
    let (revision, desired) = (outcome.ended.revision()?, release.desired.as_ref()?);
    let digest = match &release.restore {
        Some(restore) => record_digest(key.context.as_deref(), &restore.record),
        None => {
            let hooks = desired.manifest.hooks.iter().map(|hook| (hook.document.source.as_str(), hook.document.text.as_str()));
            release_digest(key, &desired.manifest.text(), hooks)
        }
    };
    Some((StepResult::Done, Some(Deployed { revision, digest })))
}

fn reason(ended: &Ended) -> Option<String> {
    match ended {
        Ended::Failed(why) | Ended::Tolerated(why) => Some(why.clone()),
        Ended::Skipped(need) => Some(format!("it needs {need}, which failed")),
        _ => None,
    }
}

/// Asks the cluster what a release is now: whether it is there, and what is deployed. Nothing where it does not tell.
async fn look(session: &Session, clusters: &Clusters, key: &ReleaseKey) -> Option<(History, Option<Deployed>)> {
    let cluster = clusters.get(&key.context)?;
    let history = Store::new(cluster, session.driver).history(&key.namespace, &key.name).await.ok()?;
    let record = history.deployed().map(Entry::record).transpose().ok()?;
    let deployed = record.map(|record| deployed(key, &record));
    Some((history, deployed))
}

/// Marks deployed revisions below the last one as superseded: a run that ends between the two writes leaves both.
async fn supersede_earlier(session: &Session, clusters: &Clusters, key: &ReleaseKey, history: &History) -> Result<(), Diagnostics> {
    let (Some(cluster), Some(deployed)) = (clusters.get(&key.context), history.deployed()) else { return Ok(()) };
    let store = Store::new(cluster, session.driver);
    for earlier in history.entries().iter().filter(|entry| entry.status == Status::Deployed && entry.revision < deployed.revision) {
        let mut record = earlier.record().map_err(|error| error.diagnostic())?;
        record.info.status = Status::Superseded;
        store.update(&record, (session.clock)().timestamp()).await.map_err(|error| error.diagnostic())?;
    }
    Ok(())
}

/// Finds out how far a run got that left no word about its end, and writes it down.
///
/// # Errors
/// The cluster refuses.
pub(super) async fn settle(session: &Session, home: &mut Home, clusters: &Clusters) -> Result<(), Diagnostics> {
    let Some(revision) = home.revisions.last_mut().filter(|revision| revision.state == RunState::Running) else { return Ok(()) };
    for entry in revision.releases.iter_mut().filter(|entry| entry.result == StepResult::Pending) {
        let Some((history, deployed)) = look(session, clusters, &entry.key).await else { continue };
        supersede_earlier(session, clusters, &entry.key, &history).await?;
        let number = |deployed: &Option<Deployed>| deployed.as_ref().map(|deployed| deployed.revision);
        entry.result = match entry.step {
            Step::Remove if !history.is_installed() => StepResult::Done,
            Step::Install if !history.is_installed() => StepResult::Skipped,
            Step::Install | Step::Upgrade | Step::Rollback if number(&deployed) > number(&entry.before) => StepResult::Done,
            _ => StepResult::Interrupted,
        };
        entry.after = deployed;
    }
    revision.state = RunState::Interrupted;
    revision.finished = Some(now(session));
    home.store.update(revision).await.map_err(|error| Diagnostics::from(error.diagnostic()))
}

/// Writes a revision, in a namespace that may have to be made.
pub(super) fn cannot_write(error: &crate::revision::Error) -> Diagnostic {
    error.diagnostic().note("nothing has been done yet: without its revision a run could not be taken back")
}
