//! What is no longer reachable, or no longer runs.

use super::super::finding::{Code, Finding};
use super::effect::Effect;
use crate::diff::field_changes;
use crate::manifest::pod_template;
use serde_json::Value as Json;

/// Returns how an object's change or removal makes something unavailable.
pub(super) fn of(effect: &Effect<'_>) -> Option<Finding> {
    let (message, field) = match (effect.removed(), effect.changed()) {
        (Some(_), _) if effect.with_release => return None,
        (Some(_), _) => (removed(effect)?, None),
        (None, Some((old, new))) => {
            let (message, field) = changed(effect, old, new)?;
            (message, Some(field))
        }
        (None, None) => return None,
    };
    let finding = Finding::new(Code::Outage, effect.release, message).of_object(&effect.id, &effect.template);
    Some(Finding { field, ..finding })
}

/// Returns the finding of a release that goes with all that it runs.
pub(super) fn of_removed_release(effects: &[Effect<'_>]) -> Option<Finding> {
    let first = effects.first().filter(|effect| effect.with_release)?;
    let workloads = effects.iter().filter(|effect| is_workload(effect)).count();
    let services = effects.iter().filter(|effect| is_service(effect)).count();
    let counts = [(workloads, "workload", "workloads"), (services, "service", "services")];
    let words: Vec<String> = counts
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| format!("{number} {}", if number == 1 { one } else { many }))
        .collect();
    let message = format!("the release is removed, and with it {}", words.join(" and "));
    (!words.is_empty()).then(|| Finding::new(Code::Outage, first.release, message))
}

fn is_workload(effect: &Effect<'_>) -> bool {
    effect.id.group() == "apps" && matches!(effect.id.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
}

fn is_service(effect: &Effect<'_>) -> bool {
    effect.id.group().is_empty() && effect.id.kind == "Service"
}

fn removed(effect: &Effect<'_>) -> Option<String> {
    if is_service(effect) {
        Some("the service is removed: nobody reaches it by this name any more".to_owned())
    } else if is_workload(effect) {
        Some("its pods are stopped and not started again".to_owned())
    } else if effect.id.group() == "networking.k8s.io" && effect.id.kind == "Ingress" {
        Some("the ingress is removed: its hosts are no longer served".to_owned())
    } else {
        None
    }
}

fn changed(effect: &Effect<'_>, old: &Json, new: &Json) -> Option<(String, String)> {
    let selector = if is_service(effect) { "/spec/selector" } else { "/spec/selector/matchLabels" };
    let differs = |pointer: &str| old.pointer(pointer) != new.pointer(pointer);
    if is_service(effect) && differs(selector) {
        let message = "its selector changes: it has no endpoints until pods with the new labels are ready".to_owned();
        return Some((message, first_below(old, new, &["spec", "selector"])));
    }
    if !is_workload(effect) {
        return None;
    }
    if differs("/spec/selector") {
        let message = "its selector changes: the pods that run are no longer its own".to_owned();
        return Some((message, first_below(old, new, &["spec", "selector"])));
    }
    let replicas = |object: &Json| object.pointer("/spec/replicas").and_then(Json::as_u64).unwrap_or(1);
    if effect.id.kind != "DaemonSet" && replicas(new) == 0 && replicas(old) > 0 {
        return Some((format!("it is scaled down from {} to 0", replicas(old)), "spec.replicas".to_owned()));
    }
    let stops_all = effect.id.kind == "Deployment" && new.pointer("/spec/strategy/type").and_then(Json::as_str) == Some("Recreate");
    if stops_all && pod_template(old) != pod_template(new) && replicas(old) > 0 {
        let message = "all its pods are stopped before new ones are started: its strategy is Recreate".to_owned();
        return Some((message, "spec.strategy.type".to_owned()));
    }
    None
}

fn first_below(old: &Json, new: &Json, keys: &[&str]) -> String {
    let change = field_changes(old, new).into_iter().find(|change| change.field.is_below(keys));
    change.map_or_else(|| keys.join("."), |change| change.field.indexed())
}
