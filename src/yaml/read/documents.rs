//! Where the documents of a values file begin and end.

use crate::diag::Source;
use crate::yaml::error::{Error, Problem};
use std::ops::Range;

/// Returns where the documents of a text are, up to the first separator line that holds something else, and that mistake.
pub fn document_ranges(source: &Source) -> impl Iterator<Item = Result<Range<usize>, Error>> {
    let (ranges, mistake) = split(source);
    ranges.into_iter().map(Ok).chain(mistake.map(Err))
}

/// Splits a text at the lines that start with `---`, as the YAMLReader of k8s.io/apimachinery does: such a line belongs to
/// a document only if the document has no lines yet.
pub(super) fn split_documents(source: &Source) -> Result<Vec<Range<usize>>, Error> {
    match split(source) {
        (_, Some(mistake)) => Err(mistake),
        (documents, None) => Ok(documents),
    }
}

fn split(source: &Source) -> (Vec<Range<usize>>, Option<Error>) {
    let text = source.text();
    let mut documents = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length + 1);
        if let Some(rest) = text[at..end].strip_prefix("---") {
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                return (documents, Some(Error::Separator(Problem::at(rest, Some(source.span(at, end))))));
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
    (documents, None)
}
