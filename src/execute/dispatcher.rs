//! One loop owns the truth of a run: it starts releases, takes their events in order, and decides what follows.

use super::event::{Ended, Event, EventKind, Outcome, ReleaseOutcome};
use super::progress::Progress;
use crate::plan::Graph;
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

/// What a run needs besides the work itself.
pub struct Run<'a> {
    /// Which release needs which. For removals: turned round.
    pub graph: &'a Graph,
    /// Names of the releases, for the reasons of skipped ones.
    pub names: Vec<String>,
    /// Releases on which there is nothing to do.
    pub unchanged: Vec<bool>,
    /// How many releases may be worked on at once. Waiting for readiness is not work: a release that only waits gives its
    /// place to another, so releases that wait for each other cannot block the run.
    pub concurrency: usize,
    /// Ends the run early.
    pub interrupt: Interrupt,
}

/// The work on one release: told its index and its progress, it returns how the release ended and its notes.
pub type Work = Arc<dyn Fn(usize, Progress) -> Pin<Box<dyn Future<Output = (Ended, String)> + Send>> + Send + Sync>;

/// Runs `work` for every release whose needs are met, until all have ended. `on_event` sees every event in order.
///
/// A release that fails stops what needs it, directly or through others, and nothing else.
pub async fn run(run: Run<'_>, work: Work, mut on_event: impl FnMut(&Event)) -> Outcome {
    let started = Instant::now();
    let count = run.names.len();
    let mut state = State::new(&run);
    let (events, mut inbox) = mpsc::unbounded_channel::<Event>();
    let slots = Arc::new(Semaphore::new(run.concurrency.max(1)));
    let mut tasks: JoinSet<(usize, Ended, String, Duration)> = JoinSet::new();
    let mut release_of = FxHashMap::default();
    for release in 0..count {
        if run.unchanged[release] {
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
            Some(event) = inbox.recv() => on_event(&event),
            Some(joined) = tasks.join_next() => {
                while let Ok(event) = inbox.try_recv() {
                    on_event(&event);
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
    graph: &'a Graph,
    names: Vec<String>,
    running: Vec<bool>,
    outcomes: Vec<Option<ReleaseOutcome>>,
}

impl<'a> State<'a> {
    fn new(run: &Run<'a>) -> State<'a> {
        let count = run.names.len();
        State { graph: run.graph, names: run.names.clone(), running: vec![false; count], outcomes: (0..count).map(|_| None).collect() }
    }

    /// Returns the releases that can start now, and marks them as running. Nothing starts after an interrupt.
    fn startable(&mut self, run: &Run<'_>) -> Vec<usize> {
        if run.interrupt.is_raised() {
            return Vec::new();
        }
        let free: Vec<usize> = (0..self.names.len())
            .filter(|release| !self.running[*release] && self.outcomes[*release].is_none())
            .filter(|release| self.graph.needs(*release).iter().all(|need| self.is_good(*need)))
            .collect();
        for release in &free {
            self.running[*release] = true;
        }
        free
    }

    fn is_good(&self, release: usize) -> bool {
        self.outcomes[release].as_ref().is_some_and(|outcome| outcome.ended.is_good())
    }

    /// Takes down how a release ended, and skips what needs it if it did not end well.
    fn end(&mut self, release: usize, outcome: ReleaseOutcome, on_event: &mut impl FnMut(&Event)) {
        let good = outcome.ended.is_good();
        let interrupted = outcome.ended == Ended::Interrupted;
        self.set(release, outcome, on_event);
        if good || interrupted {
            return;
        }
        for dependent in self.graph.all_dependents(release) {
            if self.outcomes[dependent].is_none() && !self.running[dependent] {
                let skipped = Ended::Skipped(self.names[release].clone());
                self.set(dependent, self::outcome(skipped), on_event);
            }
        }
    }

    fn set(&mut self, release: usize, outcome: ReleaseOutcome, on_event: &mut impl FnMut(&Event)) {
        self.running[release] = false;
        self.outcomes[release] = Some(outcome.clone());
        on_event(&Event { release, kind: EventKind::Finished(outcome) });
    }

    /// Returns all outcomes; what was never begun was interrupted.
    fn finish(mut self, on_event: &mut impl FnMut(&Event)) -> Vec<ReleaseOutcome> {
        for release in 0..self.names.len() {
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
    use std::sync::Mutex;

    /// Runs releases `0..count` with the given needs; those in `failing` fail. Returns the words of the outcomes and the
    /// order in which the releases were started.
    fn check(count: usize, needs: &[(usize, usize)], failing: &'static [usize]) -> (Vec<String>, Vec<usize>) {
        let graph = Graph::new(count, needs.iter().copied()).expect("has no cycle");
        let started = Arc::new(Mutex::new(Vec::new()));
        let order = started.clone();
        let work: Work = Arc::new(move |release, _| {
            started.lock().expect("is not poisoned").push(release);
            Box::pin(async move {
                if failing.contains(&release) {
                    (Ended::Failed("broken".into()), String::new())
                } else {
                    (Ended::Installed(1), String::new())
                }
            })
        });
        let run_of = Run {
            graph: &graph,
            names: (0..count).map(|release| format!("r{release}")).collect(),
            unchanged: vec![false; count],
            concurrency: 2,
            interrupt: Interrupt::default(),
        };
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

    #[test]
    fn a_failure_stops_what_needs_it_and_nothing_else() {
        let (words, order) = check(5, &[(1, 0), (2, 1), (4, 3)], &[0]);
        assert_eq!(words, ["failed", "skipped for r0", "skipped for r0", "installed", "installed"]);
        assert_eq!(order.len(), 3);
    }

    #[test]
    fn a_release_starts_after_its_needs() {
        let (words, order) = check(3, &[(0, 1), (1, 2)], &[]);
        assert_eq!(words, ["installed"; 3]);
        assert_eq!(order, [2, 1, 0]);
    }
}
