//! Reads the manifest text of a release record back.

use super::{Document, Error, split};

/// Returns the documents of a stored manifest, in its order. The template path is read from each document's `# Source:`
/// comment and is empty where there is none.
///
/// # Errors
/// A document that is no YAML, or whose head has a wrong type.
pub fn parse_stored(manifest: &str) -> Result<Vec<Document>, Error> {
    split(manifest).into_iter().map(parse_document).collect()
}

fn parse_document(text: &str) -> Result<Document, Error> {
    let (source, body) = match text.strip_prefix("# Source: ").and_then(|rest| rest.split_once('\n')) {
        Some((source, body)) => (source.trim_end_matches('\r'), body),
        None => ("", text),
    };
    // The writer added one line break after the document's own text.
    let body = body.strip_suffix('\n').unwrap_or(body);
    Document::parse(source, body)
}
