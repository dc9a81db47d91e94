//! The API server's tables, as kubectl writes them.

use crate::cluster::{Column, Table};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Blanks after the widest cell of a column, and the least width of one. Rule: k8s.io/cli-runtime pkg/printers/tabwriter.go.
const GAP: usize = 3;
const NARROWEST: usize = 6;

/// Writes tables under headings, an empty line after each heading's. Each table has widths of its own, and names its columns where
/// they are not those of the table before.
///
/// Rule: helm pkg/cmd/status.go, which writes the headings in Go's random order; k8s.io/cli-runtime pkg/printers/tableprinter.go.
///
/// # Errors
/// What the stream says.
pub(super) fn write_kube_tables(out: &mut dyn Write, tables: &BTreeMap<String, Vec<Table>>) -> io::Result<()> {
    let mut last: &[Column] = &[];
    let mut is_named = false;
    for (heading, tables) in tables {
        writeln!(out, "==> {heading}")?;
        for table in tables {
            if table.column_definitions != last {
                last = &table.column_definitions;
                is_named = false;
            }
            write_table(out, table, !is_named)?;
            is_named |= !table.rows.is_empty();
        }
        writeln!(out)?;
    }
    Ok(())
}

fn write_table(out: &mut dyn Write, table: &Table, headers: bool) -> io::Result<()> {
    let shown: Vec<usize> = (0..table.column_definitions.len()).filter(|at| table.column_definitions[*at].priority == 0).collect();
    let mut rows: Vec<Vec<String>> = Vec::with_capacity(table.rows.len() + 1);
    if headers && !table.rows.is_empty() {
        rows.push(shown.iter().map(|at| table.column_definitions[*at].name.to_uppercase()).collect());
    }
    for row in &table.rows {
        rows.push(shown.iter().filter_map(|at| row.cells.get(*at)).map(cell).collect());
    }
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count() + GAP).max().unwrap_or(0);
    let widths: Vec<usize> = (0..shown.len()).map(|column| width(column).max(NARROWEST)).collect();
    for row in &rows {
        for (column, cell) in row.iter().enumerate() {
            // What ends a line is not filled up.
            let width = if column + 1 == row.len() { 0 } else { widths[column] };
            write!(out, "{cell:width$}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Returns the first line of a cell, without what a terminal would obey.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        other => crate::value::display(&crate::value::Value::from(other)),
    };
    let first = text.split(['\x0c', '\n', '\r']).next().unwrap_or_default();
    let escaped = first.replace('\x1b', "^[");
    if first.len() < text.len() { escaped + "..." } else { escaped }
}
