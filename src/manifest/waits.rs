//! What an object waits for before it can run, read from its manifest.
//!
//! The sources: kubernetes-entrypoint's `DEPENDENCY_*` variables in init containers (the convention of openstack-helm and
//! Airship charts), and references of pods to Secrets, ConfigMaps, claims and service accounts.

use super::ObjectId;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt;

/// Something that must be there before an object's pods start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// A Service with a ready endpoint.
    Service {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// A Job that is complete.
    Job {
        /// Its namespace.
        namespace: String,
        /// Its name; `None` where it is named by labels.
        name: Option<String>,
        /// Labels that it carries.
        labels: BTreeMap<String, String>,
    },
    /// A ready pod of a DaemonSet on the waiting pod's node.
    DaemonSet {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// A ready pod with these labels.
    Pods {
        /// Its namespace.
        namespace: String,
        /// Labels that it carries.
        labels: BTreeMap<String, String>,
        /// Whether it must run on the waiting pod's node.
        same_node: bool,
    },
    /// A custom resource whose fields have given values.
    CustomResource {
        /// Its identity.
        id: ObjectId,
    },
    /// An object that a pod refers to and cannot start without.
    Reference {
        /// Its identity (`v1`).
        id: ObjectId,
    },
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wait::Service { namespace, name } => write!(f, "an endpoint of Service/{namespace}/{name}"),
            Wait::Job { namespace, name: Some(name), .. } => write!(f, "the end of Job/{namespace}/{name}"),
            Wait::Job { namespace, name: None, labels } => write!(f, "the end of jobs with {} in {namespace}", list(labels)),
            Wait::DaemonSet { namespace, name } => write!(f, "a pod of DaemonSet/{namespace}/{name} on its node"),
            Wait::Pods { namespace, labels, same_node } => {
                write!(f, "a ready pod with {} in {namespace}{}", list(labels), if *same_node { " on its node" } else { "" })
            }
            Wait::CustomResource { id } | Wait::Reference { id } => write!(f, "{id}"),
        }
    }
}

fn list(labels: &BTreeMap<String, String>) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

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

/// Reads the variables of kubernetes-entrypoint: lists are separated by commas, `namespace:name` names another namespace.
fn entrypoint_waits(container: &Json, namespace: &str, found: &mut Vec<Wait>) {
    let namespace = entrypoint_namespace(container, namespace);
    for variable in containers(container, "env") {
        let (Some(name), Some(value)) = (variable["name"].as_str(), variable["value"].as_str()) else { continue };
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
            "DEPENDENCY_CUSTOM_RESOURCE" => found.extend(items(value).iter().filter_map(|item| custom_resource(item, namespace))),
            _ => {}
        }
    }
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

fn string_map(json: &Json) -> BTreeMap<String, String> {
    json.as_object().into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
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

/// Returns, for each of `objects`, whether it cannot become ready before something of `makers` is there: it waits for one
/// of them directly, or for objects that all wait for one of them themselves.
///
/// This is what lets a post-install hook start when everything else is ready: `makers` are the hooks, and the objects for
/// which this returns true are left out of the wait before them.
pub fn waiting_for(objects: &[Json], makers: &[Json], namespace: &str) -> Vec<bool> {
    let waits_of: Vec<Vec<Wait>> = objects.iter().map(|object| waits(object, namespace)).collect();
    let mut waiting: Vec<bool> =
        waits_of.iter().map(|waits| waits.iter().any(|wait| makers.iter().any(|maker| provides(maker, wait, namespace)))).collect();
    loop {
        let mut changed = false;
        for at in 0..objects.len() {
            if waiting[at] {
                continue;
            }
            let held = waits_of[at].iter().any(|wait| all_providers_wait(objects, &waiting, wait, namespace))
                || follows_waiting_pods(objects, &waits_of, &waiting, at, namespace);
            if held {
                waiting[at] = true;
                changed = true;
            }
        }
        if !changed {
            return waiting;
        }
    }
}

/// Says whether there are objects that meet the wait once they are ready, and all of them wait themselves.
fn all_providers_wait(objects: &[Json], waiting: &[bool], wait: &Wait, namespace: &str) -> bool {
    let mut providers = pods_behind(objects, wait, namespace).peekable();
    providers.peek().is_some() && providers.all(|at| waiting[at])
}

/// Returns the objects whose readiness meets a wait: for a Service the workloads whose pods it selects.
fn pods_behind<'a>(objects: &'a [Json], wait: &'a Wait, namespace: &'a str) -> Box<dyn Iterator<Item = usize> + 'a> {
    if let Wait::Service { .. } = wait {
        let selectors =
            objects.iter().filter(move |object| provides(object, wait, namespace)).map(|service| string_map(&service["spec"]["selector"]));
        return Box::new(
            selectors
                .filter(|selector| !selector.is_empty())
                .flat_map(move |selector| (0..objects.len()).filter(move |at| template_has_labels(&objects[*at], &selector))),
        );
    }
    Box::new((0..objects.len()).filter(move |at| provides(&objects[*at], wait, namespace)))
}

/// A claim that only waiting pods use and a disruption budget over waiting pods cannot become ready before those pods.
fn follows_waiting_pods(objects: &[Json], waits_of: &[Vec<Wait>], waiting: &[bool], at: usize, namespace: &str) -> bool {
    let object = &objects[at];
    match object["kind"].as_str() {
        Some("PodDisruptionBudget") => {
            let selector = string_map(&object["spec"]["selector"]["matchLabels"]);
            !selector.is_empty() && (0..objects.len()).any(|other| waiting[other] && template_has_labels(&objects[other], &selector))
        }
        Some("PersistentVolumeClaim") => {
            let Some(id) = ObjectId::of(object) else { return false };
            let wait = Wait::Reference { id: ObjectId { namespace: Some(id.namespace.unwrap_or_else(|| namespace.to_owned())), ..id } };
            let mut users = (0..objects.len()).filter(|other| waits_of[*other].contains(&wait)).peekable();
            users.peek().is_some() && users.all(|user| waiting[user])
        }
        _ => false,
    }
}

/// Says whether an object is what a wait names.
pub fn provides(object: &Json, wait: &Wait, namespace: &str) -> bool {
    let Some(id) = ObjectId::of(object) else { return false };
    let own_namespace = id.namespace.as_deref().unwrap_or(namespace);
    let named = |kind: &str, namespace: &str, name: &str| id.kind == kind && own_namespace == namespace && id.name == name;
    match wait {
        Wait::Service { namespace, name } => named("Service", namespace, name),
        Wait::Job { namespace, name: Some(name), .. } => named("Job", namespace, name),
        Wait::Job { namespace, name: None, labels } => {
            id.kind == "Job" && own_namespace == namespace && has_labels(&object["metadata"]["labels"], labels)
        }
        Wait::DaemonSet { namespace, name } => named("DaemonSet", namespace, name),
        Wait::Pods { namespace, labels, .. } => own_namespace == namespace && template_has_labels(object, labels),
        Wait::CustomResource { id: wanted } | Wait::Reference { id: wanted } => {
            id.group() == wanted.group() && named(&wanted.kind, wanted.namespace.as_deref().unwrap_or(namespace), &wanted.name)
        }
    }
}

fn template_has_labels(object: &Json, labels: &BTreeMap<String, String>) -> bool {
    pod_template(object).is_some_and(|template| has_labels(&template["metadata"]["labels"], labels))
}

fn has_labels(found: &Json, wanted: &BTreeMap<String, String>) -> bool {
    !wanted.is_empty() && wanted.iter().all(|(key, value)| found[key.as_str()] == value.as_str())
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
    fn the_entrypoint_variables_are_read() {
        let object = workload(
            "Deployment",
            "api",
            &[
                ("DEPENDENCY_SERVICE", "db:mariadb,keystone-api"),
                ("DEPENDENCY_JOBS", "api-db-sync"),
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
                "the end of Job/openstack/api-db-sync",
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

    #[test]
    fn what_waits_for_a_hook_through_a_service_is_left_out_too() {
        let objects = [
            workload("Deployment", "api", &[("DEPENDENCY_JOBS", "db-sync")]),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api"}, "spec": {"selector": {"app": "api"}}}),
            workload("Deployment", "worker", &[("DEPENDENCY_SERVICE", "n:api")]),
            workload("Deployment", "cache", &[]),
            json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"}, "spec": {"selector": {"matchLabels": {"app": "api"}}}}),
        ];
        let hooks = [workload("Job", "db-sync", &[])];
        assert_eq!(waiting_for(&objects, &hooks, "n"), [true, false, true, false, true]);
    }

    #[test]
    fn one_provider_that_does_not_wait_is_enough() {
        let mut second = workload("Deployment", "api-2", &[]);
        second["spec"]["template"]["metadata"]["labels"] = json!({"app": "api"});
        let objects = [
            workload("Deployment", "api", &[("DEPENDENCY_JOBS", "db-sync")]),
            second,
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api"}, "spec": {"selector": {"app": "api"}}}),
            workload("Deployment", "worker", &[("DEPENDENCY_SERVICE", "api")]),
        ];
        assert_eq!(waiting_for(&objects, &[workload("Job", "db-sync", &[])], "n"), [true, false, false, false]);
    }
}
