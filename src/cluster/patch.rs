//! Changing parts of objects, as client-side apply and the change to server-side apply need it.

use super::apply::{Applied, ApplyOptions, FIELD_MANAGER};
use super::call::Call;
use super::connect::Cluster;
use super::error::Error;
use super::managed_fields::upgrade_patch;
use super::path;
use super::refusal::RefusalKind;
use super::retry::Repeat;
use crate::manifest::ObjectId;
use bytes::Bytes;
use http::Method;
use serde_json::Value;

/// How often the change to server-side apply is tried against other writers. Rule: client-go `retry.DefaultRetry`.
const UPGRADE_TRIES: usize = 5;

/// How a patch is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchKind {
    /// A list of operations (RFC 6902).
    Json,
    /// A JSON merge patch (RFC 7386).
    Merge,
    /// Kubernetes' strategic merge patch; only kinds built into the server know it.
    Strategic,
}

impl Cluster {
    /// Changes parts of an object.
    ///
    /// # Errors
    /// [`Error::Refused`] with `NotFound`, `Outdated` or `Invalid`, and every other refusal.
    pub async fn patch(&self, id: &ObjectId, kind: PatchKind, patch: &Value, options: &ApplyOptions) -> Result<Applied, Error> {
        self.patch_subresource(id, "", kind, patch, options).await
    }

    /// Changes parts of a subresource of an object, such as its `status`.
    ///
    /// # Errors
    /// As [`Cluster::patch`].
    pub async fn patch_subresource(
        &self,
        id: &ObjectId,
        subresource: &str,
        kind: PatchKind,
        patch: &Value,
        options: &ApplyOptions,
    ) -> Result<Applied, Error> {
        let (resource, id) = self.locate(id).await?;
        let (content_type, repeat) = match kind {
            PatchKind::Json => ("application/json-patch+json", Repeat::Harmful),
            PatchKind::Merge => ("application/merge-patch+json", Repeat::Harmless),
            PatchKind::Strategic => ("application/strategic-merge-patch+json", Repeat::Harmless),
        };
        let mut object_path = path::object(&resource, id.namespace.as_deref(), &id.name);
        if !subresource.is_empty() {
            object_path.push('/');
            object_path.push_str(subresource);
        }
        let query = [("fieldManager", FIELD_MANAGER), ("dryRun", if options.dry_run { "All" } else { "" })];
        let call = Call {
            method: Method::PATCH,
            path: path::with_query(object_path, &query),
            body: Some((content_type, Bytes::from(patch.to_string()))),
            accept: "application/json",
            repeat: if options.dry_run { Repeat::Harmless } else { repeat },
            doing: format!("patching {id}"),
        };
        let answer = self.send(&call).await?;
        Ok(Applied { object: answer.json(&call.doing)?, is_new: false, warnings: answer.warnings })
    }

    /// Hands the fields that our manager owns by client-side apply to server-side apply, so that fields which the chart has dropped
    /// disappear with the next apply. Returns whether there was something to hand over.
    ///
    /// Rule: helm pkg/kube/client.go (`upgradeClientSideFieldManager`).
    ///
    /// # Errors
    /// The object cannot be read or patched; one that does not exist has nothing to hand over.
    pub async fn upgrade_field_manager(&self, id: &ObjectId, dry_run: bool) -> Result<bool, Error> {
        let options = ApplyOptions { dry_run, ..ApplyOptions::default() };
        let mut tries = 0;
        loop {
            tries += 1;
            let Some(live) = self.get(id).await? else { return Ok(false) };
            let Some(patch) = upgrade_patch(&live, FIELD_MANAGER) else { return Ok(false) };
            match self.patch(id, PatchKind::Json, &patch, &options).await {
                Ok(_) => return Ok(true),
                Err(error) if tries < UPGRADE_TRIES && is_outdated(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

fn is_outdated(error: &Error) -> bool {
    error.refusal().is_some_and(|refusal| refusal.kind == RefusalKind::Outdated)
}
