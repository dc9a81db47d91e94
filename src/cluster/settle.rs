//! Waiting until objects are ready, or gone.

use super::error::Error;
use super::status::{self, Conditions, Rule, State, Status};
use super::watch::Watch;
use crate::manifest::ObjectId;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Statuses that depend on the time (a pod that finds no node) are looked at again this often without a change.
const TICK: Duration = Duration::from_secs(5);

/// What a Deployment says of itself when it has not come farther for its `progressDeadlineSeconds`.
const DEADLINE: &str = "ProgressDeadlineExceeded";

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Every object is current by this rule.
    Ready(Rule),
    /// No object exists any more.
    Gone,
}

/// An object to wait for, and the least that must have been seen of it.
#[derive(Clone, Debug)]
pub struct Awaited {
    /// Which object.
    pub id: ObjectId,
    /// The `uid` and `resourceVersion` of the server's answer to the last write, where there was one: what a watch tells of earlier
    /// times says nothing about it.
    pub written: Option<(String, u64)>,
    /// When it is ready, where its chart says so itself; the rule of the goal otherwise.
    pub conditions: Option<Arc<Conditions>>,
    /// The percentage of its pods that is enough; all of them where it does not say.
    pub min: Option<u8>,
    /// Whether its pods may wait for others as long as they like: a Deployment's own deadline for progress says nothing then.
    pub is_patient: bool,
}

impl Awaited {
    /// Makes an expectation of an object that was not written by us, or whose answer was not kept.
    pub fn of(id: ObjectId) -> Awaited {
        Awaited { id, written: None, conditions: None, min: None, is_patient: false }
    }

    /// Makes an expectation of an object as the server's answer to a write shows it.
    pub fn written(object: &Value) -> Option<Awaited> {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
        let version = text("/metadata/resourceVersion").and_then(|version| version.parse().ok());
        let written = text("/metadata/uid").map(str::to_owned).zip(version);
        Some(Awaited { written, ..Awaited::of(ObjectId::of(object)?) })
    }
}

/// How the waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All objects reached the goal.
    Reached,
    /// Some failed; the others reached the goal.
    Failed,
    /// The time was up.
    OutOfTime,
}

/// How the waiting ended, and each object's last status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// How it ended.
    pub outcome: Outcome,
    /// What was waited for.
    pub goal: Goal,
    /// Each object's last status.
    pub statuses: BTreeMap<ObjectId, Status>,
}

impl Settled {
    /// Returns the objects that did not reach the goal.
    pub fn missed(&self) -> impl Iterator<Item = (&ObjectId, &Status)> {
        let goal = self.goal;
        self.statuses.iter().filter(move |(_, status)| !goal.is_reached_by(status))
    }

    /// Returns what Helm prints of such an end: a line for each object that missed the goal, and one where the time was up.
    ///
    /// Rule: helm pkg/kube/statuswait.go (`wait`, `waitForDelete`).
    pub fn message(&self) -> String {
        let verdict = if self.goal == Goal::Gone { "still exists" } else { "not ready" };
        let mut lines: Vec<String> = self
            .missed()
            .map(|(id, status)| {
                let namespace = id.namespace.as_deref().unwrap_or_default();
                format!("resource {}/{namespace}/{} {verdict}. status: {}, message: {}", id.kind, id.name, status.state, status.message)
            })
            .collect();
        if self.outcome == Outcome::OutOfTime {
            lines.push("context deadline exceeded".to_owned());
        }
        lines.join("\n")
    }
}

impl Goal {
    fn is_reached_by(self, status: &Status) -> bool {
        match self {
            Goal::Ready(_) => status.state == State::Current,
            Goal::Gone => status.state == State::NotFound,
        }
    }

    /// A failed object will not become ready, but it can still be deleted.
    fn is_missed_by(self, status: &Status) -> bool {
        self != Goal::Gone && status.state == State::Failed
    }
}

/// Called with every new status of an object.
pub trait Progress: FnMut(&ObjectId, &Status) + Send {}

impl<F: FnMut(&ObjectId, &Status) + Send> Progress for F {}

impl Watch {
    /// Waits until all objects reach the goal, or some have failed and all others reached it, or the time is up.
    ///
    /// # Errors
    /// The kind of an object is not known, or the server does not let us watch it.
    pub async fn settle(&self, awaited: &[Awaited], goal: Goal, within: Duration, mut progress: impl Progress) -> Result<Settled, Error> {
        let deadline = Instant::now() + within;
        let mut wait = Wait { watch: self, goal, statuses: BTreeMap::new(), gone: BTreeSet::new() };
        let awaited = self.located(awaited).await?;
        let awaited = wait.begin(awaited, &mut progress).await?;
        loop {
            let mut changes = self.changes();
            for awaited in &awaited {
                wait.look(awaited, &mut progress).await?;
            }
            if let Some(outcome) = wait.outcome() {
                return Ok(Settled { outcome, goal, statuses: wait.statuses });
            }
            tokio::select! {
                _ = changes.changed() => {}
                () = sleep(TICK) => {}
                () = sleep_until(deadline) => return Ok(Settled { outcome: Outcome::OutOfTime, goal, statuses: wait.statuses }),
            }
        }
    }

    async fn located(&self, awaited: &[Awaited]) -> Result<Vec<Awaited>, Error> {
        let mut located = Vec::with_capacity(awaited.len());
        for awaited in awaited {
            let (_, id) = self.cluster.locate(&awaited.id).await?;
            located.push(Awaited { id, ..awaited.clone() });
        }
        Ok(located)
    }
}

struct Wait<'a> {
    watch: &'a Watch,
    goal: Goal,
    statuses: BTreeMap<ObjectId, Status>,
    gone: BTreeSet<ObjectId>,
}

impl Wait<'_> {
    /// Settles what needs no watching, follows the rest, and returns it.
    async fn begin(&mut self, awaited: Vec<Awaited>, progress: &mut impl Progress) -> Result<Vec<Awaited>, Error> {
        let at_once = try_join_all(awaited.iter().map(|awaited| self.at_once(awaited))).await?;
        let mut rest = Vec::new();
        for (awaited, status) in awaited.into_iter().zip(at_once) {
            match status {
                Some(status) => self.note(&awaited.id, status, progress),
                None => rest.push(awaited),
            }
        }
        let places: BTreeSet<_> = rest.iter().flat_map(|awaited| self.places(&awaited.id)).collect();
        try_join_all(places.iter().map(|(api_version, kind, namespace)| self.watch.follow(api_version, kind, *namespace))).await?;
        Ok(rest)
    }

    /// An object whose status cannot change needs a look, not a watch; one that we have just written not even that.
    async fn at_once(&self, awaited: &Awaited) -> Result<Option<Status>, Error> {
        let Goal::Ready(rule) = self.goal else { return Ok(None) };
        if awaited.conditions.is_some() || !rule.is_settled_at_once(awaited.id.group(), &awaited.id.kind) {
            return Ok(None);
        }
        if awaited.written.is_some() {
            return Ok(Some(Status::current("Resource is current")));
        }
        let live = self.watch.cluster.get(&awaited.id).await?;
        Ok(live.map(|object| rule.status(&object, Timestamp::now())).filter(Status::is_current))
    }

    /// Returns what must be followed to judge an object: its kind, and the pods of a controller, where they matter.
    fn places<'a>(&self, id: &'a ObjectId) -> impl Iterator<Item = (&'a str, &'a str, Option<&'a str>)> + use<'a> {
        let namespace = id.namespace.as_deref();
        let pods = (self.goal != Goal::Gone && asks_pods(id)).then_some(("v1", "Pod", namespace));
        [(id.api_version.as_str(), id.kind.as_str(), namespace)].into_iter().chain(pods)
    }

    async fn look(&mut self, awaited: &Awaited, progress: &mut impl Progress) -> Result<(), Error> {
        let live = self.watch.get(&awaited.id);
        let status = match self.goal {
            Goal::Ready(rule) => self.readiness(awaited, live.as_deref(), rule),
            Goal::Gone => self.remains(awaited, live.as_deref()).await?,
        };
        self.note(&awaited.id, status, progress);
        Ok(())
    }

    fn readiness(&self, awaited: &Awaited, live: Option<&Value>, rule: Rule) -> Status {
        let Some(live) = live else { return Status::not_found() };
        if is_older(live, awaited) {
            return Status::in_progress("NotObserved", "Waiting for the last change to be observed");
        }
        if let Some(conditions) = &awaited.conditions {
            return conditions.status(live);
        }
        let now = Timestamp::now();
        let mut status = rule.status(live, now);
        if awaited.is_patient && status.reason == DEADLINE {
            status = Status::in_progress(DEADLINE, status.message);
        }
        if asks_pods(&awaited.id) && status.state == State::InProgress {
            let pods = self.watch.all("v1", "Pod", awaited.id.namespace.as_deref());
            let own = pods.iter().map(AsRef::as_ref).filter(|pod| status::selects(live, pod));
            status = status::with_pods(live, status, own, now);
        }
        status.of_share(live, awaited.min)
    }

    /// A watch may not yet have told of an object's creation, so its silence is checked once.
    async fn remains(&mut self, awaited: &Awaited, live: Option<&Value>) -> Result<Status, Error> {
        if self.gone.contains(&awaited.id) {
            return Ok(Status::not_found());
        }
        if let Some(live) = live.filter(|live| !is_another(live, awaited)) {
            return Ok(status::of(live, Timestamp::now()));
        }
        match self.watch.cluster.get(&awaited.id).await? {
            Some(live) if !is_another(&live, awaited) => Ok(status::of(&live, Timestamp::now())),
            _ => {
                self.gone.insert(awaited.id.clone());
                Ok(Status::not_found())
            }
        }
    }

    fn note(&mut self, id: &ObjectId, status: Status, progress: &mut impl Progress) {
        if self.statuses.get(id) != Some(&status) {
            progress(id, &status);
            self.statuses.insert(id.clone(), status);
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        let goal = self.goal;
        let is_over = |status: &Status| goal.is_reached_by(status) || goal.is_missed_by(status);
        if !self.statuses.values().all(is_over) {
            return None;
        }
        let failed = self.statuses.values().any(|status| goal.is_missed_by(status));
        Some(if failed { Outcome::Failed } else { Outcome::Reached })
    }
}

fn asks_pods(id: &ObjectId) -> bool {
    id.group() == "apps" && matches!(id.kind.as_str(), "StatefulSet" | "ReplicaSet")
}

/// Says whether what a watch told is of before our last write.
fn is_older(live: &Value, awaited: &Awaited) -> bool {
    let Some((uid, least)) = &awaited.written else { return false };
    let text = |pointer: &str| live.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let version: Option<u64> = text("/metadata/resourceVersion").parse().ok();
    text("/metadata/uid") == uid && version.is_some_and(|version| version < *least)
}

/// Says whether an object of the same name has taken the place of the one that was to go.
fn is_another(live: &Value, awaited: &Awaited) -> bool {
    let uid = live.pointer("/metadata/uid").and_then(Value::as_str);
    awaited.written.as_ref().is_some_and(|(written, _)| uid.is_some_and(|uid| uid != written))
}
