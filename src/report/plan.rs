//! Prints a plan.

use super::diff::{DiffOptions, Shown, change_json, write_changes};
use super::findings::findings_json;
use super::graph::needs_json;
use super::words::{count, styled};
use crate::diff::{Change, ChangeKind};
use crate::ops::Findings;
use crate::plan::order::Stage;
use crate::plan::{Action, Code, Desired, Plan, PlannedRelease, chart_name};
use crate::revision::ReleaseKey;
use crate::stack::Until;
use anstyle::{AnsiColor, Style};
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// What there is to say about a plan beside the plan itself.
#[derive(Clone, Copy)]
pub struct About<'a> {
    /// Objects of a file that no release has.
    pub unclaimed: &'a [Change],
    /// What it does to what runs, and what would go wrong.
    pub findings: &'a Findings,
    /// Findings that stop nothing.
    pub allowed: &'a [Code],
}

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
pub fn write_plan(out: &mut dyn Write, plan: &Plan, options: &DiffOptions) -> io::Result<()> {
    let order = plan.graph.order();
    let names = plan.names();
    for release in order.iter().map(|at| &plan.releases[*at]).filter(|release| release.action != Action::Nothing) {
        writeln!(out, "{}", heading(release, options.color))?;
        for reason in &release.reasons {
            writeln!(out, "  {reason}")?;
        }
        write_needs(out, release, &names)?;
        write_stages(out, release)?;
        writeln!(out)?;
        if release.action == Action::Remove {
            continue;
        }
        if !release.crd_changes.is_empty() {
            writeln!(out, "{}", styled(crds_title(release), HEADING, options.color))?;
            write_changes(out, &release.namespace, &release.crd_changes, options)?;
        }
        write_changes(out, &release.namespace, &release.changes, options)?;
        if !release.hook_changes.is_empty() {
            writeln!(out, "{}", styled("hooks:", HEADING, options.color))?;
            write_changes(out, &release.namespace, &release.hook_changes, options)?;
        }
    }
    write_summary(out, plan)
}

/// Writes what a release needs, where that is more than another release's name in the stack file.
fn write_needs(out: &mut dyn Write, release: &PlannedRelease, names: &[String]) -> io::Result<()> {
    for need in &release.needs {
        let name = &names[need.release];
        match &need.because {
            Some(because) => writeln!(out, "  needs {name}, until {}: waits for {}", need.until, because.join("; "))?,
            None if need.until == Until::Done => {}
            None => writeln!(out, "  needs {name}, until {}", need.until)?,
        }
    }
    Ok(())
}

/// Writes what a removal does.
///
/// # Errors
/// What the stream says.
pub fn write_removals(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    for release in plan.graph.order().iter().map(|at| &plan.releases[*at]).filter(|release| release.action == Action::Remove) {
        writeln!(out, "remove {} from {}", release.name, release.namespace)?;
        write_stages(out, release)?;
    }
    write_summary(out, plan)
}

/// Writes the stages in which the objects of a release go up, or, the other way round, go; nothing where there is only one.
fn write_stages(out: &mut dyn Write, release: &PlannedRelease) -> io::Result<()> {
    let Some(order) = release.order.as_ref().filter(|order| order.stages.len() > 1) else { return Ok(()) };
    writeln!(out, "  in {} stages:", order.stages.len())?;
    let mut stages: Vec<_> = order.stages.iter().collect();
    if release.action == Action::Remove {
        stages.reverse();
    }
    for (at, stage) in stages.iter().enumerate() {
        let objects = count(stage.documents.len(), "object", "objects");
        writeln!(out, "    {}. {} ({objects})", at + 1, stage.units.join(", "))?;
    }
    Ok(())
}

/// Returns the stages in which the objects of a release go up, with their objects; nothing where they go up together.
fn stages_json(release: &PlannedRelease) -> Json {
    let Some(order) = &release.order else { return Json::Null };
    let documents = release.desired.as_ref().map(|desired| desired.manifest.documents.as_slice()).unwrap_or_default();
    let name = |at: &usize| documents.get(*at).and_then(|document| document.id()).map(|id| id.to_string());
    let stage = |stage: &Stage| json!({"units": stage.units, "objects": stage.documents.iter().filter_map(name).collect::<Vec<_>>()});
    order.stages.iter().map(stage).collect()
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
    let chart = |desired: &Desired| match desired.patches {
        0 => format!(" ({})", chart_name(&desired.chart)),
        patches => format!(" ({} with {})", chart_name(&desired.chart), count(patches, "patch", "patches")),
    };
    let chart = release.desired.as_ref().map(chart).unwrap_or_default();
    format!("{} {} in {}{chart}: {}", styled(word, style, color), styled(&release.name, HEADING, color), release.namespace, counts(release))
}

/// Returns what is said above changes of custom resource definitions.
pub(super) fn crds_title(release: &PlannedRelease) -> &'static str {
    match release.action {
        Action::Install => "custom resource definitions, made where they are not there:",
        _ => "custom resource definitions:",
    }
}

/// Returns how many objects change how, in words.
pub(super) fn counts(release: &PlannedRelease) -> String {
    let of = |kind: ChangeKind| release.changes.iter().filter(|change| change.kind == kind).count();
    let mut words = Vec::new();
    for (number, word) in [(of(ChangeKind::Add), "to add"), (of(ChangeKind::Change), "to change"), (of(ChangeKind::Remove), "to remove")] {
        if number > 0 {
            words.push(format!("{number} {word}"));
        }
    }
    if !release.crd_changes.is_empty() {
        words.push(count(release.crd_changes.len(), "custom resource definition", "custom resource definitions"));
    }
    if !release.hook_changes.is_empty() {
        words.push(count(release.hook_changes.len(), "hook differs", "hooks differ"));
    }
    if words.is_empty() { "no object changes".to_owned() } else { words.join(", ") }
}

fn write_summary(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    writeln!(out, "{}", summary(plan))
}

/// Returns what a plan does in one sentence.
pub(super) fn summary(plan: &Plan) -> String {
    if !plan.has_work() {
        return format!("Nothing to do: {} as the stack says.", count(plan.releases.len(), "release is", "releases are"));
    }
    let parts: Vec<String> = WORDS
        .iter()
        .map(|(action, word)| (plan.count(*action), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect();
    format!("{}: {}.", count(plan.releases.len(), "release", "releases"), parts.join(", "))
}

/// Writes objects of a file that no release has.
///
/// # Errors
/// What the stream says.
pub fn write_unclaimed(out: &mut dyn Write, changes: &[Change], options: &DiffOptions) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}\n", styled("in the file, and of no release:", HEADING, options.color))?;
    write_changes(out, "", changes, options)
}

/// Writes a plan as one JSON document: `{"releases": [{name, namespace, action, reasons, needs, stages, changes: […], hookChanges: […]}],
/// "consequences": […], "findings": […]}`, and `unclaimed` where a file has objects of no release. Values of Secrets are covered unless
/// asked for.
///
/// # Errors
/// What the stream says.
pub fn write_plan_json(out: &mut dyn Write, plan: &Plan, about: &About<'_>, options: &DiffOptions) -> io::Result<()> {
    let names = plan.names();
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
                "needs": needs_json(release, &names),
                "stages": stages_json(release),
                "changes": changes_json(&release.changes, options),
                "crdChanges": changes_json(&release.crd_changes, options),
                "hookChanges": changes_json(&release.hook_changes, options),
            })
        })
        .collect();
    let consequences = findings_json(plan, &about.findings.consequences, about.allowed);
    let preflight = findings_json(plan, &about.findings.preflight, about.allowed);
    let mut document = json!({"releases": releases, "consequences": consequences, "findings": preflight});
    if !about.unclaimed.is_empty() {
        document["unclaimed"] = changes_json(about.unclaimed, options);
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

/// Returns the changes that are shown.
pub(super) fn changes_json(changes: &[Change], options: &DiffOptions) -> Json {
    Shown::of(changes, options).changes.iter().map(|change| change_json(change, options)).collect()
}
