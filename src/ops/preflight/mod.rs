//! Finds out what would go wrong with a plan before anything is written.
//!
//! In: a prepared plan. Out: findings, in the order of the plan.
//! May not know: arguments, terminals.
//! Rule: nothing is written, and a release that is not to be changed is not asked about.

mod access;
mod check;
mod gather;
mod surroundings;

pub(super) use check::check_plan;
pub use check::preflight;
