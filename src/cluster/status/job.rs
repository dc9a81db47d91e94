//! Job: kstatus is content when it runs, Helm's hooks and `--wait-for-jobs` when it has completed.

use super::Status;
use super::field::{conditions, integer, text};
use serde_json::Value;

/// A Job is current once it has started, failed when its pods have used up their tries. Rule: kstatus `jobConditions`.
pub(super) fn started(object: &Value) -> Status {
    if let Some(status) = finished(object) {
        return status;
    }
    if text(object, "/status/startTime", "").is_empty() {
        return Status::in_progress("JobNotStarted", "Job not started");
    }
    let count = |pointer: &str| integer(object, pointer, 0);
    let (succeeded, active, failed) = (count("/status/succeeded"), count("/status/active"), count("/status/failed"));
    Status::current(format!("Job in progress. success:{succeeded}, active: {active}, failed: {failed}"))
}

/// A Job is current when it has completed. Rule: helm internal/statusreaders/job_status_reader.go.
pub(super) fn completed(object: &Value) -> Status {
    finished(object).unwrap_or_else(|| Status::in_progress("JobInProgress", "Job in progress"))
}

fn finished(object: &Value) -> Option<Status> {
    let completions = integer(object, "/spec/completions", integer(object, "/spec/parallelism", 1));
    conditions(object).find_map(|condition| {
        if condition.holds("Complete") {
            let succeeded = integer(object, "/status/succeeded", 0);
            Some(Status::current(format!("Job Completed. succeeded: {succeeded}/{completions}")))
        } else if condition.holds("Failed") {
            let failed = integer(object, "/status/failed", 0);
            Some(Status::failed("JobFailed", format!("Job Failed. failed: {failed}/{completions}")))
        } else {
            None
        }
    })
}
