//! Prints changes as a unified diff per object.

use super::words::count;
use crate::diff::{Change, ChangeKind, Filter, Hunk, LineKind, as_text, cover_pair, field_changes, hunks, pair_renames};
use anstyle::{AnsiColor, Style};
use serde_json::Value as Json;
use std::io::{self, Write};

/// How a diff is printed.
#[derive(Clone, Debug, Default)]
pub struct DiffOptions {
    /// Equal lines around a change; `None` prints all.
    pub context: Option<usize>,
    /// Whether values of Secrets are shown.
    pub show_secrets: bool,
    /// Whether lines are coloured.
    pub color: bool,
    /// Which changes are shown.
    pub filter: Filter,
}

const HEADER: Style = AnsiColor::Yellow.on_default();
const OLD: Style = AnsiColor::Red.on_default();
const NEW: Style = AnsiColor::Green.on_default();
const PLACE: Style = AnsiColor::Cyan.on_default();

/// Writes the changes of one release. Each object gets a header as helm-diff writes it
/// (`NAMESPACE, NAME, KIND (GROUP) has changed:`), then its lines with `-`, `+` or a space before them.
///
/// # Errors
/// What the stream says.
pub fn write_changes(out: &mut dyn Write, namespace: &str, changes: &[Change], options: &DiffOptions) -> io::Result<()> {
    let shown = Shown::of(changes, options);
    for change in &shown.changes {
        write_styled(out, &format!("{}:", title(change, namespace)), HEADER, options.color)?;
        if !change.template.is_empty() {
            write_styled(out, &format!("# Source: {}", change.template), PLACE, options.color)?;
        }
        write_lines(out, change, options)?;
    }
    match shown.hidden {
        0 => Ok(()),
        hidden => writeln!(out, "({} not shown)\n", count(hidden, "change", "changes")),
    }
}

/// The changes that are shown, renames found.
pub(super) struct Shown {
    pub(super) changes: Vec<Change>,
    /// How many the filter leaves out.
    pub(super) hidden: usize,
}

impl Shown {
    pub(super) fn of(changes: &[Change], options: &DiffOptions) -> Shown {
        let paired = pair_renames(changes.to_vec());
        let total = paired.len();
        let changes: Vec<Change> = paired.into_iter().filter(|change| options.filter.shows(change)).collect();
        Shown { hidden: total - changes.len(), changes }
    }
}

/// Returns helm-diff's words about a change, without the colon: `NAMESPACE, NAME, KIND (GROUP) has changed`.
pub(super) fn title(change: &Change, namespace: &str) -> String {
    let id = &change.id;
    let own_namespace = id.namespace.as_deref().unwrap_or(namespace);
    let words = match (change.kind, &change.renamed_from) {
        (ChangeKind::Rename, Some(from)) => format!("has been renamed from {}", from.name),
        (ChangeKind::Add, _) => "has been added".to_owned(),
        (ChangeKind::Remove, _) => "has been removed".to_owned(),
        (ChangeKind::Change | ChangeKind::Rename, _) => "has changed".to_owned(),
    };
    format!("{own_namespace}, {}, {} ({}) {words}", id.name, id.kind, group_of(&id.api_version))
}

/// helm-diff prints the group of an API version, or its version in the core group.
fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or(api_version, |(group, _)| group)
}

/// Returns the lines of a change.
pub(super) fn hunks_of(change: &Change, options: &DiffOptions) -> Vec<Hunk> {
    let (old, new) = sides(change, options);
    let text = |side: Option<&Json>| side.map(as_text).unwrap_or_default();
    hunks(&text(old.as_ref()), &text(new.as_ref()), options.context)
}

/// Returns the line above a hunk that says where it stands; nothing above one that begins with the object.
pub(super) fn place_of(hunk: &Hunk) -> Option<String> {
    if hunk.old_start <= 1 && hunk.new_start <= 1 {
        return None;
    }
    let within = hunk.within.iter().map(|key| format!(" {key}:")).collect::<String>();
    Some(format!("@@ -{} +{} @@{within}", hunk.old_start, hunk.new_start))
}

fn write_lines(out: &mut dyn Write, change: &Change, options: &DiffOptions) -> io::Result<()> {
    for hunk in &hunks_of(change, options) {
        if let Some(place) = place_of(hunk) {
            write_styled(out, &place, PLACE, options.color)?;
        }
        for line in &hunk.lines {
            match line.kind {
                LineKind::Same => writeln!(out, "  {}", line.text)?,
                LineKind::Old => write_styled(out, &format!("- {}", line.text), OLD, options.color)?,
                LineKind::New => write_styled(out, &format!("+ {}", line.text), NEW, options.color)?,
            }
        }
    }
    writeln!(out)
}

fn write_styled(out: &mut dyn Write, line: &str, style: Style, color: bool) -> io::Result<()> {
    if color { writeln!(out, "{style}{line}{style:#}") } else { writeln!(out, "{line}") }
}

/// Returns a change as JSON: identity, action, the fields that differ, and both sides with the values of Secrets covered unless asked for.
pub(super) fn change_json(change: &Change, options: &DiffOptions) -> Json {
    let (old, new) = sides(change, options);
    let fields: Vec<String> = match (&old, &new) {
        (Some(old), Some(new)) => field_changes(old, new).iter().map(|change| change.field.to_string()).collect(),
        _ => Vec::new(),
    };
    serde_json::json!({
        "apiVersion": change.id.api_version,
        "kind": change.id.kind,
        "namespace": change.id.namespace,
        "name": change.id.name,
        "template": change.template,
        "action": change.kind,
        "renamedFrom": change.renamed_from.as_ref().map(|from| &from.name),
        "fields": fields,
        "old": old,
        "new": new,
    })
}

fn sides(change: &Change, options: &DiffOptions) -> (Option<Json>, Option<Json>) {
    if options.show_secrets { (change.old.clone(), change.new.clone()) } else { cover_pair(change.old.as_ref(), change.new.as_ref()) }
}
