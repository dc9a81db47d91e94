//! Places in rendered text, shown in the template that it came from.

use crate::diag::{Diagnostic, Origin, Source, Span};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A template and the text that it rendered to. Lines that came through unchanged are known in both.
#[derive(Clone, Debug)]
pub(super) struct Rendered {
    /// The rendered text.
    pub(super) source: Source,
    template: Source,
    /// For each rendered line, the template's line that it is a copy of.
    lines: Vec<Option<usize>>,
}

impl Rendered {
    /// Pairs a template with the text that it rendered to.
    pub(super) fn new(template: Source, text: String) -> Rendered {
        let old: Vec<&str> = template.text().split('\n').collect();
        let new: Vec<&str> = text.split('\n').collect();
        let mut lines = vec![None; new.len()];
        for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
            if let DiffOp::Equal { old_index, new_index, len } = operation {
                (0..len).for_each(|offset| lines[new_index + offset] = Some(old_index + offset));
            }
        }
        let source = Source::new(format!("{} (rendered)", template.name()), text);
        Rendered { source, template, lines }
    }

    /// Returns the same place in the template, where its line is a copy; else the place in the rendered text.
    pub(super) fn point_span_back(&self, span: Span) -> Span {
        if span.source != self.source {
            return span;
        }
        let place = span.line_column();
        let Some(line) = self.lines.get(place.line - 1).copied().flatten() else { return span };
        let start = line_start(self.template.text(), line) + place.column - 1;
        self.template.span(start, start + (span.end - span.start) as usize)
    }

    /// Returns an origin's place in the template, where its line is a copy.
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

/// Returns the byte at which a line (counted from 0) begins.
fn line_start(text: &str, line: usize) -> usize {
    if line == 0 { 0 } else { memchr::memchr_iter(b'\n', text.as_bytes()).nth(line - 1).map_or(text.len(), |newline| newline + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_came_through_point_into_the_template() {
        let template = Source::new("t", "a: 1\n{{ if x }}\nb: 2\n{{ end }}\nc: {{ y }}\n");
        let rendered = Rendered::new(template, "a: 1\n\nb: 2\n\nc: 3\n".into());
        let at = |text: &str| {
            let start = rendered.source.text().find(text).expect("it is there");
            rendered.point_span_back(rendered.source.span(start, start + text.len())).to_string()
        };
        assert_eq!(at("b: 2"), "t:3:1");
        assert_eq!(at("c: 3"), "t (rendered):5:1");
    }
}
