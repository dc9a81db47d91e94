//! Texts whose lines have sources of their own.

use super::moves::Move;
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
    /// All values of all of them, once it was asked for.
    all: Option<u32>,
}

#[derive(Debug)]
enum Content {
    Lines(Arc<[Line]>),
    /// The lines of another text, which was made as if nothing had led to it, with what did. Most are only hashed, and nobody
    /// asks for their lines.
    Moved {
        text: u32,
        frame: u32,
        conditions: u32,
    },
}

impl Tracer {
    /// Returns the tag of a text with these lines.
    pub(super) fn text(&mut self, lines: impl Into<Arc<[Line]>>) -> Tag {
        self.add_text(Content::Lines(lines.into()))
    }

    fn add_text(&mut self, content: Content) -> Tag {
        let id = u32::try_from(self.texts.len()).expect("a render that is bounded in work makes fewer texts");
        self.texts.push(Text { content, all: None });
        Tag::of_text(id)
    }

    /// Returns the tag of a text that was made as if nothing had led to it, with what leads to it now.
    pub(super) fn moved(&mut self, tag: Tag) -> Tag {
        match tag.meaning() {
            Meaning::Set(_) => self.with(tag, self.conditions),
            Meaning::Text(text) => self.add_text(Content::Moved { text, frame: self.frame, conditions: self.conditions }),
        }
    }

    /// Returns how many lines a text has that has sources a line.
    pub(super) fn line_count(&self, tag: Tag) -> Option<usize> {
        let Meaning::Text(mut text) = tag.meaning() else { return None };
        loop {
            match &self.texts[text as usize].content {
                Content::Lines(lines) => return Some(lines.len()),
                Content::Moved { text: of, .. } => text = *of,
            }
        }
    }

    /// Returns the lines of a text that has sources a line.
    pub(super) fn lines(&mut self, tag: Tag) -> Option<Arc<[Line]>> {
        let Meaning::Text(text) = tag.meaning() else { return None };
        let (of, frame, conditions) = match &self.texts[text as usize].content {
            Content::Lines(lines) => return Some(Arc::clone(lines)),
            Content::Moved { text, frame, conditions } => (*text, *frame, *conditions),
        };
        let lines = self.lines(Tag::of_text(of))?;
        let lines = Move::new(self, frame, conditions).lines(&lines);
        self.texts[text as usize].content = Content::Lines(Arc::clone(&lines));
        Some(lines)
    }

    /// Returns the lines of a text that was finished as a file of the render: nothing led to it that would have to be added.
    pub(super) fn finished_lines(&self, tag: Tag) -> &[Line] {
        match tag.meaning() {
            Meaning::Text(text) => match &self.texts[text as usize].content {
                Content::Lines(lines) => lines,
                Content::Moved { .. } => &[],
            },
            Meaning::Set(_) => &[],
        }
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
        let all = match &self.texts[text].content {
            Content::Lines(lines) => {
                let mut sets: Vec<u32> = lines.iter().flat_map(|line| [line.data, line.conditions]).collect();
                self.sets.union_of(&mut sets)
            }
            Content::Moved { text, conditions, .. } => {
                let (of, conditions) = (*text, *conditions);
                let all = self.flat(Tag::of_text(of));
                self.sets.union(all, conditions)
            }
        };
        self.texts[text].all = Some(all);
        all
    }

    /// Returns all values that several values came from.
    pub(super) fn flat_of_all(&mut self, tags: &[Tag]) -> u32 {
        let mut sets: Vec<u32> = tags.iter().map(|tag| self.flat(*tag)).collect();
        self.sets.union_of(&mut sets)
    }

    /// Returns the tag with more sources. The lines of a text know theirs already.
    pub(super) fn with(&mut self, tag: Tag, more: u32) -> Tag {
        match tag.meaning() {
            Meaning::Set(set) => Tag::of_set(self.sets.union(set, more)),
            Meaning::Text(_) => tag,
        }
    }
}
