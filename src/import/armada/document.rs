//! One document of a file, with Deckhand's metadata.

use crate::diag::{Diagnostics, Source};
use crate::yaml::document_ranges;
use crate::yaml::tree::{Tree, TreeKind, parse_tree};

/// A document.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// `armada/Chart/v1` and the like.
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) metadata: Tree,
    pub(super) data: Tree,
    /// Its first line.
    pub(super) line: usize,
}

impl Document {
    /// Says whether the document is of a kind, whatever its version.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.schema.rsplit_once('/').is_some_and(|(schema, _)| schema == kind)
    }

    /// Returns a text of the data.
    pub(super) fn text(&self, keys: &[&str]) -> Option<&str> {
        let tree = keys.iter().try_fold(&self.data, |tree, key| tree.get(key))?;
        (tree.kind == TreeKind::Scalar && !tree.is_null()).then_some(tree.value.as_str())
    }

    /// Says whether a flag of the data is on.
    pub(super) fn is_on(&self, keys: &[&str]) -> bool {
        self.text(keys) == Some("true")
    }

    /// Returns the texts of a list of the data.
    pub(super) fn texts(&self, key: &str) -> Vec<&str> {
        self.data.get(key).map(|list| list.content.iter().map(|item| item.value.as_str()).collect()).unwrap_or_default()
    }
}

/// Reads all documents; what has no schema is passed over.
///
/// # Errors
/// Every document that is no YAML.
pub(super) fn read(source: &Source) -> Result<Vec<Document>, Diagnostics> {
    let mut documents = Vec::new();
    let mut mistakes = Diagnostics::new();
    for range in document_ranges(source) {
        let range = match range {
            Ok(range) => range,
            Err(mistake) => {
                mistakes.push(mistake.diagnostic());
                continue;
            }
        };
        let text = &source.text()[range.clone()];
        let line = source.line_column(range.start + (text.len() - text.trim_start().len())).line;
        // Blank lines keep the places of a mistake where they are in the file.
        let padded = format!("{}{text}", "\n".repeat(source.line_column(range.start).line - 1));
        match parse_tree(&Source::new(source.name(), padded)) {
            Ok(Some(tree)) => documents.extend(document(tree, line)),
            Ok(None) => {}
            Err(mistake) => mistakes.push(mistake.diagnostic()),
        }
    }
    mistakes.check(documents).map(|(documents, _)| documents)
}

fn document(tree: Tree, line: usize) -> Option<Document> {
    let root = tree.content.into_iter().next()?;
    let schema = root.get("schema")?.value.clone();
    let metadata = root.get("metadata").cloned().unwrap_or_else(Tree::mapping);
    let name = metadata.get("name").map(|name| name.value.clone()).unwrap_or_default();
    let data = root.get("data").cloned().unwrap_or_else(Tree::mapping);
    Some(Document { schema, name, metadata, data, line })
}
