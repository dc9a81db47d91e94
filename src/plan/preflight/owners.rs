//! Objects that belong to somebody else.

use super::refused::Answered;
use super::subject::Subject;
use crate::manifest::ObjectId;
use crate::plan::finding::{Code, Finding};
use crate::plan::planned::Plan;
use crate::release::{Owner, conflict_message, ownership_mismatches};
use std::collections::BTreeMap;

/// Says whether it matters whose an object is that is there already: the release has not had it before, and does not take over what it
/// finds.
pub fn is_claimed(subject: &Subject, plan: &Plan) -> bool {
    let release = &plan.releases[subject.release];
    subject.sent.hook.is_none() && !subject.sent.is_crd_file && !subject.is_known && !release.settings.take_ownership
}

/// Finds objects that are there and belong to somebody else.
///
/// Rule: Helm 4.3.1 pkg/action/validate.go (`existingResourceConflict`), in its words.
pub fn check_owners(answered: &[Answered<'_>], plan: &Plan) -> Vec<Finding> {
    answered.iter().filter(|answered| is_claimed(answered.subject, plan)).filter_map(|answered| owned(answered, plan)).collect()
}

fn owned(answered: &Answered<'_>, plan: &Plan) -> Option<Finding> {
    let (subject, live) = (answered.subject, answered.live.as_ref()?);
    let release = &plan.releases[subject.release];
    let mismatches = ownership_mismatches(live, Owner { name: &release.name, namespace: &release.namespace });
    if mismatches.is_empty() {
        return None;
    }
    let id = &subject.sent.id;
    let message = conflict_message(&id.kind, &id.name, id.namespace.as_deref().unwrap_or_default(), &mismatches);
    let help = "remove it, give one of the two another name, or take it over with takeOwnership: true in the stack file";
    Some(subject.finding(Code::Owned, message).help(help))
}

/// Finds objects that two releases of a plan make: the second one to come would find that of the first.
pub fn check_shared(subjects: &[Subject], plan: &Plan) -> Vec<Finding> {
    let order: BTreeMap<usize, usize> = plan.graph.order().iter().enumerate().map(|(place, at)| (*at, place)).collect();
    let mut first: BTreeMap<(&str, &str, Option<&str>, &str), &Subject> = BTreeMap::new();
    let mut findings = Vec::new();
    let mut claimed: Vec<&Subject> = subjects.iter().filter(|subject| subject.sent.hook.is_none() && !subject.sent.is_crd_file).collect();
    claimed.sort_by_key(|subject| order.get(&subject.release));
    for subject in claimed {
        let other = *first.entry(key(&subject.sent.id)).or_insert(subject);
        if other.release != subject.release && is_claimed(subject, plan) {
            let message = format!("release {} of this plan makes the same object", plan.releases[other.release].name);
            findings.push(subject.finding(Code::Owned, message).help("let one of the two releases make it, or give them different names"));
        }
    }
    findings
}

fn key(id: &ObjectId) -> (&str, &str, Option<&str>, &str) {
    (id.group(), &id.kind, id.namespace.as_deref(), &id.name)
}
