//! The revisions of a stack.

use super::home::{Home, connect_all};
use super::load::load;
use super::session::Session;
use crate::diag::Diagnostics;
use crate::revision::{Lease, LeaseState, StackId, StackRevision};

/// The revisions of a stack, and who is at work on it.
#[derive(Clone, Debug)]
pub struct StackHistory {
    /// Which stack.
    pub stack: StackId,
    /// Oldest first.
    pub revisions: Vec<StackRevision>,
    /// Who holds the lock.
    pub lock: Option<LeaseState>,
}

/// Reads the revisions of the stack.
///
/// # Errors
/// Mistakes of the stack file; the cluster does not tell.
pub async fn history(session: &Session) -> Result<StackHistory, Diagnostics> {
    let stack = load(session)?;
    let clusters = connect_all(session, &stack, &[]).await?;
    let home = Home::open(&stack, &clusters).await?.readable()?;
    let lock = Lease::look(home.store.cluster(), home.store.stack()).await.map_err(|error| error.diagnostic())?;
    Ok(StackHistory { stack: home.store.stack().clone(), revisions: home.revisions, lock })
}
