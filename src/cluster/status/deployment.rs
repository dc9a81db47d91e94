//! Deployment.

use super::Status;
use super::field::{conditions, integer};
use serde_json::Value;

/// The controller takes this deadline for none, and then never says how it progresses.
const NO_DEADLINE: i64 = i32::MAX as i64;

/// A Deployment is current when all replicas are the newest, available and ready. Rule: kstatus `deploymentConditions`.
pub(super) fn status(object: &Value) -> Status {
    let mut progressing = integer(object, "/spec/progressDeadlineSeconds", NO_DEADLINE) == NO_DEADLINE;
    let mut available = false;
    for condition in conditions(object) {
        if condition.kind == "Progressing" && condition.reason == "ProgressDeadlineExceeded" {
            return Status::failed(condition.reason, "Progress deadline exceeded");
        }
        progressing |= condition.holds("Progressing") && condition.reason == "NewReplicaSetAvailable";
        available |= condition.holds("Available");
    }
    if let Some(status) = by_replicas(object) {
        return status;
    }
    if !progressing {
        return Status::in_progress("ReplicaSetNotAvailable", "ReplicaSet not Available");
    }
    if !available {
        return Status::in_progress("DeploymentNotAvailable", "Deployment not Available");
    }
    Status::current(format!("Deployment is available. Replicas: {}", integer(object, "/status/replicas", 0)))
}

fn by_replicas(object: &Value) -> Option<Status> {
    let wanted = integer(object, "/spec/replicas", 1);
    let total = integer(object, "/status/replicas", 0);
    let updated = integer(object, "/status/updatedReplicas", 0);
    let ready = integer(object, "/status/readyReplicas", 0);
    let available = integer(object, "/status/availableReplicas", 0);
    if wanted > total {
        return Some(Status::in_progress("LessReplicas", format!("Replicas: {total}/{wanted}")));
    }
    if wanted > updated {
        return Some(Status::in_progress("LessUpdated", format!("Updated: {updated}/{wanted}")));
    }
    if total > wanted {
        return Some(Status::in_progress("ExtraPods", format!("Pending termination: {}", total - wanted)));
    }
    if updated > available {
        return Some(Status::in_progress("LessAvailable", format!("Available: {available}/{updated}")));
    }
    (wanted > ready).then(|| Status::in_progress("LessReady", format!("Ready: {ready}/{wanted}")))
}
