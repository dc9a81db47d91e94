//! Runs the tests of a release, as `helm test`.

use super::carry_out::{Intent, history, means};
use super::request::{Listener, ReleaseOptions, ReleaseWork};
use super::session::ReleaseSession;
use super::status::ShownRelease;
use super::words::refused;
use crate::diag::{Diagnostic, Diagnostics};
use crate::execute::{TestLog, run_tests};
use crate::manifest::Hook;
use crate::ops::release_name;
use crate::plan::Action;

/// Which tests to run.
pub struct TestRequest {
    /// The release.
    pub name: String,
    /// Only tests of these names; none means all.
    pub only: Vec<String>,
    /// No tests of these names.
    pub except: Vec<String>,
    /// How; only the timeout counts.
    pub options: ReleaseOptions,
    /// Whether what the tests wrote is read.
    pub with_logs: bool,
}

/// How the tests of a release ended.
pub struct TestResult {
    /// The release, with how each test ended.
    pub release: ShownRelease,
    /// What the tests wrote, where that was asked for.
    pub logs: Vec<TestLog>,
    /// Why a test failed.
    pub failure: Option<Diagnostics>,
}

/// Runs the tests of a release's last revision, and writes down how they ended.
///
/// Rule: Helm 4.3.1 pkg/action/release_testing.go.
///
/// # Errors
/// In Helm's words where Helm has some: there is no such release, the record cannot be written.
pub async fn release_test(work: &ReleaseWork, request: &TestRequest, listener: &mut dyn Listener) -> Result<TestResult, Diagnostics> {
    let session = ReleaseSession::open(&work.connect, &work.variables).await?;
    let name = &request.name;
    release_name::check(name).map_err(|_| refused(format!("releaseTest: Release name is invalid: {name}")))?;
    let history = history(&session, name).await?;
    if history.is_empty() {
        return Err(refused("release: not found"));
    }
    let intent = Intent { name, action: Action::Nothing, desired: None, restore: None, history, options: &request.options };
    let plan = intent.plan(session.cluster.namespace())?;
    let means = means(work, &session)?;
    let is_chosen = |hook: &Hook| {
        let name = &hook.document.head.name;
        !request.except.contains(name) && (request.only.is_empty() || request.only.contains(name))
    };
    let tested = run_tests(&plan.releases[0], &means, is_chosen, request.with_logs, |event| listener.event(event)).await;
    let tested = tested.map_err(|error| error.diagnostic())?;
    let failure = tested.failure.map(|error| {
        let words = error.to_string();
        Diagnostics::from(Diagnostic::error(words.clone()).verbatim(words))
    });
    Ok(TestResult { release: ShownRelease::of(&session, tested.record), logs: tested.logs, failure })
}
