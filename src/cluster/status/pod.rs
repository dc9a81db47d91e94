//! Pod: kstatus is content when it is ready or over, Helm's hooks when it has succeeded.

use super::Status;
use super::field::{conditions, text};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// How long a pod may wait for a node before it counts as unschedulable.
const SCHEDULE_WINDOW: SignedDuration = SignedDuration::from_secs(15);

/// A pod is current when it is ready or over, successfully or not. Rule: kstatus `podConditions`.
///
/// A phase that kstatus does not know is an error there; here it is a pod in progress, which ends in the same waiting.
pub(super) fn status(object: &Value, now: Timestamp) -> Status {
    match text(object, "/status/phase", "") {
        "Succeeded" => Status::current("Pod has completed successfully"),
        "Failed" => Status::current("Pod has completed, but not successfully"),
        "Running" => running(object),
        "Pending" => pending(object, now),
        "" => Status::in_progress("PodNotObserved", "Pod phase not available"),
        phase => Status::in_progress("PodUnknownPhase", format!("unknown phase {phase}")),
    }
}

/// A pod is current when it has succeeded. Rule: helm internal/statusreaders/pod_status_reader.go.
pub(super) fn completed(object: &Value) -> Status {
    let name = text(object, "/metadata/name", "");
    match text(object, "/status/phase", "") {
        "Succeeded" => Status::current(format!("pod {name} succeeded")),
        "Failed" => Status::failed("PodFailed", format!("pod {name} failed")),
        _ => Status::in_progress("PodInProgress", "Pod in progress"),
    }
}

/// Says whether the pod is being deleted.
pub(super) fn is_deleted(object: &Value) -> bool {
    object.pointer("/metadata/deletionTimestamp").is_some()
}

/// Says whether the scheduler found no node for the pod.
pub(super) fn is_unschedulable(object: &Value) -> bool {
    let scheduled = conditions(object).find(|condition| condition.kind == "PodScheduled" && condition.status == "False");
    scheduled.is_some_and(|condition| condition.reason == "Unschedulable")
}

fn running(object: &Value) -> Status {
    if conditions(object).any(|condition| condition.holds("Ready")) {
        return Status::current("Pod is Ready");
    }
    let crashing = crash_looping(object);
    if crashing.is_empty() {
        return Status::in_progress("PodRunningNotReady", "Pod is running but is not Ready");
    }
    Status::failed("ContainerCrashLooping", format!("Containers in CrashLoop state: {}", crashing.join(",")))
}

fn pending(object: &Value, now: Timestamp) -> Status {
    if !is_unschedulable(object) {
        return Status::in_progress("PodPending", "Pod is in the Pending phase");
    }
    let created = text(object, "/metadata/creationTimestamp", "").parse::<Timestamp>().unwrap_or(Timestamp::UNIX_EPOCH);
    if now.duration_since(created) < SCHEDULE_WINDOW {
        return Status::in_progress("PodNotScheduled", "Pod has not been scheduled");
    }
    Status::failed("PodUnschedulable", "Pod could not be scheduled")
}

fn crash_looping(object: &Value) -> Vec<&str> {
    let statuses = object.pointer("/status/containerStatuses").and_then(Value::as_array);
    let crashing = statuses.into_iter().flatten().filter(|status| text(status, "/state/waiting/reason", "") == "CrashLoopBackOff");
    crashing.filter_map(|status| status.get("name").and_then(Value::as_str)).collect()
}
