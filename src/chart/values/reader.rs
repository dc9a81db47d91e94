//! Reads a `--set` text character by character.

use crate::diag::{Origin, Source};

/// A text and a place in it.
pub(super) struct Reader<'a> {
    source: &'a Source,
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source) -> Reader<'a> {
        Reader { source, at: 0 }
    }

    /// Returns what has not been read yet.
    pub(super) fn rest(&self) -> &'a str {
        &self.source.text()[self.at..]
    }

    /// Returns the place as an origin.
    pub(super) fn origin(&self) -> Origin {
        self.source.origin(self.at)
    }

    /// Returns the place as a byte offset.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    pub(super) fn skip(&mut self, bytes: usize) {
        self.at += bytes;
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let character = self.rest().chars().next()?;
        self.at += character.len_utf8();
        Some(character)
    }

    /// Reads the given character if it comes next.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        let is_next = self.rest().starts_with(wanted);
        if is_next {
            self.at += wanted.len_utf8();
        }
        is_next
    }

    /// Reads up to and including one of `stops`; returns what was before it, and the stop, or `None` at the end of the text.
    /// Where `escapes` holds, a backslash takes the next character as it is.
    pub(super) fn until(&mut self, stops: &str, escapes: bool) -> (String, Option<char>) {
        let mut read = String::new();
        while let Some(character) = self.next() {
            if stops.contains(character) {
                return (read, Some(character));
            }
            match (character, escapes) {
                ('\\', true) => match self.next() {
                    Some(escaped) => read.push(escaped),
                    None => break,
                },
                _ => read.push(character),
            }
        }
        (read, None)
    }
}
