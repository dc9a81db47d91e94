//! Lists of repositories.

use super::table::write_table;
use crate::source::Repository;
use serde_json::json;
use std::io::{self, Write};

/// Writes what `helm repo list` writes.
///
/// # Errors
/// What the stream says.
pub fn write_repositories(out: &mut dyn Write, repositories: &[Repository], headers: bool) -> io::Result<()> {
    let rows = repositories.iter().map(|repository| [repository.name.as_str(), repository.url.as_str()]);
    let header = headers.then_some(["NAME", "URL"]);
    write_table(out, &header.into_iter().chain(rows).collect::<Vec<_>>(), 80)
}

/// Writes the list as one JSON document, as helm does.
///
/// # Errors
/// What the stream says.
pub fn write_repositories_json(out: &mut dyn Write, repositories: &[Repository]) -> io::Result<()> {
    let rows: Vec<_> = repositories.iter().map(|repository| json!({"name": repository.name, "url": repository.url})).collect();
    writeln!(out, "{}", json!(rows))
}
