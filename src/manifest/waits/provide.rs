//! What meets a wait.

use super::read::pod_template;
use super::wait::Wait;
use crate::manifest::ObjectId;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Says whether an object is what a wait names.
pub fn provides(object: &Json, wait: &Wait, namespace: &str) -> bool {
    let Some(id) = ObjectId::of(object) else { return false };
    let own_namespace = id.namespace.as_deref().unwrap_or(namespace);
    let named = |kind: &str, namespace: &str, name: &str| id.kind == kind && own_namespace == namespace && id.name == name;
    match wait {
        Wait::Service { namespace, name } | Wait::Address { namespace, name } => named("Service", namespace, name),
        Wait::Job { namespace, name: Some(name), .. } => named("Job", namespace, name),
        Wait::Job { namespace, name: None, labels } => {
            id.kind == "Job" && own_namespace == namespace && has_labels(&object["metadata"]["labels"], labels)
        }
        Wait::DaemonSet { namespace, name } => named("DaemonSet", namespace, name),
        Wait::Pods { namespace, labels, .. } => own_namespace == namespace && template_has_labels(object, labels),
        Wait::CustomResource { id: wanted } | Wait::Reference { id: wanted } => {
            id.group() == wanted.group() && named(&wanted.kind, wanted.namespace.as_deref().unwrap_or(namespace), &wanted.name)
        }
        Wait::Container { .. } => false,
        Wait::Kind { group, kind } => {
            let text = |pointer: &str| object.pointer(pointer).and_then(Json::as_str);
            id.kind == "CustomResourceDefinition" && text("/spec/group") == Some(group) && text("/spec/names/kind") == Some(kind)
        }
    }
}

/// Says whether the pods that an object makes carry labels; no labels are carried by none.
pub fn template_has_labels(object: &Json, labels: &BTreeMap<String, String>) -> bool {
    pod_template(object).is_some_and(|template| has_labels(&template["metadata"]["labels"], labels))
}

/// Says whether labels are among those found; no labels are among none.
pub fn has_labels(found: &Json, wanted: &BTreeMap<String, String>) -> bool {
    !wanted.is_empty() && wanted.iter().all(|(key, value)| found[key.as_str()] == value.as_str())
}

/// Returns the texts of a JSON object.
pub fn string_map(json: &Json) -> BTreeMap<String, String> {
    json.as_object().into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}
