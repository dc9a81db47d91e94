//! Runs a plan: starts each release as soon as its own needs are met, in parallel, and tells what happens.
//!
//! In: a `Plan`, the clusters it is for, a clock. Out: `Event`s while it runs, an `Outcome` at the end.
//! May not know: stack files, terminals; what time it is comes from the caller's clock.
//! Rule: Helm 4.3.1 pkg/action for what one release does; docs/architecture.md (decision 7) for when hooks start.

mod board;
mod crds;
mod deploy;
mod dispatcher;
mod error;
mod event;
mod hooks;
mod milestone;
mod objects;
mod owners;
mod progress;
mod readiness;
mod reasons;
mod record;
mod remove;
mod scaling;
mod stages;
mod task;
mod test;
mod trouble;
mod undo;
mod write;

pub use board::Board;
pub use dispatcher::{Interrupt, Run, Turn};
pub use error::{Error, Reason};
pub use event::{Ended, Event, EventKind, Outcome, ReleaseOutcome};
pub use milestone::Milestone;
pub use task::{Absent, Clock, Clusters, Means, carry_out};
pub use test::{TestLog, Tested, run_tests};
