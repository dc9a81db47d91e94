//! Scalars as text.

use super::compose::tag_of;
use super::layout::Page;
use super::node::{Tree, TreeStyle};
use crate::yaml::emitter::{Analysis, analyze, double_quoted, is_break};

/// A scalar, the style that is wanted for it, and its tag where that is written.
pub(super) struct Wanted<'t> {
    pub(super) value: &'t str,
    pub(super) tag: &'t str,
    pub(super) analysis: Analysis,
    style: TreeStyle,
}

/// Decides on tag and style (encode.go, `node`).
pub(super) fn wanted(node: &Tree) -> Wanted<'_> {
    let is_text = node.tag == "!!str";
    let is_quoted = !matches!(node.style, TreeStyle::Plain | TreeStyle::Flow);
    let mut style = node.style;
    let mut tag = node.tag.as_str();
    if !node.tagged && !tag.is_empty() {
        if is_text && is_quoted || tag_of(&node.value) == tag {
            tag = "";
        } else if is_text {
            tag = "";
            style = TreeStyle::DoubleQuoted;
        }
    }
    if !is_quoted && node.value.contains('\n') {
        style = TreeStyle::Literal;
    }
    Wanted { value: &node.value, tag, analysis: analyze(&node.value, true), style }
}

impl Page {
    /// Writes a scalar in the style that is wanted, or the next one that is possible.
    pub(super) fn write_scalar(&mut self, wanted: &Wanted<'_>, root: bool, simple_key: bool, in_sequence: bool) {
        let style = self.possible_style(wanted, simple_key);
        self.write_tag(wanted.tag);
        self.increase_indent(true, in_sequence, false);
        match style {
            TreeStyle::Plain | TreeStyle::Flow => self.write_plain(wanted.value, root),
            TreeStyle::SingleQuoted => self.write_single_quoted(wanted.value),
            TreeStyle::DoubleQuoted => self.write_double_quoted(wanted.value),
            TreeStyle::Literal => self.write_literal(wanted.value),
            TreeStyle::Folded => self.write_folded(wanted.value),
        }
        self.decrease_indent();
    }

    fn possible_style(&self, wanted: &Wanted<'_>, simple_key: bool) -> TreeStyle {
        let analysis = wanted.analysis;
        let in_flow = self.flow_level > 0;
        let mut style = if simple_key && analysis.multiline { TreeStyle::DoubleQuoted } else { wanted.style };
        if matches!(style, TreeStyle::Plain | TreeStyle::Flow) {
            let allowed = analysis.plain_allowed && !(in_flow && has_flow_indicators(wanted.value));
            if !allowed || wanted.value.is_empty() && (in_flow || simple_key) {
                style = TreeStyle::SingleQuoted;
            }
        }
        if style == TreeStyle::SingleQuoted && !analysis.single_quoted_allowed {
            style = TreeStyle::DoubleQuoted;
        }
        if matches!(style, TreeStyle::Literal | TreeStyle::Folded) && (!analysis.block_allowed || in_flow || simple_key) {
            style = TreeStyle::DoubleQuoted;
        }
        style
    }

    /// Writes a tag in its short form where it has one.
    pub(super) fn write_tag(&mut self, tag: &str) {
        if tag.is_empty() {
            return;
        }
        if tag.starts_with('!') {
            self.write_indicator(tag, true, false, false);
        } else {
            self.write_indicator(&format!("!<{tag}>"), true, false, false);
        }
    }

    fn write_plain(&mut self, value: &str, root: bool) {
        if !value.is_empty() {
            if !self.whitespace {
                self.put(" ");
            }
            self.put(value);
            self.whitespace = false;
        }
        self.indention = false;
        self.open_ended |= root;
    }

    fn write_single_quoted(&mut self, value: &str) {
        self.write_indicator("'", true, false, false);
        let mut breaks = false;
        for character in value.chars() {
            if is_break(character) {
                if !breaks && character == '\n' {
                    self.put_break();
                }
                self.write_break(character);
                breaks = true;
                continue;
            }
            if character == ' ' {
                self.put(" ");
                continue;
            }
            if breaks {
                self.write_indent();
            }
            if character == '\'' {
                self.put("'");
            }
            self.out.push(character);
            self.column += 1;
            self.indention = false;
            breaks = false;
        }
        self.write_indicator("'", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn write_double_quoted(&mut self, value: &str) {
        self.write_indicator(&double_quoted(value), true, false, false);
    }

    /// Writes how a block begins and ends, and the comment or the end of the line.
    fn write_block_header(&mut self, indicator: &str, value: &str) {
        self.write_indicator(indicator, true, false, false);
        if value.starts_with(|first| first == ' ' || is_break(first)) {
            self.write_indicator("2", false, false, false);
        }
        self.open_ended = false;
        let mut last = value.chars().rev();
        match (last.next().is_some_and(is_break), last.next()) {
            (false, _) => self.write_indicator("-", false, false, false),
            (true, Some(character)) if !is_break(character) => {}
            (true, _) => {
                self.write_indicator("+", false, false, false);
                self.open_ended = true;
            }
        }
        if !self.write_line() {
            self.put_break();
        }
        self.whitespace = true;
    }

    fn write_literal(&mut self, value: &str) {
        self.write_block_header("|", value);
        let mut breaks = true;
        for character in value.chars() {
            if is_break(character) {
                self.write_break(character);
                breaks = true;
                continue;
            }
            if breaks {
                self.write_indent();
            }
            self.out.push(character);
            self.column += 1;
            self.indention = false;
            breaks = false;
        }
    }

    fn write_folded(&mut self, value: &str) {
        self.write_block_header(">", value);
        // go-yaml looks at the first characters of the text at every break, so it adds lines only to a text that does not
        // begin with breaks and a blank.
        let first = value.trim_start_matches(is_break).chars().next();
        let adds_lines = !matches!(first, None | Some(' ' | '\t'));
        let (mut breaks, mut leading_spaces) = (true, true);
        for character in value.chars() {
            if is_break(character) {
                if !breaks && !leading_spaces && character == '\n' && adds_lines {
                    self.put_break();
                }
                self.write_break(character);
                breaks = true;
                continue;
            }
            if breaks {
                self.write_indent();
                leading_spaces = matches!(character, ' ' | '\t');
            }
            self.out.push(character);
            self.column += 1;
            self.indention = false;
            breaks = false;
        }
    }
}

/// Says whether a text holds what would end it inside of `[]` or `{}` (emitterc.go, `yaml_emitter_analyze_scalar`).
fn has_flow_indicators(value: &str) -> bool {
    if value.is_empty() {
        return true;
    }
    value.starts_with(['?', ':']) || value.bytes().skip(1).any(|byte| matches!(byte, b',' | b'?' | b'[' | b']' | b'{' | b'}' | b':'))
}
