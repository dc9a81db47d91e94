//! Objects that have to be made anew, because a field of them cannot change.

use super::super::finding::{Code, Finding};
use super::effect::Effect;
use crate::diff::{FieldChange, field_changes};
use serde_json::Value as Json;

/// Returns the finding of an object that cannot be changed to what is wanted.
pub(super) fn of(effect: &Effect<'_>) -> Option<Finding> {
    let (old, new) = effect.changed()?;
    let change = field_changes(old, new).into_iter().find(|change| is_immutable(effect, old, change))?;
    let field = change.field.to_string();
    let message = match effect.id.kind.as_str() {
        "Job" => format!("the job is deleted and made anew: {field} of a job cannot change"),
        kind => format!("it has to be deleted and made anew: {field} of a {kind} cannot change"),
    };
    Some(Finding::new(Code::Recreated, effect.release, message).of_object(&effect.id, &effect.template).of_field(change.field.indexed()))
}

/// Says whether the API server refuses to change a field of an object that exists.
///
/// Rule: the update validation of each kind in k8s.io/kubernetes pkg/apis.
fn is_immutable(effect: &Effect<'_>, old: &Json, change: &FieldChange) -> bool {
    let below = |keys: &[&str]| change.field.is_below(keys);
    let is_replaced = || change.old.is_some();
    match (effect.id.group(), effect.id.kind.as_str()) {
        ("apps", "Deployment" | "DaemonSet" | "ReplicaSet") => below(&["spec", "selector"]),
        ("apps", "StatefulSet") => below(&["spec"]) && !CHANGEABLE_OF_STATEFUL_SETS.iter().any(|field| below(&["spec", field])),
        ("batch", "Job") => below(&["spec", "template"]) || below(&["spec", "selector"]) || below(&["spec", "completionMode"]),
        ("", "PersistentVolumeClaim") => {
            let can_change = below(&["spec", "resources"]) || below(&["spec", "volumeAttributesClassName"]);
            below(&["spec"]) && !can_change && is_replaced()
        }
        ("", "Service") => below(&["spec", "clusterIP"]) && is_replaced() && change.new.is_some(),
        ("", "Secret") => below(&["type"]) || (old["immutable"] == true && is_content(change)),
        ("", "ConfigMap") => old["immutable"] == true && is_content(change),
        ("rbac.authorization.k8s.io", "RoleBinding" | "ClusterRoleBinding") => below(&["roleRef"]),
        ("storage.k8s.io", "StorageClass") => {
            ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"].iter().any(|field| below(&[field]))
        }
        ("scheduling.k8s.io", "PriorityClass") => below(&["value"]) || below(&["preemptionPolicy"]),
        _ => false,
    }
}

const CHANGEABLE_OF_STATEFUL_SETS: [&str; 7] = [
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
];

fn is_content(change: &FieldChange) -> bool {
    ["data", "binaryData", "stringData", "immutable"].iter().any(|field| change.field.is_below(&[field]))
}
