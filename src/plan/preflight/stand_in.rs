//! Namespaces that do not exist yet.

use super::brought::Brought;
use super::refused::Answered;
use super::subject::Subject;
use super::trial::Way;
use crate::plan::finding::{Code, Finding};
use std::collections::{BTreeMap, BTreeSet};

/// Finds namespaces that neither the plan nor the cluster has, once for each release.
pub fn check_namespaces(subjects: &[Subject], existing: &BTreeSet<String>, brought: &Brought) -> Vec<Finding> {
    let mut missing: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for subject in subjects.iter().filter(|subject| subject.in_run) {
        if let Some(namespace) = &subject.sent.id.namespace
            && !existing.contains(namespace)
            && !brought.namespaces.contains(namespace)
        {
            *missing.entry((subject.release, namespace)).or_default() += 1;
        }
    }
    let finding = |((release, namespace), objects): ((usize, &str), usize)| {
        let message = format!(
            "namespace {namespace} does not exist, and nothing in the plan makes it; {} of the release would be in it",
            objects_in_words(objects)
        );
        Finding::new(Code::NoNamespace, release, message).help("make it, or say createNamespace: true for the release")
    };
    missing.into_iter().map(finding).collect()
}

/// Says which releases were tried in another namespace than their own, once for each release and namespace.
pub fn note_stand_ins(answered: &[Answered<'_>]) -> Vec<Finding> {
    let mut tried: BTreeMap<(usize, &str, &str), usize> = BTreeMap::new();
    for answered in answered {
        if let (Way::StandIn { namespace, .. }, Some(own)) = (&answered.trial.way, &answered.subject.sent.id.namespace) {
            *tried.entry((answered.subject.release, own, namespace)).or_default() += 1;
        }
    }
    let finding = |((release, own, namespace), objects): ((usize, &str, &str), usize)| {
        let message =
            format!("{} of the release were tried in namespace {namespace}, for {own} does not exist yet", objects_in_words(objects));
        Finding::new(Code::StandIn, release, message)
    };
    tried.into_iter().map(finding).collect()
}

fn objects_in_words(objects: usize) -> String {
    format!("{objects} {}", if objects == 1 { "object" } else { "objects" })
}
