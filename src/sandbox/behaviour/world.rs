//! What is in the cluster beside the pod that is looked at.

use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use kube::runtime::watcher::Event;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// The name of an object in its namespace; the namespace is empty for objects without one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Name {
    /// Makes a name.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Name { namespace: namespace.into(), name: name.into() }
    }

    /// Returns the name of an object.
    pub fn of(metadata: &ObjectMeta) -> Self {
        Name::new(metadata.namespace.clone().unwrap_or_default(), metadata.name.clone().unwrap_or_default())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A kind of custom resource in one namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CustomKind {
    /// `GROUP/VERSION`.
    pub api_version: String,
    /// The kind.
    pub kind: String,
    /// The namespace.
    pub namespace: String,
}

/// A part of the world; a pod that waits is looked at again when a part that it named changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// The endpoints of a Service.
    Service(Name),
    /// One Job.
    Job(Name),
    /// Any Job of a namespace.
    Jobs(String),
    /// One DaemonSet.
    DaemonSet(Name),
    /// Any Pod of a namespace.
    Pods(String),
    /// One ConfigMap.
    ConfigMap(Name),
    /// One Secret.
    Secret(Name),
    /// A Node.
    Node(String),
    /// Any resource of a kind.
    Custom(CustomKind),
}

/// What is in the cluster, as far as pods care.
#[derive(Debug, Default)]
pub struct World {
    /// The pods.
    pub pods: Store<Arc<Pod>>,
    /// The InternalIP of each node, where it has one.
    pub nodes: Store<Option<String>>,
    /// The keys of each ConfigMap.
    pub config_maps: Store<BTreeSet<String>>,
    /// The keys of each Secret.
    pub secrets: Store<BTreeSet<String>>,
    /// The endpoint slices.
    pub slices: Store<Slice>,
    /// The jobs.
    pub jobs: Store<JobFacts>,
    /// The selector of each DaemonSet.
    pub daemon_sets: Store<LabelSelector>,
    /// Custom resources that somebody waits for.
    pub customs: BTreeMap<CustomKind, Store<Value>>,
}

/// What is known of an EndpointSlice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The Service that it belongs to.
    pub service: String,
    /// Whether one of its endpoints is ready.
    pub ready: bool,
}

/// What is known of a Job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFacts {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// How many of its pods succeeded.
    pub succeeded: i32,
}

impl World {
    /// Says whether a Service has a ready endpoint.
    pub fn has_endpoints(&self, service: &Name) -> bool {
        self.slices.in_namespace(&service.namespace).any(|(_, slice)| slice.service == service.name && slice.ready)
    }
}

/// Objects of one kind by name, kept by watching them.
#[derive(Clone, Debug)]
pub struct Store<T> {
    objects: BTreeMap<Name, T>,
    /// While the watch lists everything anew: what it has listed so far.
    listed: Option<BTreeSet<Name>>,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Store { objects: BTreeMap::new(), listed: None }
    }
}

impl<T> Store<T> {
    /// Returns an object.
    pub fn get(&self, name: &Name) -> Option<&T> {
        self.objects.get(name)
    }

    /// Returns the objects of a namespace, by name.
    pub fn in_namespace<'a>(&'a self, namespace: &'a str) -> impl Iterator<Item = (&'a Name, &'a T)> {
        let first = Name::new(namespace, "");
        self.objects.range(first..).take_while(move |(name, _)| name.namespace == namespace)
    }

    /// Takes in what a watch says, and calls `touched` with each object that appeared, changed or went (the last state of it then).
    pub fn apply(&mut self, event: Event<(Name, T)>, mut touched: impl FnMut(&Name, &T)) {
        match event {
            Event::Init => self.listed = Some(BTreeSet::new()),
            Event::InitApply((name, object)) => {
                self.listed.get_or_insert_default().insert(name.clone());
                touched(&name, &object);
                self.objects.insert(name, object);
            }
            Event::InitDone => {
                let listed = self.listed.take().unwrap_or_default();
                self.objects.retain(|name, object| {
                    let stays = listed.contains(name);
                    if !stays {
                        touched(name, object);
                    }
                    stays
                });
            }
            Event::Apply((name, object)) => {
                touched(&name, &object);
                self.objects.insert(name, object);
            }
            Event::Delete((name, _)) => {
                if let Some(object) = self.objects.remove(&name) {
                    touched(&name, &object);
                }
            }
        }
    }
}

/// Says whether labels carry all that is wanted.
pub fn carries(labels: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> bool {
    wanted.iter().all(|(key, value)| labels.get(key) == Some(value))
}

/// Says whether a label selector takes labels.
pub fn selects(selector: &LabelSelector, labels: &BTreeMap<String, String>) -> bool {
    let expressions = selector.match_expressions.iter().flatten();
    selector.match_labels.as_ref().is_none_or(|wanted| carries(labels, wanted))
        && expressions.into_iter().all(|expression| {
            let value = labels.get(&expression.key);
            let listed = value.is_some_and(|value| expression.values.iter().flatten().any(|wanted| wanted == value));
            match expression.operator.as_str() {
                "In" => listed,
                "NotIn" => !listed,
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                _ => false,
            }
        })
}

/// Says whether the cluster calls a pod ready.
pub fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    conditions.into_iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
}

/// Returns the labels of an object, none if it has none.
pub fn labels(metadata: &ObjectMeta) -> &BTreeMap<String, String> {
    static NONE: BTreeMap<String, String> = BTreeMap::new();
    metadata.labels.as_ref().unwrap_or(&NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_new_list_does_not_name_is_gone() {
        let mut store = Store::default();
        let mut touched = Vec::new();
        let name = |name: &str| Name::new("default", name);
        for event in [
            Event::Apply((name("old"), 1)),
            Event::Apply((name("kept"), 1)),
            Event::Init,
            Event::InitApply((name("kept"), 2)),
            Event::InitDone,
            Event::Delete((name("kept"), 2)),
        ] {
            store.apply(event, |name, value| touched.push((name.name.clone(), *value)));
        }
        let expected = [("old", 1), ("kept", 1), ("kept", 2), ("old", 1), ("kept", 2)];
        assert_eq!(touched, expected.map(|(name, value)| (name.to_owned(), value)));
        assert_eq!(store.in_namespace("default").count(), 0);
    }
}
