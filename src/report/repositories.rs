//! Lists of repositories.

use super::encoded::{Encoding, write_encoded};
use super::table::write_table;
use crate::source::Repository;
use serde::Serialize;
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

/// Writes the list for programs.
///
/// # Errors
/// What the stream says.
pub fn write_repositories_encoded(out: &mut dyn Write, repositories: &[Repository], encoding: Encoding) -> io::Result<()> {
    #[derive(Serialize)]
    struct Row<'r> {
        name: &'r str,
        url: &'r str,
    }
    let rows: Vec<Row<'_>> = repositories.iter().map(|repository| Row { name: &repository.name, url: &repository.url }).collect();
    write_encoded(out, &rows, encoding)
}
