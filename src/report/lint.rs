//! What lint found, in Helm's lines or as JSON.

use super::draw;
use crate::chart::lint::{Message, Severity};
use crate::ops::{Linted, LintedChart, LintedRelease, LintedStack};
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// How findings are written.
#[derive(Clone, Copy, Debug)]
pub struct LintOptions {
    /// Only warnings and errors.
    pub quiet: bool,
    /// Below each of Helm's lines its place, an excerpt and a hint.
    pub places: bool,
    /// Colours in what stands below.
    pub color: bool,
}

/// Writes what `helm lint` writes but for its last line.
///
/// # Errors
/// What the stream says.
pub fn write_lint(out: &mut dyn Write, linted: &Linted, options: LintOptions) -> io::Result<()> {
    for chart in linted.charts.iter().filter(|chart| !options.quiet || chart.has_problems()) {
        writeln!(out, "==> Linting {}", chart.path)?;
        match &chart.result {
            Err(words) => writeln!(out, "Error {words}")?,
            Ok(messages) => {
                for message in messages.iter().filter(|message| !options.quiet || message.severity > Severity::Info) {
                    writeln!(out, "{message}")?;
                    if options.places {
                        write_place(out, message, options.color)?;
                    }
                }
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Writes what Helm does not say: a line for each value that makes no difference.
///
/// # Errors
/// What the stream says.
pub fn write_lint_values(out: &mut dyn Write, linted: &Linted, quiet: bool) -> io::Result<()> {
    let messages = linted.charts.iter().flat_map(|chart| &chart.values);
    messages.filter(|message| !quiet || message.severity > Severity::Info).try_for_each(|message| writeln!(out, "{message}"))
}

/// Returns Helm's last line.
pub fn lint_summary(linted: &Linted) -> String {
    format!("{} chart(s) linted, {} chart(s) failed", linted.charts.len(), linted.failed())
}

/// Writes what was found about the releases of a stack, but for the last line.
///
/// # Errors
/// What the stream says.
pub fn write_lint_stack(out: &mut dyn Write, linted: &LintedStack, options: LintOptions) -> io::Result<()> {
    let is_shown = |message: &&Message| !options.quiet || message.severity > Severity::Info;
    for release in &linted.releases {
        let messages: Vec<&Message> = release.messages.iter().chain(&release.values).filter(is_shown).collect();
        if options.quiet && messages.is_empty() {
            continue;
        }
        writeln!(out, "==> Linting {} ({})", release.id, release.chart)?;
        for message in messages {
            writeln!(out, "{message}")?;
            if options.places {
                write_place(out, message, options.color)?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Returns the last line, in Helm's words.
pub fn lint_stack_summary(linted: &LintedStack) -> String {
    format!("{} release(s) linted, {} release(s) failed", linted.releases.len(), linted.failed())
}

/// Writes the drawn diagnostic without its title, which Helm's line has said.
fn write_place(out: &mut dyn Write, message: &Message, color: bool) -> io::Result<()> {
    let drawn = draw([&message.diagnostic], color);
    drawn.lines().skip(1).filter(|line| !line.trim().is_empty()).try_for_each(|line| writeln!(out, "    {line}"))
}

/// Writes everything as one JSON document.
///
/// # Errors
/// What the stream says.
pub fn write_lint_json(out: &mut dyn Write, linted: &Linted) -> io::Result<()> {
    let charts: Vec<Json> = linted.charts.iter().map(chart_json).collect();
    writeln!(out, "{:#}", json!({"charts": charts, "linted": linted.charts.len(), "failed": linted.failed()}))
}

/// Writes everything about a stack as one JSON document.
///
/// # Errors
/// What the stream says.
pub fn write_lint_stack_json(out: &mut dyn Write, linted: &LintedStack) -> io::Result<()> {
    let releases: Vec<Json> = linted.releases.iter().map(release_json).collect();
    writeln!(out, "{:#}", json!({"releases": releases, "linted": linted.releases.len(), "failed": linted.failed()}))
}

fn release_json(release: &LintedRelease) -> Json {
    let messages: Vec<Json> = release.messages.iter().map(message_json).collect();
    let values: Vec<Json> = release.values.iter().map(message_json).collect();
    json!({
        "name": release.id.name,
        "namespace": release.id.namespace,
        "kubeContext": release.id.kube_context,
        "chart": release.chart,
        "failed": release.failed,
        "messages": messages,
        "values": values,
    })
}

fn chart_json(chart: &LintedChart) -> Json {
    let messages: Vec<Json> = chart.result.iter().flatten().map(message_json).collect();
    let values: Vec<Json> = chart.values.iter().map(message_json).collect();
    json!({"path": chart.path, "failed": chart.failed, "error": chart.result.as_ref().err(), "messages": messages, "values": values})
}

fn message_json(message: &Message) -> Json {
    let place = message.span().map(|span| (span.source.name().to_owned(), span.line_column()));
    json!({
        "severity": message.severity.word().to_lowercase(),
        "path": message.path,
        "message": message.text,
        "file": place.as_ref().map(|(file, _)| file),
        "line": place.as_ref().map(|(_, at)| at.line),
        "column": place.as_ref().map(|(_, at)| at.column),
        "notes": message.diagnostic.notes,
        "help": message.diagnostic.help,
    })
}
