//! Texts whose lines have sources of their own.
//!
//! Most texts are only printed into others, or hashed. So a text keeps what it was put together from, and its lines are worked
//! out when somebody asks for them.

use super::moves::Move;
use super::pieces::Piece;
use super::tag::{Meaning, Tag};
use super::tracer::Tracer;
use std::sync::Arc;

/// The sources of one line, a set of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// The values that are in it.
    pub(super) data: u32,
    /// The values that decided that it is there.
    pub(super) conditions: u32,
    /// The lines of templates that wrote it.
    pub(super) places: u32,
    /// The place that wrote what comes first in it; 0 is none.
    pub(super) first: u32,
}

impl Line {
    /// Returns a line of which only the values are known.
    pub(super) fn of(data: u32) -> Line {
        Line { data, ..Line::default() }
    }
}

/// A text's lines.
#[derive(Debug)]
pub(super) struct Text {
    content: Content,
    count: usize,
    /// All values of all of them, once it was asked for.
    all: Option<u32>,
}

#[derive(Debug)]
enum Content {
    Lines(Arc<[Line]>),
    /// What a template wrote, piece by piece.
    Written(Vec<Piece>),
    /// The lines of another text after some without sources: `nindent`.
    Shifted {
        text: u32,
        by: usize,
    },
    /// The lines of another text, which was made as if nothing had led to it, with what did.
    Moved {
        text: u32,
        frame: u32,
        conditions: u32,
    },
}

impl Tracer {
    /// Returns the tag of a text with these lines.
    pub(super) fn text(&mut self, lines: impl Into<Arc<[Line]>>) -> Tag {
        let lines = lines.into();
        self.add_text(lines.len(), Content::Lines(lines))
    }

    /// Returns the tag of a text of so many lines that was put together from pieces.
    pub(super) fn written(&mut self, pieces: Vec<Piece>, count: usize) -> Tag {
        self.add_text(count, Content::Written(pieces))
    }

    /// Returns the tag of a text that has the lines of another after `by` lines without sources.
    pub(super) fn shifted(&mut self, tag: Tag, by: usize) -> Tag {
        match tag.meaning() {
            Meaning::Text(text) if by > 0 => self.add_text(self.texts[text as usize].count + by, Content::Shifted { text, by }),
            _ => tag,
        }
    }

    /// Returns the tag of a text that was made as if nothing had led to it, with what leads to it now.
    pub(super) fn moved(&mut self, tag: Tag) -> Tag {
        match tag.meaning() {
            Meaning::Set(_) => self.with(tag, self.conditions),
            Meaning::Text(text) => {
                let moved = Content::Moved { text, frame: self.frame, conditions: self.conditions };
                self.add_text(self.texts[text as usize].count, moved)
            }
        }
    }

    fn add_text(&mut self, count: usize, content: Content) -> Tag {
        let id = u32::try_from(self.texts.len()).expect("a render that is bounded in work makes fewer texts");
        self.texts.push(Text { content, count, all: None });
        Tag::of_text(id)
    }

    /// Returns how many lines a text has that has sources a line.
    pub(super) fn line_count(&self, tag: Tag) -> Option<usize> {
        match tag.meaning() {
            Meaning::Set(_) => None,
            Meaning::Text(text) => Some(self.texts[text as usize].count),
        }
    }

    /// Returns the lines of a text that has sources a line.
    pub(super) fn lines(&mut self, tag: Tag) -> Option<Arc<[Line]>> {
        let Meaning::Text(text) = tag.meaning() else { return None };
        let text = text as usize;
        let lines: Arc<[Line]> = match &mut self.texts[text].content {
            Content::Lines(lines) => return Some(Arc::clone(lines)),
            Content::Written(pieces) => {
                let pieces = std::mem::take(pieces);
                self.lines_of(&pieces).into()
            }
            Content::Shifted { text, by } => {
                let (of, by) = (Tag::of_text(*text), *by);
                let lines = self.lines(of)?;
                std::iter::repeat_n(Line::default(), by).chain(lines.iter().copied()).collect()
            }
            Content::Moved { text, frame, conditions } => {
                let (of, frame, conditions) = (Tag::of_text(*text), *frame, *conditions);
                let lines = self.lines(of)?;
                Move::new(self, frame, conditions).lines(&lines)
            }
        };
        self.texts[text].content = Content::Lines(Arc::clone(&lines));
        Some(lines)
    }

    /// Returns all values that a value came from.
    pub(super) fn flat(&mut self, tag: Tag) -> u32 {
        let text = match tag.meaning() {
            Meaning::Set(set) => return set,
            Meaning::Text(text) => text as usize,
        };
        if let Some(all) = self.texts[text].all {
            return all;
        }
        let all = match &mut self.texts[text].content {
            Content::Lines(lines) => {
                let mut sets: Vec<u32> = lines.iter().flat_map(|line| [line.data, line.conditions]).collect();
                self.sets.union_of(&mut sets)
            }
            Content::Written(pieces) => {
                let pieces = std::mem::take(pieces);
                let all = self.flat_of_pieces(&pieces);
                self.texts[text].content = Content::Written(pieces);
                all
            }
            Content::Shifted { text, .. } => {
                let of = Tag::of_text(*text);
                self.flat(of)
            }
            Content::Moved { text, conditions, .. } => {
                let (of, conditions) = (Tag::of_text(*text), *conditions);
                let all = self.flat(of);
                self.sets.union(all, conditions)
            }
        };
        self.texts[text].all = Some(all);
        all
    }

    /// Returns all values that several values came from.
    pub(super) fn flat_of_all(&mut self, tags: &[Tag]) -> u32 {
        match tags {
            [] => 0,
            [one] => self.flat(*one),
            [one, other] => {
                let (one, other) = (self.flat(*one), self.flat(*other));
                self.sets.union(one, other)
            }
            _ => {
                let mut sets: Vec<u32> = tags.iter().map(|tag| self.flat(*tag)).collect();
                self.sets.union_of(&mut sets)
            }
        }
    }

    /// Returns the tag with more sources. The lines of a text know theirs already.
    pub(super) fn with(&mut self, tag: Tag, more: u32) -> Tag {
        match tag.meaning() {
            Meaning::Set(set) => Tag::of_set(self.sets.union(set, more)),
            Meaning::Text(_) => tag,
        }
    }
}
