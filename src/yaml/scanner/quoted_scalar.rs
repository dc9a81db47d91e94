//! Scalars in single and double quotes.

use super::chars::{break_width, is_blank, is_blank_or_end};
use super::plain_scalar::fold;
use super::state::Scanner;
use super::token::{Mark, ScalarStyle, Text, TokenKind};
use crate::yaml::error::Failure;

const CONTEXT: &str = "while scanning a quoted scalar";
const ESCAPE_CONTEXT: &str = "while parsing a quoted scalar";

impl<'a> Scanner<'a> {
    pub(super) fn scan_quoted_scalar(&mut self, single: bool) -> Result<(), Failure> {
        let start = self.mark;
        self.skip();
        let text = match self.quoted_as_it_stands(single) {
            Some(text) => Text::Borrowed(text),
            None => self.scan_quoted_content(single, start)?,
        };
        self.skip();
        let style = if single { ScalarStyle::SingleQuoted } else { ScalarStyle::DoubleQuoted };
        self.push(TokenKind::Scalar { text, style }, start, self.mark);
        Ok(())
    }

    /// Returns the content up to the closing quote, if it has no escape and no line break.
    fn quoted_as_it_stands(&mut self, single: bool) -> Option<&'a str> {
        let at = self.at();
        let rest = &self.bytes[at..];
        let end = at + if single { memchr::memchr(b'\'', rest)? } else { memchr::memchr2(b'"', b'\\', rest)? };
        let as_it_stands = if single { self.bytes.get(end + 1) != Some(&b'\'') } else { self.bytes[end] == b'"' };
        if !as_it_stands || self.line_end_before(at, end) {
            return None;
        }
        self.advance_to(end);
        Some(&self.text[at..end])
    }

    /// Says whether a line ends between two bytes.
    fn line_end_before(&self, at: usize, end: usize) -> bool {
        self.bytes[at..end].iter().enumerate().any(|(offset, byte)| match byte {
            b'\n' | b'\r' => true,
            0xC2 | 0xE2 => break_width(self.bytes, at + offset) > 0,
            _ => false,
        })
    }

    fn scan_quoted_content(&mut self, single: bool, start: Mark) -> Result<Text<'a>, Failure> {
        let mut value = std::mem::take(&mut self.scratch);
        value.clear();
        let mut leading_break = String::new();
        let mut trailing_breaks = String::new();
        let quote = if single { b'\'' } else { b'"' };
        loop {
            if self.mark.column == 0 && self.is_document_indicator() {
                return Err(self.failure("found unexpected document indicator", CONTEXT, start));
            }
            if self.is_at_end() {
                return Err(self.failure("found unexpected end of stream", CONTEXT, start));
            }
            let mut leading_blanks = self.scan_quoted_word(single, start, &mut value)?;
            if self.ahead(0) == quote {
                break;
            }
            let mut blanks = self.at()..self.at();
            loop {
                if is_blank(self.ahead(0)) {
                    self.skip();
                    if !leading_blanks {
                        blanks.end = self.at();
                    }
                } else if break_width(self.bytes, self.at()) > 0 {
                    self.read_line(if leading_blanks { &mut trailing_breaks } else { &mut leading_break });
                    leading_blanks = true;
                } else {
                    break;
                }
            }
            if !leading_blanks {
                value.push_str(&self.text[blanks]);
            } else if leading_break.is_empty() {
                value.push_str(&trailing_breaks);
                trailing_breaks.clear();
            } else {
                fold(&mut value, &mut leading_break, &mut trailing_breaks);
            }
        }
        Ok(self.keep(value))
    }

    /// Reads characters up to a blank or the closing quote; says whether an escaped line break ended them.
    fn scan_quoted_word(&mut self, single: bool, start: Mark, value: &mut String) -> Result<bool, Failure> {
        loop {
            let run_end = self.quoted_run_end(single);
            value.push_str(&self.text[self.at()..run_end]);
            self.advance_to(run_end);
            match self.ahead(0) {
                b'\'' if single && self.ahead(1) == b'\'' => {
                    value.push('\'');
                    self.skip();
                    self.skip();
                }
                b'\\' if !single && break_width(self.bytes, self.at() + 1) > 0 => {
                    self.skip();
                    self.skip_line();
                    return Ok(true);
                }
                b'\\' if !single => self.scan_escape(start, value)?,
                _ => return Ok(false),
            }
        }
    }

    fn quoted_run_end(&self, single: bool) -> usize {
        let mut at = self.at();
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'\'' if single => break,
                b'"' | b'\\' if !single => break,
                b' ' | b'\t' | b'\n' | b'\r' => break,
                0xC2 | 0xE2 if is_blank_or_end(self.bytes, at) => break,
                _ => at += 1,
            }
        }
        at
    }

    fn scan_escape(&mut self, start: Mark, value: &mut String) -> Result<(), Failure> {
        let digits = match self.ahead(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            other => {
                let Some(character) = escaped(other) else {
                    return Err(self.failure("found unknown escape character", ESCAPE_CONTEXT, start));
                };
                value.push(character);
                0
            }
        };
        self.skip();
        self.skip();
        if digits == 0 {
            return Ok(());
        }
        let mut code = 0;
        for offset in 0..digits {
            let Some(digit) = char::from(self.ahead(offset)).to_digit(16) else {
                return Err(self.failure("did not find expected hexdecimal number", ESCAPE_CONTEXT, start));
            };
            code = (code << 4) | digit;
        }
        let Some(character) = char::from_u32(code) else {
            return Err(self.failure("found invalid Unicode character escape code", ESCAPE_CONTEXT, start));
        };
        value.push(character);
        self.advance_to(self.at() + digits);
        Ok(())
    }
}

/// Returns what a backslash and this byte stand for. Go takes `\'`, and no `\/`.
fn escaped(byte: u8) -> Option<char> {
    Some(match byte {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0b',
        b'f' => '\x0c',
        b'r' => '\r',
        b'e' => '\x1b',
        b' ' => ' ',
        b'"' => '"',
        b'\'' => '\'',
        b'\\' => '\\',
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
