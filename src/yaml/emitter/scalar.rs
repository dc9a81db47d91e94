//! Strings as plain, single-quoted and literal scalars.

use super::analysis::{Analysis, analyze, break_at, is_break};
use super::layout::{Emitter, Place};

/// How a scalar is wanted; the emitter takes another style where this one is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

/// Keys up to this many bytes, on one line, need no `?` (emitterc.go, `yaml_emitter_check_simple_key`).
const MAX_SIMPLE_KEY: usize = 128;

impl Emitter {
    /// Writes a key and its `:`. `tag` is `!!binary` or nothing.
    pub(in crate::yaml) fn mapping_key(&mut self, key: &str, wanted: Style, tag: &str) {
        let analysis = analyze(key, self.v3);
        self.key();
        if !analysis.multiline && key.len() + tag.len() <= MAX_SIMPLE_KEY {
            self.write_scalar(key, analysis, wanted, Place::SimpleKey, tag);
            self.simple_value();
        } else {
            self.complex_key();
            self.write_scalar(key, analysis, wanted, Place::MappingPart, tag);
            self.complex_value();
        }
    }

    /// Writes a string that is no key.
    pub(in crate::yaml) fn string(&mut self, value: &str, wanted: Style, tag: &str) {
        self.write_scalar(value, analyze(value, self.v3), wanted, Place::MappingPart, tag);
    }

    fn write_scalar(&mut self, value: &str, analysis: Analysis, wanted: Style, place: Place, tag: &str) {
        let style = possible_style(value, analysis, wanted, place);
        if !tag.is_empty() {
            self.write_indicator(tag, true, false, false);
        }
        let opened = self.increase_scalar_indent();
        let folds = place != Place::SimpleKey;
        match style {
            Style::Plain => self.write_plain(value, folds),
            Style::SingleQuoted => self.write_single_quoted(value, folds),
            Style::DoubleQuoted => self.write_double_quoted(value, folds),
            Style::Literal => self.write_literal(value),
        }
        self.close(opened);
    }

    /// Says whether a text ends before the column past which lines are folded.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.column.saturating_add(text.len()) <= self.best_width
    }

    fn write_plain(&mut self, value: &str, folds: bool) {
        if !self.whitespace {
            self.put(' ');
        }
        // A plain scalar has no line breaks: the analysis forbids them.
        if !folds || self.fits(value) {
            self.put_text(value);
        } else {
            self.write_folding(value);
        }
        self.whitespace = false;
        self.indention = false;
    }

    fn write_single_quoted(&mut self, value: &str, folds: bool) {
        self.write_indicator("'", true, false, false);
        self.write_folding_in_quotes(value, folds);
        self.write_indicator("'", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    /// Writes text without line breaks, folded at single spaces past the width.
    fn write_folding(&mut self, value: &str) {
        let bytes = value.as_bytes();
        self.indention = false;
        let mut written = 0;
        for at in memchr::memchr_iter(b' ', bytes) {
            let after_space = at > 0 && bytes[at - 1] == b' ';
            self.put_text(&value[written..at]);
            if !after_space && self.column > self.best_width && bytes.get(at + 1) != Some(&b' ') {
                self.write_indent();
                self.indention = false;
            } else {
                self.put(' ');
            }
            written = at + 1;
        }
        self.put_text(&value[written..]);
    }

    fn write_folding_in_quotes(&mut self, value: &str, folds: bool) {
        let bytes = value.as_bytes();
        let mut spaces = false;
        let mut breaks = false;
        for (at, character) in value.char_indices() {
            if character == ' ' {
                let inside = at > 0 && at < bytes.len() - 1;
                if folds && !spaces && self.column > self.best_width && inside && bytes[at + 1] != b' ' {
                    self.write_indent();
                } else {
                    self.put(' ');
                }
                spaces = true;
            } else if break_at(bytes, at) {
                if !breaks && character == '\n' {
                    self.put_break();
                }
                self.write_break(character);
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                if character == '\'' {
                    self.put('\'');
                }
                self.put(character);
                self.indention = false;
                spaces = false;
                breaks = false;
            }
        }
    }

    fn write_break(&mut self, character: char) {
        self.out.push(character);
        self.column = 0;
    }

    fn write_literal(&mut self, value: &str) {
        self.write_indicator("|", true, false, false);
        self.write_block_hints(value);
        self.put_break();
        self.whitespace = true;
        self.indention = true;
        let mut rest = value;
        while !rest.is_empty() {
            let bytes = rest.as_bytes();
            let length = line_length(bytes);
            if length > 0 {
                self.write_indent();
                self.put_text(&rest[..length]);
                self.indention = false;
            }
            rest = &rest[length..];
            if let Some(character) = rest.chars().next() {
                self.write_break(character);
                self.indention = true;
                rest = &rest[character.len_utf8()..];
            }
        }
    }

    /// Writes `2` where the text begins with a blank, and `-` or `+` for how it ends.
    fn write_block_hints(&mut self, value: &str) {
        if value.starts_with(' ') || break_at(value.as_bytes(), 0) {
            self.write_indicator("2", false, false, false);
        }
        let mut last = value.chars().rev();
        let hint = match (last.next().is_some_and(is_break), last.next()) {
            (false, _) => "-",
            (true, Some(character)) if !is_break(character) => "",
            (true, _) => "+",
        };
        if !hint.is_empty() {
            self.write_indicator(hint, false, false, false);
        }
    }
}

fn line_length(bytes: &[u8]) -> usize {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    memchr::memchr3_iter(b'\r', 0xC2, 0xE2, &bytes[..end]).find(|at| break_at(bytes, *at)).unwrap_or(end)
}

fn possible_style(value: &str, analysis: Analysis, wanted: Style, place: Place) -> Style {
    let simple_key = place == Place::SimpleKey;
    let mut style = wanted;
    if simple_key && analysis.multiline {
        style = Style::DoubleQuoted;
    }
    if style == Style::Plain && (!analysis.plain_allowed || (value.is_empty() && simple_key)) {
        style = Style::SingleQuoted;
    }
    if style == Style::SingleQuoted && !analysis.single_quoted_allowed {
        style = Style::DoubleQuoted;
    }
    if style == Style::Literal && (!analysis.block_allowed || simple_key) {
        style = Style::DoubleQuoted;
    }
    style
}
