//! Indentation, white space and indicators.

/// Writes one document in block style.
pub(in crate::yaml) struct Emitter {
    pub(super) out: String,
    pub(super) column: usize,
    /// The column of the current collection; -1 outside of any.
    pub(super) indent: i32,
    /// Whether the last thing written was white space.
    pub(super) whitespace: bool,
    /// Whether nothing but indentation and `- `, `? `, `: ` stands on the line.
    pub(super) indention: bool,
    /// Lines are folded past this column.
    pub(super) best_width: usize,
    /// How go-yaml v3 differs: sequences are indented under their keys, tabs may stand in block scalars.
    pub(super) v3: bool,
}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum Place {
    /// The document or an item of a sequence.
    Item,
    /// A key without `?`.
    SimpleKey,
    /// A key after `?`, or a value.
    MappingPart,
}

const INDENT: i32 = 2;

impl Emitter {
    /// Lays out as go-yaml v2 does: lines are folded past column 80.
    pub(in crate::yaml) fn v2() -> Emitter {
        Self::new(80, false)
    }

    /// Lays out as go-yaml v3 does with an indentation of 2: lines are never folded.
    pub(in crate::yaml) fn v3() -> Emitter {
        Self::new(usize::MAX, true)
    }

    fn new(best_width: usize, v3: bool) -> Emitter {
        Emitter { out: String::new(), column: 0, indent: -1, whitespace: true, indention: true, best_width, v3 }
    }

    /// Ends the document and returns its text.
    pub(in crate::yaml) fn finish(mut self) -> String {
        self.write_indent();
        self.out
    }

    /// Opens a block mapping; returns what `close` needs.
    pub(in crate::yaml) fn open_mapping(&mut self) -> i32 {
        self.increase_indent(false)
    }

    /// Opens a block sequence at a place; returns what `close` needs.
    pub(in crate::yaml) fn open_sequence(&mut self, place: Place) -> i32 {
        let indentless = !self.v3 && place == Place::MappingPart && !self.indention;
        self.increase_indent(indentless)
    }

    /// Ends the collection that was opened last.
    pub(in crate::yaml) fn close(&mut self, opened: i32) {
        self.indent = opened;
    }

    fn increase_indent(&mut self, indentless: bool) -> i32 {
        let before = self.indent;
        if before < 0 {
            self.indent = 0;
        } else if !indentless {
            self.indent += INDENT;
        }
        before
    }

    /// Indents for a scalar, whose further lines lie deeper; returns what `close` needs.
    pub(super) fn increase_scalar_indent(&mut self) -> i32 {
        let before = self.indent;
        self.indent = before.max(0) + INDENT;
        before
    }

    /// Writes `- ` before an item.
    pub(in crate::yaml) fn item(&mut self) {
        self.write_indent();
        self.write_indicator("-", true, false, true);
    }

    /// Goes to a new line for a key.
    pub(in crate::yaml) fn key(&mut self) {
        self.write_indent();
    }

    /// Writes `?` before a key that is not simple.
    pub(in crate::yaml) fn complex_key(&mut self) {
        self.write_indicator("?", true, false, true);
    }

    /// Writes the `:` after a simple key.
    pub(in crate::yaml) fn simple_value(&mut self) {
        self.write_indicator(":", false, false, false);
    }

    /// Writes the `:` after a key that is not simple.
    pub(in crate::yaml) fn complex_value(&mut self) {
        self.write_indent();
        self.write_indicator(":", true, false, true);
    }

    /// Writes `[]` or `{}`.
    pub(in crate::yaml) fn empty_collection(&mut self, brackets: &str) {
        self.write_indicator(brackets, true, false, false);
    }

    /// Writes ASCII text with nothing to quote: a number, a boolean, null.
    pub(in crate::yaml) fn plain_word(&mut self, word: &str) {
        self.write_indicator(word, true, false, false);
    }

    pub(super) fn write_indent(&mut self) {
        let indent = self.indent.max(0) as usize;
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.put_break();
        }
        if self.column < indent {
            self.out.extend(std::iter::repeat_n(' ', indent - self.column));
            self.column = indent;
        }
        self.whitespace = true;
        self.indention = true;
    }

    /// Writes ASCII indicators.
    pub(super) fn write_indicator(&mut self, indicator: &str, needs_whitespace: bool, is_whitespace: bool, is_indention: bool) {
        if needs_whitespace && !self.whitespace {
            self.put(' ');
        }
        self.out.push_str(indicator);
        self.column += indicator.len();
        self.whitespace = is_whitespace;
        self.indention = self.indention && is_indention;
    }

    pub(super) fn put(&mut self, character: char) {
        self.out.push(character);
        self.column += 1;
    }

    pub(super) fn put_break(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    /// Writes text without line breaks.
    pub(super) fn put_text(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += if text.is_ascii() { text.len() } else { text.chars().count() };
    }
}
