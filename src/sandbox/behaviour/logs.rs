//! What containers have logged.

use super::step::{LogChange, LogEntry};
use super::world::Name;
use k8s_openapi::jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The logs of all containers; cheap to clone, for the loop that writes and the server that reads.
#[derive(Clone, Debug, Default)]
pub struct LogBook(Arc<Mutex<BTreeMap<Name, BTreeMap<String, ContainerLog>>>>);

/// What one run of a container logged.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// The lines, oldest first.
    pub lines: Vec<(Timestamp, String)>,
    /// Whether the run is over.
    pub ended: bool,
}

#[derive(Debug)]
struct ContainerLog {
    current: watch::Sender<Run>,
    previous: Option<watch::Receiver<Run>>,
}

/// Why there is no log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLog {
    /// The container has not run yet, or there is none of this name.
    NotStarted,
    /// It has run only once.
    NoPrevious,
}

impl LogBook {
    /// Writes what a container logs.
    pub fn write(&self, pod: &Name, entry: LogEntry, now: Timestamp) {
        let mut book = self.lock();
        let logs = book.entry(pod.clone()).or_default();
        match entry.what {
            LogChange::Begins(lines) => {
                let run = Run { lines: lines.into_iter().map(|line| (now, line)).collect(), ended: false };
                let previous = logs.remove(&entry.container).map(|log| log.current.subscribe());
                logs.insert(entry.container, ContainerLog { current: watch::Sender::new(run), previous });
            }
            LogChange::Line(line) => {
                if let Some(log) = logs.get(&entry.container) {
                    log.current.send_modify(|run| run.lines.push((now, line)));
                }
            }
            LogChange::Ends => {
                if let Some(log) = logs.get(&entry.container) {
                    log.current.send_modify(|run| run.ended = true);
                }
            }
        }
    }

    /// Forgets the logs of a pod; whoever follows them sees their end.
    pub fn remove(&self, pod: &Name) {
        self.lock().remove(pod);
    }

    /// Returns the log of a container's run, to read and to follow.
    ///
    /// # Errors
    /// `NoLog` says why there is none.
    pub fn read(&self, pod: &Name, container: &str, previous: bool) -> Result<watch::Receiver<Run>, NoLog> {
        let book = self.lock();
        let log = book.get(pod).and_then(|logs| logs.get(container)).ok_or(NoLog::NotStarted)?;
        if previous { log.previous.clone().ok_or(NoLog::NoPrevious) } else { Ok(log.current.subscribe()) }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Name, BTreeMap<String, ContainerLog>>> {
        // Nothing that holds the lock can leave the book half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
