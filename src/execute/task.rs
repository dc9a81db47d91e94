//! The work on one release: everything that its steps share.

use super::board::Board;
use super::dispatcher::Work;
use super::error::Error;
use super::event::{Ended, EventKind, Outcome};
use super::milestone::{Milestone, Shares};
use super::progress::Progress;
use super::{Interrupt, Run, Turn, dispatcher};
use crate::cluster::{Cluster, Driver, Watch};
use crate::manifest::{Hook, ObjectId};
use crate::plan::{Action, Plan, PlannedRelease};
use crate::release::{HookRun, Store};
use jiff::Zoned;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// Tells what time it is, in the zone that records are written in.
pub type Clock = Arc<dyn Fn() -> Zoned + Send + Sync>;

/// The clusters of a plan, by kubeconfig context; `None` is the current one.
pub type Clusters = BTreeMap<Option<String>, Cluster>;

/// Objects that were looked for a moment ago and are not there, by the context of their cluster.
#[derive(Clone, Debug, Default)]
pub struct Absent(pub BTreeMap<Option<String>, BTreeSet<ObjectId>>);

impl Absent {
    /// Says whether this was seen not to be there; `false` where nobody looked.
    pub fn has(&self, context: Option<&String>, id: &ObjectId) -> bool {
        self.0.get(&context.cloned()).is_some_and(|ids| ids.contains(id))
    }
}

/// What carrying out a plan takes besides the plan.
pub struct Means {
    /// The clusters that the plan's releases are for.
    pub clusters: Clusters,
    /// Where records are kept.
    pub driver: Driver,
    /// What time it is.
    pub clock: Clock,
    /// How many releases may be worked on at once.
    pub concurrency: usize,
    /// Ends the run early.
    pub interrupt: Interrupt,
    /// Objects that nobody else can own.
    pub absent: Absent,
}

/// Carries out a plan. `on_event` sees everything that happens, in order.
pub async fn carry_out(plan: Arc<Plan>, means: Means, on_event: impl FnMut(&super::Event)) -> Outcome {
    let board = Arc::new(Board::of(&plan));
    let run =
        Run { turns: Turn::of(&plan), concurrency: means.concurrency, interrupt: means.interrupt.clone(), board: Some(board.clone()) };
    let watches: BTreeMap<Option<String>, Arc<Watch>> =
        means.clusters.iter().map(|(context, cluster)| (context.clone(), Arc::new(Watch::new(cluster)))).collect();
    let shared = Arc::new((plan.clone(), means, watches, board));
    let work: Work = Arc::new(move |at, progress| {
        let shared = shared.clone();
        Box::pin(async move {
            let (plan, means, watches, board) = &*shared;
            let release = &plan.releases[at];
            let (Some(cluster), Some(watch)) = (means.clusters.get(&release.id.kube_context), watches.get(&release.id.kube_context)) else {
                return (Ended::Failed("no cluster was given for its context".into()), String::new());
            };
            progress.work().await;
            let task = Task::new(cluster, watch, means, (at, release), &progress, board.clone());
            task.run().await
        })
    });
    dispatcher::run(run, work, on_event).await
}

/// The work on one release.
pub(super) struct Task<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) watch: &'a Watch,
    pub(super) store: Store,
    /// Its index in the plan.
    pub(super) at: usize,
    pub(super) release: &'a PlannedRelease,
    pub(super) hooks: Vec<Hook>,
    pub(super) progress: &'a Progress,
    pub(super) clock: &'a Clock,
    /// Objects that nobody else can own.
    pub(super) absent: &'a Absent,
    /// Whether it takes back what failed.
    pub(super) is_undoing: bool,
    /// What of the run is ready.
    pub(super) board: Arc<Board>,
    /// How much of each of the release's objects is ready.
    pub(super) shares: Shares,
    /// The last run of each hook, by template and name, for the record.
    pub(super) hook_runs: Mutex<BTreeMap<(String, String), HookRun>>,
    /// Objects that this work has made.
    pub(super) made: Mutex<Vec<ObjectId>>,
}

impl<'a> Task<'a> {
    pub(super) fn new(
        cluster: &'a Cluster,
        watch: &'a Watch,
        means: &'a Means,
        (at, release): (usize, &'a PlannedRelease),
        progress: &'a Progress,
        board: Arc<Board>,
    ) -> Task<'a> {
        let hooks = release.desired.as_ref().map(|desired| desired.manifest.hooks.clone()).unwrap_or_default();
        let store = Store::new(cluster, means.driver);
        let (clock, absent) = (&means.clock, &means.absent);
        Task {
            cluster,
            watch,
            store,
            at,
            release,
            hooks,
            progress,
            clock,
            absent,
            is_undoing: false,
            board,
            shares: Shares::default(),
            hook_runs: Mutex::default(),
            made: Mutex::default(),
        }
    }

    async fn run(mut self) -> (Ended, String) {
        if self.progress.interrupt().is_raised() {
            return (Ended::Interrupted, String::new());
        }
        let result = match self.release.action {
            Action::Install | Action::Upgrade | Action::Rollback => self.deploy().await,
            Action::Remove => self.remove().await.map(|()| Ended::Removed),
            Action::Nothing => Ok(Ended::Unchanged),
        };
        match result {
            Ok(ended) => (ended, self.release.desired.as_ref().map(|desired| desired.notes.clone()).unwrap_or_default()),
            Err(Error::Interrupted) => (Ended::Interrupted, String::new()),
            Err(error) => (Ended::Failed(error.to_string()), String::new()),
        }
    }

    /// Tells those that need the release how far it is. What is taken back is no progress.
    pub(super) fn reach(&self, milestone: Milestone) {
        if !self.is_undoing {
            self.progress.tell(EventKind::Reached(milestone));
        }
    }

    /// Ends the work between two steps when stopping was asked for.
    pub(super) fn check_interrupt(&self) -> Result<(), Error> {
        if self.progress.interrupt().is_raised() { Err(Error::Interrupted) } else { Ok(()) }
    }
}
