//! Where the documents of a values file begin and end.

use crate::diag::Source;
use crate::yaml::error::{Error, Problem};
use std::ops::Range;

/// Splits a text at the lines that start with `---`, as the YAMLReader of k8s.io/apimachinery does: such a line belongs to
/// a document only if the document has no lines yet.
pub(super) fn split_documents(source: &Source) -> Result<Vec<Range<usize>>, Error> {
    let text = source.text();
    let mut documents = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length + 1);
        if let Some(rest) = text[at..end].strip_prefix("---") {
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                return Err(Error::Separator(Problem::at(rest, Some(source.span(at, end)))));
            }
            if at > start {
                documents.push(start..at);
                start = end;
            }
        }
        at = end;
    }
    if start < text.len() {
        documents.push(start..text.len());
    }
    Ok(documents)
}
