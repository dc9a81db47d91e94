//! Which release needs which, and what pods wait for.

use super::apply::{RunOverrides, plan_offline};
use super::session::Session;
use crate::diag::Diagnostics;
use crate::plan::Plan;

/// Plans as if nothing were installed anywhere: renders the stack without a cluster.
///
/// # Errors
/// Mistakes of the stack, charts that do not render, cycles of needs.
pub async fn graph(session: &Session) -> Result<Plan, Diagnostics> {
    plan_offline(session, &RunOverrides::default()).await
}
