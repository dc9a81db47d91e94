//! Texts whose lines have sources of their own.

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
    pub(super) lines: Arc<[Line]>,
    /// All values of all of them, once it was asked for.
    all: Option<u32>,
}

impl Tracer {
    /// Returns the tag of a text with these lines.
    pub(super) fn text(&mut self, lines: impl Into<Arc<[Line]>>) -> Tag {
        let id = u32::try_from(self.texts.len()).expect("a render that is bounded in work makes fewer texts");
        self.texts.push(Text { lines: lines.into(), all: None });
        Tag::of_text(id)
    }

    /// Returns the lines of a text that has sources a line.
    pub(super) fn lines(&self, tag: Tag) -> Option<Arc<[Line]>> {
        match tag.meaning() {
            Meaning::Set(_) => None,
            Meaning::Text(text) => Some(Arc::clone(&self.texts[text as usize].lines)),
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
        let lines = &self.texts[text].lines;
        let mut sets: Vec<u32> = lines.iter().flat_map(|line| [line.data, line.conditions]).collect();
        let all = self.sets.union_of(&mut sets);
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
