//! Makes the records of a release's revisions.

use super::error::Error;
use super::task::Task;
use crate::manifest::{BEFORE_CREATION, Hook};
use crate::plan::order::sequencing_info;
use crate::plan::{Action, Restore, fill_record};
use crate::release::{ApplyMethod, Description, HookPhase, HookRun, Info, Record, Status, Time};
use jiff::Timestamp;

impl Task<'_> {
    /// Returns the time for labels of records.
    pub(super) fn now(&self) -> Timestamp {
        (self.clock)().timestamp()
    }

    /// Returns the time as records hold it.
    pub(super) fn time(&self) -> Time {
        let now = (self.clock)();
        Time::at(now.timestamp(), now.offset())
    }

    /// Makes the record of a revision that is about to be worked on.
    pub(super) fn new_record(&self, revision: u32) -> Result<Record, Error> {
        let release = self.release;
        let install = release.action == Action::Install;
        let now = self.time();
        let before = release.history.last().map(|entry| entry.record()).transpose()?;
        let first_deployed = before.as_ref().filter(|_| !install).and_then(|record| record.info.first_deployed.clone());
        let mut labels = before.filter(|_| !install).map(|record| record.labels).unwrap_or_default();
        labels.extend(release.settings.labels.iter().map(|(label, value)| (label.clone(), value.clone())));
        labels.retain(|_, value| install || value != "null");
        let restore = release.restore.as_ref();
        let (status, words) = match (release.action, restore) {
            (Action::Install, _) => (Status::PendingInstall, Description::InitialInstall),
            (Action::Rollback, Some(restore)) => (Status::PendingRollback, Description::Rollback { to: restore.revision }),
            _ => (Status::PendingUpgrade, Description::PreparingUpgrade),
        };
        let mut record = Record {
            name: release.name.clone(),
            namespace: release.namespace.clone(),
            version: revision,
            labels,
            apply_method: Some(ApplyMethod::ServerSide),
            info: Info {
                first_deployed: Some(first_deployed.unwrap_or_else(|| now.clone())),
                last_deployed: Some(now),
                description: words.to_string(),
                status,
                rollback_revision: restore.filter(|_| !install).map_or(0, |restore| restore.revision),
                ..Info::default()
            },
            ..Record::default()
        };
        record.sequencing_info =
            release.order.as_ref().zip(release.desired.as_ref()).map(|(_, desired)| sequencing_info(&desired.subcharts));
        if let Some(Restore { record: earlier, .. }) = restore {
            let earlier = earlier.clone();
            record.info.notes = earlier.info.notes;
            return Ok(Record {
                chart: earlier.chart,
                config: earlier.config,
                manifest: earlier.manifest,
                hooks: earlier.hooks,
                labels: earlier.labels,
                ..record
            });
        }
        if let Some(desired) = &release.desired {
            fill_record(&mut record, desired)?;
        }
        Ok(record)
    }

    /// Notes how a hook's run went, for the record.
    pub(super) fn note_hook(&self, hook: &Hook, started_at: Time, succeeded: bool) {
        let run = HookRun {
            started_at: Some(started_at),
            completed_at: Some(self.time()),
            phase: if succeeded { HookPhase::Succeeded } else { HookPhase::Failed },
        };
        let mut runs = self.hook_runs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        runs.insert(key(hook), run);
    }

    /// Writes the noted runs into a record, and by which policy they were deleted where the hook names none (Helm
    /// pkg/action/hooks.go, `hookSetDeletePolicy`).
    pub(super) fn write_hook_runs(&self, record: &mut Record) {
        let runs = self.hook_runs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for hook in &mut record.hooks {
            if let Some(run) = runs.get(&(hook.path.clone(), hook.name.clone())) {
                hook.last_run = run.clone();
                if hook.delete_policies.is_empty() {
                    hook.delete_policies.push(BEFORE_CREATION.to_owned());
                }
            }
        }
    }
}

fn key(hook: &Hook) -> (String, String) {
    (hook.document.source.clone(), hook.document.head.name.clone())
}
