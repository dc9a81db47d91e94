//! Where on the page the emitter is: indentation, white space, and the comments that wait to be written.

use crate::yaml::emitter::is_break;

const INDENT: i32 = 2;

/// Comments that wait for their place; an event adds those that it has.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    pub(super) head: String,
    pub(super) line: String,
    pub(super) foot: String,
    /// The foot of the entry before.
    pub(super) tail: String,
    /// The line comment of a key whose value comes next.
    pub(super) key_line: String,
}

impl Waiting {
    /// Says whether something must be written after the current entry.
    pub(super) fn after_entry(&self) -> bool {
        !(self.line.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }
}

/// The text so far, and what the next characters depend on.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) out: String,
    pub(super) column: usize,
    /// The column of the current collection; -1 outside of any.
    pub(super) indent: i32,
    indents: Vec<i32>,
    /// Whether the last character was white space.
    pub(super) whitespace: bool,
    /// Whether nothing but indentation stands on the line.
    pub(super) indention: bool,
    /// An empty line goes before text at this indentation, as a foot comment stands above; -1 for none.
    pub(super) foot_indent: i32,
    /// Whether a reader of the text cannot tell that the document has ended.
    pub(super) open_ended: bool,
    pub(super) flow_level: usize,
    pub(super) waiting: Waiting,
}

impl Page {
    pub(super) fn new() -> Page {
        Page {
            out: String::new(),
            column: 0,
            indent: -1,
            indents: Vec::new(),
            whitespace: true,
            indention: true,
            foot_indent: -1,
            open_ended: false,
            flow_level: 0,
            waiting: Waiting::default(),
        }
    }

    pub(super) fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    pub(super) fn put_break(&mut self) {
        self.write_break('\n');
    }

    /// Writes a line break as it is.
    pub(super) fn write_break(&mut self, character: char) {
        self.out.push(character);
        self.column = 0;
        self.indention = true;
    }

    /// Moves to the indentation of the current collection, on a new line where this one is taken.
    pub(super) fn write_indent(&mut self) {
        let indent = self.indent.max(0);
        let column = self.column as i32;
        if !self.indention || column > indent || (column == indent && !self.whitespace) {
            self.put_break();
        }
        if self.foot_indent == indent {
            self.put_break();
        }
        while (self.column as i32) < indent {
            self.put(" ");
        }
        self.whitespace = true;
        self.foot_indent = -1;
    }

    /// Writes `-`, `:`, a quote and the like.
    pub(super) fn write_indicator(&mut self, indicator: &str, needs_whitespace: bool, is_whitespace: bool, is_indention: bool) {
        if needs_whitespace && !self.whitespace {
            self.put(" ");
        }
        self.put(indicator);
        self.whitespace = is_whitespace;
        self.indention &= is_indention;
        self.open_ended = false;
    }

    /// Indents what follows. An entry of a block sequence stands after its `- `, everything else in the next even column; a
    /// `compact` sequence keeps its `-` in the column of its key.
    pub(super) fn increase_indent(&mut self, flow: bool, in_sequence: bool, compact: bool) {
        self.indents.push(self.indent);
        if self.indent < 0 {
            self.indent = if flow { INDENT } else { 0 };
        } else if in_sequence {
            self.indent += INDENT;
        } else {
            self.indent = INDENT * ((self.indent + INDENT) / INDENT) - if compact { INDENT } else { 0 };
        }
    }

    pub(super) fn decrease_indent(&mut self) {
        self.indent = self.indents.pop().unwrap_or(-1);
    }

    /// Writes the foot of the entry before, and the comment before what follows.
    pub(super) fn write_head(&mut self) {
        let tail = std::mem::take(&mut self.waiting.tail);
        if !tail.is_empty() {
            self.write_indent();
            self.write_comment(&tail);
            self.foot_indent = self.indent.max(0);
        }
        let head = std::mem::take(&mut self.waiting.head);
        if !head.is_empty() {
            self.write_indent();
            self.write_comment(&head);
        }
    }

    /// Writes the comment on the current line; says whether there was one.
    pub(super) fn write_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.waiting.line);
        if line.is_empty() {
            return false;
        }
        if !self.whitespace {
            self.put(" ");
        }
        self.write_comment(&line);
        true
    }

    pub(super) fn write_foot(&mut self) {
        let foot = std::mem::take(&mut self.waiting.foot);
        if !foot.is_empty() {
            self.write_indent();
            self.write_comment(&foot);
            self.foot_indent = self.indent.max(0);
        }
    }

    fn write_comment(&mut self, comment: &str) {
        let (mut breaks, mut pound) = (false, false);
        for character in comment.chars() {
            if is_break(character) {
                self.write_break(character);
                (breaks, pound) = (true, false);
                continue;
            }
            if breaks {
                self.write_indent();
            }
            if !pound && character != '#' {
                self.put("# ");
            }
            pound = true;
            self.out.push(character);
            self.column += 1;
            self.indention = false;
            breaks = false;
        }
        if !breaks {
            self.put_break();
        }
        self.whitespace = true;
    }
}
