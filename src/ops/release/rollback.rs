//! Brings a release back to what it was at an earlier revision, as `helm rollback`.

use super::carry_out::{Intent, carry_out, history, means};
use super::held::Held;
use super::request::{Listener, ReleaseOptions, ReleaseWork};
use super::session::ReleaseSession;
use super::words::refused;
use crate::diag::Diagnostics;
use crate::ops::release_name;
use crate::plan::{Action, Restore};
use crate::release::History;

/// What to bring back.
pub struct RollbackRequest {
    /// The release.
    pub name: String,
    /// The revision; 0 is the one before the last.
    pub revision: i64,
    /// How.
    pub options: ReleaseOptions,
    /// Whether nothing is done.
    pub dry_run: bool,
}

/// A description is not longer.
const LONGEST_DESCRIPTION: usize = 256;

/// Makes a new revision of a release that is what an earlier one was.
///
/// Rule: Helm 4.3.1 pkg/action/rollback.go.
///
/// # Errors
/// In Helm's words where Helm has some: there is no such release or revision, the rollback fails.
pub async fn release_rollback(work: &ReleaseWork, request: &RollbackRequest, listener: &mut dyn Listener) -> Result<(), Diagnostics> {
    let length = request.options.description.as_deref().unwrap_or_default().chars().count();
    if length > LONGEST_DESCRIPTION {
        return Err(refused(format!("description must be {LONGEST_DESCRIPTION} characters or less, got {length}")));
    }
    let session = ReleaseSession::open(&work.connect, &work.variables).await?;
    let name = &request.name;
    release_name::check(name).map_err(|_| refused(format!("prepareRollback: Release name is invalid: {name}")))?;
    if request.revision < 0 {
        return Err(refused("invalid release revision"));
    }
    if request.dry_run {
        return find(request, &history(&session, name).await?).map(|_| ());
    }
    let held = Held::take(work, &session, name).await?;
    let rolled_back = async {
        let history = history(&session, name).await?;
        let restore = find(request, &history)?;
        held.check_pending(&history)?;
        let desired = Some(restore.desired(None)?);
        let options = &request.options;
        let intent = Intent { name, action: Action::Rollback, desired, restore: Some(restore), history, options };
        carry_out(intent.plan(session.cluster.namespace())?, means(work, &session)?, listener).await
    };
    let rolled_back = rolled_back.await;
    held.give_back().await;
    rolled_back
}

/// Finds the revision that is meant.
fn find(request: &RollbackRequest, history: &History) -> Result<Restore, Diagnostics> {
    let last = history.last().ok_or_else(|| refused("release: not found"))?;
    let wanted = if request.revision == 0 { i64::from(last.revision) - 1 } else { request.revision };
    let found = u32::try_from(wanted).ok().and_then(|revision| history.revision(revision));
    let entry = found.ok_or_else(|| refused(format!("release has no {wanted} version")))?;
    let record = entry.record().map_err(|error| error.diagnostic())?;
    Ok(Restore { revision: entry.revision, record })
}
