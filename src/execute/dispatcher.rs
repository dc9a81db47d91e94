//! One loop owns the truth of a run: it starts releases, takes their events in order, and decides what follows.

use super::board::Board;
use super::event::{Ended, Event, EventKind, Outcome, ReleaseOutcome};
use super::milestone::Reached;
use super::progress::Progress;
use crate::plan::{Action, Plan};
use crate::stack::Until;
use rustc_hash::FxHashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::JoinSet;

/// A request to stop, shared by everyone who works on a run.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<(AtomicBool, Notify)>);

impl Interrupt {
    /// Asks everyone to stop: nothing new is begun, waits end.
    pub fn raise(&self) {
        self.0.0.store(true, Ordering::SeqCst);
        self.0.1.notify_waiters();
    }

    /// Says whether stopping was asked for.
    pub fn is_raised(&self) -> bool {
        self.0.0.load(Ordering::SeqCst)
    }

    /// Returns when stopping is asked for.
    pub async fn raised(&self) {
        let notified = self.0.1.notified();
        tokio::pin!(notified);
        notified.as_mut().enable();
        if !self.is_raised() {
            notified.await;
        }
    }
}

/// A release, as the order of a run sees it.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    /// Its name, for the reasons of those that are skipped.
    pub name: String,
    /// The namespace of objects that name none.
    pub namespace: String,
    /// The releases that have to be so far before it starts, by index. Of a removal: those that need it, until they are gone.
    pub needs: Vec<(usize, Until)>,
    /// Whether there is nothing to do.
    pub is_unchanged: bool,
    /// Whether it may fail without stopping what needs it.
    pub may_fail: bool,
}

impl Turn {
    /// Returns the turns of a plan's releases.
    pub fn of(plan: &Plan) -> Vec<Turn> {
        let names = plan.names();
        let turn = |(at, name): (usize, String)| {
            let release = &plan.releases[at];
            let until = |needed: usize| match release.action {
                Action::Remove => Until::Done,
                _ => release.needs.iter().find(|need| need.release == needed).map(|need| need.until.clone()).unwrap_or_default(),
            };
            Turn {
                name,
                namespace: release.namespace.clone(),
                needs: plan.graph.needs(at).into_iter().map(|needed| (needed, until(needed))).collect(),
                is_unchanged: release.action == Action::Nothing,
                may_fail: release.settings.allow_failure,
            }
        };
        names.into_iter().enumerate().map(turn).collect()
    }
}

/// What a run needs besides the work itself.
pub struct Run {
    /// The releases; there is no circle in what they need.
    pub turns: Vec<Turn>,
    /// How many releases may be worked on at once. Waiting for readiness is not work: a release that only waits gives its
    /// place to another, so releases that wait for each other cannot block the run.
    pub concurrency: usize,
    /// Ends the run early.
    pub interrupt: Interrupt,
    /// Told how each release ends.
    pub board: Option<Arc<Board>>,
}

/// The work on one release: told its index and its progress, it returns how the release ended and its notes.
pub type Work = Arc<dyn Fn(usize, Progress) -> Pin<Box<dyn Future<Output = (Ended, String)> + Send>> + Send + Sync>;

/// Runs `work` for every release whose needs are met, until all have ended. `on_event` sees every event in order.
///
/// A release that fails stops what needs it and has not begun, directly or through others, and nothing else; one that may fail stops
/// nothing.
pub async fn run(run: Run, work: Work, mut on_event: impl FnMut(&Event)) -> Outcome {
    let started = Instant::now();
    let count = run.turns.len();
    let mut state = State::new(&run);
    let (events, mut inbox) = mpsc::unbounded_channel::<Event>();
    let slots = Arc::new(Semaphore::new(run.concurrency.max(1)));
    let mut tasks: JoinSet<(usize, Ended, String, Duration)> = JoinSet::new();
    let mut release_of = FxHashMap::default();
    for release in 0..count {
        if run.turns[release].is_unchanged {
            state.end(release, outcome(Ended::Unchanged), &mut on_event);
        }
    }
    loop {
        for release in state.startable(&run) {
            on_event(&Event { release, kind: EventKind::Started });
            let progress = Progress::new(release, events.clone(), slots.clone(), run.interrupt.clone());
            let work = work.clone();
            let task = tasks.spawn(async move {
                let begun = Instant::now();
                let (ended, notes) = work(release, progress).await;
                (release, ended, notes, begun.elapsed())
            });
            release_of.insert(task.id(), release);
        }
        if tasks.is_empty() {
            break;
        }
        tokio::select! {
            Some(event) = inbox.recv() => state.see(&event, &mut on_event),
            Some(joined) = tasks.join_next() => {
                while let Ok(event) = inbox.try_recv() {
                    state.see(&event, &mut on_event);
                }
                match joined {
                    Ok((release, ended, notes, took)) => state.end(release, ReleaseOutcome { ended, took, notes }, &mut on_event),
                    // A task that panicked: the release failed, the run goes on.
                    Err(error) => {
                        let broken = outcome(Ended::Failed(format!("the work on it broke off: {error}")));
                        state.end(release_of[&error.id()], broken, &mut on_event);
                    }
                }
            }
        }
    }
    let releases = state.finish(&mut on_event);
    Outcome { releases, took: started.elapsed() }
}

fn outcome(ended: Ended) -> ReleaseOutcome {
    ReleaseOutcome { ended, took: Duration::ZERO, notes: String::new() }
}

/// Where each release stands.
struct State<'a> {
    turns: &'a [Turn],
    board: Option<&'a Board>,
    running: Vec<bool>,
    reached: Vec<Reached>,
    outcomes: Vec<Option<ReleaseOutcome>>,
}

impl<'a> State<'a> {
    fn new(run: &'a Run) -> State<'a> {
        let count = run.turns.len();
        State {
            turns: &run.turns,
            board: run.board.as_deref(),
            running: vec![false; count],
            reached: vec![Reached::default(); count],
            outcomes: (0..count).map(|_| None).collect(),
        }
    }

    /// Takes down how far a release has come, and tells what happened.
    fn see(&mut self, event: &Event, on_event: &mut impl FnMut(&Event)) {
        if let EventKind::Reached(milestone) = &event.kind {
            self.reached[event.release].add(milestone);
        }
        on_event(event);
    }

    /// Returns the releases that can start now, and marks them as running. Nothing starts after an interrupt.
    fn startable(&mut self, run: &Run) -> Vec<usize> {
        if run.interrupt.is_raised() {
            return Vec::new();
        }
        let is_free = |release: &usize| !self.running[*release] && self.outcomes[*release].is_none();
        let free: Vec<usize> = (0..self.turns.len()).filter(is_free).filter(|release| self.unmet(*release).next().is_none()).collect();
        for release in &free {
            self.running[*release] = true;
        }
        free
    }

    /// Returns the needs of a release that are not far enough yet.
    fn unmet(&self, release: usize) -> impl Iterator<Item = usize> {
        self.turns[release].needs.iter().filter(|(needed, until)| !self.is_met(*needed, until)).map(|(needed, _)| *needed)
    }

    fn is_met(&self, needed: usize, until: &Until) -> bool {
        let has_ended = self.outcomes[needed].as_ref().is_some_and(|outcome| !outcome.ended.stops_others());
        has_ended || self.reached[needed].is_far_enough(until, &self.turns[needed].namespace)
    }

    /// Takes down how a release ended, and skips what needs more of it than it has reached.
    fn end(&mut self, release: usize, outcome: ReleaseOutcome, on_event: &mut impl FnMut(&Event)) {
        self.set(release, outcome, on_event);
        let stops =
            self.outcomes[release].as_ref().is_some_and(|outcome| outcome.ended.stops_others() && outcome.ended != Ended::Interrupted);
        let mut stopping = if stops { vec![release] } else { Vec::new() };
        while let Some(stopper) = stopping.pop() {
            for dependent in 0..self.turns.len() {
                let waits = self.outcomes[dependent].is_none() && !self.running[dependent];
                if waits && self.unmet(dependent).any(|needed| needed == stopper) {
                    let skipped = Ended::Skipped(self.turns[release].name.clone());
                    self.set(dependent, self::outcome(skipped), on_event);
                    stopping.push(dependent);
                }
            }
        }
    }

    fn set(&mut self, release: usize, mut outcome: ReleaseOutcome, on_event: &mut impl FnMut(&Event)) {
        self.running[release] = false;
        if let (Ended::Failed(why), true) = (&outcome.ended, self.turns[release].may_fail) {
            outcome.ended = Ended::Tolerated(why.clone());
        }
        if let Some(board) = self.board {
            board.end(release, &outcome.ended);
        }
        self.outcomes[release] = Some(outcome.clone());
        on_event(&Event { release, kind: EventKind::Finished(outcome) });
    }

    /// Returns all outcomes; what was never begun was interrupted.
    fn finish(mut self, on_event: &mut impl FnMut(&Event)) -> Vec<ReleaseOutcome> {
        for release in 0..self.turns.len() {
            if self.outcomes[release].is_none() {
                self.set(release, outcome(Ended::Interrupted), on_event);
            }
        }
        self.outcomes.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::execute::Milestone;
    use std::sync::Mutex;

    /// Runs releases with the given needs, which reach a milestone and end as `ends` says. Returns the words of the outcomes and the order in
    /// which the releases were started.
    fn check(needs: &[(usize, usize, Until)], ends: &'static [(Option<Milestone>, bool)], may_fail: &[usize]) -> (Vec<String>, Vec<usize>) {
        let started = Arc::new(Mutex::new(Vec::new()));
        let order = started.clone();
        let work: Work = Arc::new(move |release, progress| {
            started.lock().expect("is not poisoned").push(release);
            Box::pin(async move {
                let (milestone, is_good) = &ends[release];
                if let Some(milestone) = milestone {
                    progress.tell(EventKind::Reached(milestone.clone()));
                }
                if *is_good { (Ended::Installed(1), String::new()) } else { (Ended::Failed("broken".into()), String::new()) }
            })
        });
        let turn = |release: usize| Turn {
            name: format!("r{release}"),
            needs: needs.iter().filter(|(from, ..)| *from == release).map(|(_, needed, until)| (*needed, until.clone())).collect(),
            may_fail: may_fail.contains(&release),
            ..Turn::default()
        };
        let turns = (0..ends.len()).map(turn).collect();
        let run_of = Run { turns, concurrency: 2, interrupt: Interrupt::default(), board: None };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
        let outcome = runtime.block_on(run(run_of, work, |_| {}));
        let words = outcome
            .releases
            .iter()
            .map(|release| match &release.ended {
                Ended::Skipped(because) => format!("skipped for {because}"),
                ended => ended.word().to_owned(),
            })
            .collect();
        let order = order.lock().expect("is not poisoned").clone();
        (words, order)
    }

    const GOOD: (Option<Milestone>, bool) = (None, true);
    const BAD: (Option<Milestone>, bool) = (None, false);

    #[test]
    fn a_failure_stops_what_needs_it_and_nothing_else() {
        let needs = [(1, 0, Until::Done), (2, 1, Until::Done), (4, 3, Until::Done)];
        let (words, order) = check(&needs, &[BAD, GOOD, GOOD, GOOD, GOOD], &[]);
        assert_eq!(words, ["failed", "skipped for r0", "skipped for r0", "installed", "installed"]);
        assert_eq!(order.len(), 3);
    }

    #[test]
    fn a_release_starts_after_its_needs() {
        let (words, order) = check(&[(0, 1, Until::Done), (1, 2, Until::Done)], &[GOOD, GOOD, GOOD], &[]);
        assert_eq!(words, ["installed"; 3]);
        assert_eq!(order, [2, 1, 0]);
    }

    #[test]
    fn a_need_that_was_far_enough_before_it_failed_stops_nothing() {
        let needs = [(1, 0, Until::Percent(80)), (2, 0, Until::Ready), (3, 0, Until::Hooks)];
        let ends = &[(Some(Milestone::Percent(85)), false), GOOD, GOOD, GOOD];
        let (words, _) = check(&needs, ends, &[]);
        assert_eq!(words, ["failed", "skipped for r0", "skipped for r0", "skipped for r0"], "a percentage of what was not sent is none");
        let needs = [(1, 0, Until::Applied), (2, 0, Until::Ready)];
        let (words, _) = check(&needs, &[(Some(Milestone::Applied), false), GOOD, GOOD], &[]);
        assert_eq!(words, ["failed", "installed", "skipped for r0"]);
    }

    #[test]
    fn a_release_that_may_fail_stops_nothing() {
        let (words, _) = check(&[(1, 0, Until::Done), (2, 1, Until::Ready)], &[BAD, GOOD, BAD], &[0]);
        assert_eq!(words, ["failed (allowed)", "installed", "failed"]);
    }
}
