//! Removes a release.

use super::error::Error;
use super::event::EventKind;
use super::task::Task;
use crate::cluster::{Awaited, Goal, Outcome, Propagation};
use crate::manifest::{Document, HookEvent, KindOrder, ObjectId, parse_stored, sort_by_kind};
use crate::plan::recorded_hooks;
use crate::release::{Description, Entry, Owner, RELEASE_NAME, Record, SeedStore, Status, is_kept, ownership_mismatches};
use futures_util::future::try_join_all;

impl Task<'_> {
    /// Removes the release's objects, what its hooks left, and its records.
    ///
    /// Rule: Helm 4.3.1 pkg/action/uninstall.go; but Helm leaves the objects of hooks behind (docs/compatibility.md).
    pub(super) async fn remove(&mut self) -> Result<(), Error> {
        let Some(last) = self.release.history.last() else { return Ok(()) };
        if last.status == Status::Uninstalled {
            return self.forget().await;
        }
        let mut record = last.record()?;
        self.hooks = recorded_hooks(&record)?;
        record.info.status = Status::Uninstalling;
        record.info.deleted = Some(self.time());
        record.info.description = Description::Deletion.to_string();
        self.store.update(&record, self.now()).await?;
        self.run_hooks(HookEvent::PreDelete).await?;
        let documents = parse_stored(&record.manifest)?;
        self.delete_stages(&documents).await?;
        self.run_hooks(HookEvent::PostDelete).await?;
        if !self.release.settings.removal.keep_hook_objects {
            self.delete_hook_leftovers().await?;
        }
        if self.release.settings.removal.keep_history { self.keep_as_uninstalled(record).await } else { self.forget().await }
    }

    /// Deletes the release's seed and records, the last one last: while it is there, a removal that was cut off goes on.
    async fn forget(&self) -> Result<(), Error> {
        SeedStore::new(self.cluster).forget(&self.release.namespace, &self.release.name).await?;
        for entry in self.release.history.entries() {
            self.store.delete(&self.release.namespace, &self.release.name, entry.revision).await?;
        }
        Ok(())
    }

    /// Writes down that the release is uninstalled. Earlier revisions that count as deployed do so no longer.
    async fn keep_as_uninstalled(&self, mut record: Record) -> Result<(), Error> {
        self.write_hook_runs(&mut record);
        record.info.status = Status::Uninstalled;
        let words = Description::UninstallComplete.to_string();
        record.info.description = self.release.settings.description.clone().unwrap_or(words);
        self.store.update(&record, self.now()).await?;
        let is_deployed = |entry: &&Entry| entry.status == Status::Deployed && entry.revision != record.version;
        for entry in self.release.history.entries().iter().filter(is_deployed) {
            let mut old = entry.record()?;
            old.info.status = Status::Superseded;
            self.store.update(&old, self.now()).await?;
        }
        Ok(())
    }

    /// Deletes the objects: together, or stage by stage, the last one first, each when the later ones are gone.
    async fn delete_stages(&self, documents: &[Document]) -> Result<(), Error> {
        let Some(order) = &self.release.order else {
            let removed = self.delete_documents(documents.iter().collect()).await?;
            self.progress.tell(EventKind::Removed(removed.len()));
            return if self.release.settings.wait { self.wait_gone(removed).await } else { Ok(()) };
        };
        let mut count = 0;
        for (at, stage) in order.stages.iter().enumerate().rev() {
            self.tell_stage(at);
            let own = stage.documents.iter().filter_map(|document| documents.get(*document)).collect();
            let removed = self.delete_documents(own).await?;
            count += removed.len();
            if at > 0 || self.release.settings.wait {
                self.wait_gone(removed).await?;
            }
        }
        self.progress.tell(EventKind::Removed(count));
        Ok(())
    }

    /// Deletes objects in their order, those of one kind together. Left alone: what is to be kept, and what another owns.
    async fn delete_documents(&self, mut documents: Vec<&Document>) -> Result<Vec<ObjectId>, Error> {
        sort_by_kind(&mut documents, KindOrder::Uninstall, |document| document.head.kind.as_str());
        let mut removed = Vec::new();
        for batch in documents.chunk_by(|a, b| a.head.kind == b.head.kind) {
            let mut calls = Vec::with_capacity(batch.len());
            for document in batch {
                calls.push(self.delete_document(document));
            }
            removed.extend(try_join_all(calls).await?.into_iter().flatten());
        }
        Ok(removed)
    }

    async fn delete_document(&self, document: &Document) -> Result<Option<ObjectId>, Error> {
        let Some(id) = document.id() else { return Ok(None) };
        let Ok(id) = self.placed(id).await else {
            self.progress.tell(EventKind::Warning(format!("{} is of a kind that the cluster no longer serves", document.head.kind)));
            return Ok(None);
        };
        let Some(live) = self.cluster.get(&id).await? else { return Ok(None) };
        if is_kept(&live) || document.head.annotations.contains_key("helm.sh/resource-policy") {
            self.progress.tell(EventKind::Kept(id));
            return Ok(None);
        }
        let owner = Owner { name: &self.release.name, namespace: &self.release.namespace };
        if !ownership_mismatches(&live, owner).is_empty() {
            self.progress.tell(EventKind::NotOwned(id));
            return Ok(None);
        }
        self.cluster.delete(&id, self.release.settings.removal.propagation).await?;
        Ok(Some(id))
    }

    async fn wait_gone(&self, ids: Vec<ObjectId>) -> Result<(), Error> {
        if ids.is_empty() {
            return Ok(());
        }
        let awaited: Vec<Awaited> = ids.into_iter().map(Awaited::of).collect();
        let settled = self.settle(&awaited, Goal::Gone, self.release.settings.timeout).await?;
        match settled.outcome {
            Outcome::Reached => Ok(()),
            _ => Err(Error::NotReady { reason: settled.message().into() }),
        }
    }

    /// Deletes what hooks left: those of the last revision, of every earlier one that is still on record, and those that the
    /// stack remembers. What belongs to a release of Helm's by its marks is no leftover.
    async fn delete_hook_leftovers(&self) -> Result<(), Error> {
        let mut ids: Vec<ObjectId> = self.hooks.iter().filter_map(|hook| hook.document.id()).collect();
        for entry in self.release.history.entries() {
            // A record that cannot be read does not keep the release from going.
            let Ok(record) = entry.record() else { continue };
            ids.extend(recorded_hooks(&record).unwrap_or_default().iter().filter_map(|hook| hook.document.id()));
        }
        ids.extend(self.release.leftovers.iter().cloned());
        ids.sort();
        ids.dedup();
        for id in ids.into_iter().filter(|id| id.kind != "CustomResourceDefinition") {
            let Ok(id) = self.placed(id).await else { continue };
            let Some(live) = self.cluster.get(&id).await? else { continue };
            if !is_kept(&live) && live.pointer("/metadata/annotations").is_none_or(|marks| marks.get(RELEASE_NAME).is_none()) {
                self.cluster.delete(&id, Propagation::Background).await?;
            }
        }
        Ok(())
    }
}
