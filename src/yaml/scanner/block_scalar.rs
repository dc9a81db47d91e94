//! `|` and `>`.

use super::chars::{break_width, is_blank};
use super::state::Scanner;
use super::token::{Mark, ScalarStyle, TokenKind};
use crate::yaml::error::Failure;

const CONTEXT: &str = "while scanning a block scalar";

/// What to do with the line breaks at the end.
#[derive(Clone, Copy, PartialEq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> Result<(), Failure> {
        let start = self.mark;
        self.skip();
        let (chomping, increment) = self.scan_block_header(start)?;
        let mut end = self.mark;
        let mut indent = match increment {
            0 => 0,
            increment => self.indent.max(0) as u32 + increment,
        };
        let mut value = std::mem::take(&mut self.scratch);
        value.clear();
        let mut leading_break = String::new();
        let mut trailing_breaks = String::new();
        self.scan_block_breaks(&mut indent, &mut trailing_breaks, start, &mut end)?;
        let mut leading_blank = false;
        while self.mark.column == indent && !self.is_at_end() {
            let trailing_blank = is_blank(self.ahead(0));
            if !literal && !leading_blank && !trailing_blank && leading_break.starts_with('\n') {
                if trailing_breaks.is_empty() {
                    value.push(' ');
                }
            } else {
                value.push_str(&leading_break);
            }
            leading_break.clear();
            value.push_str(&trailing_breaks);
            trailing_breaks.clear();
            leading_blank = trailing_blank;
            let line_end = self.line_end(self.at());
            value.push_str(&self.text[self.at()..line_end]);
            self.advance_to(line_end);
            self.read_line(&mut leading_break);
            self.scan_block_breaks(&mut indent, &mut trailing_breaks, start, &mut end)?;
        }
        if chomping != Chomping::Strip {
            value.push_str(&leading_break);
        }
        if chomping == Chomping::Keep {
            value.push_str(&trailing_breaks);
        }
        let text = self.keep(value);
        let style = if literal { ScalarStyle::Literal } else { ScalarStyle::Folded };
        self.push(TokenKind::Scalar { text, style }, start, end);
        Ok(())
    }

    /// Reads the indicators after `|` or `>`, in either order, and the rest of the line. An increment of 0 means: find out.
    fn scan_block_header(&mut self, start: Mark) -> Result<(Chomping, u32), Failure> {
        let mut chomping = self.scan_chomping();
        let mut increment = 0;
        if self.ahead(0).is_ascii_digit() {
            if self.ahead(0) == b'0' {
                return Err(self.failure("found an indentation indicator equal to 0", CONTEXT, start));
            }
            increment = u32::from(self.ahead(0) - b'0');
            self.skip();
            if chomping.is_none() {
                chomping = self.scan_chomping();
            }
        }
        if self.comments.is_some() {
            self.scan_line_comment(start);
        }
        if !self.skip_rest_of_line() {
            return Err(self.failure("did not find expected comment or line break", CONTEXT, start));
        }
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn scan_chomping(&mut self) -> Option<Chomping> {
        let chomping = match self.ahead(0) {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return None,
        };
        self.skip();
        Some(chomping)
    }

    /// Skips indentation and empty lines, up to a line with content; finds out the indentation if it is still 0.
    fn scan_block_breaks(&mut self, indent: &mut u32, breaks: &mut String, start: Mark, end: &mut Mark) -> Result<(), Failure> {
        *end = self.mark;
        let mut deepest = 0;
        loop {
            while (*indent == 0 || self.mark.column < *indent) && self.ahead(0) == b' ' {
                self.mark.at += 1;
                self.mark.column += 1;
            }
            deepest = deepest.max(self.mark.column);
            if (*indent == 0 || self.mark.column < *indent) && self.ahead(0) == b'\t' {
                return Err(self.failure("found a tab character where an indentation space is expected", CONTEXT, start));
            }
            if break_width(self.bytes, self.at()) == 0 {
                break;
            }
            self.read_line(breaks);
            *end = self.mark;
        }
        if *indent == 0 {
            *indent = deepest.max((self.indent + 1).max(1) as u32);
        }
        Ok(())
    }
}
