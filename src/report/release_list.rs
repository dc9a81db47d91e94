//! Lists of releases, as `helm list` writes them.

use super::encoded::{Encoding, write_encoded};
use super::helm_colors::{header, namespace, status};
use super::table::write_table;
use crate::ops::ListedRelease;
use serde::Serialize;
use std::io::{self, Write};

/// How a list looks.
#[derive(Clone, Debug, Default)]
pub struct ListLook {
    /// The line with the columns' names.
    pub headers: bool,
    /// The layout of times, as Go's `Time.Format` takes it; empty for Go's own.
    pub time_format: String,
    /// Colours.
    pub color: bool,
}

/// A row; fields and their order are helm's.
#[derive(Serialize)]
struct Row<'r> {
    name: &'r str,
    namespace: &'r str,
    revision: String,
    updated: String,
    status: &'static str,
    chart: &'r str,
    app_version: &'r str,
}

/// Writes a row a release.
///
/// # Errors
/// What the stream says.
pub fn write_release_list(out: &mut dyn Write, releases: &[ListedRelease], look: &ListLook) -> io::Result<()> {
    let names = ["NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION"].map(|name| header(name, look.color));
    let cells: Vec<_> = releases
        .iter()
        .map(|release| {
            let row = row(release, look);
            (namespace(row.namespace, look.color), status(release.status, look.color), row)
        })
        .collect();
    let mut rows: Vec<[&str; 7]> = Vec::with_capacity(cells.len() + 1);
    if look.headers {
        rows.push(std::array::from_fn(|column| &*names[column]));
    }
    for (namespace, status, row) in &cells {
        rows.push([row.name, namespace, &row.revision, &row.updated, status, row.chart, row.app_version]);
    }
    if rows.is_empty() { writeln!(out) } else { write_table(out, &rows, 0) }
}

/// Writes the list for programs.
///
/// # Errors
/// What the stream says.
pub fn write_release_list_encoded(out: &mut dyn Write, releases: &[ListedRelease], look: &ListLook, encoding: Encoding) -> io::Result<()> {
    let rows: Vec<Row<'_>> = releases.iter().map(|release| row(release, look)).collect();
    write_encoded(out, &rows, encoding)
}

/// Writes the releases' names, a line each unless for programs.
///
/// # Errors
/// What the stream says.
pub fn write_release_names(out: &mut dyn Write, releases: &[ListedRelease], encoding: Option<Encoding>) -> io::Result<()> {
    let mut names = releases.iter().map(|release| release.name.as_str());
    match encoding {
        Some(encoding) => write_encoded(out, &names.collect::<Vec<_>>(), encoding),
        None => names.try_for_each(|name| writeln!(out, "{name}")),
    }
}

fn row<'r>(release: &'r ListedRelease, look: &ListLook) -> Row<'r> {
    let updated = match &release.updated {
        None => "-".to_owned(),
        Some(time) if look.time_format.is_empty() => time.to_string(),
        Some(time) => String::from_utf8_lossy(&time.format(look.time_format.as_bytes())).into_owned(),
    };
    Row {
        name: &release.name,
        namespace: &release.namespace,
        revision: release.revision.to_string(),
        updated,
        status: release.status.as_str(),
        chart: &release.chart,
        app_version: &release.app_version,
    }
}
