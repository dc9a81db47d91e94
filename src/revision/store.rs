//! Where the revisions of a stack are kept: a Secret each, in the stack's namespace.

use super::error::Error;
use super::id::{ReleaseKey, StackId};
use super::kept::{KeptRecord, object_name};
use super::revision::StackRevision;
use crate::cluster::{ApplyOptions, Cluster, ListOptions, Propagation, RefusalKind};
use crate::manifest::ObjectId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The type of the Secrets.
pub const REVISION_TYPE: &str = "stackwright.io/stack.v1";

/// The revisions of one stack in one cluster.
#[derive(Clone, Debug)]
pub struct RevisionStore {
    cluster: Cluster,
    stack: StackId,
}

impl RevisionStore {
    /// Makes a store of a stack's revisions.
    pub fn new(cluster: &Cluster, stack: StackId) -> RevisionStore {
        RevisionStore { cluster: cluster.clone(), stack }
    }

    /// Returns which stack it is.
    pub fn stack(&self) -> &StackId {
        &self.stack
    }

    /// Returns the cluster that keeps them.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Returns the revisions, oldest first.
    ///
    /// # Errors
    /// The cluster does not tell, or a Secret of ours holds no revision.
    pub async fn list(&self) -> Result<Vec<StackRevision>, Error> {
        let kind = self.cluster.kind("v1", "Secret").await?;
        let labels = format!("owner=stackwright,stack={},environment={}", self.stack.name_label(), self.stack.environment_label());
        let fields = format!("type={REVISION_TYPE}");
        let options = ListOptions { namespace: Some(&self.stack.namespace), labels: &labels, fields: &fields, ..ListOptions::default() };
        let secrets = self.cluster.list(&kind, &options).await?;
        let mut revisions = secrets.iter().map(|secret| self.read(secret)).collect::<Result<Vec<_>, Error>>()?;
        revisions.sort_by_key(|revision| revision.number);
        Ok(revisions)
    }

    /// Writes a new revision. That its number must be new keeps two runs apart which the lock did not.
    ///
    /// # Errors
    /// [`Error::Exists`], and what the cluster refuses.
    pub async fn create(&self, revision: &StackRevision) -> Result<(), Error> {
        match self.cluster.create_surely(&self.object(revision)).await {
            Ok(_) => Ok(()),
            Err(error) if error.refusal().is_some_and(|refusal| refusal.kind == RefusalKind::AlreadyExists) => {
                Err(Error::Exists { stack: self.stack.to_string(), number: revision.number })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a revision anew.
    ///
    /// # Errors
    /// The cluster refuses.
    pub async fn update(&self, revision: &StackRevision) -> Result<(), Error> {
        self.cluster.replace(&self.object(revision), &ApplyOptions::default()).await?;
        Ok(())
    }

    /// Deletes the oldest revisions so that no more than `limit` are kept (0 is no limit), and the kept records that only
    /// they speak of.
    ///
    /// # Errors
    /// The cluster refuses.
    pub async fn prune(&self, revisions: &[StackRevision], limit: usize) -> Result<(), Error> {
        let surplus = if limit == 0 { 0 } else { revisions.len().saturating_sub(limit) };
        let (gone, left) = revisions.split_at(surplus);
        let spoken_of: BTreeSet<&str> = left.iter().flat_map(digests).collect();
        let unneeded: BTreeSet<&str> = gone.iter().flat_map(digests).filter(|digest| !spoken_of.contains(digest)).collect();
        for digest in unneeded {
            self.delete(object_name(&self.stack, digest)).await?;
        }
        for revision in gone {
            self.delete(self.revision_name(revision.number)).await?;
        }
        Ok(())
    }

    /// Keeps the record of a release.
    ///
    /// # Errors
    /// The cluster refuses.
    pub async fn keep(&self, record: &KeptRecord) -> Result<(), Error> {
        let object = record
            .object(&self.stack)
            .map_err(|error| self.damaged(object_name(&self.stack, &record.digest), "record of a release", error.to_string()))?;
        self.cluster.apply(&object, &ApplyOptions { force: true, ..ApplyOptions::default() }).await?;
        Ok(())
    }

    /// Returns a kept record, where there is one.
    ///
    /// # Errors
    /// The cluster does not tell, or the Secret holds no record.
    pub async fn kept(&self, key: &ReleaseKey, digest: &str) -> Result<Option<KeptRecord>, Error> {
        let name = object_name(&self.stack, digest);
        let Some(secret) = self.cluster.get(&self.secret(name.clone())).await? else { return Ok(None) };
        KeptRecord::read(key, digest, &secret).map(Some).map_err(|reason| self.damaged(name, "record of a release", reason))
    }

    fn object(&self, revision: &StackRevision) -> Value {
        let json = serde_json::to_vec(revision).unwrap_or_default();
        json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {
                "name": self.revision_name(revision.number),
                "namespace": self.stack.namespace,
                "labels": {
                    "owner": "stackwright",
                    "stack": self.stack.name_label(),
                    "environment": self.stack.environment_label(),
                    "version": revision.number.to_string(),
                    "status": revision.state.word(),
                },
            },
            "type": REVISION_TYPE,
            "data": {"revision": STANDARD.encode(json)},
        })
    }

    fn read(&self, secret: &Value) -> Result<StackRevision, Error> {
        let name = || secret["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let damaged = |reason: String| self.damaged(name(), "revision of a stack", reason);
        let text = secret["data"]["revision"].as_str().ok_or_else(|| damaged("it has no field `revision`".into()))?;
        let json = STANDARD.decode(text).map_err(|error| damaged(error.to_string()))?;
        serde_json::from_slice(&json).map_err(|error| damaged(error.to_string()))
    }

    fn damaged(&self, object: String, what: &'static str, reason: String) -> Error {
        Error::Damaged { namespace: self.stack.namespace.clone(), object, what, reason }
    }

    fn revision_name(&self, number: u32) -> String {
        format!("{}.v{number}", self.stack.object_name())
    }

    fn secret(&self, name: String) -> ObjectId {
        ObjectId { api_version: "v1".into(), kind: "Secret".into(), namespace: Some(self.stack.namespace.clone()), name }
    }

    async fn delete(&self, name: String) -> Result<(), Error> {
        self.cluster.delete(&self.secret(name), Propagation::Background).await?;
        Ok(())
    }
}

/// Returns the digests of all revisions of releases that a revision speaks of.
fn digests(revision: &StackRevision) -> impl Iterator<Item = &str> {
    revision.releases.iter().flat_map(|entry| entry.before.iter().chain(&entry.after)).map(|deployed| deployed.digest.as_str())
}
