//! Stack files made of what other tools read.

use crate::diag::{Diagnostic, Diagnostics};
use crate::import::{Imported, import_armada, import_osh_commands};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

/// What is imported.
#[derive(Clone, Debug)]
pub enum ImportSource {
    /// Airship Armada's documents.
    Armada,
    /// A shell script with helm commands; variables that are set before its first line.
    OshCommands(BTreeMap<String, String>),
}

/// Reads a file (`-`: standard input) and makes a stack of it.
///
/// # Errors
/// The file cannot be read; documents are no YAML, or name each other wrongly.
pub fn import(source: &ImportSource, file: &Path) -> Result<Imported, Diagnostics> {
    let name = file.display().to_string();
    let text = read(file).map_err(|error| Diagnostics::from(Diagnostic::error(format!("cannot read {name}: {error}"))))?;
    match source {
        ImportSource::Armada => import_armada(&name, &text),
        ImportSource::OshCommands(variables) => Ok(import_osh_commands(&name, &text, variables)),
    }
}

fn read(file: &Path) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    match file.to_str() {
        Some("-") => std::io::stdin().lock().read_to_end(&mut bytes)?,
        _ => std::fs::File::open(file)?.read_to_end(&mut bytes)?,
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
