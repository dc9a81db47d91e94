//! Airship Armada's documents, as a stack.
//!
//! In: the text of a file with `armada/Manifest/v1`, `ChartGroup` and `Chart` documents. Out: a stack file, and what could not be
//! carried over.
//! May not know: files, charts.
//! Rule: Armada's document schemas; Deckhand's layering (parents by labels, actions `merge`, `replace`, `delete`) and substitution.

mod document;
mod layering;
mod path;
mod releases;

use super::draft::{Draft, Imported};
use crate::diag::{Diagnostics, Source};

/// Reads the documents of a file and makes a stack of its first manifest.
///
/// # Errors
/// A document that is no YAML, or a file without a manifest.
pub fn import_armada(name: &str, text: &str) -> Result<Imported, Diagnostics> {
    let mut documents = document::read(&Source::new(name, text))?;
    let mut draft = Draft::default();
    layering::layer(&mut documents, &mut draft);
    layering::substitute(&mut documents, &mut draft);
    releases::collect(&documents, name, &mut draft)?;
    Ok(draft.finish(name))
}
