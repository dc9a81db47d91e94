//! Says why objects did not become ready: from their pods, their events and the last lines of their logs.

use super::error::Reason;
use super::task::Task;
use crate::cluster::{Outcome, Settled};
use crate::manifest::{LogRules, ObjectId};
use std::time::Duration;

/// Objects that are explained; of the others only the status is told.
const EXPLAINED: usize = 5;

/// Lines of a failing container's log.
const LOG_LINES: usize = 10;

impl Task<'_> {
    /// Returns which objects missed their goal and why, as far as the cluster tells.
    pub(super) async fn why_not_ready(&self, settled: &Settled, within: Duration) -> Reason {
        let mut causes = Vec::new();
        if settled.outcome == Outcome::OutOfTime {
            causes.push(format!("not ready within {}s", within.as_secs()));
        }
        for (id, _) in settled.missed().take(EXPLAINED) {
            let context = self.release.id.kube_context.as_ref();
            let waits = self.board.doom_of(context, id).or_else(|| Some(format!("it waits for {}", self.board.awaited_by(context, id)?)));
            causes.extend(waits.map(|waits| format!("{}/{}: {waits}", id.kind, id.name)));
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
        let rules = LogRules::of(&live);
        for tail in explanation.logs.iter().filter(|tail| rules.shows_container(&tail.source.container)) {
            let container = &tail.source.container;
            let shown: Vec<String> =
                tail.lines.iter().filter(|line| rules.shows_line(container, line)).map(|line| format!("  | {line}")).collect();
            if !shown.is_empty() {
                lines.push(format!("last lines of {}/{container}:", tail.source.pod));
                lines.extend(shown);
            }
        }
        lines
    }
}
