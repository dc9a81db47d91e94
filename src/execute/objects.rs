//! Sends the objects of a release to the server, and removes those that are no longer wanted.

use super::error::Error;
use super::event::EventKind;
use super::task::Task;
use crate::cluster::{ApplyOptions, Awaited, Propagation};
use crate::manifest::{Document, ObjectId, Wave};
use crate::plan::order::leave_out_unsendable;
use crate::release::{Owner, is_kept, mark_owned};
use futures_util::future::try_join_all;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// An object as it is sent: its namespace filled in, marked as the release's own.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    /// Its identity, with the namespace that it really has.
    pub(super) id: ObjectId,
    /// What is sent.
    pub(super) body: Json,
}

impl Task<'_> {
    /// Reads documents into objects with their namespaces. `owned` ones get Helm's ownership label and annotations; hooks and
    /// custom resource definitions do not.
    pub(super) async fn prepare(&self, documents: &[&Document], owned: bool) -> Result<Vec<Prepared>, Error> {
        let mut prepared = Vec::new();
        for document in documents {
            let mut body = document.json()?;
            let Some(id) = ObjectId::of(&body) else {
                if body.is_null() {
                    continue;
                }
                return Err(Error::NoIdentity { template: document.source.clone() });
            };
            let id = self.placed(id).await?;
            if let (Some(namespace), Some(metadata)) = (&id.namespace, body["metadata"].as_object_mut()) {
                metadata.insert("namespace".into(), Json::String(namespace.clone()));
            }
            leave_out_unsendable(&mut body);
            if owned {
                mark_owned(&mut body, Owner { name: &self.release.name, namespace: &self.release.namespace });
            }
            prepared.push(Prepared { id, body });
        }
        Ok(prepared)
    }

    /// Returns the identity with the namespace that the object really has: the release's where its manifest names none.
    pub(super) async fn placed(&self, id: ObjectId) -> Result<ObjectId, Error> {
        let kind = self.cluster.kind(&id.api_version, &id.kind).await?;
        let namespace = kind.namespaced.then(|| id.namespace.clone().unwrap_or_else(|| self.release.namespace.clone()));
        Ok(ObjectId { namespace, ..id })
    }

    /// Applies objects: those of one wave together, the next wave when they are done. Returns what to wait for.
    ///
    /// `progress` is how many of how many objects are through before.
    pub(super) async fn apply_all(
        &self,
        objects: &[Prepared],
        options: &ApplyOptions,
        progress: (usize, usize),
    ) -> Result<Vec<Awaited>, Error> {
        let (before, total) = progress;
        let mut awaited = Vec::with_capacity(objects.len());
        let mut waves: BTreeMap<Wave, Vec<&Prepared>> = BTreeMap::new();
        for object in objects {
            waves.entry(Wave::of(&object.id)).or_default().push(object);
        }
        for batch in waves.into_values() {
            self.check_interrupt()?;
            let mut calls = Vec::with_capacity(batch.len());
            for object in batch {
                calls.push(self.apply_one(object, options));
            }
            awaited.extend(try_join_all(calls).await?);
            self.progress.tell(EventKind::Applied { done: before + awaited.len(), total });
        }
        Ok(awaited)
    }

    /// Deletes objects that an earlier revision had and this one has not, in their order, but for those that are to be kept.
    ///
    /// Rule: Helm deletes them after all applies; one whose live object says `helm.sh/resource-policy: keep` stays.
    pub(super) async fn remove_unwanted(&self, before: &[ObjectId], now: &[Prepared]) -> Result<(), Error> {
        let mut removed = 0;
        for id in before {
            if now.iter().any(|object| object.id.is_same_object(id)) {
                continue;
            }
            let Some(live) = self.cluster.get(id).await? else { continue };
            if is_kept(&live) {
                continue;
            }
            self.cluster.delete(id, Propagation::Background).await?;
            removed += 1;
        }
        if removed > 0 {
            self.progress.tell(EventKind::Removed(removed));
        }
        Ok(())
    }
}
