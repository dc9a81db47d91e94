//! What a cluster was like at one time: everything that planning needs to know of it.

use super::apply::Applied;
use super::error::Error;
use super::kinds::Kinds;
use super::stored::StoredRecord;
use crate::manifest::ObjectId;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a cluster was like at one time. A value: nothing in it asks the cluster.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The kinds that the cluster serves.
    pub kinds: Arc<Kinds>,
    /// Those of the wanted namespaces that exist.
    pub namespaces: BTreeSet<String>,
    /// Those of the wanted objects that exist.
    pub live: BTreeMap<ObjectId, Value>,
    /// Those of the wanted objects that could not be read, because their kind is not known or because we may not.
    pub unreadable: BTreeMap<ObjectId, Error>,
    /// The wanted releases' records by namespace and name, oldest revision first.
    pub records: BTreeMap<(String, String), Vec<StoredRecord>>,
    /// What the server said to the objects that it was to try.
    pub dry_runs: BTreeMap<ObjectId, DryRun>,
}

/// What the server said to an object that it was to try.
#[derive(Clone, Debug, PartialEq)]
pub struct DryRun {
    /// The object as it would be, or why it cannot be.
    pub answer: Result<Applied, Error>,
    /// The namespace in which it was tried, where its own does not exist yet.
    pub stand_in: Option<String>,
    /// Whether fields that Helm owns by client-side apply must be handed to server-side apply first; the answer is that of after.
    pub upgrades_manager: bool,
}

impl Snapshot {
    /// Returns a live object, whatever API version its identity is written with.
    pub fn get(&self, id: &ObjectId) -> Option<&Value> {
        self.live.get(id).or_else(|| self.live.iter().find(|(known, _)| known.is_same_object(id)).map(|(_, object)| object))
    }

    /// Returns the records of a release, oldest revision first.
    pub fn records_of(&self, namespace: &str, release: &str) -> &[StoredRecord] {
        self.records.get(&(namespace.to_owned(), release.to_owned())).map(Vec::as_slice).unwrap_or_default()
    }
}
