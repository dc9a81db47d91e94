//! What may be waited for.

use crate::manifest::ObjectId;
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
    /// A ready container of the waiting pod itself.
    Container {
        /// Its name.
        name: String,
    },
    /// An object that a pod refers to and cannot start without.
    Reference {
        /// Its identity (`v1`).
        id: ObjectId,
    },
    /// A Service at which something answers, read from a command: perhaps it is none.
    Address {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// A custom resource definition: without it an object of its kind cannot even be sent.
    Kind {
        /// The API group.
        group: String,
        /// The kind.
        kind: String,
    },
}

impl Wait {
    /// Returns the wait as a person would say it after "waits for"; `own` is the namespace that goes without saying.
    pub fn words(&self, own: &str) -> String {
        let within = |namespace: &str| if namespace == own { String::new() } else { format!(" in namespace {namespace}") };
        let named = |kind: &str, namespace: &str, name: &str| format!("{kind} {name}{}", within(namespace));
        match self {
            Wait::Service { namespace, name } | Wait::Address { namespace, name } => named("Service", namespace, name),
            Wait::Job { namespace, name: Some(name), .. } => named("Job", namespace, name),
            Wait::Job { namespace, name: None, labels } => format!("jobs with {}{}", spaced(labels), within(namespace)),
            Wait::DaemonSet { namespace, name } => format!("a pod of {} on its node", named("DaemonSet", namespace, name)),
            Wait::Pods { namespace, labels, same_node } => {
                format!("a pod with {}{}{}", spaced(labels), within(namespace), if *same_node { " on its node" } else { "" })
            }
            Wait::CustomResource { id } | Wait::Reference { id } => named(&id.kind, id.namespace.as_deref().unwrap_or(own), &id.name),
            Wait::Container { name } => format!("container {name} of its own pod"),
            Wait::Kind { group, kind } => format!("the definition of {kind}.{group}"),
        }
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wait::Service { namespace, name } | Wait::Address { namespace, name } => write!(f, "an endpoint of Service/{namespace}/{name}"),
            Wait::Job { namespace, name: Some(name), .. } => write!(f, "the end of Job/{namespace}/{name}"),
            Wait::Job { namespace, name: None, labels } => write!(f, "the end of jobs with {} in {namespace}", list(labels)),
            Wait::DaemonSet { namespace, name } => write!(f, "a pod of DaemonSet/{namespace}/{name} on its node"),
            Wait::Pods { namespace, labels, same_node } => {
                write!(f, "a ready pod with {} in {namespace}{}", list(labels), if *same_node { " on its node" } else { "" })
            }
            Wait::CustomResource { id } | Wait::Reference { id } => write!(f, "{id}"),
            Wait::Container { name } => write!(f, "container {name}"),
            Wait::Kind { group, kind } => write!(f, "the definition of {kind}.{group}"),
        }
    }
}

fn list(labels: &BTreeMap<String, String>) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}

fn spaced(labels: &BTreeMap<String, String>) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
}
