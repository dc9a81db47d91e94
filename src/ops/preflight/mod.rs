//! Finds out what would go wrong with a plan before anything is written.
//!
//! In: a prepared plan. Out: findings, in the order of the plan.
//! May not know: arguments, terminals.
//! Rule: nothing is written, and a release that is not to be changed is not asked about.

mod check;
mod gather;

pub use check::preflight;
