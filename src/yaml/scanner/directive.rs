//! Directives, tags, anchors and aliases.

use super::chars::{is_blank, is_blank_or_end, is_word};
use super::state::Scanner;
use super::token::{Mark, Tag, TagDirective, TokenKind};
use crate::yaml::error::Failure;

const DIRECTIVE: &str = "while scanning a directive";
const VERSION: &str = "while scanning a %YAML directive";
const TAG_DIRECTIVE: &str = "while scanning a %TAG directive";
const TAG: &str = "while scanning a tag";
/// libyaml says "parsing" for mistakes inside of a handle or URI.
const TAG_PART: &str = "while parsing a tag";
const TAG_DIRECTIVE_PART: &str = "while parsing a %TAG directive";

impl<'a> Scanner<'a> {
    pub(super) fn scan_directive(&mut self) -> Result<(), Failure> {
        let start = self.mark;
        self.skip();
        let name = self.scan_word();
        if name.is_empty() {
            return Err(self.failure("could not find expected directive name", DIRECTIVE, start));
        }
        if !is_blank_or_end(self.bytes, self.at()) {
            return Err(self.failure("found unexpected non-alphabetical character", DIRECTIVE, start));
        }
        let kind = match name {
            "YAML" => self.scan_version(start)?,
            "TAG" => self.scan_tag_directive(start)?,
            _ => return Err(self.failure("found unknown directive name", DIRECTIVE, start)),
        };
        let end = self.mark;
        if !self.skip_rest_of_line() {
            return Err(self.failure("did not find expected comment or line break", DIRECTIVE, start));
        }
        self.push(kind, start, end);
        Ok(())
    }

    /// Reads letters, digits, `_` and `-`.
    fn scan_word(&mut self) -> &'a str {
        let start = self.at();
        while is_word(self.ahead(0)) {
            self.skip();
        }
        &self.text[start..self.at()]
    }

    fn scan_version(&mut self, start: Mark) -> Result<TokenKind<'a>, Failure> {
        self.skip_blanks();
        let major = self.scan_version_number(start)?;
        if self.ahead(0) != b'.' {
            return Err(self.failure("did not find expected digit or '.' character", VERSION, start));
        }
        self.skip();
        let minor = self.scan_version_number(start)?;
        Ok(TokenKind::VersionDirective { major, minor })
    }

    fn scan_version_number(&mut self, start: Mark) -> Result<u8, Failure> {
        let mut value = 0;
        let mut length = 0;
        while self.ahead(0).is_ascii_digit() {
            length += 1;
            if length > 2 {
                return Err(self.failure("found extremely long version number", VERSION, start));
            }
            value = value * 10 + (self.ahead(0) - b'0');
            self.skip();
        }
        if length == 0 {
            return Err(self.failure("did not find expected version number", VERSION, start));
        }
        Ok(value)
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Result<TokenKind<'a>, Failure> {
        self.skip_blanks();
        let handle = self.scan_tag_handle(true, start)?;
        if !is_blank(self.ahead(0)) {
            return Err(self.failure("did not find expected whitespace", TAG_DIRECTIVE, start));
        }
        self.skip_blanks();
        let prefix = self.scan_tag_uri(true, "", start)?;
        if !is_blank_or_end(self.bytes, self.at()) {
            return Err(self.failure("did not find expected whitespace or line break", TAG_DIRECTIVE, start));
        }
        Ok(TokenKind::TagDirective(Box::new(TagDirective { handle: handle.to_owned(), prefix })))
    }

    pub(super) fn scan_anchor(&mut self, alias: bool) -> Result<(), Failure> {
        let start = self.mark;
        self.skip();
        let name = self.scan_word();
        let ended =
            is_blank_or_end(self.bytes, self.at()) || matches!(self.ahead(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ended {
            let context = if alias { "while scanning an alias" } else { "while scanning an anchor" };
            return Err(self.failure("did not find expected alphabetic or numeric character", context, start));
        }
        let kind = if alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) };
        self.push(kind, start, self.mark);
        Ok(())
    }

    pub(super) fn scan_tag(&mut self) -> Result<(), Failure> {
        let start = self.mark;
        let tag = if self.ahead(1) == b'<' { self.scan_verbatim_tag(start)? } else { self.scan_shorthand_tag(start)? };
        if !is_blank_or_end(self.bytes, self.at()) {
            return Err(self.failure("did not find expected whitespace or line break", TAG, start));
        }
        self.push(TokenKind::Tag(Box::new(tag)), start, self.mark);
        Ok(())
    }

    /// `!<uri>`
    fn scan_verbatim_tag(&mut self, start: Mark) -> Result<Tag, Failure> {
        self.skip();
        self.skip();
        let suffix = self.scan_tag_uri(false, "", start)?;
        if self.ahead(0) != b'>' {
            return Err(self.failure("did not find the expected '>'", TAG, start));
        }
        self.skip();
        Ok(Tag { handle: String::new(), suffix })
    }

    /// `!suffix`, `!handle!suffix` or `!`
    fn scan_shorthand_tag(&mut self, start: Mark) -> Result<Tag, Failure> {
        let handle = self.scan_tag_handle(false, start)?;
        if handle.len() > 1 && handle.ends_with('!') {
            let suffix = self.scan_tag_uri(false, "", start)?;
            return Ok(Tag { handle: handle.to_owned(), suffix });
        }
        let suffix = self.scan_tag_uri(false, handle, start)?;
        if suffix.is_empty() {
            return Ok(Tag { handle: suffix, suffix: "!".to_owned() });
        }
        Ok(Tag { handle: "!".to_owned(), suffix })
    }

    fn scan_tag_handle(&mut self, directive: bool, start: Mark) -> Result<&'a str, Failure> {
        let context = if directive { TAG_DIRECTIVE_PART } else { TAG_PART };
        if self.ahead(0) != b'!' {
            return Err(self.failure("did not find expected '!'", context, start));
        }
        let from = self.at();
        self.skip();
        self.scan_word();
        if self.ahead(0) == b'!' {
            self.skip();
        } else if directive && self.at() - from > 1 {
            return Err(self.failure("did not find expected '!'", context, start));
        }
        Ok(&self.text[from..self.at()])
    }

    /// Reads the characters of a URI after `head`, whose `!` is left out.
    fn scan_tag_uri(&mut self, directive: bool, head: &str, start: Mark) -> Result<String, Failure> {
        let mut uri = head.get(1..).unwrap_or_default().as_bytes().to_vec();
        let from = self.at();
        loop {
            match self.ahead(0) {
                b'%' => self.scan_uri_escapes(directive, start, &mut uri)?,
                b';' | b'/' | b'?' | b':' | b'@' | b'&' | b'=' | b'+' | b'$' | b',' | b'.' | b'!' | b'~' | b'*' | b'\'' | b'(' | b')'
                | b'[' | b']' => self.read_ascii(&mut uri),
                word if is_word(word) => self.read_ascii(&mut uri),
                _ => break,
            }
        }
        if head.is_empty() && self.at() == from {
            let context = if directive { TAG_DIRECTIVE_PART } else { TAG_PART };
            return Err(self.failure("did not find expected tag URI", context, start));
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    fn read_ascii(&mut self, uri: &mut Vec<u8>) {
        uri.push(self.ahead(0));
        self.skip();
    }

    /// Reads `%XX` as often as one character of UTF-8 needs.
    fn scan_uri_escapes(&mut self, directive: bool, start: Mark, uri: &mut Vec<u8>) -> Result<(), Failure> {
        let context = if directive { TAG_DIRECTIVE_PART } else { TAG_PART };
        let mut left = None;
        while left != Some(0) {
            let digit = |offset| char::from(self.ahead(offset)).to_digit(16);
            let (b'%', Some(high), Some(low)) = (self.ahead(0), digit(1), digit(2)) else {
                return Err(self.failure("did not find URI escaped octet", context, start));
            };
            let octet = (high << 4 | low) as u8;
            left = Some(match left {
                Some(left) if octet & 0xC0 == 0x80 => left - 1,
                Some(_) => return Err(self.failure("found an incorrect trailing UTF-8 octet", context, start)),
                None => match octet {
                    0x00..0x80 => 0,
                    0xC0..0xE0 => 1,
                    0xE0..0xF0 => 2,
                    0xF0..0xF8 => 3,
                    _ => return Err(self.failure("found an incorrect leading UTF-8 octet", context, start)),
                },
            });
            uri.push(octet);
            self.advance_to(self.at() + 3);
        }
        Ok(())
    }
}
