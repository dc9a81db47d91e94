//! What of a run is ready, for those who wait for it.

use super::event::Ended;
use crate::manifest::ObjectId;
use crate::plan::waits::{PartWait, Waits};
use crate::plan::{Action, Plan};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;

/// How the work on a release stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has not ended.
    Open,
    /// It is as the plan wants it.
    Good,
    /// It failed, or was not begun.
    Failed,
}

/// What of a run is ready. Shared by all who work on it.
#[derive(Debug)]
pub struct Board {
    waits: Arc<Waits>,
    names: Vec<String>,
    /// The objects of `waits`, by context, kind, namespace and name.
    index: FxHashMap<(Option<String>, String, Option<String>, String), usize>,
    ready: Vec<AtomicBool>,
    /// For each release those that provide what it, or one that it becomes ready with, waits for.
    upstream: Vec<BTreeSet<usize>>,
    standing: watch::Sender<Vec<Standing>>,
}

impl Default for Board {
    /// Makes a board of no releases.
    fn default() -> Board {
        Board {
            waits: Arc::default(),
            names: Vec::new(),
            index: FxHashMap::default(),
            ready: Vec::new(),
            upstream: Vec::new(),
            standing: watch::Sender::new(Vec::new()),
        }
    }
}

impl Board {
    /// Makes the board of a run that has not begun. What is not touched is taken to be ready.
    pub fn of(plan: &Plan) -> Board {
        let waits = plan.waits.clone();
        let key = |part: &crate::plan::waits::Part| {
            (waits.context(part.release).cloned(), part.id.kind.clone(), part.id.namespace.clone(), part.id.name.clone())
        };
        let index = waits.parts.iter().enumerate().map(|(at, part)| (key(part), at)).collect();
        let is_untouched = |release: usize| plan.releases[release].action == Action::Nothing;
        let ready = waits.parts.iter().map(|part| AtomicBool::new(is_untouched(part.release))).collect();
        let upstream = upstream(&waits);
        let standing = watch::Sender::new(vec![Standing::Open; plan.releases.len()]);
        Board { names: plan.names(), index, ready, upstream, standing, waits }
    }

    /// Takes down that an object is ready, or a hook has run.
    pub(super) fn set_ready(&self, context: Option<&String>, id: &ObjectId) {
        if let Some(part) = self.part(context, id) {
            self.ready[part].store(true, Ordering::Relaxed);
        }
    }

    /// Takes down how the work on a release ended.
    pub(super) fn end(&self, release: usize, ended: &Ended) {
        let standing = if ended.is_good() { Standing::Good } else { Standing::Failed };
        self.standing.send_modify(|all| all[release] = standing);
    }

    /// Says whether the pods of an object wait for others before they start.
    pub(super) fn is_waiter(&self, context: Option<&String>, id: &ObjectId) -> bool {
        self.part(context, id).is_some_and(|part| self.waits.of_part(part).iter().any(PartWait::is_of_pods))
    }

    /// Returns what an object still waits for, in words: `Service keystone-api of keystone, Job nova-db-sync`. Nothing where all of it that
    /// the run makes is ready.
    pub(super) fn awaited_by(&self, context: Option<&String>, id: &ObjectId) -> Option<String> {
        let part = self.part(context, id)?;
        let words: Vec<String> = self.open_waits(part).map(|wait| self.words(wait)).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    /// Returns why an object cannot become ready any more: what it waits for was to come from a release that failed.
    pub(super) fn doom_of(&self, context: Option<&String>, id: &ObjectId) -> Option<String> {
        let part = self.part(context, id)?;
        let standing = self.standing.borrow();
        let own = self.waits.parts[part].release;
        let has_failed = |provider: &usize| {
            let release = self.waits.parts[*provider].release;
            release != own && standing[release] == Standing::Failed
        };
        let doomed = self.open_waits(part).find(|wait| wait.providers.iter().all(has_failed))?;
        Some(format!("it waits for {}, which failed", self.words(doomed)))
    }

    /// Returns when all releases have ended that a release waits for. Those that wait for it, too, do not count.
    pub(super) async fn upstream_ended(&self, release: usize) {
        let Some(upstream) = self.upstream.get(release).filter(|upstream| !upstream.is_empty()) else { return };
        let mut standing = self.standing.subscribe();
        // The board outlives whoever looks at it, so that an end of the channel is an end of the run.
        let _ = standing.wait_for(|all| upstream.iter().all(|release| all[*release] != Standing::Open)).await;
    }

    /// Returns what tells of each end from now on.
    pub(super) fn ends(&self) -> watch::Receiver<Vec<Standing>> {
        self.standing.subscribe()
    }

    fn part(&self, context: Option<&String>, id: &ObjectId) -> Option<usize> {
        self.index.get(&(context.cloned(), id.kind.clone(), id.namespace.clone(), id.name.clone())).copied()
    }

    fn open_waits(&self, part: usize) -> impl Iterator<Item = &PartWait> {
        self.waits.open_waits(part, |provider| self.ready[provider].load(Ordering::Relaxed))
    }

    fn words(&self, wait: &PartWait) -> String {
        self.waits.words(wait, &self.names)
    }
}

fn upstream(waits: &Waits) -> Vec<BTreeSet<usize>> {
    let between = waits.between_releases();
    let sets = waits.mutual_sets();
    let of = |release: usize| {
        let own = sets.iter().find(|set| set.contains(&release)).cloned().unwrap_or_else(|| vec![release]);
        let needed = between.keys().filter(|(release, _)| own.contains(release)).map(|(_, needed)| *needed);
        needed.filter(|needed| !own.contains(needed)).collect()
    };
    (0..waits.releases).map(of).collect()
}
