//! Which line of a text that a function made came from which line of its arguments.

use super::tag::Tag;
use super::texts::Line;
use super::tracer::Tracer;
use crate::value::{Str, Value};
use std::sync::Arc;

/// How far a line is looked for in an argument.
const FAR: usize = 256;

/// An argument with lines, and how far its lines have been found again.
struct Candidate<'v> {
    index: usize,
    text: Vec<&'v [u8]>,
    lines: Arc<[Line]>,
    next: usize,
}

impl Candidate<'_> {
    /// Returns the line that this piece of the result is.
    fn find(&mut self, piece: &[u8]) -> Option<Line> {
        let until = self.text.len().min(self.next + FAR);
        let at = (self.next..until).find(|at| self.text[*at].trim_ascii() == piece)?;
        self.next = at + 1;
        Some(self.lines[at])
    }
}

impl Tracer {
    /// Returns the tag of a text that was made of arguments. `more` is what is known to be in it beside their tags.
    pub(super) fn align(&mut self, made: &Str, values: &[Value], tags: &[Tag], more: u32) -> Tag {
        // A text of one line is no line of another but by chance: a hash, a name.
        let has_lines = memchr::memchr(b'\n', made.as_bytes()).is_some() || !tags.iter().any(|tag| self.line_count(*tag) > Some(1));
        let mut candidates = if has_lines { self.candidates(values, tags) } else { Vec::new() };
        let pieces: Vec<&[u8]> = match candidates.is_empty() {
            true => Vec::new(),
            false => made.as_bytes().split(|byte| *byte == b'\n').collect(),
        };
        if let [only] = candidates.as_slice()
            && let Some(shift) = shifted(&pieces, only)
        {
            let index = only.index;
            let others: Vec<Tag> = tags.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, tag)| *tag).collect();
            let others = self.flat_of_all(&others);
            let others = self.sets.union(others, more);
            let lines = self.by_number(&pieces, only, shift, others);
            return self.text(lines);
        }
        let all = self.flat_of_all(tags);
        let all = self.sets.union(all, more);
        if pieces.len() < 2 {
            return Tag::of_set(all);
        }
        let lines: Vec<Line> = pieces.iter().map(|piece| by_content(piece.trim_ascii(), &mut candidates, all)).collect();
        self.text(lines)
    }

    fn candidates<'v>(&mut self, values: &'v [Value], tags: &[Tag]) -> Vec<Candidate<'v>> {
        let candidate = |(index, (value, tag)): (usize, (&'v Value, &Tag))| {
            let Value::Str(text) = value else { return None };
            let count = self.line_count(*tag)?;
            let text: Vec<&[u8]> = text.as_bytes().split(|byte| *byte == b'\n').collect();
            (text.len() == count).then(|| Candidate { index, text, lines: self.lines(*tag).unwrap_or_default(), next: 0 })
        };
        values.iter().zip(tags).enumerate().filter_map(candidate).collect()
    }

    /// Takes the lines one by one; one that was changed may have anything of the other arguments in it.
    fn by_number(&mut self, pieces: &[&[u8]], only: &Candidate<'_>, shift: usize, others: u32) -> Vec<Line> {
        let mut lines = vec![Line::default(); shift];
        for (index, line) in only.lines.iter().enumerate() {
            let is_same = pieces[index + shift].trim_ascii() == only.text[index].trim_ascii();
            let data = if is_same { line.data } else { self.sets.union(line.data, others) };
            lines.push(Line { data, ..*line });
        }
        lines
    }
}

/// Returns how many lines the result has before those of the argument, where it has all of them after that.
fn shifted(pieces: &[&[u8]], only: &Candidate<'_>) -> Option<usize> {
    let more = pieces.len().checked_sub(only.lines.len())?;
    match more {
        0 => Some(0),
        1 if pieces[0].is_empty() => Some(1),
        _ => None,
    }
}

fn by_content(piece: &[u8], candidates: &mut [Candidate<'_>], all: u32) -> Line {
    if piece.is_empty() {
        return Line::default();
    }
    candidates.iter_mut().find_map(|candidate| candidate.find(piece)).unwrap_or(Line::of(all))
}
