//! Prints how a run ended.

use super::shell::Shell;
use super::words::{count, duration, styled, table};
use crate::execute::{Ended, Outcome};
use crate::ops::Ran;
use crate::plan::{Action, Plan};
use anstyle::AnsiColor;
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// Writes how a run ended, and which revision of the stack it was.
///
/// # Errors
/// What the stream says.
pub fn write_run(shell: &mut Shell, plan: &Plan, ran: &Ran) -> io::Result<()> {
    write_outcome(shell, plan, &ran.outcome)?;
    for warning in &ran.warnings {
        shell.note(&format!("warning: {warning}"))?;
    }
    match &ran.revision {
        Some(revision) => writeln!(shell.out(), "Stack {} is at revision {}.", revision.stack, revision.number),
        None => Ok(()),
    }
}

/// Says that a run is taken back.
pub fn undo_heading(plan: &Plan) -> String {
    let number = plan.releases.iter().filter(|release| release.action != Action::Nothing).count();
    format!("\ntaking back what was changed: {}", count(number, "release", "releases"))
}

/// Writes a table with a row a release, the notes of what was installed or upgraded, and a summary.
///
/// # Errors
/// What the stream says.
fn write_outcome(shell: &mut Shell, plan: &Plan, outcome: &Outcome) -> io::Result<()> {
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
            release.ended.revision().map(|revision| revision.to_string()).unwrap_or_default(),
            duration(release.took),
        ]);
    }
    writeln!(shell.out(), "\n{}", table(&rows))?;
    for (name, release) in names.iter().zip(&outcome.releases) {
        match &release.ended {
            Ended::Tolerated(why) => writeln!(shell.out(), "{name} failed, which it may: {why}")?,
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

/// Writes how a run ended as one JSON document: `{"releases": [{name, namespace, result, revision, seconds, reason}], "seconds",
/// "stackRevision", "undone"}`; `undone` is of the same form, where the run was taken back.
///
/// # Errors
/// What the stream says.
pub fn write_run_json(out: &mut dyn Write, plan: &Plan, ran: &Ran, undone: Option<(&Plan, &Ran)>) -> io::Result<()> {
    let mut document = run_json(plan, ran);
    if let Some((plan, ran)) = undone {
        document["undone"] = run_json(plan, ran);
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn run_json(plan: &Plan, ran: &Ran) -> Json {
    let releases: Vec<Json> = plan
        .releases
        .iter()
        .zip(&ran.outcome.releases)
        .map(|(planned, release)| {
            let reason = match &release.ended {
                Ended::Failed(why) | Ended::Tolerated(why) => Some(why.clone()),
                Ended::Skipped(need) => Some(format!("it needs {need}, which failed")),
                _ => None,
            };
            json!({
                "name": planned.name,
                "namespace": planned.namespace,
                "result": release.ended.word(),
                "revision": release.ended.revision(),
                "seconds": release.took.as_secs_f64(),
                "reason": reason,
            })
        })
        .collect();
    let revision = ran.revision.as_ref().map(|revision| revision.number);
    json!({"releases": releases, "seconds": ran.outcome.took.as_secs_f64(), "stackRevision": revision})
}
