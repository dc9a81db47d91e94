//! Prints how a run ended.

use super::shell::Shell;
use super::words::{count, duration, styled, table};
use crate::execute::{Ended, Outcome};
use crate::plan::Plan;
use anstyle::AnsiColor;
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// Writes a table with a row a release, the notes of what was installed or upgraded, and a summary.
///
/// # Errors
/// What the stream says.
pub fn write_outcome(shell: &mut Shell, plan: &Plan, outcome: &Outcome) -> io::Result<()> {
    let names = plan.names();
    let look = shell.look();
    for (name, release) in names.iter().zip(&outcome.releases).filter(|(_, release)| !release.notes.trim().is_empty()) {
        if !look.quiet {
            writeln!(shell.out(), "\nNOTES of {name}:\n{}", release.notes.trim_end())?;
        }
    }
    let mut rows = vec![["RELEASE", "NAMESPACE", "RESULT", "REVISION", "TIME"].map(str::to_owned).to_vec()];
    for ((name, planned), release) in names.iter().zip(&plan.releases).zip(&outcome.releases) {
        rows.push(vec![
            name.clone(),
            planned.namespace.clone(),
            release.ended.word().to_owned(),
            revision(&release.ended),
            duration(release.took),
        ]);
    }
    writeln!(shell.out(), "\n{}", table(&rows))?;
    for (name, release) in names.iter().zip(&outcome.releases) {
        match &release.ended {
            Ended::Failed(why) => writeln!(shell.out(), "{name} failed: {why}")?,
            Ended::Skipped(need) => writeln!(shell.out(), "{name} was not begun: it needs {need}, which failed")?,
            Ended::Interrupted => writeln!(shell.out(), "{name} was interrupted: run the same command again to go on")?,
            _ => {}
        }
    }
    let good = outcome.releases.iter().filter(|release| release.ended.is_good()).count();
    let words = format!("{} of {} as wanted, in {}.", good, count(outcome.releases.len(), "release", "releases"), duration(outcome.took));
    let style = if outcome.is_good() { AnsiColor::Green } else { AnsiColor::Red }.on_default();
    writeln!(shell.out(), "{}", styled(&words, style, look.color_out))
}

fn revision(ended: &Ended) -> String {
    match ended {
        Ended::Installed(revision) | Ended::Upgraded(revision) => revision.to_string(),
        _ => String::new(),
    }
}

/// Writes the outcome as one JSON document: `{"releases": [{name, namespace, result, revision, seconds, reason}], "seconds"}`.
///
/// # Errors
/// What the stream says.
pub fn write_outcome_json(out: &mut dyn Write, plan: &Plan, outcome: &Outcome) -> io::Result<()> {
    let releases: Vec<Json> = plan
        .releases
        .iter()
        .zip(&outcome.releases)
        .map(|(planned, release)| {
            let revision = match &release.ended {
                Ended::Installed(revision) | Ended::Upgraded(revision) => Some(*revision),
                _ => None,
            };
            let reason = match &release.ended {
                Ended::Failed(why) => Some(why.clone()),
                Ended::Skipped(need) => Some(format!("it needs {need}, which failed")),
                _ => None,
            };
            json!({
                "name": planned.name,
                "namespace": planned.namespace,
                "result": release.ended.word(),
                "revision": revision,
                "seconds": release.took.as_secs_f64(),
                "reason": reason,
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({"releases": releases, "seconds": outcome.took.as_secs_f64()}))?;
    writeln!(out)
}
