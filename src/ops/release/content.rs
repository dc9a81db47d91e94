//! The record of one revision of a release.

use super::session::ReleaseSession;
use crate::diag::{Diagnostic, Diagnostics};
use crate::release::{Entry, Record, validate_release_name};

/// Returns the record of a release's revision; of its last one for 0.
///
/// # Errors
/// There is no such release or revision; the cluster does not tell; the record is damaged.
pub async fn content(session: &ReleaseSession, name: &str, revision: u32) -> Result<Record, Diagnostics> {
    let entry = stored(session, name, revision).await?;
    Ok(entry.record().map_err(|error| error.diagnostic())?)
}

/// Returns a release's revision as it is stored; its last one for 0.
///
/// Rule: helm pkg/action/action.go (`releaseContent`).
pub(super) async fn stored(session: &ReleaseSession, name: &str, revision: u32) -> Result<Entry, Diagnostic> {
    validate_release_name(name).map_err(|error| error.diagnostic().verbatim(format!("releaseContent: Release name is invalid: {name}")))?;
    let namespace = session.cluster.namespace();
    let entry = if revision == 0 {
        session.store.history(namespace, name).await.map(|history| history.last().cloned())
    } else {
        session.store.revision(namespace, name, revision).await
    };
    entry.map_err(|error| error.diagnostic())?.ok_or_else(|| not_found(namespace, name, revision))
}

/// Returns helm's word for a release or revision that is not there, and where was looked.
pub(in crate::ops) fn not_found(namespace: &str, name: &str, revision: u32) -> Diagnostic {
    let what = if revision == 0 { format!("release {name:?}") } else { format!("revision {revision} of release {name:?}") };
    Diagnostic::error(format!("there is no {what} in namespace {namespace:?}")).verbatim("release: not found")
}
