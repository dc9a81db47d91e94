//! The status of an object, by the rules of its kind.

use super::share::share;
use super::{claim, daemon_set, definition, deployment, field, generic, job, pod, replica_set, service, stateful_set};
use jiff::Timestamp;
use serde_json::Value;
use std::fmt;

/// How far an object has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is what its manifest says.
    Current,
    /// Its controller is at work.
    InProgress,
    /// It will not become current without somebody's help.
    Failed,
    /// It is being deleted.
    Terminating,
    /// It does not exist.
    NotFound,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Current => "Current",
            State::InProgress => "InProgress",
            State::Failed => "Failed",
            State::Terminating => "Terminating",
            State::NotFound => "NotFound",
        })
    }
}

/// How far an object has come, and why it is no farther.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// How far.
    pub state: State,
    /// One word in camel case for machines; empty when the object is current.
    pub reason: String,
    /// One sentence for people.
    pub message: String,
    /// The percentage of its pods that are ready: 100 of an object that is current, 0 of another that counts no pods.
    pub share: u8,
}

impl Status {
    /// Makes the status of an object that is what its manifest says.
    pub fn current(message: impl Into<String>) -> Status {
        Status { state: State::Current, reason: String::new(), message: message.into(), share: 100 }
    }

    /// Returns the same, of an object that is there: with the share of its pods that are ready, and as current where `min` percent of them is
    /// enough and reached.
    #[must_use]
    pub fn of_share(self, object: &Value, min: Option<u8>) -> Status {
        if self.state == State::Current {
            return self;
        }
        let share = share(object);
        if min.is_some_and(|min| share >= min) && self.state != State::Terminating {
            return Status { share, ..Status::current(format!("{share}% of its pods are ready, which is enough. {}", self.message)) };
        }
        Status { share, ..self }
    }

    /// Makes the status of an object whose controller is at work.
    pub fn in_progress(reason: impl Into<String>, message: impl Into<String>) -> Status {
        Status { state: State::InProgress, reason: reason.into(), message: message.into(), share: 0 }
    }

    /// Makes the status of an object that needs somebody's help.
    pub fn failed(reason: impl Into<String>, message: impl Into<String>) -> Status {
        Status { state: State::Failed, reason: reason.into(), message: message.into(), share: 0 }
    }

    /// Makes the status of an object that does not exist.
    pub fn not_found() -> Status {
        Status { state: State::NotFound, reason: String::new(), message: "Resource not found".to_owned(), share: 0 }
    }

    /// Says whether the object is what its manifest says.
    pub fn is_current(&self) -> bool {
        self.state == State::Current
    }
}

/// Returns how far an object has come: kstatus `Compute`.
///
/// `now` decides only how long a pod may go unscheduled before it counts as failed.
pub fn of(object: &Value, now: Timestamp) -> Status {
    if let Some(status) = generic::by_metadata_and_conditions(object) {
        return status;
    }
    match (field::group(object), field::kind(object)) {
        ("", "Service") => service::status(object),
        ("", "Pod") => pod::status(object, now),
        ("", "Secret" | "ConfigMap") | ("batch", "CronJob") => Status::current("Resource is always ready"),
        ("", "PersistentVolumeClaim") => claim::status(object),
        ("apps", "StatefulSet") => stateful_set::status(object),
        ("apps" | "extensions", "DaemonSet") => daemon_set::status(object),
        ("apps" | "extensions", "Deployment") => deployment::status(object),
        ("apps" | "extensions", "ReplicaSet") => replica_set::status(object),
        ("policy", "PodDisruptionBudget") => Status::current("AllowedDisruptions has been computed."),
        ("batch", "Job") => job::started(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition::status(object),
        _ => generic::by_ready_condition(object).unwrap_or_else(|| Status::current("Resource is current")),
    }
}

/// Returns the status of a controller of pods, with what its pods tell: a StatefulSet or ReplicaSet in progress has failed when
/// one of its pods has, unless that pod is being deleted or waits for a node. Other kinds keep `status`.
///
/// Rule: kstatus `polling/statusreaders/pod_controller.go`. `pods` are those that the object's selector finds.
pub fn with_pods<'a>(object: &Value, status: Status, pods: impl IntoIterator<Item = &'a Value>, now: Timestamp) -> Status {
    let asks_pods = field::group(object) == "apps" && matches!(field::kind(object), "StatefulSet" | "ReplicaSet");
    if !asks_pods || status.state != State::InProgress {
        return status;
    }
    let failed =
        pods.into_iter().filter(|pod| of(pod, now).state == State::Failed && !pod::is_deleted(pod) && !pod::is_unschedulable(pod)).count();
    if failed == 0 { status } else { Status::failed("PodsFailed", format!("{failed} pods have failed")) }
}
