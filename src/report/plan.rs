//! Prints a plan.

use super::diff::{DiffOptions, change_json, write_changes};
use super::findings::findings_json;
use super::words::{count, styled};
use crate::diff::ChangeKind;
use crate::plan::{Action, Code, Finding, Plan, PlannedRelease, chart_name};
use crate::revision::ReleaseKey;
use anstyle::{AnsiColor, Style};
use serde_json::{Value as Json, json};
use std::io::{self, Write};

const HEADING: Style = Style::new().bold();
const ADD: Style = AnsiColor::Green.on_default();
const CHANGE: Style = AnsiColor::Yellow.on_default();
const REMOVE: Style = AnsiColor::Red.on_default();

/// What a summary says of each action.
const WORDS: [(Action, &str); 5] = [
    (Action::Install, "to install"),
    (Action::Upgrade, "to upgrade"),
    (Action::Rollback, "to roll back"),
    (Action::Remove, "to remove"),
    (Action::Nothing, "unchanged"),
];

/// Writes what a plan does: for each release with work a heading and its diff, in the order in which it will be done, then
/// a summary.
///
/// # Errors
/// What the stream says.
pub fn write_plan(out: &mut dyn Write, plan: &Plan, options: DiffOptions) -> io::Result<()> {
    let order = plan.graph.order();
    for release in order.iter().map(|at| &plan.releases[*at]).filter(|release| release.action != Action::Nothing) {
        writeln!(out, "{}", heading(release, options.color))?;
        for reason in &release.reasons {
            writeln!(out, "  {reason}")?;
        }
        writeln!(out)?;
        if release.action == Action::Remove {
            continue;
        }
        write_changes(out, &release.namespace, &release.changes, options)?;
        if !release.hook_changes.is_empty() {
            writeln!(out, "{}", styled("hooks:", HEADING, options.color))?;
            write_changes(out, &release.namespace, &release.hook_changes, options)?;
        }
    }
    write_summary(out, plan)
}

/// Writes what a removal does.
///
/// # Errors
/// What the stream says.
pub fn write_removals(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    for release in plan.graph.order().iter().map(|at| &plan.releases[*at]).filter(|release| release.action == Action::Remove) {
        writeln!(out, "remove {} from {}", release.name, release.namespace)?;
    }
    write_summary(out, plan)
}

/// Writes which releases the stack has deployed and does not name any more.
///
/// # Errors
/// What the stream says.
pub fn write_left(out: &mut dyn Write, left: &[ReleaseKey]) -> io::Result<()> {
    for key in left {
        writeln!(out, "{key} left the stack and stays; `prune: true` in the stack file, or --prune, removes it")?;
    }
    Ok(())
}

/// Writes what a plan cannot undo.
///
/// # Errors
/// What the stream says.
pub fn write_irreversible(out: &mut dyn Write, lines: &[String]) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nThis is not undone:")?;
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))
}

fn heading(release: &PlannedRelease, color: bool) -> String {
    let (word, style) = match release.action {
        Action::Install => ("install", ADD),
        Action::Upgrade => ("upgrade", CHANGE),
        Action::Rollback => ("roll back", CHANGE),
        Action::Remove => ("remove", REMOVE),
        Action::Nothing => ("keep", HEADING),
    };
    let chart = release.desired.as_ref().map(|desired| format!(" ({})", chart_name(&desired.chart))).unwrap_or_default();
    format!("{} {} in {}{chart}: {}", styled(word, style, color), styled(&release.name, HEADING, color), release.namespace, counts(release))
}

fn counts(release: &PlannedRelease) -> String {
    let of = |kind: ChangeKind| release.changes.iter().filter(|change| change.kind == kind).count();
    let mut words = Vec::new();
    for (number, word) in [(of(ChangeKind::Add), "to add"), (of(ChangeKind::Change), "to change"), (of(ChangeKind::Remove), "to remove")] {
        if number > 0 {
            words.push(format!("{number} {word}"));
        }
    }
    if !release.hook_changes.is_empty() {
        words.push(count(release.hook_changes.len(), "hook differs", "hooks differ"));
    }
    if words.is_empty() { "no object changes".to_owned() } else { words.join(", ") }
}

fn write_summary(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    if !plan.has_work() {
        return writeln!(out, "Nothing to do: {} as the stack says.", count(plan.releases.len(), "release is", "releases are"));
    }
    let parts: Vec<String> = WORDS
        .iter()
        .map(|(action, word)| (plan.count(*action), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    writeln!(out, "{}: {}.", count(plan.releases.len(), "release", "releases"), parts.join(", "))
}

/// Writes a plan as one JSON document: `{"releases": [{name, namespace, action, reasons, changes: […], hookChanges: […]}], "findings": […]}`.
/// Values of Secrets are covered unless asked for.
///
/// # Errors
/// What the stream says.
pub fn write_plan_json(out: &mut dyn Write, plan: &Plan, findings: &[Finding], allowed: &[Code], options: DiffOptions) -> io::Result<()> {
    let releases: Vec<Json> = plan
        .releases
        .iter()
        .map(|release| {
            json!({
                "name": release.name,
                "namespace": release.namespace,
                "kubeContext": release.id.kube_context,
                "action": release.action,
                "reasons": release.reasons,
                "changes": release.changes.iter().map(|change| change_json(change, options)).collect::<Vec<_>>(),
                "hookChanges": release.hook_changes.iter().map(|change| change_json(change, options)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let findings = findings_json(plan, findings, allowed);
    serde_json::to_writer_pretty(&mut *out, &json!({"releases": releases, "findings": findings}))?;
    writeln!(out)
}
