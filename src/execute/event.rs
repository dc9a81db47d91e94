//! What happens while a plan runs, and what comes out of it.

use super::milestone::Milestone;
use crate::manifest::ObjectId;
use std::time::Duration;

/// Something that happened to one release of a plan. `release` is its index in the plan.
#[derive(Clone, Debug)]
pub struct Event {
    /// The release.
    pub release: usize,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// Its needs are met and work on it begins.
    Started,
    /// The namespace was made.
    NamespaceMade(String),
    /// Custom resource definitions were applied.
    CrdsApplied(usize),
    /// A stage of a release that goes up, or goes, in order begins.
    Stage {
        /// Which one, from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// What goes up in it.
        units: Vec<String>,
    },
    /// Objects were sent to the server, out of so many.
    Applied {
        /// Objects sent so far.
        done: usize,
        /// Objects of the release.
        total: usize,
    },
    /// An object was deleted and made again, for a field of it cannot change.
    Recreated(ObjectId),
    /// A hook was started.
    HookStarted {
        /// The event that it runs for, such as `post-install`.
        event: &'static str,
        /// The hook's object.
        id: ObjectId,
    },
    /// A hook succeeded.
    HookDone {
        /// The hook's object.
        id: ObjectId,
    },
    /// The release waits for objects.
    Waiting {
        /// Objects that are ready.
        ready: usize,
        /// Objects that are waited for.
        total: usize,
        /// One that is not ready, and why: what its pods wait for, where they do.
        next: Option<(ObjectId, String)>,
    },
    /// Something keeps an object from becoming ready.
    Stuck {
        /// The object.
        id: ObjectId,
        /// What it is, in one line.
        cause: String,
    },
    /// What the container of a hook wrote, where the hook asks for it.
    HookLog {
        /// The hook's object.
        id: ObjectId,
        /// The text.
        text: String,
    },
    /// Objects that are no longer wanted were removed.
    Removed(usize),
    /// An object is not removed with its release, for its resource policy says so.
    Kept(ObjectId),
    /// An object is not removed with the release, for it is not owned by it.
    NotOwned(ObjectId),
    /// A warning that the API server sent.
    Warning(String),
    /// A request is tried again.
    Retrying {
        /// Which try comes now, from 2.
        attempt: u32,
        /// Why the last one failed.
        reason: String,
    },
    /// It is as far as another release may need it.
    Reached(Milestone),
    /// Work on it ended.
    Finished(ReleaseOutcome),
}

/// How a release ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// Installed at this revision.
    Installed(u32),
    /// Upgraded to this revision.
    Upgraded(u32),
    /// Brought back to what it was at an earlier revision.
    RolledBack {
        /// The new revision.
        revision: u32,
        /// The earlier one.
        to: u32,
    },
    /// Removed.
    Removed,
    /// Nothing was to be done.
    Unchanged,
    /// It failed.
    Failed(String),
    /// It failed, which it may: it fails neither the run nor what needs it.
    Tolerated(String),
    /// It was not begun, because this release that it needs failed.
    Skipped(String),
    /// It was not begun or not finished, because the run was interrupted.
    Interrupted,
}

impl Ended {
    /// Returns one word for summaries and machine output.
    pub fn word(&self) -> &'static str {
        match self {
            Ended::Installed(_) => "installed",
            Ended::Upgraded(_) => "upgraded",
            Ended::RolledBack { .. } => "rolled back",
            Ended::Removed => "removed",
            Ended::Unchanged => "unchanged",
            Ended::Failed(_) => "failed",
            Ended::Tolerated(_) => "failed (allowed)",
            Ended::Skipped(_) => "skipped",
            Ended::Interrupted => "interrupted",
        }
    }

    /// Says whether the release is as the plan wants it.
    pub fn is_good(&self) -> bool {
        matches!(self, Ended::Installed(_) | Ended::Upgraded(_) | Ended::RolledBack { .. } | Ended::Removed | Ended::Unchanged)
    }

    /// Says whether what needs the release cannot go on.
    pub fn stops_others(&self) -> bool {
        !self.is_good() && !matches!(self, Ended::Tolerated(_))
    }

    /// Returns the revision that was made.
    pub fn revision(&self) -> Option<u32> {
        match self {
            Ended::Installed(revision) | Ended::Upgraded(revision) | Ended::RolledBack { revision, .. } => Some(*revision),
            _ => None,
        }
    }
}

/// How a release ended, and how long it took.
#[derive(Clone, Debug)]
pub struct ReleaseOutcome {
    /// How it ended.
    pub ended: Ended,
    /// From the start of work on it to its end.
    pub took: Duration,
    /// The release's notes, when it was installed or upgraded.
    pub notes: String,
}

/// What came out of running a plan: one outcome a release, in the plan's order.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The outcomes.
    pub releases: Vec<ReleaseOutcome>,
    /// From the start of the run to its end.
    pub took: Duration,
}

impl Outcome {
    /// Says whether every release is as the plan wants it, but for those that may fail.
    pub fn is_good(&self) -> bool {
        self.releases.iter().all(|release| !release.ended.stops_others())
    }
}
