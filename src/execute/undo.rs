//! Brings a release that failed back to what it was before, where that is asked for.

use super::error::Error;
use super::event::EventKind;
use super::milestone::Shares;
use super::task::{Absent, Task};
use crate::cluster::Propagation;
use crate::plan::order::order_of_record;
use crate::plan::{Action, PlannedRelease, Restore};
use crate::release::Entry;
use std::collections::BTreeMap;
use std::sync::PoisonError;

impl Task<'_> {
    /// Deletes what a failed upgrade or rollback has made. That this fails must not hide why the release failed.
    pub(super) async fn clean_up(&self) {
        if !self.release.settings.cleanup_on_fail || self.release.action == Action::Install {
            return;
        }
        let made = std::mem::take(&mut *self.made.lock().unwrap_or_else(PoisonError::into_inner));
        for id in made {
            if let Err(error) = self.cluster.delete(&id, Propagation::Background).await {
                self.progress.tell(EventKind::Warning(format!("what the failed revision has made cannot be deleted: {error}")));
            }
        }
    }

    /// Removes a release whose install failed; brings one whose upgrade failed back to the last revision that was good. Returns
    /// the error to tell. An interrupted run undoes nothing: whoever stopped it wants an end.
    ///
    /// Rule: Helm 4.3.1 pkg/action/install.go and upgrade.go (`failRelease` with `RollbackOnFailure`).
    pub(super) async fn undone(&self, error: Error) -> Error {
        if !self.release.settings.rollback_on_failure || matches!(error, Error::Interrupted) {
            return error;
        }
        let because = error.to_string();
        let done = if self.release.action == Action::Install { "uninstalled" } else { "rolled back" };
        // Boxed, for undoing is a deployment of its own.
        match Box::pin(self.undo()).await {
            Ok(true) => Error::Undone { name: self.release.name.clone(), done, because },
            Ok(false) => error,
            Err(reason) => Error::NotUndone { done, because, reason: reason.to_string() },
        }
    }

    /// Returns whether there was something to go back to.
    async fn undo(&self) -> Result<bool, Error> {
        let history = self.store.history(&self.release.namespace, &self.release.name).await?;
        let mut back = PlannedRelease { history, ..self.release.clone() };
        back.settings.rollback_on_failure = false;
        back.settings.cleanup_on_fail = false;
        back.settings.tests = false;
        back.settings.description = None;
        if self.release.action == Action::Install {
            back.action = Action::Remove;
            back.order = back.history.last().and_then(|entry| order_of_record(&entry.record().ok()?, false));
            self.with(&back).remove().await?;
            return Ok(true);
        }
        let Some(restore) = back.history.last_good().map(restore_of).transpose()? else { return Ok(false) };
        back.action = Action::Rollback;
        back.desired = Some(restore.desired(None).map_err(|problem| Error::Unreadable(problem.to_string()))?);
        back.order = order_of_record(&restore.record, false);
        back.restore = Some(restore);
        self.with(&back).deploy().await?;
        Ok(true)
    }

    fn with<'b>(&'b self, release: &'b PlannedRelease) -> Task<'b> {
        let hooks = release.desired.as_ref().map(|desired| desired.manifest.hooks.clone()).unwrap_or_default();
        Task {
            cluster: self.cluster,
            watch: self.watch,
            store: self.store.clone(),
            at: self.at,
            release,
            hooks,
            progress: self.progress,
            clock: self.clock,
            // What was seen is from before the work that is taken back.
            absent: &NOTHING,
            is_undoing: true,
            board: self.board.clone(),
            shares: Shares::default(),
            hook_runs: std::sync::Mutex::default(),
            made: std::sync::Mutex::default(),
        }
    }
}

static NOTHING: Absent = Absent(BTreeMap::new());

fn restore_of(entry: &Entry) -> Result<Restore, Error> {
    Ok(Restore { revision: entry.revision, record: entry.record()? })
}
