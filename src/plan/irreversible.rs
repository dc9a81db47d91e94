//! What going back does not bring back.

use super::planned::{Action, Plan, PlannedRelease};
use super::restore::recorded_hooks;
use crate::manifest::{Document, Hook, parse_stored};
use crate::release::Record;

/// Returns what carrying out a way back cannot undo, a line each: jobs that ran, data, definitions of custom resources.
pub fn cannot_be_undone(plan: &Plan) -> Vec<String> {
    plan.releases.iter().filter(|release| release.action != Action::Nothing).flat_map(of_release).collect()
}

fn of_release(release: &PlannedRelease) -> Vec<String> {
    let name = &release.name;
    if release.action == Action::Install {
        let is_stateful = release.desired.iter().flat_map(|desired| &desired.manifest.documents).any(holds_data);
        let words = format!("{name}: it is installed anew; data that went with it is not brought back");
        return if is_stateful { vec![words] } else { Vec::new() };
    }
    let Some(current) = release.history.deployed().or(release.history.last()).and_then(|entry| entry.record().ok()) else {
        return Vec::new();
    };
    let documents = parse_stored(&current.manifest).unwrap_or_default();
    let hooks = recorded_hooks(&current).unwrap_or_default();
    let mut lines = Vec::new();
    let jobs = names(jobs(&documents, &hooks));
    if !jobs.is_empty() {
        lines.push(format!("{name}: what these jobs did stays done: {jobs}"));
    }
    let data = names(documents.iter().filter(|document| holds_data(document)));
    if !data.is_empty() {
        lines.push(match release.action {
            Action::Remove => format!("{name}: data goes with its claims, as far as they are removed: {data}"),
            _ => format!("{name}: data stays as it is now: {data}"),
        });
    }
    if has_definitions(&current, &documents) {
        lines.push(format!(
            "{name}: custom resource definitions of its chart stay as they are, and so do the stored versions of their objects"
        ));
    }
    lines
}

fn jobs<'a>(documents: &'a [Document], hooks: &'a [Hook]) -> impl Iterator<Item = &'a Document> {
    documents.iter().chain(hooks.iter().map(|hook| &hook.document)).filter(|document| document.head.kind == "Job")
}

fn holds_data(document: &Document) -> bool {
    document.head.kind == "PersistentVolumeClaim" || (document.head.kind == "StatefulSet" && document.text.contains("volumeClaimTemplates"))
}

fn has_definitions(record: &Record, documents: &[Document]) -> bool {
    let in_chart = || {
        let files = record.chart.as_ref().and_then(|chart| chart.files().ok()).unwrap_or_default();
        files.iter().any(|file| file.name.starts_with("crds/"))
    };
    documents.iter().any(|document| document.head.kind == "CustomResourceDefinition") || in_chart()
}

fn names<'a>(documents: impl Iterator<Item = &'a Document>) -> String {
    documents.map(|document| format!("{}/{}", document.head.kind, document.head.name)).collect::<Vec<_>>().join(", ")
}
