//! Scalars without quotes.

use super::chars::{break_width, byte, is_blank, is_blank_or_end};
use super::state::Scanner;
use super::token::{ScalarStyle, Text, TokenKind};
use crate::yaml::error::Failure;

/// Bytes that may end a run of a plain scalar: blanks, breaks (with the first bytes of NEL, LS and PS), `:`, and in flow
/// context the indicators (bit 2).
const STOPS: [u8; 256] = {
    let mut stops = [0; 256];
    let mut at = 0;
    let everywhere = b" \t\r\n:\xC2\xE2";
    while at < everywhere.len() {
        stops[everywhere[at] as usize] = 3;
        at += 1;
    }
    at = 0;
    let in_flow = b",?[]{}";
    while at < in_flow.len() {
        stops[in_flow[at] as usize] = 2;
        at += 1;
    }
    stops
};

impl Scanner<'_> {
    pub(super) fn scan_plain_scalar(&mut self) -> Result<(), Failure> {
        let start = self.mark;
        let mut end = start;
        let indent = self.indent + 1;
        // What is not in `folded` yet is `text[segment..end]`.
        let mut segment = self.at();
        let mut folded: Option<String> = None;
        let mut leading_break = String::new();
        let mut trailing_breaks = String::new();
        let mut leading_blanks = false;
        loop {
            if (self.mark.column == 0 && self.is_document_indicator()) || self.ahead(0) == b'#' {
                break;
            }
            let run_end = self.plain_run_end(self.at());
            if run_end > self.at() {
                if leading_blanks {
                    let value = folded.get_or_insert_with(|| self.empty_scratch());
                    value.push_str(&self.text[segment..end.at as usize]);
                    fold(value, &mut leading_break, &mut trailing_breaks);
                    segment = self.at();
                    leading_blanks = false;
                }
                self.advance_to(run_end);
                end = self.mark;
            }
            if !is_blank(self.ahead(0)) && break_width(self.bytes, self.at()) == 0 {
                break;
            }
            loop {
                let next = self.ahead(0);
                if is_blank(next) {
                    if leading_blanks && next == b'\t' && (self.mark.column as i32) < indent {
                        let context = "while scanning a plain scalar";
                        return Err(self.failure("found a tab character that violates indentation", context, start));
                    }
                    self.skip();
                } else if break_width(self.bytes, self.at()) > 0 {
                    self.read_line(if leading_blanks { &mut trailing_breaks } else { &mut leading_break });
                    leading_blanks = true;
                } else {
                    break;
                }
            }
            if self.flow_level == 0 && (self.mark.column as i32) < indent {
                break;
            }
        }
        let last = &self.text[segment..end.at as usize];
        let text = match folded {
            None => Text::Borrowed(last),
            Some(mut value) => {
                value.push_str(last);
                self.keep(value)
            }
        };
        self.push(TokenKind::Scalar { text, style: ScalarStyle::Plain }, start, end);
        if leading_blanks {
            self.simple_key_allowed = true;
        }
        Ok(())
    }

    /// Returns the end of the characters from `at` that are no blanks and do not end the scalar.
    #[inline]
    fn plain_run_end(&self, mut at: usize) -> usize {
        let mask = if self.flow_level > 0 { 2 } else { 1 };
        loop {
            let Some(length) = self.bytes[at..].iter().position(|byte| STOPS[usize::from(*byte)] & mask != 0) else {
                return self.bytes.len();
            };
            at += length;
            let goes_on = match byte(self.bytes, at) {
                b':' => !is_blank_or_end(self.bytes, at + 1),
                0xC2 | 0xE2 => break_width(self.bytes, at) == 0,
                _ => false,
            };
            if !goes_on {
                return at;
            }
            at += 1;
        }
    }

    fn empty_scratch(&mut self) -> String {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch
    }
}

/// Adds line breaks as YAML folds them: one LF becomes a space, the first of several LF goes, others stay.
pub(super) fn fold(value: &mut String, leading_break: &mut String, trailing_breaks: &mut String) {
    if !leading_break.starts_with('\n') {
        value.push_str(leading_break);
        value.push_str(trailing_breaks);
    } else if trailing_breaks.is_empty() {
        value.push(' ');
    } else {
        value.push_str(trailing_breaks);
    }
    leading_break.clear();
    trailing_breaks.clear();
}
