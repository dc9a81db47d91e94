//! One release as a plan, carried out by the executor that stacks use.

use super::request::{Listener, ReleaseOptions, ReleaseWork};
use super::session::ReleaseSession;
use super::status::ShownRelease;
use super::words::refused;
use crate::diag::Diagnostics;
use crate::execute::{self, Absent, Clusters, Ended, Means};
use crate::ops::driver::driver;
use crate::plan::{Action, Candidate, Desired, Plan, Restore, build};
use crate::release::History;
use crate::stack::ReleaseId;
use jiff::Zoned;
use std::sync::Arc;

/// What is to be done with one release.
pub(super) struct Intent<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// What is to be done, also where nothing has changed.
    pub(super) action: Action,
    /// What it is to become; nothing for a removal.
    pub(super) desired: Option<Desired>,
    /// The revision that it is to become again.
    pub(super) restore: Option<Restore>,
    /// What the cluster holds of it.
    pub(super) history: History,
    /// How.
    pub(super) options: &'a ReleaseOptions,
}

impl Intent<'_> {
    /// Returns the plan of this one release.
    ///
    /// # Errors
    /// Its record or its manifest cannot be read.
    pub(super) fn plan(self, namespace: &str) -> Result<Plan, Diagnostics> {
        let candidate = Candidate {
            id: ReleaseId { kube_context: None, namespace: Some(namespace.to_owned()), name: self.name.to_owned() },
            namespace: namespace.to_owned(),
            desired: self.desired,
            restore: self.restore,
            leftovers: Vec::new(),
            history: self.history,
            settings: self.options.settings(),
            needs: Vec::new(),
            auto_needs: false,
        };
        let mut plan = build(vec![candidate])?;
        plan.releases[0].action = self.action;
        Ok(plan)
    }
}

/// Returns what carrying out a plan takes.
///
/// # Errors
/// `HELM_DRIVER` names no driver that there is.
pub(super) fn means(work: &ReleaseWork, session: &ReleaseSession) -> Result<Means, Diagnostics> {
    let clusters: Clusters = [(None, session.cluster.clone())].into();
    let driver = driver(&work.variables)?;
    Ok(Means {
        clusters,
        driver,
        clock: Arc::new(Zoned::now),
        concurrency: 1,
        interrupt: work.interrupt.clone(),
        absent: Absent::default(),
    })
}

/// Carries out the plan of one release.
///
/// # Errors
/// It failed, or was interrupted.
pub(super) async fn carry_out(plan: Plan, means: Means, listener: &mut dyn Listener) -> Result<(), Diagnostics> {
    let outcome = execute::carry_out(Arc::new(plan), means, |event| listener.event(event)).await;
    match outcome.releases.into_iter().next().map(|release| release.ended) {
        Some(Ended::Failed(words)) => Err(refused(words)),
        Some(Ended::Interrupted) => Err(refused("context canceled")),
        _ => Ok(()),
    }
}

/// Reads the history of a release.
///
/// # Errors
/// The cluster does not tell.
pub(super) async fn history(session: &ReleaseSession, name: &str) -> Result<History, Diagnostics> {
    let history = session.store.history(session.cluster.namespace(), name).await;
    history.map_err(|error| error.diagnostic().into())
}

/// Returns the last revision of a release, which is there.
///
/// # Errors
/// The cluster does not tell, or the record is damaged.
pub(super) async fn last_revision(session: &ReleaseSession, name: &str) -> Result<ShownRelease, Diagnostics> {
    let history = history(session, name).await?;
    let last = history.last().ok_or_else(|| refused("release: not found"))?;
    let record = last.record().map_err(|error| error.diagnostic())?;
    Ok(ShownRelease::of(session, record))
}
