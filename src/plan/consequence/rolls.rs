//! Workloads whose pods are replaced, and why.

use super::super::finding::{Cause, Code, Finding};
use super::effect::Effect;
use crate::diff::{FieldChange, field_changes, is_secret};
use crate::manifest::{ObjectId, pod_template};
use serde_json::Value as Json;

/// So many reasons are named.
const NAMED: usize = 3;

/// Returns the way to the pod template of a kind, with a dot at the end; empty for a pod itself.
pub(super) fn template_path(kind: &str) -> &'static str {
    match kind {
        "Pod" => "",
        "CronJob" => "spec.jobTemplate.spec.template.",
        _ => "spec.template.",
    }
}

/// Returns the finding of a workload whose pod template changes. `all` is what becomes of all objects: a checksum in an annotation
/// changes because one of them does.
pub(super) fn of(effect: &Effect<'_>, all: &[Effect<'_>]) -> Option<Finding> {
    let (old, new) = effect.changed().filter(|_| is_rolled(&effect.id))?;
    let no_pods = effect.id.kind != "DaemonSet" && new.pointer("/spec/replicas").and_then(Json::as_u64) == Some(0);
    let changes = field_changes(pod_template(old)?, pod_template(new)?);
    if changes.is_empty() || no_pods {
        return None;
    }
    let verb = match new.pointer("/spec/updateStrategy/type").and_then(Json::as_str) {
        Some("OnDelete") => "its pods are replaced once somebody deletes them",
        _ => "its pods are replaced",
    };
    let (why, field, cause) = reason(effect, new, &changes, all);
    let field = format!("{}{}", template_path(&effect.id.kind), field.field.indexed());
    let finding = Finding::new(Code::Rolls, effect.release, format!("{verb}: {why}"));
    Some(Finding { cause: cause.map(Box::new), ..finding.of_object(&effect.id, &effect.template).of_field(field) })
}

fn is_rolled(id: &ObjectId) -> bool {
    id.group() == "apps" && matches!(id.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet")
}

/// Returns why in words, the field that tells most, and what made it another.
fn reason<'c>(effect: &Effect<'_>, new: &Json, changes: &'c [FieldChange], all: &[Effect<'_>]) -> (String, &'c FieldChange, Option<Cause>) {
    let (checksums, fields): (Vec<&FieldChange>, Vec<&FieldChange>) = changes.iter().partition(|change| is_checksum(change));
    let contents = if checksums.is_empty() { Vec::new() } else { changed_contents(effect, new, all) };
    let mut reasons: Vec<String> = fields.iter().map(|change| in_words(change)).collect();
    if contents.is_empty() {
        reasons.extend(checksums.iter().map(|change| in_words(change)));
    }
    reasons.extend(contents.iter().map(|content| content.words.clone()));
    let more = reasons.len().saturating_sub(NAMED);
    reasons.truncate(NAMED);
    let mut why = reasons.join(", ");
    if more > 0 {
        why.push_str(&format!(" and {more} more"));
    }
    let image = fields.iter().find(|change| change.field.last_key() == Some("image"));
    let field = image.or(fields.first()).or(checksums.first()).copied().unwrap_or(&changes[0]);
    let cause = if fields.is_empty() { contents.into_iter().next().map(|content| content.cause) } else { None };
    (why, field, cause)
}

fn in_words(change: &FieldChange) -> String {
    let text = |side: &Option<Json>| side.as_ref().and_then(Json::as_str).map(str::to_owned);
    match (change.field.last_key(), text(&change.old), text(&change.new)) {
        (Some("image"), Some(old), Some(new)) => format!("{} changes from {old} to {new}", change.field),
        _ => format!("{} changes", change.field),
    }
}

/// Charts put a checksum of a ConfigMap or Secret into an annotation, so that its pods notice when it changes.
fn is_checksum(change: &FieldChange) -> bool {
    let is_hash = |side: &Option<Json>| {
        let text = side.as_ref().and_then(Json::as_str).unwrap_or_default();
        matches!(text.len(), 32 | 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let name = change.field.last_key().unwrap_or_default();
    let is_named = ["checksum", "hash", "digest"].iter().any(|word| name.contains(word));
    change.field.is_below(&["metadata", "annotations"]) && (is_named || is_hash(&change.old) || is_hash(&change.new))
}

/// A key of a ConfigMap or Secret that changes.
struct Content {
    words: String,
    cause: Cause,
}

/// Returns the keys that change of the ConfigMaps and Secrets which the pods refer to; of all those of the release where they refer to
/// none that changes.
fn changed_contents(effect: &Effect<'_>, new: &Json, all: &[Effect<'_>]) -> Vec<Content> {
    let is_near = |other: &&Effect<'_>| {
        matches!(other.id.kind.as_str(), "ConfigMap" | "Secret") && other.id.group().is_empty() && other.id.namespace == effect.id.namespace
    };
    let near: Vec<&Effect<'_>> = all.iter().filter(is_near).collect();
    let names = references(new);
    let is_referred_to = |other: &&&Effect<'_>| names.iter().any(|(kind, name)| *kind == other.id.kind && *name == other.id.name);
    let referred: Vec<&Effect<'_>> = near.iter().filter(is_referred_to).copied().collect();
    let chosen = if referred.is_empty() { near.into_iter().filter(|other| other.release == effect.release).collect() } else { referred };
    chosen.into_iter().flat_map(contents).collect()
}

fn contents(effect: &Effect<'_>) -> Vec<Content> {
    let none = Json::Null;
    let (old, new) = (effect.old.as_deref().unwrap_or(&none), effect.new.as_deref().unwrap_or(&none));
    let name = format!("{}/{}", effect.id.kind, effect.id.name);
    let mut found = Vec::new();
    for place in ["data", "binaryData", "stringData"] {
        let side = |object: &Json| object.get(place).cloned().unwrap_or_else(|| Json::Object(serde_json::Map::new()));
        for change in field_changes(&side(old), &side(new)) {
            let key = change.field.last_key().unwrap_or_default();
            let what = match (&change.old, &change.new) {
                (None, _) => "is new",
                (_, None) => "goes",
                _ => "changes",
            };
            let lines = if is_secret(old) || is_secret(new) { Vec::new() } else { new_lines(&change) };
            let field = format!("{place}.{}", change.field.indexed());
            let cause = Cause { object: effect.id.clone(), template: effect.template.clone().into_owned(), field, lines };
            found.push(Content { words: format!("{key} of {name} {what}"), cause });
        }
    }
    found
}

/// Returns the lines of a text that it did not have before.
fn new_lines(change: &FieldChange) -> Vec<String> {
    let text = |side: &Option<Json>| side.as_ref().and_then(Json::as_str).unwrap_or_default().to_owned();
    let (old, new) = (text(&change.old), text(&change.new));
    let before: std::collections::BTreeSet<&str> = old.lines().map(str::trim).collect();
    new.lines().map(str::trim).filter(|line| !line.is_empty() && !before.contains(line)).map(str::to_owned).collect()
}

/// Returns the ConfigMaps and Secrets that the pods of a workload refer to, by kind and name.
fn references(workload: &Json) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    if let Some(spec) = pod_template(workload).and_then(|template| template.get("spec")) {
        collect_references(spec, &mut found);
    }
    found
}

/// The names stand in maps that say by their key what they name, at many places of a pod.
fn collect_references(value: &Json, found: &mut Vec<(&'static str, String)>) {
    match value {
        Json::Object(map) => {
            for (key, value) in map {
                let kind = match key.as_str() {
                    "configMap" | "configMapRef" | "configMapKeyRef" => Some("ConfigMap"),
                    "secret" | "secretRef" | "secretKeyRef" => Some("Secret"),
                    _ => None,
                };
                let name = value.get("name").or_else(|| value.get("secretName")).and_then(Json::as_str);
                if let (Some(kind), Some(name)) = (kind, name) {
                    found.push((kind, name.to_owned()));
                }
                collect_references(value, found);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| collect_references(item, found)),
        _ => {}
    }
}
