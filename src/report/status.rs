//! Prints what the cluster holds of a stack.

use super::words::{styled, table};
use crate::ops::{ReleaseStatus, StackStatus};
use anstyle::AnsiColor;
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// Writes a row a release, and below the table each object that is not ready, with its reason.
///
/// # Errors
/// What the stream says.
pub fn write_status(out: &mut dyn Write, status: &StackStatus, color: bool) -> io::Result<()> {
    let header = ["RELEASE", "NAMESPACE", "STATUS", "REVISION", "CHART", "APP VERSION", "READY", "UPDATED"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for release in &status.releases {
        rows.push(vec![
            release.name.clone(),
            release.namespace.clone(),
            word(release).to_owned(),
            release.revision.map(|revision| revision.to_string()).unwrap_or_default(),
            release.chart.clone(),
            release.app_version.clone(),
            if release.objects == 0 { String::new() } else { format!("{}/{}", release.objects - release.problems.len(), release.objects) },
            release.updated.clone(),
        ]);
    }
    write!(out, "{}", table(&rows))?;
    for release in &status.releases {
        for (id, reason) in &release.problems {
            let line = format!("{}: {id} is not ready: {reason}", release.name);
            writeln!(out, "{}", styled(&line, AnsiColor::Red.on_default(), color))?;
        }
    }
    Ok(())
}

fn word(release: &ReleaseStatus) -> &'static str {
    match release.status {
        Some(status) => status.as_str(),
        None if release.wanted => "not installed",
        None => "absent",
    }
}

/// Writes the status as one JSON document: `{"releases": [{name, namespace, status, revision, chart, appVersion, updated,
/// description, objects, notReady: [{kind, namespace, name, reason}]}]}`.
///
/// # Errors
/// What the stream says.
pub fn write_status_json(out: &mut dyn Write, status: &StackStatus) -> io::Result<()> {
    let releases: Vec<Json> = status
        .releases
        .iter()
        .map(|release| {
            let problems: Vec<Json> = release
                .problems
                .iter()
                .map(|(id, reason)| json!({"kind": id.kind, "namespace": id.namespace, "name": id.name, "reason": reason}))
                .collect();
            json!({
                "name": release.name,
                "namespace": release.namespace,
                "status": word(release),
                "revision": release.revision,
                "chart": release.chart,
                "appVersion": release.app_version,
                "updated": release.updated,
                "description": release.description,
                "objects": release.objects,
                "notReady": problems,
            })
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({"releases": releases}))?;
    writeln!(out)
}
