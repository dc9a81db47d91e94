//! Draws diagnostics with source excerpts.

use crate::diag::{Diagnostic, Label, Severity, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Returns the drawn text of diagnostics, each followed by an empty line but the last.
pub fn draw<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, color: bool) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        if !text.is_empty() {
            text.push('\n');
        }
        let titled = Group::with_title(level(diagnostic).primary_title(diagnostic.title.as_str()));
        text.push_str(&render(titled, diagnostic, color));
    }
    text
}

/// Returns the text of diagnostics for a standard error that is no terminal: where the tool whose part we take has words of
/// its own, they come first as that tool prints them (`Error: …`), and the drawing follows without its title.
pub fn write_for_programs<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>, color: bool) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let Some(words) = &diagnostic.verbatim else {
            text.push_str(&draw([diagnostic], color));
            continue;
        };
        text.push_str(&format!("Error: {words}\n"));
        let has_body = !(diagnostic.labels.is_empty() && diagnostic.trace.is_empty() && diagnostic.help.is_empty());
        if has_body {
            text.push_str(&render(Group::with_level(level(diagnostic)), diagnostic, color));
        }
    }
    text
}

fn level(diagnostic: &Diagnostic) -> Level<'static> {
    match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

fn render<'a>(group: Group<'a>, diagnostic: &'a Diagnostic, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
    let mut text = renderer.render(&[with_body(group, diagnostic)]);
    text.push('\n');
    text
}

fn with_body<'a>(mut group: Group<'a>, diagnostic: &'a Diagnostic) -> Group<'a> {
    for labels in by_source(&diagnostic.labels) {
        group = group.element(snippet(&labels, EXCERPT_MARGIN));
    }
    // From the place outwards, as compilers tell of includes.
    for frame in diagnostic.trace.iter().rev() {
        group = group.element(Level::NOTE.with_name(Some("via")).message(frame.text.as_str()));
        if let Some(span) = &frame.span {
            group = group.element(frame_snippet(span));
        }
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// Groups labels by source, keeping the order in which the sources are named first.
fn by_source(labels: &[Label]) -> Vec<Vec<&Label>> {
    let mut groups: Vec<Vec<&Label>> = Vec::new();
    for label in labels {
        match groups.iter_mut().find(|group| group[0].span.source == label.span.source) {
            Some(group) => group.push(label),
            None => groups.push(vec![label]),
        }
    }
    groups
}

/// Lines shown around a label: enough to see where one is, in files of any length.
const EXCERPT_MARGIN: usize = 2;

/// Returns the one line of a step of the way.
fn frame_snippet(span: &Span) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    let text = span.source.text();
    let range = visible(span, text);
    let (from, to) = (line_start_before(text, range.start, 0), line_end_after(text, range.start, 0));
    let annotation = AnnotationKind::Context.span(range.start - from..range.end - from);
    let line = span.source.line_column(from).line;
    Snippet::source(&text[from..to]).line_start(line).path(span.source.name()).annotation(annotation)
}

fn snippet<'a>(labels: &[&'a Label], margin: usize) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let source = &labels[0].span.source;
    let text = source.text();
    let first = labels.iter().map(|label| label.span.range().start).min().unwrap_or(0);
    let last = labels.iter().map(|label| label.span.range().end).max().unwrap_or(0);
    let from = line_start_before(text, first, margin);
    let to = line_end_after(text, last, margin);
    let mut snippet = Snippet::source(&text[from..to]).line_start(source.line_column(from).line).path(source.name()).fold(true);
    for label in labels {
        let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let range = visible(&label.span, text);
        let annotation = kind.span(range.start - from..range.end - from);
        snippet = snippet.annotation(if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) });
    }
    snippet
}

/// Returns the bytes to underline: whole characters, at most to the end of the span's first line, at least one character.
fn visible(span: &Span, text: &str) -> std::ops::Range<usize> {
    let range = span.range();
    let start = floor_boundary(text, range.start);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let wanted = range.end.max(start + 1).min(line_end.max(start));
    let mut end = wanted;
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn line_start_before(text: &str, at: usize, lines: usize) -> usize {
    let mut start = text[..floor_boundary(text, at)].rfind('\n').map_or(0, |newline| newline + 1);
    for _ in 0..lines {
        if start == 0 {
            break;
        }
        start = text[..start - 1].rfind('\n').map_or(0, |newline| newline + 1);
    }
    start
}

fn line_end_after(text: &str, at: usize, lines: usize) -> usize {
    let mut end = floor_boundary(text, at);
    for _ in 0..=lines {
        end = text[end..].find('\n').map_or(text.len(), |newline| (end + newline + 1).min(text.len()));
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Source;

    #[test]
    fn an_error_shows_its_line_and_its_help() {
        let source = Source::new("stack.yaml", "releases:\n- name: a\n  wiat: true\n");
        let diagnostic =
            Diagnostic::error("unknown key `wiat` in a release").at(source.span(22, 26), "no such key").help("did you mean `wait`?");
        let drawn = draw([&diagnostic], false);
        assert!(drawn.contains("error: unknown key `wiat` in a release"), "{drawn}");
        assert!(drawn.contains("--> stack.yaml:3:3"), "{drawn}");
        assert!(drawn.contains("^^^^ no such key"), "{drawn}");
        assert!(drawn.contains("= help: did you mean `wait`?"), "{drawn}");
    }

    #[test]
    fn spans_at_the_end_and_inside_characters_are_drawn_without_panic() {
        let source = Source::new("x", "a: é");
        for (start, end) in [(0, 0), (4, 4), (4, 5), (5, 5), (5, 9), (9, 12)] {
            let drawn = draw([&Diagnostic::error("e").at(source.span(start, end), "")], true);
            assert!(drawn.contains('x'));
        }
        let empty = Source::new("empty", "");
        assert!(draw([&Diagnostic::error("e").at(empty.span(0, 0), "here")], false).contains("empty"));
    }
}
