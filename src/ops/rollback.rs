//! Plans the way back: to an earlier revision of the stack, or to what was before a run that failed.

use super::apply::{DEFAULT_TIMEOUT, Histories, Prepared, RunOverrides, histories_of, namespace_of, settings};
use super::home::{Home, connect_all, release_id};
use super::load::load;
use super::run::Ran;
use super::session::Session;
use crate::diag::{Diagnostic, Diagnostics};
use crate::execute::Clusters;
use crate::plan::{Candidate, GivenNeed, Removal, Restore, Settings, cannot_be_undone};
use crate::release::{Entry, History, Status};
use crate::revision::{Deployed, Operation, ReleaseKey, RunState, StackRevision, Step, StepResult, record_digest};
use crate::stack::{Release, Stack};
use crate::template::seed::KeptValues;
use std::collections::{BTreeMap, BTreeSet};

/// What each release is to be again; nothing where it is to be absent. And what it needs.
type Goals = BTreeMap<ReleaseKey, (Option<Deployed>, Vec<ReleaseKey>)>;

/// Plans to bring every release of the stack back to what it was after revision `to` (0: before the first one). Without a number:
/// to the last revision before the current one that ended well.
///
/// # Errors
/// Mistakes of the stack file; no such revision; releases whose records are not kept any more.
pub async fn plan_rollback(session: &Session, to: Option<u32>, overrides: &RunOverrides) -> Result<Prepared, Diagnostics> {
    let stack = load(session)?;
    if !session.request.selectors.is_empty() {
        return Err(Diagnostic::error("a rollback is of the whole stack").help("leave out the selector").into());
    }
    let releases: Vec<&Release> = stack.releases.iter().collect();
    let mut clusters = connect_all(session, &stack, &releases).await?;
    let home = Home::open(&stack, &clusters).await?.readable()?;
    let (to, goals) = goals(&home, to)?;
    let elsewhere: Vec<_> = goals.keys().filter(|key| !clusters.contains_key(&key.context)).map(release_id).collect();
    clusters.extend(super::clusters::connect(session, &elsewhere).await?);
    let settings = |key: &ReleaseKey| settings_of(&stack, &clusters, key, overrides);
    let candidates = way_back(session, &clusters, &home, &goals, settings).await?;
    Prepared::of(candidates, clusters, home, Operation::Rollback { to }).map(told)
}

/// Plans to take back everything that a run changed.
///
/// # Errors
/// Releases whose records are not kept any more; the cluster does not tell.
pub async fn plan_undo(session: &Session, prepared: &Prepared, ran: &Ran) -> Result<Option<Prepared>, Diagnostics> {
    let Some(revision) = &ran.revision else { return Ok(None) };
    let begun = revision.steps().filter(|entry| !matches!(entry.result, StepResult::Skipped | StepResult::Pending));
    let goals: Goals = begun.map(|entry| (entry.key.clone(), (entry.before.clone(), entry.needs.clone()))).collect();
    let mut home = prepared.home.clone();
    home.read().await?;
    let planned: BTreeMap<ReleaseKey, &Settings> =
        prepared.plan.releases.iter().map(|release| (super::revisions::key_of(release), &release.settings)).collect();
    let settings = |key: &ReleaseKey| planned.get(key).map_or_else(|| default_settings(&RunOverrides::default()), |found| (*found).clone());
    let candidates = way_back(session, &prepared.clusters, &home, &goals, settings).await?;
    Prepared::of(candidates, prepared.clusters.clone(), home, Operation::Undo { of: revision.number }).map(told).map(Some)
}

fn told(mut prepared: Prepared) -> Prepared {
    prepared.irreversible = cannot_be_undone(&prepared.plan);
    prepared
}

/// Finds the revision that is meant, and says what its releases were.
fn goals(home: &Home, to: Option<u32>) -> Result<(u32, Goals), Diagnostic> {
    let name = home.store.stack();
    let Some(last) = home.last() else {
        return Err(Diagnostic::error(format!("stack {name} has no revisions in namespace {}", name.namespace))
            .help("apply makes them; `history.namespace` of the stack file says where they are kept"));
    };
    let earlier = home.revisions.iter().rev().find(|revision| revision.number < last.number && revision.state == RunState::Done);
    let to = match to.or(earlier.map(|revision| revision.number)) {
        Some(to) => to,
        None => {
            return Err(Diagnostic::error(format!("stack {name} has no earlier revision that ended well"))
                .help("name one with --to; --to 0 is what was before the first one"));
        }
    };
    let target = if to == 0 { before_all(home)? } else { revision(home, to)?.clone() };
    let mut goals: Goals = target.present().map(|entry| (entry.key.clone(), (entry.after.clone(), entry.needs.clone()))).collect();
    for entry in last.present() {
        goals.entry(entry.key.clone()).or_insert_with(|| (None, entry.needs.clone()));
    }
    Ok((to, goals))
}

fn revision(home: &Home, number: u32) -> Result<&StackRevision, Diagnostic> {
    home.revisions.iter().find(|revision| revision.number == number).ok_or_else(|| {
        let kept: Vec<String> = home.revisions.iter().map(|revision| revision.number.to_string()).collect();
        Diagnostic::error(format!("revision {number} of stack {} is not there", home.store.stack()))
            .note(format!("kept are {}", kept.join(", ")))
            .help("stackwright history shows them")
    })
}

/// Returns what was before the first revision: releases that it found there, as they were.
fn before_all(home: &Home) -> Result<StackRevision, Diagnostic> {
    let mut first = revision(home, 1).map_err(|_| Diagnostic::error("what was before the first revision is not known any more"))?.clone();
    first.releases.retain(|entry| entry.before.is_some());
    for entry in &mut first.releases {
        *entry = crate::revision::ReleaseEntry { after: entry.before.clone(), step: Step::Keep, result: StepResult::Done, ..entry.clone() };
    }
    Ok(first)
}

/// Makes the candidates of a plan that brings releases to their goals.
async fn way_back(
    session: &Session,
    clusters: &Clusters,
    home: &Home,
    goals: &Goals,
    settings: impl Fn(&ReleaseKey) -> Settings,
) -> Result<Vec<Candidate>, Diagnostics> {
    let keys: BTreeSet<_> = goals.keys().map(|key| (key.context.clone(), key.namespace.clone(), key.name.clone())).collect();
    let histories = histories_of(session, clusters, &keys).await?;
    let order: Vec<&ReleaseKey> = goals.keys().collect();
    let mut candidates = Vec::with_capacity(goals.len());
    let mut problems = Diagnostics::new();
    for (key, (goal, needs)) in goals {
        let history = history_of(&histories, key);
        let mut candidate = Candidate {
            id: release_id(key),
            namespace: key.namespace.clone(),
            desired: None,
            restore: None,
            leftovers: Vec::new(),
            history,
            settings: settings(key),
            needs: Vec::new(),
            auto_needs: false,
        };
        let same_way = needs.iter().filter(|need| goals.get(need).is_some_and(|(other, _)| other.is_some() == goal.is_some()));
        candidate.needs = same_way.filter_map(|need| Some(GivenNeed::plain(order.iter().position(|key| *key == need)?, None))).collect();
        if let Some(goal) = goal
            && let Err(problem) = bring_back(home, key, goal, &mut candidate).await
        {
            problems.push(problem);
        }
        candidates.push(candidate);
    }
    problems.check(candidates).map(|(candidates, _)| candidates)
}

fn history_of(histories: &Histories, key: &ReleaseKey) -> History {
    histories.get(&(key.context.clone(), key.namespace.clone(), key.name.clone())).cloned().unwrap_or_default()
}

/// Says what a candidate is to become again.
async fn bring_back(home: &Home, key: &ReleaseKey, goal: &Deployed, candidate: &mut Candidate) -> Result<(), Diagnostic> {
    let (restore, seed) = find(home, key, goal, &candidate.history).await?;
    candidate.desired = Some(restore.desired(seed)?);
    let last = candidate.history.last();
    let is_current = last.is_some_and(|last| last.status == Status::Deployed && last.revision == restore.revision);
    if is_current {
        return Ok(());
    }
    if !candidate.history.is_installed() {
        candidate.settings.description = Some(format!("Revision {} restored", restore.revision));
    }
    candidate.restore = Some(restore);
    Ok(())
}

/// Finds the record of a revision: in the release's history (the latest that is the same), else with the stack.
async fn find(home: &Home, key: &ReleaseKey, goal: &Deployed, history: &History) -> Result<(Restore, Option<KeptValues>), Diagnostic> {
    for entry in history.entries().iter().rev().filter(|entry| matches!(entry.status, Status::Deployed | Status::Superseded)) {
        let Ok(record) = Entry::record(entry) else { continue };
        if record_digest(key.context.as_deref(), &record) == goal.digest {
            return Ok((Restore { revision: entry.revision, record }, None));
        }
    }
    let kept = home.store.kept(key, &goal.digest).await.map_err(|error| error.diagnostic())?;
    let Some(kept) = kept else {
        return Err(Diagnostic::error(format!(
            "release {key} cannot be brought back to revision {}: its record is not kept any more",
            goal.revision
        ))
        .help("choose a later revision with --to; historyMax says how many records of a release are kept"));
    };
    let record = kept.record().map_err(|error| error.diagnostic())?;
    Ok((Restore { revision: goal.revision, record }, kept.seed))
}

/// Returns how a release is carried out: as the stack file says, where it still names the release.
fn settings_of(stack: &Stack, clusters: &Clusters, key: &ReleaseKey, overrides: &RunOverrides) -> Settings {
    let is_it = |release: &&Release| {
        release.id.name == key.name && release.id.kube_context == key.context && namespace_of(release, clusters) == key.namespace
    };
    match stack.releases.iter().find(is_it) {
        // The description in the stack file is of another revision.
        Some(release) => Settings { description: None, ..settings(release, overrides) },
        None => default_settings(overrides),
    }
}

pub(super) fn default_settings(overrides: &RunOverrides) -> Settings {
    Settings {
        wait: overrides.wait.unwrap_or_default(),
        no_hooks: overrides.no_hooks,
        wait_for_jobs: overrides.wait_for_jobs,
        ordered: overrides.ordered,
        readiness_timeout: overrides.readiness_timeout,
        timeout: overrides.timeout.unwrap_or(DEFAULT_TIMEOUT),
        create_namespace: true,
        force_conflicts: false,
        field_rules: Vec::new(),
        recreate: overrides.recreate,
        take_ownership: false,
        skip_crds: false,
        update_crds: false,
        min_ready: None,
        tests: false,
        allow_failure: false,
        history_max: 10,
        description: None,
        rollback_on_failure: false,
        force_revision: false,
        cleanup_on_fail: false,
        labels: BTreeMap::new(),
        removal: Removal::default(),
    }
}
