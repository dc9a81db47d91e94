//! Lists the releases of a stack.

use super::words::table;
use crate::stack::{Release, Stack};
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// Writes a row a selected release, with helmfile's columns.
///
/// # Errors
/// What the stream says.
pub fn write_releases(out: &mut dyn Write, stack: &Stack) -> io::Result<()> {
    let mut rows = vec![["NAME", "NAMESPACE", "ENABLED", "INSTALLED", "LABELS", "CHART", "VERSION"].map(str::to_owned).to_vec()];
    for release in stack.releases.iter().filter(|release| release.is_selected()) {
        rows.push(vec![
            release.id.name.clone(),
            release.id.namespace.clone().unwrap_or_default(),
            release.enabled.to_string(),
            release.installed.to_string(),
            labels(release),
            release.chart.clone(),
            release.version.clone().unwrap_or_default(),
        ]);
    }
    write!(out, "{}", table(&rows))
}

fn labels(release: &Release) -> String {
    release.labels.iter().map(|(key, value)| format!("{key}:{value}")).collect::<Vec<_>>().join(",")
}

/// Writes the list as JSON, with helmfile's fields.
///
/// # Errors
/// What the stream says.
pub fn write_releases_json(out: &mut dyn Write, stack: &Stack) -> io::Result<()> {
    let releases: Vec<Json> = stack
        .releases
        .iter()
        .filter(|release| release.is_selected())
        .map(|release| {
            json!({
                "name": release.id.name,
                "namespace": release.id.namespace.clone().unwrap_or_default(),
                "enabled": release.enabled,
                "installed": release.installed,
                "labels": labels(release),
                "chart": release.chart,
                "version": release.version.clone().unwrap_or_default(),
            })
        })
        .collect();
    serde_json::to_writer(&mut *out, &releases)?;
    writeln!(out)
}
