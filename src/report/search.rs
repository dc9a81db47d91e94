//! Charts that were looked for, as `helm search repo` writes them.

use super::encoded::{Encoding, write_encoded};
use super::table::write_table;
use crate::ops::FoundChart;
use std::io::{self, Write};

/// Writes a row a chart, in columns of at most `max_width` cells (0: of any width); or the charts for programs.
///
/// # Errors
/// What the stream says.
pub fn write_search(out: &mut dyn Write, charts: &[FoundChart], max_width: usize, encoding: Option<Encoding>) -> io::Result<()> {
    if let Some(encoding) = encoding {
        return write_encoded(out, charts, encoding);
    }
    if charts.is_empty() {
        return writeln!(out, "No results found");
    }
    let header = ["NAME", "CHART VERSION", "APP VERSION", "DESCRIPTION"];
    let rows = charts.iter().map(|chart| [&*chart.name, &chart.version, &chart.app_version, &chart.description]);
    write_table(out, &std::iter::once(header).chain(rows).collect::<Vec<_>>(), max_width)
}
