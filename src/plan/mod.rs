//! From what is wanted and what is there to what is to be done.
//!
//! In: releases of a `Stack` with their rendered manifests, and their histories. Out: a `Plan`, or every cycle at once.
//! May not know: terminals, files; it talks to no cluster.
//! Rule: helmfile's `needs`; Helm's install, upgrade and uninstall decide what an action does.

mod adopt;
mod against_live;
mod build;
pub mod consequence;
mod field_rules;
pub mod file;
mod finding;
mod graph;
mod irreversible;
mod needs;
pub mod order;
mod planned;
pub mod preflight;
mod record;
mod restore;
mod sent;
pub mod waits;

pub use adopt::recognise;
pub use against_live::{changes_of_live, drift_of};
pub use build::{Candidate, build, chart_name, last_objects, manifest_objects};
pub use field_rules::{Resolved, resolve};
pub use finding::{Cause, Code, Finding, Weight};
pub use graph::{Cycle, Graph};
pub use irreversible::cannot_be_undone;
pub use needs::{GivenNeed, PlannedNeed};
pub use planned::{Action, Desired, Plan, PlannedRelease, Removal, Settings};
pub use record::fill_record;
pub use restore::{Restore, recorded_hooks};
pub use sent::{Scope, Sent, hook_events, recorded_objects, sent_crds, sent_objects};
