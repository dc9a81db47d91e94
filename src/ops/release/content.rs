//! The record of one revision of a release.

use super::session::ReleaseSession;
use crate::diag::{Diagnostic, Diagnostics};
use crate::release::{Record, validate_release_name};

/// Returns the record of a release's revision; of its last one for 0.
///
/// Rule: helm pkg/action/action.go (`releaseContent`).
///
/// # Errors
/// There is no such release or revision; the cluster does not tell; the record is damaged.
pub async fn content(session: &ReleaseSession, name: &str, revision: u32) -> Result<Record, Diagnostics> {
    validate_release_name(name).map_err(|error| error.diagnostic().verbatim(format!("releaseContent: Release name is invalid: {name}")))?;
    let namespace = session.cluster.namespace();
    let history = session.store.history(namespace, name).await.map_err(|error| error.diagnostic())?;
    let entry = if revision == 0 { history.last() } else { history.revision(revision) };
    let entry = entry.ok_or_else(|| not_found(namespace, name, revision))?;
    Ok(entry.record().map_err(|error| error.diagnostic())?)
}

/// Returns helm's word for a release or revision that is not there, and where was looked.
pub(in crate::ops) fn not_found(namespace: &str, name: &str, revision: u32) -> Diagnostic {
    let what = if revision == 0 { format!("release {name:?}") } else { format!("revision {revision} of release {name:?}") };
    Diagnostic::error(format!("there is no {what} in namespace {namespace:?}")).verbatim("release: not found")
}
