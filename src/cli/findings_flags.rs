//! Which findings about a plan stop a command.

use super::exit::ExitCode;
use super::run::{Context, Stop};
use crate::diag::nearest;
use crate::plan::{Code, Finding};
use clap::Args;

/// Which findings stop a command, by their codes.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Findings options")]
pub(super) struct FindingsFlags {
    /// Stop with exit code 3 where the plan does one of these (data-loss, outage…; docs/consequences.md lists them)
    #[arg(long, value_name = "CODE,...", value_delimiter = ',', value_parser = code)]
    pub(super) fail_on: Vec<Code>,
    /// Go on although there are findings of these kinds
    #[arg(long, value_name = "CODE,...", value_delimiter = ',', value_parser = code)]
    pub(super) allow: Vec<Code>,
}

impl FindingsFlags {
    /// Says which codes of these findings stop the command, each once.
    pub(super) fn stopping(&self, findings: &[Finding]) -> Vec<Code> {
        let is_there = |code: &Code| findings.iter().any(|finding| finding.code == *code);
        self.fail_on.iter().copied().filter(|code| !self.allow.contains(code) && is_there(code)).collect()
    }

    /// Says why the command stops, and with which code it ends; nothing where it goes on.
    pub(super) fn stop(&self, context: &mut Context, findings: &[Finding]) -> Result<Option<ExitCode>, Stop> {
        let codes: Vec<&str> = self.stopping(findings).iter().map(|code| code.text()).collect();
        if codes.is_empty() {
            return Ok(None);
        }
        context.shell.out().flush()?;
        writeln!(context.shell.err(), "Stopped by --fail-on: the plan has {}.", codes.join(", "))?;
        Ok(Some(ExitCode::Findings))
    }
}

fn code(text: &str) -> Result<Code, String> {
    Code::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Code::ALL.iter().map(|code| code.text()).collect();
        let near = nearest(text, known.iter().copied()).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        format!("no such code{near} (there are: {})", known.join(", "))
    })
}
