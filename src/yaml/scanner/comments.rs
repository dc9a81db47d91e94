//! Comments, found beside the tokens and tied to them as go-yaml v3 does, for readers that write a text again.
//!
//! Off unless asked for: nothing else looks at comments. Rule: go.yaml.in/yaml/v3 scannerc.go (`yaml_parser_scan_comments`,
//! `yaml_parser_scan_line_comment`) and parserc.go (`yaml_parser_unfold_comments`).

use super::chars::{break_width, is_blank, is_break_or_end};
use super::state::Scanner;
use super::token::{Mark, TokenKind};

/// A comment, and the token that it belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct Comment {
    /// Where the white space before it began.
    pub(super) scan: u32,
    /// Where the token begins that it belongs to.
    pub(super) token: u32,
    pub(super) start: Mark,
    pub(super) end: u32,
    pub(super) head: String,
    pub(super) line: String,
    pub(super) foot: String,
}

/// The comments that were found, and those of the tokens up to the next one.
#[derive(Clone, Debug, Default)]
pub(in crate::yaml) struct Comments {
    pub(super) found: Vec<Comment>,
    taken: usize,
    /// Before the next event.
    pub(in crate::yaml) head: String,
    /// On its line.
    pub(in crate::yaml) line: String,
    /// After what came before it.
    pub(in crate::yaml) foot: String,
    /// Before a collection in a sequence's entry, as a whole.
    pub(in crate::yaml) stem: Option<String>,
}

/// go-yaml looks no farther ahead over blanks and empty lines.
const LOOKAHEAD: usize = 512;

impl Comments {
    /// Moves the comments that belong before the end of a token to those of the next event.
    pub(super) fn unfold(&mut self, start: u32, ends_block: bool) {
        while let Some(comment) = self.found.get_mut(self.taken).filter(|comment| start >= comment.token) {
            if !comment.head.is_empty() && ends_block {
                // Ends have no head: it is that of a later token.
                break;
            }
            join(&mut self.head, &comment.head);
            join(&mut self.foot, &comment.foot);
            join(&mut self.line, &comment.line);
            *comment = Comment::default();
            self.taken += 1;
        }
    }

    /// Sets the head comment aside as that of the collection that begins here, of which `length` bytes were there before.
    pub(in crate::yaml) fn split_stem(&mut self, length: usize) {
        let rest = self.head.get(length + 1..).unwrap_or_default().to_owned();
        self.head.truncate(length);
        self.stem = Some(std::mem::replace(&mut self.head, rest));
    }
}

fn join(to: &mut String, text: &str) {
    if text.is_empty() {
        return;
    }
    if !to.is_empty() {
        to.push('\n');
    }
    to.push_str(text);
}

impl Scanner<'_> {
    /// Keeps comments from here on.
    pub(in crate::yaml) fn keep_comments(&mut self) {
        self.comments = Some(Box::default());
    }

    /// Returns the comments of the next event, where they are kept.
    pub(in crate::yaml) fn comments(&mut self) -> Option<&mut Comments> {
        self.comments.as_deref_mut()
    }

    /// Takes the comments that begin here, at a `#`, and on the following lines, apart.
    pub(super) fn scan_comments(&mut self, scan: Mark) {
        let Some(mut comments) = self.comments.take() else { return };
        self.turn_line_to_head(&mut comments);
        self.collect(scan, &mut comments);
        self.comments = Some(comments);
    }

    /// A comment after the `-` of a sequence's first entry is the head of what follows.
    fn turn_line_to_head(&self, comments: &mut Comments) {
        let count = self.tokens.len();
        let Some(comment) = comments.found.last_mut().filter(|_| count > 1) else { return };
        let opens = matches!(self.tokens[count - 2].kind, TokenKind::BlockSequenceStart);
        if opens && matches!(self.tokens[count - 1].kind, TokenKind::BlockEntry) && !comment.line.is_empty() {
            comment.head = std::mem::take(&mut comment.line);
            if comment.start.line + 1 == self.mark.line {
                comment.token = self.mark.at;
            }
        }
    }

    fn collect(&mut self, mut scan: Mark, comments: &mut Comments) {
        let mut last = &self.tokens[self.tokens.len() - 1];
        if matches!(last.kind, TokenKind::FlowEntry) && self.tokens.len() > 1 {
            last = &self.tokens[self.tokens.len() - 2];
        }
        let (after_value, mut token) = (matches!(last.kind, TokenKind::Value), last.start.at);
        let next_indent = self.indent.max(0);
        let newlines = self.newlines();
        let mut first_empty = newlines <= 1;
        let mut recent_empty = false;
        let foot_line = if scan.line > 0 {
            i64::from(self.mark.line) - newlines as i64 + 1 + i64::from(newlines == 0 && self.mark.column > 1)
        } else {
            -1
        };
        let (mut line, mut column) = (self.mark.line, self.mark.column);
        let mut start = Mark::default();
        let mut text = String::new();
        let mut peek = 0;
        while peek < LOOKAHEAD {
            column += 1;
            let at = self.at() + peek;
            let byte = self.ahead(peek);
            if is_blank(byte) {
                peek += 1;
                continue;
            }
            let here = Mark { at: at as u32, line, column };
            let dedented = |start: Mark| (start.column as i32) - 1 < next_indent;
            let mut foot = |token: u32, text: &mut String, start: Mark, scan: Mark| {
                let foot = std::mem::take(text);
                comments.found.push(Comment { scan: scan.at, token, start, end: here.at, foot, ..Comment::default() });
            };
            let closes = self.flow_level > 0 && matches!(byte, b']' | b'}');
            if closes || is_break_or_end(self.bytes, at) {
                if closes || !recent_empty {
                    let is_foot = i64::from(start.line) == foot_line && !after_value || dedented(start);
                    if closes || first_empty && is_foot {
                        // The comment ends what came before it: an empty line or the end of the collection follows.
                        if !text.is_empty() {
                            let token_before = if dedented(start) { start.at } else { token };
                            foot(token_before, &mut text, start, scan);
                            (scan, token) = (here, here.at);
                        }
                    } else if !text.is_empty() && byte != 0 {
                        text.push('\n');
                    }
                }
                if break_width(self.bytes, at) == 0 {
                    break;
                }
                (first_empty, recent_empty, column) = (false, true, 0);
                line += 1;
                peek += 1;
                continue;
            }
            if !text.is_empty() && (column as i32) - 1 < next_indent && column != start.column {
                // At another indentation it belongs to what came before.
                foot(token, &mut text, start, scan);
                (scan, token) = (here, here.at);
            }
            if byte != b'#' {
                break;
            }
            if text.is_empty() {
                start = here;
            } else {
                text.push('\n');
            }
            recent_empty = false;
            self.read_comment(at, &mut text);
            // The line break after it is passed over.
            (peek, column, line) = (1, 0, self.mark.line);
        }
        if !text.is_empty() {
            let end = (self.at() + peek).saturating_sub(1) as u32;
            comments.found.push(Comment { scan: scan.at, token: start.at, start, end, head: text, ..Comment::default() });
        }
    }

    /// Moves to a `#` and over its comment, which is added to `text`.
    fn read_comment(&mut self, at: usize, text: &mut String) {
        while self.at() < at {
            if !self.skip_line() {
                self.skip();
            }
        }
        let end = self.line_end(at);
        text.push_str(&self.text[at..end]);
        self.advance_to(end);
    }

    /// Takes a comment on the rest of the line, for the token that begins at `token`.
    pub(super) fn scan_line_comment(&mut self, token: Mark) {
        if self.comments.is_none() || self.newlines() > 0 {
            return;
        }
        let blanks = (0..LOOKAHEAD).take_while(|peek| is_blank(self.ahead(*peek))).count();
        if blanks == LOOKAHEAD || self.ahead(blanks) != b'#' {
            return;
        }
        let at = self.at() + blanks;
        let start = Mark { at: at as u32, line: self.mark.line, column: self.mark.column + blanks as u32 };
        let mut line = String::new();
        self.read_comment(at, &mut line);
        if let Some(comments) = &mut self.comments {
            comments.found.push(Comment { token: token.at, start, line, ..Comment::default() });
        }
    }

    /// Returns where a block ends that is closed after white space: before comments that stand deeper than its parent.
    pub(super) fn block_end(&self, end: Mark) -> Mark {
        let Some(comments) = &self.comments else { return self.mark };
        let mut found = end;
        let mut stop = end.at;
        for comment in comments.found.iter().rev() {
            if comment.end < stop {
                break;
            }
            if comment.start.column as i32 == self.indent + 1 {
                found = comment.start;
            }
            stop = comment.scan;
        }
        found
    }

    /// Returns the number of line breaks since the last character that is none, and no blank.
    fn newlines(&self) -> usize {
        let mut at = self.at();
        let mut count = 0;
        while at > 0 {
            let width = if is_blank(self.bytes[at - 1]) {
                1
            } else {
                let width = (1..=at.min(3)).rev().find(|width| break_width(self.bytes, at - width) == *width);
                count += usize::from(width.is_some());
                match width {
                    Some(width) => width,
                    None => break,
                }
            };
            at -= width;
        }
        count
    }
}
