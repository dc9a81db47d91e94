//! What is known of a document that something changed after the templates: a post-renderer.

use super::fields::{FieldPath, fields_with_values};
use crate::manifest::Document;
use crate::template::trace::LineTrace;
use crate::value::Str;
use std::collections::BTreeMap;
use std::ops::Range;

/// Returns where the lines of a document came from. A field with the value that it had before came from where it came from
/// then, and so did a line that stood there and holds no field. Everything else may be anything.
pub(super) fn lines(document: &Document, original: Option<(&str, Vec<LineTrace>)>) -> Vec<LineTrace> {
    let texts: Vec<&str> = document.text.split('\n').collect();
    let mut lines: Vec<Option<LineTrace>> = vec![None; texts.len()];
    let (text, traces) = original.unwrap_or_default();
    let before: BTreeMap<FieldPath, (Range<usize>, Option<Str>)> =
        fields_with_values(text).into_iter().map(|(field, value)| (field.path, (field.lines, value))).collect();
    for (field, value) in fields_with_values(&document.text) {
        let known = before.get(&field.path).filter(|(_, before)| *before == value);
        let trace = match known {
            Some((range, _)) => joined(traces.get(range.clone()).unwrap_or_default()),
            None => LineTrace { rewritten: true, ..LineTrace::default() },
        };
        for line in lines.iter_mut().take(field.lines.end).skip(field.lines.start) {
            line.get_or_insert_default().add(&trace);
        }
    }
    let before: BTreeMap<&str, usize> = text.split('\n').enumerate().map(|(number, line)| (line.trim(), number)).collect();
    let line_before = |line: &str| before.get(line.trim()).and_then(|number| traces.get(*number)).cloned();
    let unknown = |line: &str| LineTrace { rewritten: !line.trim().is_empty(), ..LineTrace::default() };
    lines.into_iter().zip(texts).map(|(trace, line)| trace.or_else(|| line_before(line)).unwrap_or_else(|| unknown(line))).collect()
}

fn joined(traces: &[LineTrace]) -> LineTrace {
    let mut all = LineTrace::default();
    traces.iter().for_each(|trace| all.add(trace));
    all
}
