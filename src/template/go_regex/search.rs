//! Finds matches: the first, all of them, and what stands between them.

use super::Regex;
use regex_automata::{Input, util::captures::Captures};
use std::borrow::Cow;
use std::ops::Range;

/// No result is longer; where it would be, it is cut short.
const LONGEST: usize = crate::template::limits::LARGEST_RESULT;

impl Regex {
    /// Says whether the text contains a match.
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.automaton.is_match(Input::new(&Haystack::new(text).bytes))
    }

    /// Returns where the leftmost match is.
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let haystack = Haystack::new(text);
        let found = self.automaton.find(Input::new(&haystack.bytes))?;
        Some(haystack.original(found.range()))
    }

    /// Returns where the matches are, `limit` of them at most (all if it is negative). An empty match right after another match
    /// does not count.
    pub fn find_all(&self, text: &[u8], limit: i64) -> Vec<Range<usize>> {
        self.find_all_while(text, limit, |_| true)
    }

    /// Finds as `find_all` does, as long as `go_on` agrees: it is told before each search how much of the text is left.
    pub fn find_all_while(&self, text: &[u8], limit: i64, mut go_on: impl FnMut(usize) -> bool) -> Vec<Range<usize>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let haystack = Haystack::new(text);
        let bytes = &haystack.bytes;
        let mut found = Vec::new();
        let (mut at, mut last_end) = (0, None);
        while found.len() < limit && at <= bytes.len() && go_on(bytes.len() - at) {
            let Some(matched) = self.automaton.find(Input::new(bytes).range(at..)) else { break };
            let mut accepted = true;
            if matched.end() == at {
                accepted = Some(matched.start()) != last_end;
                at += character_width(bytes, at).max(1);
            } else {
                at = matched.end();
            }
            last_end = Some(matched.end());
            if accepted {
                found.push(haystack.original(matched.range()));
            }
        }
        found
    }

    /// Splits the text at the matches into `limit` parts at most (any number if it is negative); `None` where Go returns a nil
    /// slice.
    pub fn split<'t>(&self, text: &'t [u8], limit: i64) -> Option<Vec<&'t [u8]>> {
        if limit == 0 {
            return None;
        }
        if !self.pattern.is_empty() && text.is_empty() {
            return Some(vec![text]);
        }
        let mut parts = Vec::new();
        let (mut start, mut end) = (0, 0);
        for matched in self.find_all(text, limit) {
            if limit > 0 && parts.len() as i64 >= limit - 1 {
                break;
            }
            end = matched.start;
            if matched.end != 0 {
                parts.push(&text[start..end]);
            }
            start = matched.end;
        }
        if end != text.len() {
            parts.push(&text[start..]);
        }
        Some(parts)
    }

    /// Calls `write` for each match, until the result is longer than any may be, that `ReplaceAll` replaces, with the groups' places, and copies the text between.
    pub(super) fn replace_with(&self, text: &[u8], mut write: impl FnMut(&mut Vec<u8>, &dyn Fn(usize) -> Option<Range<usize>>)) -> Vec<u8> {
        let haystack = Haystack::new(text);
        let bytes = &haystack.bytes;
        let mut captures = self.automaton.create_captures();
        let mut out = Vec::with_capacity(text.len());
        let (mut at, mut last_end) = (0, 0);
        while at <= bytes.len() && out.len() <= LONGEST {
            self.automaton.captures(Input::new(bytes).range(at..), &mut captures);
            let Some(matched) = captures.get_match() else { break };
            out.extend_from_slice(&text[haystack.original(last_end..matched.start())]);
            if matched.end() > last_end || matched.start() == 0 {
                write(&mut out, &|group| group_range(&captures, group).map(|range| haystack.original(range)));
            }
            last_end = matched.end();
            at = matched.end().max(at + character_width(bytes, at).max(1));
        }
        out.extend_from_slice(&text[haystack.original(last_end..bytes.len())]);
        out
    }
}

fn group_range(captures: &Captures, group: usize) -> Option<Range<usize>> {
    captures.get_group(group).map(|span| span.range())
}

/// Returns the width of the character at a place in UTF-8; 0 at the end.
fn character_width(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        None => 0,
        Some(..0x80) => 1,
        Some(..0xe0) => 2,
        Some(..0xf0) => 3,
        Some(_) => 4,
    }
}

/// A text as the automata see it. Go takes each byte that is not UTF-8 for one U+FFFD; so do they, since that is what they get.
struct Haystack<'t> {
    bytes: Cow<'t, [u8]>,
    /// The place in the original text for each place in the replaced one.
    places: Option<Vec<usize>>,
}

impl<'t> Haystack<'t> {
    fn new(text: &'t [u8]) -> Haystack<'t> {
        if std::str::from_utf8(text).is_ok() {
            return Haystack { bytes: Cow::Borrowed(text), places: None };
        }
        let mut bytes = Vec::with_capacity(text.len() * 2);
        let mut places = Vec::with_capacity(text.len() * 2);
        let mut at = 0;
        for chunk in text.utf8_chunks() {
            bytes.extend_from_slice(chunk.valid().as_bytes());
            places.extend(at..at + chunk.valid().len());
            at += chunk.valid().len();
            for _ in chunk.invalid() {
                bytes.extend_from_slice("\u{fffd}".as_bytes());
                places.extend([at; 3]);
                at += 1;
            }
        }
        places.push(at);
        Haystack { bytes: Cow::Owned(bytes), places: Some(places) }
    }

    fn original(&self, range: Range<usize>) -> Range<usize> {
        match &self.places {
            None => range,
            Some(places) => places[range.start]..places[range.end],
        }
    }
}
