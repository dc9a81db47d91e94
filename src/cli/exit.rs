//! What the process's exit codes mean.

/// An exit code. helmfile's meanings are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// Everything went as asked.
    Success = 0,
    /// Something is wrong: a bad input, an unreachable cluster, a release that failed.
    Failure = 1,
    /// `diff --detailed-exitcode` and `apply --detailed-exitcode`: there are (or were) changes. `drift`: objects are not as
    /// their release made them. Also a wrong command line.
    Changes = 2,
    /// `--fail-on`: the plan has a finding of one of the codes. Nothing was written.
    Findings = 3,
    /// The run was interrupted (128 + SIGINT).
    Interrupted = 130,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        std::process::ExitCode::from(code as u8)
    }
}
