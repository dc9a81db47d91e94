//! The revisions of a release, as `helm history` writes them.

use super::encoded::{Encoding, write_encoded};
use super::table::write_table;
use crate::ops::ReleaseRevision;
use crate::template::go_time::Time;
use serde::Serialize;
use std::io::{self, Write};

/// How Go writes times for people (`time.ANSIC`).
pub(super) const ANSIC: &[u8] = b"Mon Jan _2 15:04:05 2006";

/// A revision; fields, their order and omissions are helm's.
#[derive(Serialize)]
struct Row<'r> {
    revision: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<String>,
    status: &'static str,
    chart: &'r str,
    app_version: &'r str,
    #[serde(skip_serializing_if = "is_zero")]
    rollback_revision: u32,
    description: &'r str,
}

/// Writes a row a revision, with the one that a rollback went back to where that is wanted.
///
/// # Errors
/// What the stream says.
pub fn write_release_history(out: &mut dyn Write, revisions: &[ReleaseRevision], rollbacks: bool) -> io::Result<()> {
    let cells: Vec<[String; 3]> = revisions
        .iter()
        .map(|revision| {
            let rollback = if revision.rollback_revision > 0 { revision.rollback_revision.to_string() } else { String::new() };
            [revision.revision.to_string(), ansic(revision.updated.as_ref()), rollback]
        })
        .collect();
    let rows = cells.iter().zip(revisions);
    if rollbacks {
        let header = ["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "ROLLBACK", "DESCRIPTION"];
        let rows = rows.map(|([number, updated, rollback], row)| -> [&str; 7] {
            [number, updated, row.status.as_str(), &row.chart, &row.app_version, rollback, &row.description]
        });
        return write_table(out, &std::iter::once(header).chain(rows).collect::<Vec<_>>(), 0);
    }
    let header = ["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"];
    let rows = rows.map(|([number, updated, _], row)| -> [&str; 6] {
        [number, updated, row.status.as_str(), &row.chart, &row.app_version, &row.description]
    });
    write_table(out, &std::iter::once(header).chain(rows).collect::<Vec<_>>(), 0)
}

/// Writes the revisions for programs.
///
/// # Errors
/// What the stream says.
pub fn write_release_history_encoded(out: &mut dyn Write, revisions: &[ReleaseRevision], encoding: Encoding) -> io::Result<()> {
    let rows: Vec<Row<'_>> = revisions
        .iter()
        .map(|revision| Row {
            revision: revision.revision,
            updated: revision.updated.as_ref().map(Time::to_rfc3339),
            status: revision.status.as_str(),
            chart: &revision.chart,
            app_version: &revision.app_version,
            rollback_revision: revision.rollback_revision,
            description: &revision.description,
        })
        .collect();
    write_encoded(out, &rows, encoding)
}

/// Returns a time as people read it; Go's zero time where there is none.
pub(super) fn ansic(time: Option<&Time>) -> String {
    let zero = Time::zero();
    String::from_utf8_lossy(&time.unwrap_or(&zero).format(ANSIC)).into_owned()
}

fn is_zero(revision: &u32) -> bool {
    *revision == 0
}
