//! StatefulSet.

use super::Status;
use super::field::{integer, text};
use serde_json::Value;

/// A StatefulSet is current when all replicas are ready and of the newest revision, or those above its partition are.
///
/// Rule: kstatus `stsConditions`.
pub(super) fn status(object: &Value) -> Status {
    if text(object, "/spec/updateStrategy/type", "") == "OnDelete" {
        return Status::current("StatefulSet is using the ondelete update strategy");
    }
    let wanted = integer(object, "/spec/replicas", 1);
    let total = integer(object, "/status/replicas", 0);
    let ready = integer(object, "/status/readyReplicas", 0);
    if wanted > total {
        return Status::in_progress("LessReplicas", format!("Replicas: {total}/{wanted}"));
    }
    if wanted > ready {
        return Status::in_progress("LessReady", format!("Ready: {ready}/{wanted}"));
    }
    if total > wanted {
        return Status::in_progress("ExtraPods", format!("Pending termination: {}", total - wanted));
    }
    match integer(object, "/spec/updateStrategy/rollingUpdate/partition", -1) {
        -1 => by_revision(object, wanted, total),
        partition => by_partition(object, wanted, partition),
    }
}

fn by_partition(object: &Value, wanted: i64, partition: i64) -> Status {
    let updated = integer(object, "/status/updatedReplicas", 0);
    let due = wanted - partition;
    if updated < due {
        return Status::in_progress("PartitionRollout", format!("updated: {updated}/{due}"));
    }
    Status::current(format!("Partition rollout complete. updated: {updated}"))
}

fn by_revision(object: &Value, wanted: i64, total: i64) -> Status {
    let current = integer(object, "/status/currentReplicas", 0);
    if wanted > current {
        return Status::in_progress("LessCurrent", format!("current: {current}/{wanted}"));
    }
    if text(object, "/status/currentRevision", "") != text(object, "/status/updateRevision", "") {
        return Status::in_progress("RevisionMismatch", "Waiting for updated revision to match current");
    }
    Status::current(format!("All replicas scheduled as expected. Replicas: {total}"))
}
