//! Refuses to take over what belongs to somebody else.

use super::error::Error;
use super::objects::Prepared;
use super::task::Task;
use crate::manifest::ObjectId;
use crate::release::{Owner, conflict_message, ownership_mismatches};
use futures_util::future::try_join_all;

impl Task<'_> {
    /// Checks that objects which the release has not had before are not there already, or are marked as its own. What was seen a moment ago
    /// not to be there is not looked for once more.
    ///
    /// Rule: Helm 4.3.1 pkg/action/validate.go (`existingResourceConflict`). All conflicts are named, not only the first.
    ///
    /// # Errors
    /// [`Error::Owned`] with a line for each object.
    pub(super) async fn check_owners(&self, objects: &[Prepared], previous: &[ObjectId]) -> Result<(), Error> {
        let mut calls = Vec::new();
        let is_new = |object: &&Prepared| !previous.iter().any(|id| id.is_same_object(&object.id));
        let is_absent = |object: &&Prepared| self.absent.has(self.release.id.kube_context.as_ref(), &object.id);
        for object in objects.iter().filter(is_new).filter(|object| !is_absent(object)) {
            calls.push(self.conflict(&object.id));
        }
        let conflicts: Vec<String> = try_join_all(calls).await?.into_iter().flatten().collect();
        if conflicts.is_empty() { Ok(()) } else { Err(Error::Owned(conflicts.join("\n"))) }
    }

    async fn conflict(&self, id: &ObjectId) -> Result<Option<String>, Error> {
        let Some(live) = self.cluster.get(id).await? else { return Ok(None) };
        let owner = Owner { name: &self.release.name, namespace: &self.release.namespace };
        let mismatches = ownership_mismatches(&live, owner);
        let namespace = id.namespace.as_deref().unwrap_or_default();
        Ok((!mismatches.is_empty()).then(|| conflict_message(&id.kind, &id.name, namespace, &mismatches)))
    }
}
