//! Runs a plan: starts each release as soon as its own needs are met, in parallel, and tells what happens.
//!
//! In: a `Plan` and the clusters it is for. Out: `Event`s while it runs, an `Outcome` at the end.
//! May not know: stack files, terminals; what time it is comes from the caller's clock.
//! Rule: Helm 4.3.1 pkg/action for what one release does; docs/architecture.md (decision 7) for when hooks start.

mod dispatcher;
mod event;
mod progress;

pub use dispatcher::{Interrupt, Run, run};
pub use event::{Ended, Event, EventKind, Outcome, ReleaseOutcome};
