//! Prints what carrying out a plan does to what runs.

use super::words::{count, styled};
use crate::plan::{Finding, Plan, Weight};
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

const HEADING: Style = Style::new().bold();

/// Writes consequences by release: what, to which object, from which line of a template and which value.
///
/// # Errors
/// What the stream says.
pub fn write_consequences(out: &mut dyn Write, plan: &Plan, findings: &[Finding], color: bool) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let names = plan.names();
    writeln!(out, "\n{}", styled("Consequences:", HEADING, color))?;
    for of_release in findings.chunk_by(|a, b| a.release == b.release) {
        writeln!(out, "\n{}", styled(&names[of_release[0].release], HEADING, color))?;
        of_release.iter().try_for_each(|finding| write_one(out, finding, color))?;
    }
    writeln!(out, "\n{}.", counts(findings))
}

fn write_one(out: &mut dyn Write, finding: &Finding, color: bool) -> io::Result<()> {
    let style = match finding.code.weight() {
        Weight::Error => AnsiColor::Red.on_default().bold(),
        Weight::Warning => AnsiColor::Yellow.on_default(),
        Weight::Note => AnsiColor::Cyan.on_default(),
    };
    let code = styled(&format!("{:<10}", finding.code.text()), style, color);
    let object = finding.object.as_ref().map(|id| format!("{}/{}: ", id.kind, id.name)).unwrap_or_default();
    writeln!(out, "  {code} {object}{}", finding.message)?;
    if let Some(place) = finding.place.as_ref().or(finding.template.as_ref()) {
        writeln!(out, "             at {place}")?;
    }
    finding.help.iter().try_for_each(|help| writeln!(out, "             help: {help}"))
}

/// Returns how many there are of each code.
fn counts(findings: &[Finding]) -> String {
    let mut codes = Vec::new();
    for finding in findings {
        if !codes.contains(&finding.code) {
            codes.push(finding.code);
        }
    }
    let number = |code| findings.iter().filter(|finding| finding.code == code).count();
    let words: Vec<String> = codes.into_iter().map(|code| format!("{} {}", number(code), code.text())).collect();
    format!("{}: {}", count(findings.len(), "consequence", "consequences"), words.join(", "))
}
