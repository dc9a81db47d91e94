//! Prints changes as a unified diff per object.

use crate::diff::{Change, ChangeKind, LineKind, cover_pair, hunks};
use crate::value::Value;
use anstyle::{AnsiColor, Style};
use serde_json::Value as Json;
use std::io::{self, Write};

/// How a diff is printed.
#[derive(Clone, Copy, Debug)]
pub struct DiffOptions {
    /// Equal lines around a change; `None` prints all.
    pub context: Option<usize>,
    /// Whether values of Secrets are shown.
    pub show_secrets: bool,
    /// Whether lines are coloured.
    pub color: bool,
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
pub fn write_changes(out: &mut dyn Write, namespace: &str, changes: &[Change], options: DiffOptions) -> io::Result<()> {
    for change in changes {
        let words = match change.kind {
            ChangeKind::Add => "has been added:",
            ChangeKind::Change => "has changed:",
            ChangeKind::Remove => "has been removed:",
        };
        let id = &change.id;
        let own_namespace = id.namespace.as_deref().unwrap_or(namespace);
        let header = format!("{own_namespace}, {}, {} ({}) {words}", id.name, id.kind, group_of(&id.api_version));
        write_styled(out, &header, HEADER, options.color)?;
        if !change.template.is_empty() {
            write_styled(out, &format!("# Source: {}", change.template), PLACE, options.color)?;
        }
        write_lines(out, change, options)?;
    }
    Ok(())
}

/// helm-diff prints the group of an API version, or its version in the core group.
fn group_of(api_version: &str) -> &str {
    api_version.split_once('/').map_or(api_version, |(group, _)| group)
}

fn write_lines(out: &mut dyn Write, change: &Change, options: DiffOptions) -> io::Result<()> {
    let (old, new) = sides(change, options);
    for (index, hunk) in hunks(&as_yaml(old.as_ref()), &as_yaml(new.as_ref()), options.context).iter().enumerate() {
        if index > 0 {
            write_styled(out, &format!("@@ -{} +{} @@", hunk.old_start, hunk.new_start), PLACE, options.color)?;
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

fn as_yaml(object: Option<&Json>) -> String {
    object.map_or_else(String::new, |object| {
        let value = Value::from(object);
        crate::yaml::to_string(&value).unwrap_or_else(|_| crate::value::display(&value))
    })
}

fn write_styled(out: &mut dyn Write, line: &str, style: Style, color: bool) -> io::Result<()> {
    if color { writeln!(out, "{style}{line}{style:#}") } else { writeln!(out, "{line}") }
}

/// Returns a change as JSON: identity, action, and both sides with the values of Secrets covered unless asked for.
pub(super) fn change_json(change: &Change, options: DiffOptions) -> Json {
    let (old, new) = sides(change, options);
    serde_json::json!({
        "apiVersion": change.id.api_version,
        "kind": change.id.kind,
        "namespace": change.id.namespace,
        "name": change.id.name,
        "template": change.template,
        "action": change.kind,
        "old": old,
        "new": new,
    })
}

fn sides(change: &Change, options: DiffOptions) -> (Option<Json>, Option<Json>) {
    if options.show_secrets { (change.old.clone(), change.new.clone()) } else { cover_pair(change.old.as_ref(), change.new.as_ref()) }
}
