//! Asks a cluster what the checks want to know.

use crate::cluster::{Applied, Cluster, Error, Kinds, RefusalKind};
use crate::diag::Diagnostics;
use crate::manifest::ObjectId;
use crate::ops::live::LiveObjects;
use crate::ops::render::in_parallel;
use crate::plan::preflight::{Answered, Brought, Subject, Trial, is_claimed, leave_replicas_to, subjects, trial};
use crate::plan::{Action, Finding, Plan, Resolved, Scope, resolve};
use futures_util::future::{join_all, try_join_all};
use std::collections::BTreeSet;

/// A namespace that every cluster has.
const STAND_IN: &str = "default";

/// Returns the objects of releases, and what these bring along.
///
/// # Errors
/// Threads cannot be started.
pub(super) fn look_at(plan: &Plan, releases: &[usize], kinds: &Kinds) -> Result<(Vec<Subject>, Brought), Diagnostics> {
    let mut brought = Brought::default();
    for at in releases {
        brought.add_release(&plan.releases[*at]);
    }
    let scope = |id: &ObjectId| match kinds.find(&id.api_version, &id.kind) {
        Some(kind) => Scope { is_namespaced: kind.namespaced, is_served: true },
        None => brought.scope(id),
    };
    let of_release = |at: usize| Ok(subjects(at, &plan.releases[at], &scope));
    let subjects: Vec<Subject> = in_parallel(releases.to_vec(), of_release)?.into_iter().flatten().collect();
    brought.add_objects(&subjects);
    Ok((subjects, brought))
}

/// Returns which of the namespaces of objects exist.
///
/// # Errors
/// The cluster does not tell.
pub(super) async fn existing_namespaces(cluster: &Cluster, subjects: &[Subject]) -> Result<BTreeSet<String>, Error> {
    let names: BTreeSet<&String> = subjects.iter().filter_map(|subject| subject.sent.id.namespace.as_ref()).collect();
    let exist = try_join_all(names.iter().map(|name| cluster.has_namespace(name))).await?;
    Ok(names.into_iter().zip(exist).filter(|(_, exists)| *exists).map(|(name, _)| name.clone()).collect())
}

/// Lets the server try all objects of kinds that it serves, but those that it has tried for `live`, and reads those that somebody else may own.
///
/// # Errors
/// The cluster cannot be asked at all.
pub(super) async fn try_all<'s>(
    cluster: &Cluster,
    subjects: &'s [Subject],
    plan: &Plan,
    brought: &Brought,
    namespaces: &BTreeSet<String>,
    live: Option<&LiveObjects>,
) -> Result<Vec<Answered<'s>>, Error> {
    let mut usable = namespaces.clone();
    usable.insert(STAND_IN.to_owned());
    let usable = &usable;
    let tries = subjects.iter().map(|subject| {
        let own = subject.sent.id.namespace.as_ref();
        let stand_in = own.filter(|own| !namespaces.contains(*own)).map(|_| STAND_IN);
        let trial = trial(subject, stand_in, brought);
        let is_claimed = is_claimed(subject, plan);
        let release = &plan.releases[subject.release];
        let known = live.and_then(|live| live.made_of(subject.release, release, &subject.sent.id, &trial.body)).cloned();
        async move { try_one(cluster, subject, trial, known, usable, is_claimed).await }
    });
    let answered = join_all(tries).await;
    let unreachable = answered.iter().find_map(|answered| match &answered.answer {
        Some(Err(error)) if error.is_unreachable() => Some(error.clone()),
        _ => None,
    });
    unreachable.map_or(Ok(answered), Err)
}

async fn try_one<'s>(
    cluster: &Cluster,
    subject: &'s Subject,
    trial: Trial<'s>,
    known: Option<Applied>,
    usable: &BTreeSet<String>,
    is_claimed: bool,
) -> Answered<'s> {
    let mut resolved = None;
    let answer = match subject.sent.is_served {
        true if known.is_some() => known.map(Ok),
        true => {
            let force = subject.force && subject.field_rules.is_empty();
            let answer = cluster.try_apply(&trial.body, force, usable, STAND_IN).await.answer;
            resolved = answer.as_ref().err().and_then(|error| resolve_conflicts(subject, &trial, error));
            match &resolved {
                Some(Resolved { body, force, .. }) => Some(cluster.try_apply(body, *force, usable, STAND_IN).await.answer),
                None => Some(answer),
            }
        }
        false => None,
    };
    // What cannot be read is not compared.
    let is_read = resolved.is_some() || answer.as_ref().is_some_and(|answer| is_to_be_read(subject, answer, is_claimed));
    let live = if is_read { cluster.get(&subject.sent.id).await.ok().flatten() } else { None };
    Answered { subject, trial, answer, live, resolved }
}

/// Returns what rules make of the conflicts with other field managers; nothing where one of them is to stop the object.
fn resolve_conflicts(subject: &Subject, trial: &Trial<'_>, error: &Error) -> Option<Resolved> {
    let conflicts = error.conflicts().filter(|_| !subject.field_rules.is_empty())?;
    let resolved = resolve(&subject.field_rules, subject.force, &subject.sent.id, &trial.body, conflicts);
    resolved.failing.is_empty().then_some(resolved)
}

/// What is there is read where somebody else may own it or parts of it; where the answer tells that it is not there, nothing is asked.
fn is_to_be_read(subject: &Subject, answer: &Result<Applied, Error>, is_claimed: bool) -> bool {
    match answer {
        Ok(applied) => !applied.is_new && (is_claimed || subject.sent.id.kind == "CustomResourceDefinition"),
        Err(error) => error
            .refusal()
            .is_some_and(|refusal| matches!(refusal.kind, RefusalKind::Conflict(_) | RefusalKind::Invalid(_) | RefusalKind::Immutable(_))),
    }
}

/// Puts the number of replicas that autoscalers have set in the place of the charts', as an upgrade does.
///
/// # Errors
/// The cluster cannot be asked.
pub(super) async fn leave_replicas(cluster: &Cluster, plan: &Plan, subjects: &mut [Subject]) -> Result<Vec<Finding>, Error> {
    let is_one = |subject: &&mut Subject| {
        plan.releases[subject.release].action == Action::Upgrade && subject.sent.body.pointer("/spec/replicas").is_some()
    };
    let mut findings = Vec::new();
    let mut upgraded: Vec<&mut Subject> = subjects.iter_mut().filter(is_one).collect();
    let ids: Vec<ObjectId> = upgraded.iter().map(|subject| subject.sent.id.clone()).collect();
    for scaled in cluster.scaled(&ids.iter().collect::<Vec<_>>()).await? {
        for subject in upgraded.iter_mut().filter(|subject| subject.sent.id == scaled.id) {
            findings.extend(leave_replicas_to(subject, &scaled));
        }
    }
    Ok(findings)
}
