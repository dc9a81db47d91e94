//! What happens while a sandbox comes up or goes down.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::Duration;

/// One step on the way; serialised as a line of JSON between the supervisor and whoever started it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// Another process builds the same binaries; it is waited for.
    WaitingForBuild {
        /// The lock that the other process holds.
        lock: PathBuf,
    },
    /// Go begins to build a binary; the first time takes minutes.
    BuildStarted {
        /// The binary.
        program: String,
        /// Its version.
        version: String,
    },
    /// Go has built a binary.
    BuildFinished {
        /// The binary.
        program: String,
        /// How long it took.
        took: Duration,
    },
    /// Processes of a sandbox that was not ended properly were found and ended.
    LeftoversEnded {
        /// How many.
        processes: usize,
    },
    /// The sandbox was up already; nothing was done.
    AlreadyUp,
    /// A process of the control plane was started.
    Started {
        /// Its name.
        process: String,
    },
    /// A part of the control plane answers.
    Answers {
        /// What answers.
        part: String,
    },
    /// Everything is ready.
    Ready {
        /// How long it took from the start of the first process.
        took: Duration,
    },
    /// The sandbox could not come up or could not go on.
    Failed {
        /// Why.
        reason: String,
    },
    /// The sandbox has ended and its folder is removed.
    Down,
}
