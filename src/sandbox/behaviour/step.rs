//! What a pod's life asks for when it has gone as far as it can for now.

use super::world::Topic;
use k8s_openapi::jiff::Timestamp;
use std::time::Duration;

/// What a pod waits for, and what is to be told about it.
#[derive(Debug, Default)]
pub struct Step {
    /// The next moment at which something happens by itself.
    pub wake: Option<Timestamp>,
    /// What in the world would make it go on.
    pub waits: Vec<Topic>,
    /// What is worth a Kubernetes event.
    pub notices: Vec<Notice>,
    /// What containers log.
    pub log: Vec<LogEntry>,
    /// Whether the pod is to be removed for good.
    pub remove: bool,
}

impl Step {
    /// Asks to be woken at a moment.
    pub fn wake_at(&mut self, moment: Timestamp) {
        self.wake = Some(self.wake.map_or(moment, |wake| wake.min(moment)));
    }
}

/// Something worth a Kubernetes event of type Warning.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// The reason, a word of the kubelet's.
    pub reason: &'static str,
    /// The message.
    pub message: String,
}

/// Something that a container logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The container.
    pub container: String,
    /// What happens to its log.
    pub what: LogChange,
}

/// What happens to the log of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogChange {
    /// The container starts, again perhaps, with these lines.
    Begins(Vec<String>),
    /// It says a line.
    Line(String),
    /// It has ended.
    Ends,
}

/// Returns the moment after a duration.
pub fn after(moment: Timestamp, duration: Duration) -> Timestamp {
    moment.checked_add(duration).unwrap_or(Timestamp::MAX)
}
