//! Prints what has been changed of the objects of releases since their last revisions.

use super::diff::{DiffOptions, write_changes};
use super::plan::changes_json;
use super::words::{count, styled};
use crate::ops::Drift;
use anstyle::{AnsiColor, Style};
use serde_json::{Value as Json, json};
use std::io::{self, Write};

const HEADING: Style = Style::new().bold();
const CHANGED: Style = AnsiColor::Yellow.on_default();

/// Writes the releases that have drifted, each with its diff from what its revision made to what is there, then a summary.
///
/// # Errors
/// What the stream says.
pub fn write_drift(out: &mut dyn Write, drift: &Drift, options: &DiffOptions) -> io::Result<()> {
    let drifted: Vec<_> = drift.releases.iter().filter(|release| !release.changes.is_empty()).collect();
    for release in &drifted {
        let (word, name) = (styled("drifted", CHANGED, options.color), styled(&release.name, HEADING, options.color));
        let objects = count(release.changes.len(), "object is", "objects are");
        writeln!(
            out,
            "{word} {name} in {}: {objects} not as revision {} made {}\n",
            release.namespace,
            release.revision,
            them(release.changes.len())
        )?;
        write_changes(out, &release.namespace, &release.changes, options)?;
    }
    let objects: usize = drift.releases.iter().map(|release| release.objects).sum();
    match drifted.len() {
        0 => writeln!(
            out,
            "No drift: {} of {} as their last revisions made them.",
            count(objects, "object", "objects"),
            count(drift.releases.len(), "release", "releases")
        ),
        number => writeln!(out, "{number} of {} drifted.", count(drift.releases.len(), "release has", "releases have")),
    }
}

fn them(number: usize) -> &'static str {
    if number == 1 { "it" } else { "them" }
}

/// Writes one JSON document: `{"drifted": bool, "releases": [{name, namespace, kubeContext, revision, objects, changes: […]}]}`; in each
/// change `old` is what the revision made and `new` what is there.
///
/// # Errors
/// What the stream says.
pub fn write_drift_json(out: &mut dyn Write, drift: &Drift, options: &DiffOptions) -> io::Result<()> {
    let releases: Vec<Json> = drift
        .releases
        .iter()
        .map(|release| {
            json!({
                "name": release.name,
                "namespace": release.namespace,
                "kubeContext": release.kube_context,
                "revision": release.revision,
                "objects": release.objects,
                "changes": changes_json(&release.changes, options),
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({"drifted": drift.is_any(), "releases": releases}))?;
    writeln!(out)
}
