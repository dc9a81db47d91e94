//! A release and what lives of it, as `helm status` and `helm get all` write it.

use super::encoded::{Encoding, json_as_yaml, write_encoded};
use super::helm_colors::{namespace, status};
use super::kube_table::write_kube_tables;
use super::release_history::ansic;
use crate::manifest::{parse_stored, write_document};
use crate::ops::{Resources, ShownRelease};
use crate::release::{Record, raw};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The values of a release, for those who ask for all of it: each a JSON text.
#[derive(Clone, Debug)]
pub struct ShownValues<'v> {
    /// What the user gave.
    pub user: &'v str,
    /// With the chart's.
    pub all: &'v str,
}

/// Writes what there is to say of a release but its values: its objects as tables, its tests, its notes.
///
/// # Errors
/// What the stream says.
pub fn write_release_status(out: &mut dyn Write, release: &ShownRelease, color: bool) -> io::Result<()> {
    write_head(out, release, None, color)?;
    let record = &release.record;
    if is_dry_run(record) {
        write_objects(out, record)?;
    }
    write_notes(out, record)
}

/// How a release is written by a command that has worked on it.
#[derive(Clone, Copy, Debug)]
pub struct ReleaseLook {
    /// How it is written for programs; none is for people.
    pub encoding: Option<Encoding>,
    /// Whether the notes are left out.
    pub hide_notes: bool,
    /// Whether hooks and manifest are written, which else only a dry run's are.
    pub everything: bool,
    /// Whether there are colours.
    pub color: bool,
}

/// Writes a release that a command has worked on. Rule: helm pkg/cmd/status.go (`statusPrinter`).
///
/// # Errors
/// What the stream says.
pub fn write_release(out: &mut dyn Write, release: &ShownRelease, look: &ReleaseLook) -> io::Result<()> {
    let record = &release.record;
    if let Some(encoding) = look.encoding {
        return write_encoded(out, record, encoding);
    }
    write_head(out, release, None, look.color)?;
    if look.everything || is_dry_run(record) {
        write_objects(out, record)?;
    }
    if look.hide_notes { Ok(()) } else { write_notes(out, record) }
}

fn is_dry_run(record: &Record) -> bool {
    record.info.description.eq_ignore_ascii_case("Dry run complete")
}

/// Writes everything that is recorded of a release.
///
/// # Errors
/// What the stream says.
pub fn write_release_all(out: &mut dyn Write, release: &ShownRelease, values: &ShownValues<'_>, color: bool) -> io::Result<()> {
    let chart = release.record.chart.as_ref().and_then(|chart| chart.metadata().ok()).unwrap_or_default();
    write_head(out, release, Some(&chart), color)?;
    write!(out, "USER-SUPPLIED VALUES:\n{}\n", json_as_yaml(values.user)?)?;
    write!(out, "COMPUTED VALUES:\n{}\n", json_as_yaml(values.all)?)?;
    write_objects(out, &release.record)?;
    write_notes(out, &release.record)
}

/// Writes the release for programs: the record and the live objects, without the chart, the user's values, and what Secrets hold.
///
/// # Errors
/// What the stream says.
pub fn write_release_status_encoded(out: &mut dyn Write, release: &ShownRelease, encoding: Encoding) -> io::Result<()> {
    let mut record = Record { chart: None, config: None, ..release.record.clone() };
    hide_secrets(&mut record);
    record.info.resources = match &release.resources {
        Resources::Objects(objects) if !objects.is_empty() => Some(raw(&with_hidden_secrets(objects)).map_err(io::Error::other)?),
        _ => None,
    };
    write_encoded(out, &record, encoding)
}

/// What stands for a Secret: helm's words with `--hide-secret`.
const HIDDEN: &str = "# HIDDEN: The Secret output has been suppressed\n";

fn hide_secrets(record: &mut Record) {
    for hook in record.hooks.iter_mut().filter(|hook| hook.kind == "Secret") {
        hook.manifest = HIDDEN.to_owned();
    }
    let Ok(documents) = parse_stored(&record.manifest) else { return record.manifest = HIDDEN.to_owned() };
    if documents.iter().all(|document| document.head.kind != "Secret") {
        return;
    }
    record.manifest.clear();
    for document in &documents {
        let text = if document.head.kind == "Secret" { HIDDEN } else { &document.text };
        write_document(&mut record.manifest, &document.source, text);
    }
}

fn with_hidden_secrets(objects: &BTreeMap<String, Vec<Json>>) -> BTreeMap<String, Vec<Json>> {
    let mut objects = objects.clone();
    for secret in objects.get_mut("v1/Secret").into_iter().flatten() {
        let data = secret.get_mut("data").and_then(Json::as_object_mut);
        data.into_iter().flat_map(|data| data.values_mut()).for_each(|value| *value = Json::from(""));
    }
    objects
}

fn write_head(out: &mut dyn Write, release: &ShownRelease, chart: Option<&Json>, color: bool) -> io::Result<()> {
    let record = &release.record;
    writeln!(out, "NAME: {}", record.name)?;
    if release.deployed.is_some() {
        writeln!(out, "LAST DEPLOYED: {}", ansic(release.deployed.as_ref()))?;
    }
    writeln!(out, "NAMESPACE: {}", namespace(&record.namespace, color))?;
    writeln!(out, "STATUS: {}", status(record.info.status, color))?;
    writeln!(out, "REVISION: {}", record.version)?;
    if let Some(chart) = chart {
        let field = |name: &str| chart[name].as_str().unwrap_or_default().to_owned();
        writeln!(out, "CHART: {}\nVERSION: {}\nAPP_VERSION: {}", field("name"), field("version"), field("appVersion"))?;
    }
    writeln!(out, "DESCRIPTION: {}", record.info.description)?;
    match &release.resources {
        Resources::Tables(tables) if !tables.is_empty() => {
            writeln!(out, "RESOURCES:")?;
            write_kube_tables(out, tables)?;
            writeln!(out)?;
        }
        _ => {}
    }
    write_tests(out, release)
}

fn write_tests(out: &mut dyn Write, release: &ShownRelease) -> io::Result<()> {
    let Some(runs) = &release.tests else { return writeln!(out, "TEST SUITE: None") };
    for run in runs {
        writeln!(out, "TEST SUITE:     {}", run.name)?;
        writeln!(out, "Last Started:   {}", ansic(Some(&run.started)))?;
        writeln!(out, "Last Completed: {}", ansic(run.completed.as_ref()))?;
        writeln!(out, "Phase:          {}", run.phase)?;
    }
    Ok(())
}

fn write_objects(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    writeln!(out, "HOOKS:")?;
    for hook in &record.hooks {
        writeln!(out, "---\n# Source: {}\n{}", hook.path, hook.manifest)?;
    }
    writeln!(out, "MANIFEST:\n{}", record.manifest)
}

fn write_notes(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    if record.info.notes.is_empty() { Ok(()) } else { writeln!(out, "NOTES:\n{}", record.info.notes.trim()) }
}
