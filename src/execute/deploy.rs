//! Installs and upgrades a release.

use super::error::Error;
use super::event::{Ended, EventKind};
use super::milestone::Milestone;
use super::task::Task;
use crate::cluster::ApplyOptions;
use crate::manifest::{HookEvent, ObjectId, parse_stored};
use crate::plan::Action;
use crate::release::{Description, Entry, Record, SeedStore, Status};

impl Task<'_> {
    /// Brings the release to what the plan says, and keeps its record: pending, then deployed or failed.
    ///
    /// Rule: Helm 4.3.1 pkg/action/install.go and upgrade.go. Where a revision is pending because an earlier run was
    /// interrupted, the work goes on from the last deployed revision.
    pub(super) async fn deploy(&mut self) -> Result<Ended, Error> {
        let revision = self.release.history.next_revision();
        let install = self.release.action == Action::Install;
        self.make_namespace().await?;
        let settings = &self.release.settings;
        if !settings.skip_crds && (install || (settings.update_crds && self.release.action == Action::Upgrade)) {
            self.apply_crds().await?;
        }
        self.settle_interrupted().await?;
        self.keep_seed().await?;
        let mut record = self.new_record(revision)?;
        self.store
            .prune(&self.release.namespace, &self.release.name, &self.release.history, self.release.settings.history_max as usize)
            .await?;
        self.store.create(&record, self.now()).await?;
        let result = self.bring_up().await;
        self.write_hook_runs(&mut record);
        match result {
            Ok(()) => self.record_success(record).await?,
            Err(error) => {
                self.record_failure(record, &error).await;
                self.clean_up().await;
                return Err(self.undone(error).await);
            }
        }
        Ok(match (self.release.action, &self.release.restore) {
            (Action::Install, _) => Ended::Installed(revision),
            (Action::Rollback, Some(restore)) => Ended::RolledBack { revision, to: restore.revision },
            _ => Ended::Upgraded(revision),
        })
    }

    async fn bring_up(&self) -> Result<(), Error> {
        let (before, after) = match self.release.action {
            Action::Install => (HookEvent::PreInstall, HookEvent::PostInstall),
            Action::Rollback => (HookEvent::PreRollback, HookEvent::PostRollback),
            _ => (HookEvent::PreUpgrade, HookEvent::PostUpgrade),
        };
        self.run_hooks(before).await?;
        let mut staged = self.prepare_stages().await?;
        self.leave_replicas(&mut staged.objects).await?;
        let objects = &staged.objects;
        let previous = self.previous_objects().await?;
        if !self.release.settings.take_ownership {
            self.check_owners(objects, &previous).await?;
        }
        let awaited = self.apply_stages(&staged).await?;
        self.remove_unwanted(&previous, objects).await?;
        self.reach(Milestone::Applied);
        self.finish(after, objects, &awaited).await?;
        if self.release.settings.tests {
            self.run_hooks(HookEvent::Test).await?;
        }
        Ok(())
    }

    async fn make_namespace(&self) -> Result<(), Error> {
        let namespace = &self.release.namespace;
        if !self.release.settings.create_namespace || self.cluster.has_namespace(namespace).await? {
            return Ok(());
        }
        self.cluster.ensure_namespace(namespace, &ApplyOptions::default()).await?;
        self.progress.tell(EventKind::NamespaceMade(namespace.clone()));
        Ok(())
    }

    /// Keeps what the generated values came from, before any of them is sent.
    async fn keep_seed(&self) -> Result<(), Error> {
        let Some(seed) = self.release.desired.as_ref().and_then(|desired| desired.new_seed.as_ref()) else { return Ok(()) };
        SeedStore::new(self.cluster).keep(&self.release.namespace, &self.release.name, seed).await?;
        Ok(())
    }

    /// Returns the objects of every revision that may be live: the last deployed one, and later ones that failed half-way.
    pub(super) async fn previous_objects(&self) -> Result<Vec<ObjectId>, Error> {
        let mut ids: Vec<ObjectId> = Vec::new();
        let deployed = self.release.history.deployed().map_or(0, |entry| entry.revision);
        for entry in self.release.history.entries().iter().filter(|entry| entry.revision >= deployed) {
            for document in parse_stored(&entry.record()?.manifest)? {
                let Some(id) = document.id() else { continue };
                // A kind that is no longer served holds nothing that could be removed.
                let Ok(id) = self.placed(id).await else { continue };
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        Ok(ids)
    }

    /// Marks a revision that an interrupted run left pending as failed, so that histories tell the truth.
    async fn settle_interrupted(&self) -> Result<(), Error> {
        let Some(pending) = self.release.history.pending() else { return Ok(()) };
        let mut record = pending.record()?;
        record.info.status = Status::Failed;
        record.info.description = "interrupted before it was complete; continued by the next revision".into();
        self.store.update(&record, self.now()).await?;
        Ok(())
    }

    async fn record_success(&self, mut record: Record) -> Result<(), Error> {
        let words = match (self.release.action, &self.release.restore) {
            (Action::Install, _) => Description::InstallComplete,
            (Action::Rollback, Some(restore)) => Description::Rollback { to: restore.revision },
            _ => Description::UpgradeComplete,
        };
        record.info.description = self.release.settings.description.clone().unwrap_or_else(|| words.to_string());
        record.info.status = Status::Deployed;
        self.store.update(&record, self.now()).await?;
        for entry in self.replaced() {
            let mut old = entry.record()?;
            old.info.status = Status::Superseded;
            self.store.update(&old, self.now()).await?;
        }
        self.supersede_uninstalled().await
    }

    /// Returns the revisions whose place the new one takes: the deployed ones; an upgrade without any has begun from the last.
    fn replaced(&self) -> Vec<&Entry> {
        let history = &self.release.history;
        let deployed: Vec<&Entry> = history.entries().iter().filter(|entry| entry.status == Status::Deployed).collect();
        let is_upgrade = self.release.action == Action::Upgrade;
        if deployed.is_empty() && is_upgrade { history.current().into_iter().collect() } else { deployed }
    }

    /// Marks a record that was kept when the release was removed as one whose place another has taken.
    ///
    /// Rule: Helm 4.3.1 pkg/action/install.go (`replaceRelease`). Done last: until then the release has never been good.
    async fn supersede_uninstalled(&self) -> Result<(), Error> {
        let last = self.release.history.last().filter(|entry| entry.status == Status::Uninstalled);
        let Some(last) = last.filter(|_| self.release.action == Action::Install) else { return Ok(()) };
        let mut old = last.record()?;
        old.info.status = Status::Superseded;
        old.info.description = Description::Superseded.to_string();
        self.store.update(&old, self.now()).await?;
        Ok(())
    }

    /// Writes down that the revision failed. That this fails too must not hide why the release failed.
    async fn record_failure(&self, mut record: Record, error: &Error) {
        let (name, error) = (self.release.name.as_str(), error.for_record());
        let words = match self.release.action {
            Action::Install => Description::InstallFailed { name, error: &error },
            Action::Rollback => Description::RollbackFailed { name, error: &error },
            _ => Description::UpgradeFailed { name, error: &error },
        };
        record.info.description = words.to_string();
        record.info.status = Status::Failed;
        if let Err(error) = self.store.update(&record, self.now()).await {
            self.progress.tell(EventKind::Warning(format!("its record cannot be marked as failed: {error}")));
        }
    }
}
