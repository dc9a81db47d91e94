//! Carries out a plan as a revision of its stack: under the lock, written down before it begins and when it has ended.

use super::apply::Prepared;
use super::machine::holder;
use super::revisions::{begin, cannot_write, finish, keep_records, settle};
use super::session::Session;
use crate::diag::Diagnostics;
use crate::execute::{Event, Interrupt, Means, Outcome, carry_out};
use crate::revision::{Lease, LeaseState, StackRevision};
use std::sync::Arc;
use std::time::Duration;

/// The lock of a stack, held.
pub struct Lock(Lease);

/// How a run goes on.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// How many releases may be worked on at once.
    pub concurrency: usize,
    /// Ends the run early.
    pub interrupt: Interrupt,
}

/// What came out of a run.
pub struct Ran {
    /// How each release ended.
    pub outcome: Outcome,
    /// The revision of the stack that it was; nothing where there was nothing to do.
    pub revision: Option<StackRevision>,
    /// What went wrong beside the releases.
    pub warnings: Vec<String>,
}

/// Takes the lock of a plan's stack. Where another one has it, waits up to `patience`; `on_wait` is told who that is.
///
/// Returns also whether the plan still holds: nobody has changed the stack since it was made. Where it does not, plan again under
/// this lock. If somebody else takes the lock while it is held, `interrupt` is raised.
///
/// # Errors
/// Another one has the lock; the cluster refuses.
pub async fn lock(
    session: &Session,
    prepared: &mut Prepared,
    patience: Duration,
    interrupt: &Interrupt,
    on_wait: impl FnMut(&LeaseState),
) -> Result<(Lock, bool), Diagnostics> {
    let clock = session.clock.clone();
    let interrupt = interrupt.clone();
    let store = prepared.home.store.clone();
    let lease = Lease::acquire(
        store.cluster(),
        store.stack(),
        holder(&session.variables),
        Arc::new(move || clock().timestamp()),
        patience,
        on_wait,
        move || interrupt.raise(),
    )
    .await
    .map_err(|error| error.diagnostic())?;
    let planned_at = prepared.home.last().map(|last| (last.number, last.state));
    prepared.home.read().await?;
    let holds = planned_at == prepared.home.last().map(|last| (last.number, last.state));
    settle(session, &mut prepared.home, &prepared.clusters).await?;
    Ok((Lock(lease), holds))
}

/// Gives the lock back. That this fails is told, not more: it ends by itself.
pub async fn unlock(lock: Lock) -> Option<String> {
    lock.0.release().await.err().map(|error| format!("the lock cannot be given back; it ends by itself in a moment: {error}"))
}

/// Carries a plan out under the lock. `on_event` sees everything that happens. Where there is nothing to do nothing is written, and
/// no lock is needed.
///
/// # Errors
/// The stack's revision cannot be written; nothing has been done then.
pub async fn run(
    session: &Session,
    prepared: &Prepared,
    lock: Option<&Lock>,
    options: RunOptions,
    on_event: impl FnMut(&Event),
) -> Result<Ran, Diagnostics> {
    if !prepared.plan.has_work() || lock.is_none() {
        debug_assert!(!prepared.plan.has_work(), "work is done under the lock only");
        let outcome = execute(session, prepared, options, on_event).await;
        return Ok(Ran { outcome, revision: None, warnings: Vec::new() });
    }
    let home = &prepared.home;
    keep_records(prepared).await?;
    let mut revision = begin(session, prepared).await?;
    home.store.create(&revision).await.map_err(|error| cannot_write(&error))?;
    if let Some(rendering) = &prepared.rendering {
        rendering.seeds.secrets.keep_new(&(session.clock)().timestamp().to_string()).await?;
    }
    let interrupt = options.interrupt.clone();
    let outcome = execute(session, prepared, options, on_event).await;
    finish(session, prepared, &outcome, interrupt.is_raised(), &mut revision).await;
    let mut warnings = Vec::new();
    if let Err(error) = home.store.update(&revision).await {
        warnings.push(format!("how revision {} of the stack ended cannot be written down: {error}", revision.number));
    }
    let mut revisions = home.revisions.clone();
    revisions.push(revision.clone());
    if let Err(error) = home.store.prune(&revisions, home.keeping.max as usize).await {
        warnings.push(format!("old revisions of the stack cannot be deleted: {error}"));
    }
    Ok(Ran { outcome, revision: Some(revision), warnings })
}

async fn execute(session: &Session, prepared: &Prepared, options: RunOptions, on_event: impl FnMut(&Event)) -> Outcome {
    let RunOptions { concurrency, interrupt } = options;
    let means = Means {
        clusters: prepared.clusters.clone(),
        driver: session.driver,
        clock: session.clock.clone(),
        concurrency,
        interrupt,
        absent: prepared.absent.get().cloned().unwrap_or_default(),
    };
    carry_out(prepared.plan.clone(), means, on_event).await
}
