//! Places in rendered text, shown in the template that it came from.

use crate::diag::{Diagnostic, Origin, Source, Span};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A template and the text that it rendered to. Lines that came through unchanged are known in both, and so are those that begin
/// as a line of the template does up to its first action.
#[derive(Clone, Debug)]
pub(super) struct Rendered {
    /// The rendered text.
    pub(super) source: Source,
    template: Source,
    /// For each rendered line, the template's line that it comes from.
    lines: Vec<Option<usize>>,
}

impl Rendered {
    /// Pairs a template with the text that it rendered to.
    pub(super) fn new(template: Source, text: String) -> Rendered {
        let old: Vec<&str> = template.text().split('\n').collect();
        let new: Vec<&str> = text.split('\n').collect();
        let mut lines = vec![None; new.len()];
        for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
            match operation {
                DiffOp::Equal { old_index, new_index, len } => {
                    (0..len).for_each(|offset| lines[new_index + offset] = Some(old_index + offset));
                }
                DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                    let mut next = old_index;
                    for at in new_index..new_index + new_len {
                        let found = (next..old_index + old_len).find(|line| begins_as(old[*line], new[at]));
                        lines[at] = found;
                        next = found.map_or(next, |line| line + 1);
                    }
                }
                DiffOp::Delete { .. } | DiffOp::Insert { .. } => {}
            }
        }
        let source = Source::new(format!("{} (rendered)", template.name()), text);
        Rendered { source, template, lines }
    }

    /// Returns the same place in the template, where its line is known; else the place in the rendered text.
    pub(super) fn point_span_back(&self, span: Span) -> Span {
        if span.source != self.source {
            return span;
        }
        let place = span.line_column();
        let Some(line) = self.lines.get(place.line - 1).copied().flatten() else { return span };
        let start = line_start(self.template.text(), line);
        let length = self.template.text()[start..].find('\n').unwrap_or(self.template.text().len() - start);
        let (from, to) = (place.column - 1, place.column - 1 + (span.end - span.start) as usize);
        self.template.span(start + from.min(length), start + to.min(length))
    }

    /// Returns an origin's place in the template, where its line is known.
    pub(super) fn point_origin_back(&self, origin: &Origin) -> Option<Origin> {
        let span = self.point_span_back(origin.span()?);
        (span.source != self.source).then(|| span.origin())
    }

    /// Moves every place of a diagnostic that it can into the template.
    pub(super) fn point_back(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        for label in &mut diagnostic.labels {
            label.span = self.point_span_back(label.span.clone());
        }
        for frame in &mut diagnostic.trace {
            frame.span = frame.span.take().map(|span| self.point_span_back(span));
        }
        diagnostic
    }
}

/// Says whether a rendered line begins as a line of the template does before its first action, where that says something.
fn begins_as(template: &str, rendered: &str) -> bool {
    let text = template.find("{{").map_or("", |action| &template[..action]);
    !text.trim().is_empty() && rendered.starts_with(text)
}

/// Returns the byte at which a line (counted from 0) begins.
fn line_start(text: &str, line: usize) -> usize {
    if line == 0 { 0 } else { memchr::memchr_iter(b'\n', text.as_bytes()).nth(line - 1).map_or(text.len(), |newline| newline + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_came_through_point_into_the_template() {
        let template = Source::new("t", "a: 1\n{{ if x }}\nb: 2\n{{ end }}\nc: {{ y }}\n{{ z }}");
        let rendered = Rendered::new(template, "a: 1\n\nb: 2\n\nc: 3\nd: 4".into());
        let at = |text: &str| {
            let start = rendered.source.text().find(text).expect("it is there");
            rendered.point_span_back(rendered.source.span(start, start + text.len())).to_string()
        };
        assert_eq!(at("b: 2"), "t:3:1");
        assert_eq!(at("c: 3"), "t:5:1");
        assert_eq!(at("d: 4"), "t (rendered):6:1");
    }
}
