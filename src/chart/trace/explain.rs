//! Which lines of templates and which values made a field, and which fields a value reaches.

use super::RenderTrace;
use super::fields::{FieldPath, fields, lines_of};
use crate::manifest::Document;
use crate::template::trace::{Key, LineTrace, Place, ValueTrace};

/// A line of a document, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedLine {
    /// The line in the document, from 0.
    pub number: usize,
    /// Its text.
    pub text: String,
    /// Where it came from.
    pub trace: LineTrace,
}

/// A field that a value reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The field.
    pub path: FieldPath,
    /// Whether the value is in the field, and does not only decide about it.
    pub is_in: bool,
    /// The line of a template that wrote it.
    pub place: Option<Place>,
}

/// Returns where the lines of a field came from; those of the whole document for the empty path, blank ones left out. `None`
/// where there is no such field.
pub fn explain(trace: &RenderTrace, document: &Document, field: &FieldPath) -> Option<Vec<ExplainedLine>> {
    let texts: Vec<&str> = document.text.split('\n').collect();
    let range = if field.0.is_empty() { 0..texts.len() } else { lines_of(&document.text, field)? };
    let traces = trace.lines(document).into_iter();
    let lines = texts.iter().zip(traces).enumerate().take(range.end).skip(range.start);
    let explained = lines.filter(|(_, (text, _))| !text.trim().is_empty());
    Some(explained.map(|(number, (text, trace))| ExplainedLine { number, text: (*text).to_owned(), trace }).collect())
}

/// Returns the fields of a document that a value reaches, or a value below it, by the keys from the top of the templates' data.
pub fn reached(trace: &RenderTrace, document: &Document, value: &[Key]) -> Vec<Reached> {
    let lines = trace.lines(document);
    let is_it = |found: &ValueTrace| found.path.starts_with(value) || (found.whole && value.starts_with(&found.path));
    let mut all = Vec::new();
    for field in fields(&document.text) {
        let own = lines.get(field.lines.clone()).unwrap_or_default();
        let is_in = own.iter().find(|line| line.values.iter().any(is_it));
        let decided = own.iter().find(|line| line.conditions.iter().any(is_it));
        if let Some(line) = is_in.or(decided) {
            all.push(Reached { path: field.path, is_in: is_in.is_some(), place: line.places.first().cloned() });
        }
    }
    all
}
