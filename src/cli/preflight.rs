//! Flags of preflight, and what its findings mean for a command.

use super::run::Stop;
use crate::ops::{self, Prepared, Session};
use crate::plan::{Code, Finding, Weight};
use clap::Args;

/// What is found out before anything is written.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Preflight options")]
pub(super) struct PreflightFlags {
    /// Do not let the cluster try the objects first
    #[arg(long)]
    no_preflight: bool,
    /// Go on although there are findings of these kinds (docs/consequences.md lists them)
    #[arg(long, value_name = "CODE,...", value_delimiter = ',', value_parser = code)]
    pub(super) allow: Vec<Code>,
    /// Delete objects and make them again where a field of them cannot change (Jobs always are; what holds data never is)
    #[arg(long)]
    pub(super) recreate: bool,
}

impl PreflightFlags {
    pub(super) fn over(&self, overrides: ops::RunOverrides) -> ops::RunOverrides {
        ops::RunOverrides { recreate: self.recreate, ..overrides }
    }

    /// Finds out what would go wrong; nothing where that is not wanted.
    pub(super) async fn findings(&self, session: &Session, prepared: &Prepared) -> Result<Vec<Finding>, Stop> {
        if self.no_preflight || !prepared.plan.has_work() {
            return Ok(Vec::new());
        }
        Ok(ops::preflight(session, prepared).await?)
    }

    /// Says whether there is a finding that stops an apply.
    pub(super) fn stops(&self, findings: &[Finding]) -> bool {
        findings.iter().any(|finding| finding.code.weight() == Weight::Error && !self.allow.contains(&finding.code))
    }
}

fn code(text: &str) -> Result<Code, String> {
    Code::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Code::ALL.iter().map(|code| code.text()).collect();
        let near = crate::diag::nearest(text, known.iter().copied()).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        format!("no such code{near} (there are: {})", known.join(", "))
    })
}
