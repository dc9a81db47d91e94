//! Says why objects did not become ready: from their pods, their events and the last lines of their logs.

use super::error::Reason;
use super::task::Task;
use crate::cluster::Settled;
use crate::manifest::ObjectId;

/// Objects that are explained; of the others only the status is told.
const EXPLAINED: usize = 5;

/// Lines of a failing container's log.
const LOG_LINES: usize = 10;

impl Task<'_> {
    /// Returns which objects missed their goal and why, as far as the cluster tells.
    pub(super) async fn why_not_ready(&self, settled: &Settled) -> Reason {
        let mut causes = Vec::new();
        for (id, _) in settled.missed().take(EXPLAINED) {
            causes.extend(self.causes(id).await);
        }
        Reason { words: settled.message(), causes }
    }

    async fn causes(&self, id: &ObjectId) -> Vec<String> {
        let Ok(Some(live)) = self.cluster.get(id).await else { return Vec::new() };
        let Ok(explanation) = self.cluster.explain(&live, LOG_LINES).await else { return Vec::new() };
        let mut lines: Vec<String> = explanation
            .causes
            .iter()
            .map(|cause| format!("{}: {} {}", cause.subject, cause.reason, cause.message).trim_end().to_owned())
            .collect();
        for tail in explanation.logs.iter().filter(|tail| !tail.lines.is_empty()) {
            lines.push(format!("last lines of {}/{}:", tail.source.pod, tail.source.container));
            lines.extend(tail.lines.iter().map(|line| format!("  | {line}")));
        }
        lines
    }
}
