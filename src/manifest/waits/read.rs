//! Reads what an object waits for.

use super::provide::string_map;
use super::wait::Wait;
use super::well_known::well_known_waits;
use crate::manifest::ObjectId;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Returns the pod template of an object: the pod itself, or what a workload, Job or CronJob makes its pods from.
pub fn pod_template(object: &Json) -> Option<&Json> {
    match object["kind"].as_str()? {
        "Pod" => Some(object),
        "CronJob" => object.pointer("/spec/jobTemplate/spec/template"),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" | "Job" => object.pointer("/spec/template"),
        _ => None,
    }
}

/// Returns what the pods of an object wait for, in the order of the manifest and without duplicates.
///
/// `namespace` is that of the object where the manifest does not say.
pub fn waits(object: &Json, namespace: &str) -> Vec<Wait> {
    let namespace = object.pointer("/metadata/namespace").and_then(Json::as_str).unwrap_or(namespace);
    let Some(spec) = pod_template(object).and_then(|template| template.get("spec")) else { return Vec::new() };
    let mut found = Vec::new();
    for container in containers(spec, "initContainers") {
        entrypoint_waits(container, namespace, &mut found);
        well_known_waits(container, namespace, &mut found);
    }
    reference_waits(spec, namespace, &mut found);
    let mut unique = Vec::with_capacity(found.len());
    for wait in found {
        if !unique.contains(&wait) {
            unique.push(wait);
        }
    }
    unique
}

fn containers<'a>(spec: &'a Json, field: &str) -> impl Iterator<Item = &'a Json> {
    spec.get(field).and_then(Json::as_array).into_iter().flatten()
}

/// Reads the variables of kubernetes-entrypoint.
fn entrypoint_waits(container: &Json, namespace: &str, found: &mut Vec<Wait>) {
    let namespace = entrypoint_namespace(container, namespace);
    let is_set = |name: &str| containers(container, "env").any(|variable| variable["name"] == name && variable["value"] != "");
    let by_json = is_set("DEPENDENCY_JOBS_JSON");
    for variable in containers(container, "env") {
        // With the list in JSON the plain one does not count.
        if !(by_json && variable["name"] == "DEPENDENCY_JOBS") {
            variable_waits(variable, namespace, found);
        }
    }
}

/// Reads one variable: lists are separated by commas, `namespace:name` names another namespace.
fn variable_waits(variable: &Json, namespace: &str, found: &mut Vec<Wait>) {
    let (Some(name), Some(value)) = (variable["name"].as_str(), variable["value"].as_str()) else { return };
    match name {
        "DEPENDENCY_SERVICE" => found.extend(names(value, namespace).map(|(namespace, name)| Wait::Service { namespace, name })),
        "DEPENDENCY_JOBS" => found.extend(names(value, namespace).map(|(namespace, name)| Wait::Job {
            namespace,
            name: Some(name),
            labels: BTreeMap::new(),
        })),
        "DEPENDENCY_DAEMONSET" => {
            found.extend(names(value, namespace).map(|(namespace, name)| Wait::DaemonSet { namespace, name }));
        }
        "DEPENDENCY_CONTAINER" => found.extend(names(value, namespace).map(|(_, name)| Wait::Container { name })),
        "DEPENDENCY_JOBS_JSON" => found.extend(items(value).iter().map(|item| Wait::Job {
            namespace: text(item, "namespace").unwrap_or_else(|| namespace.to_owned()),
            name: text(item, "name"),
            labels: labels(item),
        })),
        "DEPENDENCY_POD_JSON" => found.extend(items(value).iter().map(|item| Wait::Pods {
            namespace: text(item, "namespace").unwrap_or_else(|| namespace.to_owned()),
            labels: labels(item),
            same_node: item["requireSameNode"].as_bool().unwrap_or(false),
        })),
        "DEPENDENCY_CUSTOM_RESOURCE" | "DEPENDENCY_CUSTOM_RESOURCE_JSON" => {
            found.extend(items(value).iter().filter_map(|item| custom_resource(item, namespace)));
        }
        _ => {}
    }
}

/// Returns the field of an object that says that it waits for this, as `spec.template.spec.initContainers[0].env[2].value`; nothing
/// where no variable does.
pub fn wait_field(object: &Json, namespace: &str, wait: &Wait) -> Option<String> {
    let namespace = object.pointer("/metadata/namespace").and_then(Json::as_str).unwrap_or(namespace);
    let spec = pod_template(object)?.get("spec")?;
    let prefix = match object["kind"].as_str()? {
        "Pod" => "",
        "CronJob" => "spec.jobTemplate.spec.template.",
        _ => "spec.template.",
    };
    for (at, container) in containers(spec, "initContainers").enumerate() {
        let namespace = entrypoint_namespace(container, namespace);
        for (variable_at, variable) in containers(container, "env").enumerate() {
            let mut found = Vec::new();
            variable_waits(variable, namespace, &mut found);
            if found.contains(wait) {
                return Some(format!("{prefix}spec.initContainers[{at}].env[{variable_at}].value"));
            }
        }
    }
    None
}

/// The namespace of what is named without one: the variable `NAMESPACE`, else `default`, whatever the pod's own is.
fn entrypoint_namespace<'a>(container: &'a Json, own: &'a str) -> &'a str {
    let Some(variable) = containers(container, "env").find(|variable| variable["name"] == "NAMESPACE") else { return "default" };
    variable["value"].as_str().unwrap_or(own)
}

fn names<'a>(list: &'a str, namespace: &'a str) -> impl Iterator<Item = (String, String)> + 'a {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(move |entry| match entry.split_once(':') {
        Some((namespace, name)) => (namespace.to_owned(), name.to_owned()),
        None => (namespace.to_owned(), entry.to_owned()),
    })
}

fn items(text: &str) -> Vec<Json> {
    serde_json::from_str(text).unwrap_or_default()
}

fn text(item: &Json, field: &str) -> Option<String> {
    item[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn labels(item: &Json) -> BTreeMap<String, String> {
    string_map(&item["labels"])
}

fn custom_resource(item: &Json, namespace: &str) -> Option<Wait> {
    Some(Wait::CustomResource {
        id: ObjectId {
            api_version: text(item, "apiVersion")?,
            kind: text(item, "kind")?,
            namespace: Some(text(item, "namespace").unwrap_or_else(|| namespace.to_owned())),
            name: text(item, "name")?,
        },
    })
}

/// Reads what a kubelet needs before it starts the containers; optional references are left out.
fn reference_waits(spec: &Json, namespace: &str, found: &mut Vec<Wait>) {
    let mut refer = |kind: &str, name: Option<&str>, optional: bool| {
        if let Some(name) = name.filter(|name| !name.is_empty() && !optional) {
            found.push(Wait::Reference {
                id: ObjectId { api_version: "v1".into(), kind: kind.into(), namespace: Some(namespace.to_owned()), name: name.to_owned() },
            });
        }
    };
    let optional = |reference: &Json| reference["optional"].as_bool().unwrap_or(false);
    refer("ServiceAccount", spec["serviceAccountName"].as_str().filter(|name| *name != "default"), false);
    for volume in containers(spec, "volumes") {
        let sources = std::iter::once(volume).chain(volume.pointer("/projected/sources").and_then(Json::as_array).into_iter().flatten());
        for source in sources {
            refer("ConfigMap", source["configMap"]["name"].as_str(), optional(&source["configMap"]));
            let secret = &source["secret"];
            refer("Secret", secret["secretName"].as_str().or_else(|| secret["name"].as_str()), optional(secret));
            refer("PersistentVolumeClaim", source["persistentVolumeClaim"]["claimName"].as_str(), false);
        }
    }
    for container in containers(spec, "initContainers").chain(containers(spec, "containers")) {
        for source in containers(container, "envFrom") {
            refer("ConfigMap", source["configMapRef"]["name"].as_str(), optional(&source["configMapRef"]));
            refer("Secret", source["secretRef"]["name"].as_str(), optional(&source["secretRef"]));
        }
        for variable in containers(container, "env") {
            let from = &variable["valueFrom"];
            refer("ConfigMap", from["configMapKeyRef"]["name"].as_str(), optional(&from["configMapKeyRef"]));
            refer("Secret", from["secretKeyRef"]["name"].as_str(), optional(&from["secretKeyRef"]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn workload(kind: &str, name: &str, variables: &[(&str, &str)]) -> Json {
        let own = json!({"name": "NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}});
        let env: Vec<Json> = variables.iter().map(|(name, value)| json!({"name": name, "value": value})).chain([own]).collect();
        json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name},
            "spec": {"template": {"metadata": {"labels": {"app": name}}, "spec": {"initContainers": [{"name": "init", "env": env}]}}}})
    }

    #[test]
    fn jobs_are_named_where_no_list_in_json_is() {
        let object = workload("Deployment", "api", &[("DEPENDENCY_JOBS", "api-db-sync,other:job"), ("DEPENDENCY_JOBS_JSON", "")]);
        let words: Vec<String> = waits(&object, "openstack").iter().map(ToString::to_string).collect();
        assert_eq!(words, ["the end of Job/openstack/api-db-sync", "the end of Job/other/job"]);
    }

    #[test]
    fn the_entrypoint_variables_are_read() {
        let object = workload(
            "Deployment",
            "api",
            &[
                ("DEPENDENCY_SERVICE", "db:mariadb,keystone-api"),
                ("DEPENDENCY_JOBS", "api-db-sync-that-does-not-count"),
                ("DEPENDENCY_POD_JSON", r#"[{"labels":{"app":"agent"},"requireSameNode":true}]"#),
                ("DEPENDENCY_JOBS_JSON", r#"[{"labels":{"job":"x"}}]"#),
            ],
        );
        let words: Vec<String> = waits(&object, "openstack").iter().map(ToString::to_string).collect();
        assert_eq!(
            words,
            [
                "an endpoint of Service/db/mariadb",
                "an endpoint of Service/openstack/keystone-api",
                "a ready pod with app=agent in openstack on its node",
                "the end of jobs with job=x in openstack",
            ]
        );
    }

    #[test]
    fn without_a_namespace_variable_the_entrypoint_looks_in_default() {
        let mut object = workload("Deployment", "api", &[("DEPENDENCY_JOBS", "sync")]);
        object["spec"]["template"]["spec"]["initContainers"][0]["env"] = json!([{"name": "DEPENDENCY_JOBS", "value": "sync"}]);
        assert_eq!(waits(&object, "openstack")[0].to_string(), "the end of Job/default/sync");
    }

    #[test]
    fn optional_references_are_no_wait() {
        let object = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {
            "volumes": [{"secret": {"secretName": "must"}}, {"configMap": {"name": "may", "optional": true}}],
            "containers": [{"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "key", "key": "k"}}}]}]}});
        let words: Vec<String> = waits(&object, "n").iter().map(ToString::to_string).collect();
        assert_eq!(words, ["Secret/n/must", "Secret/n/key"]);
    }
}
