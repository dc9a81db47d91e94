//! Rules that hold for every kind: deletion, generations, the standard conditions.

use super::field::{self, conditions};
use super::{State, Status};
use serde_json::Value;

/// Returns what metadata and the standard conditions (`Reconciling`, `Stalled`) say, or nothing where they leave it open.
///
/// Rule: kstatus `checkGenericProperties`.
pub(super) fn by_metadata_and_conditions(object: &Value) -> Option<Status> {
    if !field::text(object, "/metadata/deletionTimestamp", "").is_empty() {
        let message = "Resource scheduled for deletion".to_owned();
        return Some(Status { state: State::Terminating, reason: String::new(), message, share: 0 });
    }
    if let Some(status) = by_generation(object) {
        return Some(status);
    }
    conditions(object).find_map(|condition| {
        if condition.holds("Reconciling") {
            Some(Status::in_progress(condition.reason, condition.message))
        } else if condition.holds("Stalled") {
            Some(Status::failed(condition.reason, condition.message))
        } else {
            None
        }
    })
}

/// Returns what a `Ready` condition says, where there is one with a known value.
///
/// Rule: kstatus `checkReadyCondition`.
pub(super) fn by_ready_condition(object: &Value) -> Option<Status> {
    conditions(object).filter(|condition| condition.kind == "Ready").find_map(|condition| match condition.status {
        "True" => Some(Status::current("Resource is Ready")),
        "False" | "Unknown" => Some(Status::in_progress(condition.reason, condition.message)),
        _ => None,
    })
}

fn by_generation(object: &Value) -> Option<Status> {
    let generation = object.pointer("/metadata/generation").and_then(Value::as_i64)?;
    let observed = object.pointer("/status/observedGeneration").and_then(Value::as_i64)?;
    (generation != observed).then(|| {
        let kind = field::kind(object);
        let message = format!("{kind} generation is {generation}, but latest observed generation is {observed}");
        Status::in_progress("LatestGenerationNotObserved", message)
    })
}
