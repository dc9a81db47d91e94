//! Which token comes next.

use super::chars::{is_blank, is_blank_or_end, is_break_or_end};
use super::state::Scanner;
use super::token::{Token, TokenKind};
use crate::yaml::error::Failure;

impl<'a> Scanner<'a> {
    /// Scans one token, and the ends of the block collections before it.
    pub(super) fn fetch_next_token(&mut self) -> Result<(), Failure> {
        let scan = self.mark;
        self.skip_to_next_token();
        self.unroll_indent(self.mark.column as i32, scan);
        // go-yaml wants the longest indicator (`--- `) to be there before it looks at what is next.
        if let Some(refusal) = self.refused(4) {
            return Err(refusal);
        }
        if self.is_at_end() {
            return self.fetch_stream_end();
        }
        let first = self.ahead(0);
        if self.mark.column == 0 {
            match first {
                b'%' => return self.fetch_directive(),
                b'-' if self.is_document_indicator() => return self.fetch_document_indicator(TokenKind::DocumentStart),
                b'.' if self.is_document_indicator() => return self.fetch_document_indicator(TokenKind::DocumentEnd),
                _ => {}
            }
        }
        if self.comments.is_none() {
            return self.fetch_content(first);
        }
        let follows = if self.flow_level == 0 { first == b':' } else { first == b',' };
        let owner = self.tokens.back().filter(|_| follows).map_or(self.mark, |token| token.start);
        self.fetch_content(first)?;
        // After a `-` alone it is the head of what follows.
        if !matches!(self.tokens.back(), Some(Token { kind: TokenKind::BlockEntry, .. })) {
            self.scan_line_comment(owner);
        }
        Ok(())
    }

    /// Scans a token that begins with `first` and is neither directive nor document indicator.
    #[inline]
    fn fetch_content(&mut self, first: u8) -> Result<(), Failure> {
        let in_flow = self.flow_level > 0;
        match first {
            b'[' => self.fetch_flow_collection_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_collection_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_collection_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_collection_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.blank_follows() => self.fetch_block_entry(),
            b'?' if in_flow || self.blank_follows() => self.fetch_key(),
            b':' if in_flow || self.blank_follows() => self.fetch_value(),
            b'*' => self.fetch_anchor(true),
            b'&' => self.fetch_anchor(false),
            b'!' => self.fetch_tag(),
            b'|' if !in_flow => self.fetch_block_scalar(true),
            b'>' if !in_flow => self.fetch_block_scalar(false),
            b'\'' => self.fetch_quoted_scalar(true),
            b'"' => self.fetch_quoted_scalar(false),
            b'-' | b'?' | b':' => self.fetch_plain_scalar(),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' => {
                Err(self.failure("found character that cannot start any token", "while scanning for the next token", self.mark))
            }
            _ => self.fetch_plain_scalar(),
        }
    }

    fn blank_follows(&self) -> bool {
        is_blank_or_end(self.bytes, self.at() + 1)
    }

    /// Says whether `---` or `...` and then a blank stand here; meant for column 0.
    pub(super) fn is_document_indicator(&self) -> bool {
        let at = self.at();
        let bytes = &self.bytes[at.min(self.bytes.len())..];
        (bytes.starts_with(b"---") || bytes.starts_with(b"...")) && is_blank_or_end(self.bytes, at + 3)
    }

    /// Skips blanks, comments and line breaks.
    fn skip_to_next_token(&mut self) {
        let scan = self.mark;
        loop {
            // A tab may not stand where it could be taken for indentation.
            let tabs = self.flow_level > 0 || !self.simple_key_allowed;
            let at = self.at();
            let blanks = self.bytes[at..].iter().take_while(|byte| **byte == b' ' || (tabs && **byte == b'\t')).count();
            self.mark.at += blanks as u32;
            self.mark.column += blanks as u32;
            if self.ahead(0) == b'#' {
                if self.comments.is_some() {
                    self.scan_comments(scan);
                } else {
                    let end = self.line_end(self.at());
                    self.advance_to(end);
                }
            }
            if !self.skip_line() {
                return;
            }
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    fn fetch_stream_end(&mut self) -> Result<(), Failure> {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
        self.unroll_indent(-1, self.mark);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(TokenKind::StreamEnd, self.mark, self.mark);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Failure> {
        self.unroll_indent(-1, self.mark);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.scan_directive()
    }

    fn fetch_document_indicator(&mut self, kind: TokenKind<'a>) -> Result<(), Failure> {
        self.unroll_indent(-1, self.mark);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push_indicator(kind, 3);
        Ok(())
    }

    fn fetch_flow_collection_start(&mut self, kind: TokenKind<'a>) -> Result<(), Failure> {
        self.save_simple_key()?;
        self.increase_flow_level()?;
        self.simple_key_allowed = true;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_collection_end(&mut self, kind: TokenKind<'a>) -> Result<(), Failure> {
        self.remove_simple_key()?;
        self.decrease_flow_level();
        self.simple_key_allowed = false;
        self.push_indicator(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Failure> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Failure> {
        // In flow context the parser refuses it: it can tell the context.
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.failure("block sequence entries are not allowed in this context", "", self.mark));
            }
            self.roll_indent(self.mark.column, None, TokenKind::BlockSequenceStart, self.mark)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Failure> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.failure("mapping keys are not allowed in this context", "", self.mark));
            }
            self.roll_indent(self.mark.column, None, TokenKind::BlockMappingStart, self.mark)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Failure> {
        let level = self.simple_keys.len() - 1;
        if self.key_is_valid(level)? {
            let key = self.simple_keys[level];
            self.insert(key.token_number, TokenKind::Key, key.mark);
            self.roll_indent(key.mark.column, Some(key.token_number), TokenKind::BlockMappingStart, key.mark)?;
            self.simple_keys[level].possible = false;
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return Err(self.failure("mapping values are not allowed in this context", "", self.mark));
                }
                self.roll_indent(self.mark.column, None, TokenKind::BlockMappingStart, self.mark)?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value, 1);
        Ok(())
    }

    /// Pushes the token of an indicator of so many ASCII characters.
    fn push_indicator(&mut self, kind: TokenKind<'a>, length: u32) {
        let start = self.mark;
        self.mark.at += length;
        self.mark.column += length;
        self.push(kind, start, self.mark);
    }

    fn fetch_anchor(&mut self, alias: bool) -> Result<(), Failure> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        self.scan_anchor(alias)
    }

    fn fetch_tag(&mut self) -> Result<(), Failure> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        self.scan_tag()
    }

    fn fetch_block_scalar(&mut self, literal: bool) -> Result<(), Failure> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.scan_block_scalar(literal)
    }

    fn fetch_quoted_scalar(&mut self, single: bool) -> Result<(), Failure> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        self.scan_quoted_scalar(single)
    }

    fn fetch_plain_scalar(&mut self) -> Result<(), Failure> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        self.scan_plain_scalar()
    }

    /// Skips spaces and tabs.
    pub(super) fn skip_blanks(&mut self) {
        while is_blank(self.ahead(0)) {
            self.skip();
        }
    }

    /// Skips blanks and a comment; says whether the line ends there. Moves to the next line if so.
    pub(super) fn skip_rest_of_line(&mut self) -> bool {
        self.skip_blanks();
        if self.ahead(0) == b'#' {
            let end = self.line_end(self.at());
            self.advance_to(end);
        }
        if !is_break_or_end(self.bytes, self.at()) {
            return false;
        }
        self.skip_line();
        true
    }
}
