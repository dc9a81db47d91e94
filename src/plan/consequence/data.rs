//! Data at risk.

use super::super::finding::{Code, Finding};
use super::effect::Effect;
use crate::diff::field_changes;
use serde_json::Value as Json;

/// Returns what data an object's change or removal puts at risk.
pub(super) fn of(effect: &Effect<'_>) -> Option<Finding> {
    let (message, field) = match (effect.removed(), effect.changed()) {
        (Some(old), _) => (removed(effect, old)?, None),
        (None, Some((old, new))) => changed(effect, old, new)?,
        (None, None) => return None,
    };
    let finding = Finding::new(Code::DataLoss, effect.release, message).of_object(&effect.id, &effect.template);
    Some(Finding { field, ..finding })
}

fn removed(effect: &Effect<'_>, old: &Json) -> Option<String> {
    let text = match (effect.id.group(), effect.id.kind.as_str()) {
        ("", "PersistentVolumeClaim") => "the claim is removed, and its volume with it unless its reclaim policy is Retain",
        ("", "PersistentVolume") => "the volume is removed",
        ("", "Namespace") => "the namespace is removed, with everything in it",
        ("apiextensions.k8s.io", "CustomResourceDefinition") => {
            let kind = old.pointer("/spec/names/kind").and_then(Json::as_str).unwrap_or("this kind");
            return Some(format!("the definition is removed, and with it every {kind} in the cluster"));
        }
        ("apps", "StatefulSet") if retention(old, "whenDeleted") == Some("Delete") => {
            "the stateful set is removed, and by its retention policy its claims too"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

fn changed(effect: &Effect<'_>, old: &Json, new: &Json) -> Option<(String, Option<String>)> {
    match (effect.id.group(), effect.id.kind.as_str()) {
        ("apps", "StatefulSet") => {
            let templates = field_changes(old, new).into_iter().find(|change| change.field.is_below(&["spec", "volumeClaimTemplates"]));
            if let Some(change) = templates {
                let message = "its claim templates change: only a new stateful set takes them, and claims that exist stay as they are, or stay behind under other names";
                return Some((message.to_owned(), Some(change.field.indexed())));
            }
            let replicas = |object: &Json| object.pointer("/spec/replicas").and_then(Json::as_u64).unwrap_or(1);
            let is_scaled_down = replicas(new) < replicas(old) && retention(new, "whenScaled") == Some("Delete");
            let message =
                || format!("it is scaled down from {} to {}, and by its retention policy claims go", replicas(old), replicas(new));
            is_scaled_down.then(|| (message(), Some("spec.replicas".to_owned())))
        }
        ("", "PersistentVolumeClaim") => {
            let finding = super::immutable::of(effect)?;
            Some((
                "the claim has to be made anew, and its volume goes with it unless its reclaim policy is Retain".to_owned(),
                finding.field,
            ))
        }
        _ => None,
    }
}

fn retention<'a>(object: &'a Json, field: &str) -> Option<&'a str> {
    object.pointer("/spec/persistentVolumeClaimRetentionPolicy")?.get(field)?.as_str()
}
