//! The scanner itself: where it is, what it has found, and how it moves.

use super::chars::{break_width, byte, count, width};
use super::comments::Comments;
use super::input::Encoding;
use super::simple_key::SimpleKey;
use super::token::{Mark, Text, Token, TokenKind};
use crate::yaml::error::Failure;
use smol_str::SmolStr;
use std::collections::VecDeque;

/// Flow collections and block collections may each be nested this deep (scannerc.go, `max_flow_level`, `max_indents`).
const MAX_DEPTH: usize = 10_000;
const TOO_DEEP: &str = "exceeded max depth of 10000";

/// Makes tokens from a text, one at a time.
pub(in crate::yaml) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    refusal: Option<(&'static str, usize)>,
    /// Columns are bytes when there is nothing but ASCII.
    ascii: bool,
    pub(super) mark: Mark,
    pub(super) tokens: VecDeque<Token<'a>>,
    /// The number of tokens that were taken from the queue.
    pub(super) tokens_taken: usize,
    head_is_settled: bool,
    started: bool,
    /// The column of the innermost block collection; -1 outside of any.
    pub(super) indent: i32,
    indents: Vec<i32>,
    pub(super) flow_level: usize,
    pub(super) simple_key_allowed: bool,
    /// One for each flow level, and one for the block context.
    pub(super) simple_keys: Vec<SimpleKey>,
    /// Room for scalars that cannot be taken from the text as they are.
    pub(super) scratch: String,
    /// Where comments are kept.
    pub(super) comments: Option<Box<Comments>>,
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning of a text.
    pub(in crate::yaml) fn new(encoding: Encoding<'a>) -> Scanner<'a> {
        let Encoding { text, refusal, refused_at } = encoding;
        // The first byte order mark tells the encoding. A second one go-yaml skips as if it were a blank.
        let marks = text.chars().take(2).take_while(|character| *character == '\u{feff}').count();
        let at = marks * '\u{feff}'.len_utf8();
        Scanner {
            text,
            bytes: text.as_bytes(),
            refusal: refusal.map(|words| (words, refused_at)),
            ascii: text[at..].is_ascii(),
            mark: Mark { at: at as u32, line: 0, column: u32::from(marks > 1) },
            tokens: VecDeque::with_capacity(16),
            tokens_taken: 0,
            head_is_settled: false,
            started: false,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            simple_key_allowed: true,
            simple_keys: Vec::new(),
            scratch: String::new(),
            comments: None,
        }
    }

    /// Returns the next token without taking it.
    ///
    /// # Errors
    /// What is wrong with the text up to the end of the token.
    #[inline]
    pub(in crate::yaml) fn peek(&mut self) -> Result<&Token<'a>, Failure> {
        if !self.head_is_settled {
            self.settle_head()?;
        }
        if let Some(comments) = &mut self.comments {
            let token = &self.tokens[0];
            comments.unfold(token.start.at, matches!(token.kind, TokenKind::BlockEnd));
        }
        Ok(&self.tokens[0])
    }

    /// Takes the token that was peeked at.
    #[inline]
    pub(in crate::yaml) fn take(&mut self) -> Token<'a> {
        self.head_is_settled = false;
        self.tokens_taken += 1;
        self.tokens.pop_front().expect("only a token that was peeked at is taken")
    }

    /// Scans on until nothing can be inserted before the first token any more: until it is no possible simple key.
    fn settle_head(&mut self) -> Result<(), Failure> {
        // A comment finds its token only when the two after it are known.
        let lookahead = if self.comments.is_some() { 2 } else { 0 };
        loop {
            if self.tokens.len() > lookahead {
                match self.key_of_token(self.tokens_taken) {
                    Some(level) if self.key_is_valid(level)? => {}
                    _ => break,
                }
            }
            if self.started {
                self.fetch_next_token()?;
                // A token that goes up to what cannot be read was not seen whole.
                if let Some(refusal) = self.refused(1) {
                    return Err(refusal);
                }
            } else {
                self.fetch_stream_start();
            }
        }
        self.head_is_settled = true;
        Ok(())
    }

    fn fetch_stream_start(&mut self) {
        self.started = true;
        self.simple_keys.push(SimpleKey::default());
        self.push(TokenKind::StreamStart, self.mark, self.mark);
    }

    /// Returns the number that the next token pushed will have.
    pub(super) fn next_token_number(&self) -> usize {
        self.tokens_taken + self.tokens.len()
    }

    #[inline]
    pub(super) fn push(&mut self, kind: TokenKind<'a>, start: Mark, end: Mark) {
        self.tokens.push_back(Token { kind, start, end });
    }

    /// Inserts an empty token before the token of the given number, or last if that one was taken already.
    pub(super) fn insert(&mut self, number: usize, kind: TokenKind<'a>, mark: Mark) {
        let place = number.checked_sub(self.tokens_taken).unwrap_or(self.tokens.len());
        self.tokens.insert(place, Token { kind, start: mark, end: mark });
    }

    /// Opens a block collection at `column` if it lies deeper than the current one; its token goes before that of `number`.
    pub(super) fn roll_indent(&mut self, column: u32, number: Option<usize>, kind: TokenKind<'a>, mark: Mark) -> Result<(), Failure> {
        let column = column as i32;
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_DEPTH {
            let context = self.simple_keys.last().map_or(mark, |key| key.mark);
            return Err(self.failure(TOO_DEEP, "while increasing indent level", context));
        }
        match number {
            Some(number) => self.insert(number, kind, mark),
            None => self.push(kind, mark, mark),
        }
        Ok(())
    }

    /// Closes the block collections that lie deeper than `column`; the white space before the current place began at `scan`.
    #[inline]
    pub(super) fn unroll_indent(&mut self, column: i32, scan: Mark) {
        if self.flow_level > 0 || self.indent <= column {
            return;
        }
        let mut end = Mark { at: scan.at.saturating_sub(1), ..scan };
        while self.indent > column {
            end = self.block_end(end);
            self.push(TokenKind::BlockEnd, end, end);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    pub(super) fn increase_flow_level(&mut self) -> Result<(), Failure> {
        let number = self.next_token_number();
        self.simple_keys.push(SimpleKey { token_number: number, mark: self.mark, ..SimpleKey::default() });
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return Err(self.failure(TOO_DEEP, "while increasing flow level", self.mark));
        }
        Ok(())
    }

    pub(super) fn decrease_flow_level(&mut self) {
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.close_key_level();
        }
    }

    /// Makes the error of a mistake at the current place. The reader's refusal goes first when the scanner came up to it.
    #[cold]
    pub(super) fn failure(&self, words: &'static str, context: &'static str, start: Mark) -> Failure {
        if let Some(refusal) = self.refused(4) {
            return refusal;
        }
        let context = if context.is_empty() { None } else { Some((context, start.at as usize)) };
        let line = if self.mark.line > 0 { Some(self.mark.line + 1) } else { None };
        Failure { words: words.into(), line, at: self.at(), context }
    }

    /// Returns the reader's refusal if what it refuses is next but for `lookahead` bytes.
    #[inline]
    pub(super) fn refused(&self, lookahead: usize) -> Option<Failure> {
        let (words, at) = self.refusal?;
        (self.at() + lookahead > self.bytes.len()).then(|| Failure::new(words, at))
    }

    #[inline]
    pub(super) fn at(&self) -> usize {
        self.mark.at as usize
    }

    /// Returns the byte that is `offset` bytes ahead, NUL past the end.
    #[inline]
    pub(super) fn ahead(&self, offset: usize) -> u8 {
        byte(self.bytes, self.at() + offset)
    }

    #[inline]
    pub(super) fn is_at_end(&self) -> bool {
        self.at() >= self.bytes.len()
    }

    /// Moves over bytes of the current line, up to `end`.
    #[inline]
    pub(super) fn advance_to(&mut self, end: usize) {
        let start = self.at();
        let columns = if self.ascii { end - start } else { count(&self.bytes[start..end]) };
        self.mark.column += columns as u32;
        self.mark.at = end as u32;
    }

    /// Moves over one character that is no line break.
    #[inline]
    pub(super) fn skip(&mut self) {
        self.mark.at += width(self.ahead(0)) as u32;
        self.mark.column += 1;
    }

    /// Moves over the line break that is next, if one is.
    #[inline]
    pub(super) fn skip_line(&mut self) -> bool {
        let width = break_width(self.bytes, self.at());
        if width == 0 {
            return false;
        }
        self.mark.at += width as u32;
        self.mark.line += 1;
        self.mark.column = 0;
        true
    }

    /// Moves over the line break that is next, if one is, and adds it to `breaks`: LS and PS as they are, all others as LF.
    pub(super) fn read_line(&mut self, breaks: &mut String) {
        let at = self.at();
        if self.skip_line() {
            breaks.push_str(if self.at() - at == 3 { &self.text[at..at + 3] } else { "\n" });
        }
    }

    /// Returns where the line that holds `at` ends.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let end = memchr::memchr2(b'\n', b'\r', &self.bytes[at..]).map_or(self.bytes.len(), |length| at + length);
        if self.ascii {
            return end;
        }
        memchr::memchr2_iter(0xC2, 0xE2, &self.bytes[at..end])
            .map(|offset| at + offset)
            .find(|at| break_width(self.bytes, *at) > 0)
            .unwrap_or(end)
    }

    /// Says whether more than `limit` characters lie between a byte and the current place.
    pub(super) fn is_farther_than(&self, limit: usize, from: u32) -> bool {
        let distance = self.at() - from as usize;
        distance > limit && (self.ascii || count(&self.bytes[from as usize..self.at()]) > limit)
    }

    /// Keeps what was written to the scratch room as the text of a scalar, and gives the room back.
    pub(super) fn keep(&mut self, scratch: String) -> Text<'a> {
        let text = Text::Owned(SmolStr::new(&scratch));
        self.scratch = scratch;
        text
    }
}
