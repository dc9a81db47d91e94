//! DaemonSet.

use super::Status;
use super::field::{integer, kind};
use serde_json::Value;

/// A DaemonSet is current when every node that should run it runs the newest pod, ready. Rule: kstatus `daemonsetConditions`.
pub(super) fn status(object: &Value) -> Status {
    if let Some(status) = unobserved(object) {
        return status;
    }
    let desired = integer(object, "/status/desiredNumberScheduled", -1);
    if desired == -1 {
        return Status::in_progress("NoDesiredNumber", "Missing .status.desiredNumberScheduled");
    }
    let steps = [
        ("/status/currentNumberScheduled", "LessCurrent", "Current"),
        ("/status/updatedNumberScheduled", "LessUpdated", "Updated"),
        ("/status/numberAvailable", "LessAvailable", "Available"),
        ("/status/numberReady", "LessReady", "Ready"),
    ];
    for (pointer, reason, word) in steps {
        let reached = integer(object, pointer, 0);
        if desired > reached {
            return Status::in_progress(reason, format!("{word}: {reached}/{desired}"));
        }
    }
    Status::current(format!("All replicas scheduled as expected. Replicas: {desired}"))
}

/// The controller always sets both generations once it has seen the object, so their absence means that it has not.
fn unobserved(object: &Value) -> Option<Status> {
    let missing = |pointer: &str| object.pointer(pointer).and_then(Value::as_i64).is_none();
    if missing("/metadata/generation") {
        return Some(Status::in_progress("NoGeneration", format!("{} metadata.generation not found", kind(object))));
    }
    missing("/status/observedGeneration")
        .then(|| Status::in_progress("NoObservedGeneration", format!("{} status.observedGeneration not found", kind(object))))
}
