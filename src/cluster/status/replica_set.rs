//! ReplicaSet.

use super::Status;
use super::field::{conditions, integer};
use serde_json::Value;

/// A ReplicaSet is current when all its replicas are available and ready. Rule: kstatus `replicasetConditions`.
pub(super) fn status(object: &Value) -> Status {
    if conditions(object).any(|condition| condition.holds("ReplicaFailure")) {
        return Status::in_progress("ReplicaFailure", "Replica Failure condition. Check Pods");
    }
    let wanted = integer(object, "/spec/replicas", 1);
    let steps = [
        ("/status/fullyLabeledReplicas", "LessLabelled", "Labelled"),
        ("/status/availableReplicas", "LessAvailable", "Available"),
        ("/status/readyReplicas", "LessReady", "Ready"),
    ];
    for (pointer, reason, word) in steps {
        let reached = integer(object, pointer, 0);
        if wanted > reached {
            return Status::in_progress(reason, format!("{word}: {reached}/{wanted}"));
        }
    }
    let total = integer(object, "/status/replicas", 0);
    if total > wanted {
        return Status::in_progress("ExtraPods", format!("Pending termination: {}", total - wanted));
    }
    Status::current(format!("ReplicaSet is available. Replicas: {total}"))
}
