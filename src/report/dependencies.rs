//! Tables of a chart's dependencies.

use crate::ops::{DependencyList, DependencyRow};
use serde_json::json;
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Writes what `helm dependency list` writes: columns of at most `max_width` cells (0: of any width), tabs between them.
///
/// # Errors
/// What the stream says.
pub fn write_dependencies(out: &mut dyn Write, list: &DependencyList, max_width: usize) -> io::Result<()> {
    let Some(rows) = &list.rows else {
        return writeln!(out, "WARNING: no dependencies at {}", list.charts.display());
    };
    let header = ["NAME", "VERSION", "REPOSITORY", "STATUS"];
    let cells: Vec<[&str; 4]> = std::iter::once(header).chain(rows.iter().map(cells)).collect();
    let widths: [usize; 4] = std::array::from_fn(|column| column_width(&cells, column, max_width));
    for row in &cells {
        let texts: Vec<String> = row.iter().zip(widths).map(|(text, width)| resize(text, width)).collect();
        writeln!(out, "{}", texts.join("\t"))?;
    }
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

fn column_width(rows: &[[&str; 4]], column: usize, max_width: usize) -> usize {
    let widest = rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    if max_width == 0 { widest } else { widest.min(max_width) }
}

/// Fills a text up to a width, or cuts it and puts an ellipsis at its end (github.com/gosuri/uitable).
fn resize(text: &str, width: usize) -> String {
    let found = text.width();
    if found <= width {
        return format!("{text}{}", " ".repeat(width - found));
    }
    let mut cut = String::new();
    let mut used = 0;
    for character in text.chars() {
        cut.push(character);
        used += character.width().unwrap_or(0);
        if used + 3 >= width {
            break;
        }
    }
    cut + "..."
}
