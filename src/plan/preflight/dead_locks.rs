//! Pods and releases that wait for each other so that none of them ever starts.

use crate::manifest::wait_field;
use crate::plan::finding::{Code, Finding};
use crate::plan::needs::PlannedNeed;
use crate::plan::planned::Plan;
use crate::plan::waits::{PartWait, Rehearsal, rehearse};
use std::collections::BTreeSet;

/// Finds circles of pods that wait for each other, and needs that are never met, because the needed release waits for the one that needs it.
pub fn check_dead_locks(plan: &Plan) -> Vec<Finding> {
    let of_plan = |release: usize| plan.releases[release].needs.clone();
    let played = rehearse(&plan.releases, &plan.waits, &of_plan);
    if played.done.iter().chain(&played.ready).all(|is_so| *is_so) {
        return Vec::new();
    }
    let without_needs = rehearse(&plan.releases, &plan.waits, &|_| Vec::new());
    let mut findings = circles(plan, &without_needs);
    if findings.is_empty() {
        findings = early_hooks(plan, &without_needs);
    }
    let stuck = (0..plan.releases.len()).filter(|release| !played.started[*release] && without_needs.done[*release]);
    for release in stuck {
        let culprits =
            plan.releases[release].needs.iter().filter(|need| !played.done[need.release] && is_culprit(plan, &played, release, need));
        findings.extend(culprits.map(|need| never_met(plan, &played, release, need)));
    }
    findings
}

/// Says whether a release would start, and the one that it needs would end, if it did not need that one.
fn is_culprit(plan: &Plan, played: &Rehearsal, release: usize, need: &PlannedNeed) -> bool {
    let without = |at: usize| {
        let needs = plan.releases[at].needs.iter();
        needs.filter(|other| at != release || other.release != need.release).cloned().collect::<Vec<PlannedNeed>>()
    };
    let other = rehearse(&plan.releases, &plan.waits, &without);
    other.done[need.release] && !played.done[need.release]
}

fn never_met(plan: &Plan, played: &Rehearsal, release: usize, need: &PlannedNeed) -> Finding {
    let names = plan.names();
    let (own, needed) = (&names[release], &names[need.release]);
    let waits = &plan.waits;
    let of_needed = |wait: &&PartWait| waits.parts[wait.part].release == need.release && is_blocked(wait, played);
    let because = waits.waits.iter().find(of_needed).map(|wait| format!(": {}", in_words(plan, wait))).unwrap_or_default();
    let until = if need.until == crate::stack::Until::Done { String::new() } else { format!(", until {}", need.until) };
    let message = format!("{own} needs {needed}{until}, which never comes that far before {own} has started{because}");
    Finding::new(Code::NeverStarts, release, message)
        .help("leave this need out, or write `until: applied`: pods that wait for each other become ready together")
}

/// Finds the circles in which pods wait for each other.
fn circles(plan: &Plan, played: &Rehearsal) -> Vec<Finding> {
    let waits = &plan.waits;
    let mut told: BTreeSet<usize> = BTreeSet::new();
    let mut findings = Vec::new();
    for part in 0..waits.parts.len() {
        if played.ready[part] || told.contains(&part) {
            continue;
        }
        let Some(circle) = circle_from(plan, played, part) else { continue };
        if circle.iter().any(|wait| told.contains(&wait.part)) {
            continue;
        }
        told.extend(circle.iter().map(|wait| wait.part));
        let steps: Vec<String> = circle.iter().map(|wait| in_words(plan, wait)).collect();
        let first = &waits.parts[circle[0].part];
        let message = format!("pods wait for each other in a circle, so that none of them starts: {}", steps.join("; "));
        let finding = Finding::new(Code::NeverStarts, first.release, message).of_object(&first.id, &first.template);
        findings.push(match wait_field(&first.body, first.namespace(), &circle[0].wait) {
            Some(field) => finding.of_field(field),
            None => finding,
        });
    }
    findings
}

/// Finds hooks that run before the objects of their release are sent, and wait for one of these.
fn early_hooks(plan: &Plan, played: &Rehearsal) -> Vec<Finding> {
    let waits = &plan.waits;
    let is_early = |wait: &&PartWait| {
        let part = &waits.parts[wait.part];
        let is_own = |provider: &usize| waits.parts[*provider].release == part.release && waits.parts[*provider].hook.is_none();
        let runs_before = part.hook.is_some() && !part.is_post_hook() && !played.done[part.release];
        runs_before && is_blocked(wait, played) && wait.providers.iter().all(is_own)
    };
    let finding = |wait: &PartWait| {
        let part = &waits.parts[wait.part];
        let message = format!("{}, which is sent only after this hook has run", in_words(plan, wait));
        Finding::new(Code::NeverStarts, part.release, message).of_object(&part.id, &part.template)
    };
    waits.waits.iter().filter(is_early).map(finding).collect()
}

/// Follows blocked waits from an object until they come round.
fn circle_from<'p>(plan: &'p Plan, played: &Rehearsal, start: usize) -> Option<Vec<&'p PartWait>> {
    let mut path: Vec<&PartWait> = Vec::new();
    let mut at = start;
    loop {
        if let Some(begin) = path.iter().position(|wait| wait.part == at) {
            return Some(path.split_off(begin));
        }
        let wait = plan.waits.of_part(at).iter().find(|wait| is_blocked(wait, played))?;
        path.push(wait);
        at = *wait.providers.first()?;
    }
}

fn is_blocked(wait: &PartWait, played: &Rehearsal) -> bool {
    !wait.providers.is_empty() && !wait.providers.iter().any(|provider| played.ready[*provider])
}

fn in_words(plan: &Plan, wait: &PartWait) -> String {
    format!("{} waits for {}", plan.waits.parts[wait.part].id.name, plan.waits.words(wait, &plan.names()))
}
