//! Tables of a chart's dependencies.

use super::table::write_table;
use crate::ops::{DependencyList, DependencyRow};
use serde_json::json;
use std::io::{self, Write};

/// Writes what `helm dependency list` writes: columns of at most `max_width` cells (0: of any width), tabs between them.
///
/// # Errors
/// What the stream says.
pub fn write_dependencies(out: &mut dyn Write, list: &DependencyList, max_width: usize) -> io::Result<()> {
    let Some(rows) = &list.rows else {
        return writeln!(out, "WARNING: no dependencies at {}", list.charts.display());
    };
    let header = ["NAME", "VERSION", "REPOSITORY", "STATUS"];
    let rows: Vec<[&str; 4]> = std::iter::once(header).chain(rows.iter().map(cells)).collect();
    write_table(out, &rows, max_width)?;
    writeln!(out)?;
    list.warnings.iter().try_for_each(|warning| writeln!(out, "WARNING: {warning}"))
}

/// Writes the list as one JSON document.
///
/// # Errors
/// What the stream says.
pub fn write_dependencies_json(out: &mut dyn Write, list: &DependencyList) -> io::Result<()> {
    let row = |row: &DependencyRow| json!({"name": row.name, "version": row.version, "repository": row.repository, "status": row.status});
    let rows: Vec<_> = list.rows.iter().flatten().map(row).collect();
    writeln!(out, "{:#}", json!({"dependencies": rows, "warnings": list.warnings}))
}

fn cells(row: &DependencyRow) -> [&str; 4] {
    [&row.name, &row.version, &row.repository, row.status]
}
