//! What an init container of kubernetes-entrypoint waits for.
//!
//! Rule: airshipit/kubernetes-entrypoint, README and the `dependencies` folder: names are separated by commas and may carry a namespace
//! (`NAMESPACE:NAME`), a Service needs a ready endpoint, a Job one success, a DaemonSet a ready pod on the same node (or none there at
//! all), pods by labels one that is ready, a container of the same pod readiness, a custom resource its fields and conditions.

use super::world::{CustomKind, Name, Topic, World, carries, is_ready, labels, selects};
use k8s_openapi::api::core::v1::{Container, Pod};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

const PREFIX: &str = "DEPENDENCY_";

/// One thing that has to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// A Service with a ready endpoint.
    Service(Name),
    /// A Job that has succeeded.
    Job(Name),
    /// Jobs by labels: at least one, and all of them have succeeded.
    Jobs { namespace: String, labels: BTreeMap<String, String> },
    /// The pod of a DaemonSet on the same node is ready.
    DaemonSet(Name),
    /// A ready pod by labels, on the same node if that is asked for.
    Pods { namespace: String, labels: BTreeMap<String, String>, same_node: bool },
    /// A container of the same pod is ready.
    Container(String),
    /// A custom resource says what it should.
    Custom(CustomResource),
}

/// A custom resource and what it should say.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomResource {
    api_version: String,
    kind: String,
    name: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    fields: Vec<Field>,
    #[serde(default)]
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Field {
    key: String,
    value: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Condition {
    r#type: String,
    #[serde(default)]
    status: Option<String>,
}

#[derive(Deserialize)]
struct JobByJson {
    #[serde(default)]
    name: String,
    #[serde(default)]
    labels: Option<BTreeMap<String, String>>,
    #[serde(default)]
    namespace: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodsByJson {
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    require_same_node: bool,
}

/// Returns what a container waits for before it ends; nothing if it is not one of kubernetes-entrypoint.
pub fn read(container: &Container, pod: &Pod) -> Vec<Dependency> {
    let environment = Environment { container, namespace: namespace(container, pod) };
    let mut dependencies: Vec<_> = environment.names("SERVICE").into_iter().map(Dependency::Service).collect();
    match environment.json::<JobByJson>("JOBS_JSON") {
        Some(jobs) => dependencies.extend(jobs.into_iter().filter_map(|job| environment.job(job))),
        None => dependencies.extend(environment.names("JOBS").into_iter().map(Dependency::Job)),
    }
    dependencies.extend(environment.names("DAEMONSET").into_iter().map(Dependency::DaemonSet));
    dependencies.extend(environment.names("CONTAINER").into_iter().map(|name| Dependency::Container(name.name)));
    let pods = environment.json::<PodsByJson>("POD_JSON").into_iter().flatten();
    dependencies.extend(pods.map(|pods| Dependency::Pods {
        namespace: environment.or_own(pods.namespace),
        labels: pods.labels,
        same_node: pods.require_same_node,
    }));
    let customs = ["CUSTOM_RESOURCE", "CUSTOM_RESOURCE_JSON"].into_iter().filter_map(|key| environment.json::<CustomResource>(key));
    dependencies.extend(
        customs.flatten().map(|custom| Dependency::Custom(CustomResource { namespace: environment.or_own(custom.namespace), ..custom })),
    );
    dependencies
}

/// The namespace that the container is told by its variable NAMESPACE; without that, kubernetes-entrypoint takes `default`.
fn namespace(container: &Container, pod: &Pod) -> String {
    let variable = container.env.iter().flatten().find(|variable| variable.name == "NAMESPACE");
    let told = match variable {
        Some(variable) if variable.value_from.is_some() => pod.metadata.namespace.clone(),
        Some(variable) => variable.value.clone(),
        None => None,
    };
    told.filter(|namespace| !namespace.is_empty()).unwrap_or_else(|| "default".to_owned())
}

struct Environment<'a> {
    container: &'a Container,
    namespace: String,
}

impl Environment<'_> {
    fn value(&self, key: &str) -> Option<&str> {
        let variables = self.container.env.iter().flatten();
        let variable = variables.into_iter().find(|variable| variable.name.strip_prefix(PREFIX) == Some(key))?;
        variable.value.as_deref().filter(|value| !value.is_empty())
    }

    /// Reads `NAME` and `NAMESPACE:NAME`; what has another form is left out, as kubernetes-entrypoint does.
    fn names(&self, key: &str) -> Vec<Name> {
        let parts = self.value(key).into_iter().flat_map(|value| value.split(','));
        let name = |part: &str| match part.split_once(':') {
            None => Some(Name::new(self.namespace.clone(), part)),
            Some((namespace, name)) if !namespace.is_empty() && !name.contains(':') => Some(Name::new(namespace, name)),
            Some(_) => None,
        };
        parts.filter_map(name).collect()
    }

    /// Reads a list of JSON objects; what cannot be read counts as an empty list, as in kubernetes-entrypoint.
    fn json<T: DeserializeOwned>(&self, key: &str) -> Option<Vec<T>> {
        self.value(key).map(|value| serde_json::from_str(value).unwrap_or_default())
    }

    fn job(&self, job: JobByJson) -> Option<Dependency> {
        let namespace = self.or_own(job.namespace);
        match (job.name.is_empty(), job.labels) {
            (false, None) => Some(Dependency::Job(Name::new(namespace, job.name))),
            (true, labels) => Some(Dependency::Jobs { namespace, labels: labels.unwrap_or_default() }),
            (false, Some(_)) => None,
        }
    }

    fn or_own(&self, namespace: String) -> String {
        if namespace.is_empty() { self.namespace.clone() } else { namespace }
    }
}

impl Dependency {
    /// Says what is missing, or nothing if the dependency is there. `is_container_ready` answers for the pod's own containers.
    pub fn missing(&self, pod: &Pod, world: &World, is_container_ready: impl Fn(&str) -> bool) -> Option<String> {
        let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref());
        let on_node = |other: &Pod| other.spec.as_ref().and_then(|spec| spec.node_name.as_deref()) == node;
        match self {
            Dependency::Service(name) => (!world.has_endpoints(name)).then(|| format!("service {name} has no endpoints")),
            Dependency::Job(name) => match world.jobs.get(name) {
                None => Some(format!("job {name} is not there")),
                Some(job) => (job.succeeded == 0).then(|| format!("job {name} is not complete")),
            },
            Dependency::Jobs { namespace, labels } => {
                let mut jobs = world.jobs.in_namespace(namespace).filter(|(_, job)| carries(&job.labels, labels)).peekable();
                match jobs.peek() {
                    None => Some(format!("no job in {namespace} has the labels {labels:?}")),
                    Some(_) => jobs.find(|(_, job)| job.succeeded == 0).map(|(name, _)| format!("job {name} is not complete")),
                }
            }
            Dependency::DaemonSet(name) => match world.daemon_sets.get(name) {
                None => Some(format!("daemonset {name} is not there")),
                Some(selector) => {
                    let mut pods = world.pods.in_namespace(&name.namespace).map(|(_, pod)| pod);
                    let own = pods.find(|pod| selects(selector, labels(&pod.metadata)) && on_node(pod));
                    own.filter(|pod| !is_ready(pod)).map(|pod| format!("pod {} of daemonset {name} is not ready", Name::of(&pod.metadata)))
                }
            },
            Dependency::Pods { namespace, labels: wanted, same_node } => {
                let mut pods = world.pods.in_namespace(namespace).map(|(_, pod)| pod);
                let found = pods.any(|pod| carries(labels(&pod.metadata), wanted) && (!same_node || on_node(pod)) && is_ready(pod));
                let place = if *same_node { " on this node" } else { "" };
                (!found).then(|| format!("no pod in {namespace} with the labels {wanted:?} is ready{place}"))
            }
            Dependency::Container(name) => (!is_container_ready(name)).then(|| format!("container {name} is not ready")),
            Dependency::Custom(resource) => resource.missing(world),
        }
    }

    /// Returns the parts of the world whose change can make the dependency be there.
    pub fn topics(&self) -> Vec<Topic> {
        match self {
            Dependency::Service(name) => vec![Topic::Service(name.clone())],
            Dependency::Job(name) => vec![Topic::Job(name.clone())],
            Dependency::Jobs { namespace, .. } => vec![Topic::Jobs(namespace.clone())],
            Dependency::DaemonSet(name) => vec![Topic::DaemonSet(name.clone()), Topic::Pods(name.namespace.clone())],
            Dependency::Pods { namespace, .. } => vec![Topic::Pods(namespace.clone())],
            Dependency::Container(_) => Vec::new(),
            Dependency::Custom(resource) => vec![Topic::Custom(resource.custom_kind())],
        }
    }
}

impl CustomResource {
    fn custom_kind(&self) -> CustomKind {
        CustomKind { api_version: self.api_version.clone(), kind: self.kind.clone(), namespace: self.namespace.clone() }
    }

    fn missing(&self, world: &World) -> Option<String> {
        let name = Name::new(self.namespace.clone(), self.name.clone());
        let title = format!("{} {name}", self.kind);
        let Some(object) = world.customs.get(&self.custom_kind()).and_then(|store| store.get(&name)) else {
            return Some(format!("{title} is not there"));
        };
        let field = self.fields.iter().find(|field| {
            let value = field.key.split('.').try_fold(object, |value, key| value.get(key));
            value.and_then(Value::as_str) != Some(&field.value)
        });
        let condition = self.conditions.iter().find(|condition| !condition.holds(object));
        match (field, condition) {
            (Some(field), _) => Some(format!("{title}: {} is not {:?}", field.key, field.value)),
            (None, Some(condition)) => Some(format!("{title}: condition {} is not {}", condition.r#type, condition.wanted())),
            (None, None) => None,
        }
    }
}

impl Condition {
    fn wanted(&self) -> &str {
        self.status.as_deref().unwrap_or("True")
    }

    fn holds(&self, object: &Value) -> bool {
        let conditions = object.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten();
        conditions.into_iter().any(|condition| condition["type"] == self.r#type && condition["status"] == self.wanted())
    }
}
