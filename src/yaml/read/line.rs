//! What a line of a plain document holds.

use crate::value::Str;
use crate::yaml::resolve::{Scalar, resolve};
use memchr::{memchr, memchr3_iter};

/// A simple key may have 1024 characters.
const LONGEST_KEY: usize = 1000;

/// What stands around a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    Single,
    Double,
}

impl Quote {
    /// Returns the quote that a byte is.
    pub(super) fn of(byte: u8) -> Option<Quote> {
        match byte {
            b'\'' => Some(Quote::Single),
            b'"' => Some(Quote::Double),
            _ => None,
        }
    }
}

/// Says whether there is nothing but printable ASCII, tabs and line feeds.
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let is_strange = |byte: &u8| !matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    !bytes.chunks(64).any(|chunk| chunk.iter().fold(false, |strange, byte| strange | is_strange(byte)))
}

/// Returns the number of spaces that the line begins with.
#[inline]
pub(super) fn spaces(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
}

/// Returns the length of a `-` and the blanks behind it, if that is how the line goes on.
#[inline]
pub(super) fn dash(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("- ")?;
    let gap = 2 + spaces(rest);
    // Without anything behind it, it is not for this reader.
    (gap < line.len() && line.as_bytes()[gap] != b'#').then_some(gap)
}

/// Returns the key that the line begins with, and its length with the colon; `Some(None)` where there is none, `None` where
/// that is hard to say.
#[inline]
pub(super) fn key(line: &str) -> Option<Option<(&str, usize)>> {
    let bytes = line.as_bytes();
    let (name, length, is_quoted) = match bytes.first()? {
        quote @ (b'"' | b'\'') => {
            let length = 1 + memchr(*quote, &bytes[1..])?;
            if bytes[..length].contains(&b'\\') {
                return None;
            }
            if !ends_key(bytes, length + 1) {
                return Some(None);
            }
            (&line[1..length], length + 1, true)
        }
        _ => match plain_key_length(bytes) {
            Some(length) => (line[..length].trim_ascii_end(), length, false),
            None => return Some(None),
        },
    };
    let starts_plain = || matches!(bytes[0], b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'.' | b'$');
    let is_text = is_quoted || starts_plain() && resolve(name) == Scalar::Str;
    (is_text && length < LONGEST_KEY).then_some(Some((name, length + 1)))
}

/// Says whether a key ends before this place.
fn ends_key(line: &[u8], at: usize) -> bool {
    line.get(at) == Some(&b':') && matches!(line.get(at + 1), None | Some(b' '))
}

/// Returns the length of what stands before the colon, if there is one that ends a key.
#[inline]
fn plain_key_length(line: &[u8]) -> Option<usize> {
    for at in memchr3_iter(b':', b'#', b'\t', line) {
        match line[at] {
            b':' if ends_key(line, at) => return Some(at),
            b'#' if at > 0 && line[at - 1] == b' ' => return None,
            b'\t' => return None,
            _ => {}
        }
    }
    None
}

/// Wants nothing but blanks and a comment.
pub(super) fn ends(rest: &str) -> Option<()> {
    let blanks = spaces(rest);
    (blanks == rest.len() || blanks > 0 && rest.as_bytes()[blanks] == b'#').then_some(())
}

/// Returns the length of a quoted scalar that ends on its line; a double-quoted one may hold simple escapes only.
pub(super) fn quoted_length(value: &str, quote: Quote) -> Option<usize> {
    match quote {
        Quote::Single => single_quoted(value.as_bytes()),
        Quote::Double => double_quoted(value.as_bytes()),
    }
}

fn double_quoted(value: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match value.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if matches!(value.get(at + 1), Some(b'"' | b'\\' | b'n' | b't' | b'/' | b'r')) => at += 2,
            b'\\' | b'\t' => return None,
            _ => at += 1,
        }
    }
}

fn single_quoted(value: &[u8]) -> Option<usize> {
    if value.contains(&b'\t') {
        return None;
    }
    let mut at = 1;
    loop {
        at += memchr(b'\'', &value[at..])? + 1;
        if value.get(at) != Some(&b'\'') {
            return Some(at);
        }
        at += 1;
    }
}

/// Returns the text of a quoted scalar; `inner` is what stands between the quotes.
pub(super) fn unquoted(inner: &str, quote: Quote) -> Str {
    match quote {
        Quote::Single if inner.contains('\'') => inner.replace("''", "'").into(),
        Quote::Double if inner.contains('\\') => unescaped(inner).into(),
        _ => inner.into(),
    }
}

fn unescaped(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some(other) => other,
                None => character,
            },
            other => other,
        });
    }
    text
}

/// Returns the text of a plain scalar, which goes to the end of the line or to a comment.
#[inline]
pub(super) fn plain(value: &str) -> Option<&str> {
    let bytes = value.as_bytes();
    let first = bytes[0];
    let starts_plain = matches!(first, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'$' | b'(' | b'.' | b'+' | b'~' | b'<' | b'=' | b'^' | b'\\' | b';')
        || first == b'-' && bytes.get(1).is_some_and(|next| *next != b' ');
    if !starts_plain {
        return None;
    }
    let mut end = value.len();
    for at in memchr3_iter(b':', b'#', b'\t', bytes) {
        match bytes[at] {
            b'#' if bytes[at - 1] == b' ' => {
                end = at;
                break;
            }
            b':' if matches!(bytes.get(at + 1), None | Some(b' ')) => return None,
            b'\t' => return None,
            _ => {}
        }
    }
    Some(value[..end].trim_ascii_end())
}

/// Returns the length of a plain scalar in a flow sequence, of letters, digits and what is harmless there.
pub(super) fn flow_plain_length(rest: &str) -> Option<usize> {
    let is_harmless = |byte: &u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'/' | b'-' | b'+' | b'$' | b' ');
    let length = rest[..rest.bytes().take_while(is_harmless).count()].trim_ascii_end().len();
    let starts = |first: &u8| matches!(first, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'.' | b'$');
    let bytes = rest.as_bytes();
    let starts = bytes.first().is_some_and(starts) || matches!(bytes, [b'-', b'0'..=b'9', ..]);
    (length > 0 && starts).then_some(length)
}
