//! What is found out about a plan, and which findings stop a command.

use super::exit::ExitCode;
use super::run::{Context, Stop};
use crate::diag::nearest;
use crate::ops::{self, Compared, Findings, Prepared, Session};
use crate::plan::{Code, Finding, Weight};
use clap::Args;

/// What is found out before anything is written, and which findings stop a command, by their codes.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct FindingsFlags {
    /// Do not let the cluster try the objects first
    #[arg(long, help_heading = "Preflight options")]
    no_preflight: bool,
    /// Stop with exit code 3 where the plan does one of these (data-loss, outage…; docs/consequences.md lists them)
    #[arg(long, value_name = "CODE,...", value_delimiter = ',', value_parser = code, help_heading = "Preflight options")]
    fail_on: Vec<Code>,
    /// Go on although there are findings of these kinds
    #[arg(long, value_name = "CODE,...", value_delimiter = ',', value_parser = code, help_heading = "Preflight options")]
    pub(super) allow: Vec<Code>,
    /// Delete objects and make them again where a field of them cannot change (Jobs always are; what holds data never is)
    #[arg(long, help_heading = "Preflight options")]
    pub(super) recreate: bool,
}

impl FindingsFlags {
    /// Makes the flags of a command that has only some of them.
    pub(super) fn of(no_preflight: bool, allow: Vec<Code>) -> FindingsFlags {
        FindingsFlags { no_preflight, allow, ..FindingsFlags::default() }
    }

    /// Finds out what the plan does and what would go wrong.
    pub(super) async fn find(&self, session: &Session, prepared: &Prepared) -> Result<Findings, Stop> {
        Ok(ops::findings(session, prepared, !self.no_preflight).await?)
    }

    /// Finds out what the plan of a diff does, and what would go wrong where there is a cluster to ask.
    pub(super) async fn find_compared(&self, session: &Session, compared: &Compared) -> Result<Findings, Stop> {
        match &compared.prepared {
            Some(prepared) => self.find(session, prepared).await,
            None => Ok(ops::consequences_of(&compared.plan)),
        }
    }

    /// Says whether something would go wrong that is not allowed to.
    pub(super) fn has_errors(&self, findings: &Findings) -> bool {
        let is_error = |finding: &Finding| finding.code.weight() == Weight::Error && !self.allow.contains(&finding.code);
        findings.preflight.iter().any(is_error)
    }

    /// Says which codes that must not be there stop the command, and with which exit code it ends; nothing where it goes on.
    pub(super) fn stop(&self, context: &mut Context, findings: &Findings) -> Result<Option<ExitCode>, Stop> {
        let all = || findings.consequences.iter().chain(&findings.preflight);
        let is_there = |code: &&Code| all().any(|finding| finding.code == **code);
        let stopping = self.fail_on.iter().filter(|code| !self.allow.contains(code)).filter(is_there);
        let codes: Vec<&str> = stopping.map(|code| code.text()).collect();
        if codes.is_empty() {
            return Ok(None);
        }
        context.shell.out().flush()?;
        writeln!(context.shell.err(), "Stopped by --fail-on: the plan has {}.", codes.join(", "))?;
        Ok(Some(ExitCode::Findings))
    }
}

pub(super) fn code(text: &str) -> Result<Code, String> {
    Code::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Code::ALL.iter().map(|code| code.text()).collect();
        let near = nearest(text, known.iter().copied()).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        format!("no such code{near} (there are: {})", known.join(", "))
    })
}
