//! Waits for a release's objects, and starts its post hooks at the right moment.

use super::error::Error;
use super::event::EventKind;
use super::milestone::Milestone;
use super::objects::Prepared;
use super::task::Task;
use super::trouble::{Seen, Statuses, Trackings};
use crate::cluster::status::{Conditions, Rule, Status, is_waited_for};
use crate::cluster::{Awaited, Goal, Outcome, Settled};
use crate::manifest::{Document, HookEvent, ObjectId, Tracking, waiting_for};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

/// Longer than anybody waits: the time is kept here.
const UNLIMITED: Duration = Duration::from_secs(365 * 24 * 3600);

impl Task<'_> {
    /// Waits for objects and runs the post hooks of `event`.
    ///
    /// Without `wait` the hooks run at once, as with Helm. With it they start when the objects are ready, leaving out those that
    /// wait, directly or through others, for what a hook makes; then all objects are waited for.
    pub(super) async fn finish(&self, event: HookEvent, objects: &[Prepared], awaited: &[Awaited]) -> Result<(), Error> {
        if !self.release.settings.wait {
            self.run_hooks(event).await?;
            self.reach(Milestone::Hooks);
            return Ok(());
        }
        self.begin_shares(objects, awaited);
        let timeout = self.release.settings.timeout;
        let makers: Vec<Json> = self.hook_objects(event).await?;
        if !makers.is_empty() && !self.release.settings.no_hooks {
            let bodies: Vec<Json> = objects.iter().map(|object| object.body.clone()).collect();
            let held = waiting_for(&bodies, &makers, &self.release.namespace);
            // By identity: objects are awaited in the order in which they were sent.
            let held = objects.iter().zip(held).filter(|(_, held)| *held).map(|(object, _)| &object.id);
            // Some wait for a hook through objects of other releases.
            let held: BTreeSet<&ObjectId> = held.chain(&self.release.held).collect();
            let free: Vec<Awaited> = awaited.iter().filter(|awaited| !held.contains(&awaited.id)).cloned().collect();
            self.wait_ready(&free, objects, timeout).await?;
            self.run_hooks(event).await?;
        }
        self.reach(Milestone::Hooks);
        self.wait_ready(awaited, objects, timeout).await
    }

    /// Counts from nothing how much of the objects is ready that are waited for.
    fn begin_shares(&self, objects: &[Prepared], awaited: &[Awaited]) {
        let is_counted = |object: &&Prepared| is_waited_for(&object.body) && !Tracking::of(&object.body).is_passed_over;
        let counted: BTreeSet<&ObjectId> = objects.iter().filter(is_counted).map(|object| &object.id).collect();
        if counted.is_empty() {
            self.reach(Milestone::Percent(100));
        }
        self.shares.begin(awaited.iter().map(|awaited| &awaited.id).filter(|id| counted.contains(id)).cloned());
    }

    async fn hook_objects(&self, event: HookEvent) -> Result<Vec<Json>, Error> {
        let documents: Vec<&Document> = self.hooks.iter().filter(|hook| hook.events.contains(&event)).map(|hook| &hook.document).collect();
        let prepared = self.prepare(&documents, false).await?;
        Ok(prepared.into_iter().map(|object| object.body).collect())
    }

    /// Waits until objects are ready. `objects` are those that were sent: their annotations say how each is waited for.
    pub(super) async fn wait_ready(&self, awaited: &[Awaited], objects: &[Prepared], within: Duration) -> Result<(), Error> {
        let sent: BTreeMap<&ObjectId, &Json> = objects.iter().map(|object| (&object.id, &object.body)).collect();
        let mut tracked = Trackings::new();
        let mut waited_for = Vec::with_capacity(awaited.len());
        for awaited in awaited {
            let body = sent.get(&awaited.id);
            let tracking = body.map(|body| Tracking::of(body)).unwrap_or_default();
            if body.is_some_and(|body| !is_waited_for(body)) || tracking.is_passed_over {
                continue;
            }
            if tracking != Tracking::default() {
                tracked.insert(awaited.id.clone(), tracking);
            }
            // Only who goes up in order asked for the chart's own conditions.
            let conditions = body.filter(|_| self.release.order.is_some()).and_then(|body| Conditions::of(body)).map(Arc::new);
            let is_patient = self.board.is_waiter(self.release.id.kube_context.as_ref(), &awaited.id);
            waited_for.push(Awaited { conditions, is_patient, min: self.release.settings.min_ready, ..awaited.clone() });
        }
        let rule = if self.release.settings.wait_for_jobs { Rule::JobsComplete } else { Rule::Ready };
        let settled = self.settle_tracked(&waited_for, Goal::Ready(rule), within, &tracked).await?;
        let may_fail = |id: &ObjectId| tracked.get(id).is_some_and(|tracking| tracking.may_fail);
        if settled.outcome != Outcome::Reached && settled.missed().any(|(id, _)| !may_fail(id)) {
            return Err(Error::NotReady { reason: self.why_not_ready(&settled, within).await });
        }
        for (id, status) in settled.missed() {
            self.progress.tell(EventKind::Warning(format!("{id} is not ready, which it need not be: {}", status.message)));
        }
        Ok(())
    }

    /// Waits for objects, telling how far they are, and gives the place among those that work to another meanwhile.
    pub(super) async fn settle(&self, awaited: &[Awaited], goal: Goal, within: Duration) -> Result<Settled, Error> {
        self.settle_tracked(awaited, goal, within, &Trackings::new()).await
    }

    /// The time runs from when all releases have ended that this one waits for; until then nobody can say that it takes long.
    async fn settle_tracked(&self, awaited: &[Awaited], goal: Goal, within: Duration, tracked: &Trackings) -> Result<Settled, Error> {
        let mut ready: BTreeMap<ObjectId, bool> = awaited.iter().map(|awaited| (awaited.id.clone(), false)).collect();
        let total = ready.len();
        let statuses = Arc::new(Statuses::default());
        let latest = statuses.clone();
        let progress = self.progress.clone();
        let waiting = self.watch.settle(awaited, goal, UNLIMITED, move |id, status| {
            let reached = if goal == Goal::Gone { status.state == crate::cluster::status::State::NotFound } else { status.is_current() };
            ready.insert(id.clone(), reached);
            latest.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), Seen::now(status));
            if goal != Goal::Gone {
                self.note_status(id, status);
            }
            let why = self.board.awaited_by(self.release.id.kube_context.as_ref(), id).map(|what| format!("waits for {what}"));
            let next = (!reached).then(|| (id.clone(), why.unwrap_or_else(|| status.message.clone())));
            progress.tell(EventKind::Waiting { ready: ready.values().filter(|ready| **ready).count(), total, next });
        });
        let ended = |outcome: Outcome| {
            let statuses = statuses.lock().unwrap_or_else(PoisonError::into_inner);
            Settled { outcome, goal, statuses: statuses.iter().map(|(id, seen)| (id.clone(), seen.status.clone())).collect() }
        };
        self.progress
            .idle(async {
                tokio::select! {
                    settled = waiting => settled.map_err(Error::from),
                    () = self.progress.interrupt().raised() => Err(Error::Interrupted),
                    () = self.time_is_up(goal, within) => Ok(ended(Outcome::OutOfTime)),
                    () = self.until_hopeless(&statuses, tracked), if goal != Goal::Gone => Ok(ended(Outcome::Failed)),
                }
            })
            .await
    }

    fn note_status(&self, id: &ObjectId, status: &Status) {
        for milestone in self.shares.set(id, status.share, status.is_current()) {
            self.reach(milestone);
        }
        if status.is_current() {
            self.board.set_ready(self.release.id.kube_context.as_ref(), id);
        }
    }

    async fn time_is_up(&self, goal: Goal, within: Duration) {
        if goal != Goal::Gone {
            self.board.upstream_ended(self.at).await;
        }
        tokio::time::sleep(within).await;
    }
}
