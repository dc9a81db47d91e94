//! What carrying out a plan does to what runs.
//!
//! In: a `Plan`, and the live objects where they were read. Out: `Finding`s, in the order in which the plan is carried out.
//! May not know: how anything is shown; it talks to no cluster.
//! Rule: the API conventions of each kind: which fields roll pods, which cannot change, what deleting an object takes with it.

mod all;
mod data;
mod downgrade;
mod effect;
mod immutable;
mod outage;
mod pod_disruption;
mod rolls;
#[cfg(test)]
mod tests;
mod version;

pub use all::{consequences, sort};
pub use effect::{Effect, effects};
