//! Texts whose lines have sources of their own.

use super::tag::{Meaning, Tag};
use super::tracer::Tracer;
use std::sync::Arc;

/// The sources of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Everything that is in it.
    pub(super) set: u32,
    /// The place that wrote what comes first in it; 0 is none.
    pub(super) first: u32,
}

/// A text's lines.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) lines: Arc<[Line]>,
    /// All of them without places, once it was asked for.
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

    /// Returns all sources of a value; of a text with lines without its places.
    pub(super) fn flat(&mut self, tag: Tag) -> u32 {
        let text = match tag.meaning() {
            Meaning::Set(set) => return set,
            Meaning::Text(text) => text as usize,
        };
        if let Some(all) = self.texts[text].all {
            return all;
        }
        let lines = Arc::clone(&self.texts[text].lines);
        let mut all = 0;
        for line in &*lines {
            let data = self.sets.data(line.set);
            all = self.sets.union(all, data);
        }
        self.texts[text].all = Some(all);
        all
    }

    /// Returns all sources of a value without places.
    pub(super) fn data(&mut self, tag: Tag) -> u32 {
        let flat = self.flat(tag);
        self.sets.data(flat)
    }

    /// Returns the sources of several values.
    pub(super) fn data_of_all(&mut self, tags: &[Tag]) -> u32 {
        tags.iter().fold(0, |all, tag| {
            let data = self.data(*tag);
            self.sets.union(all, data)
        })
    }

    /// Returns the tag with more sources. The lines of a text know theirs already.
    pub(super) fn with(&mut self, tag: Tag, more: u32) -> Tag {
        match tag.meaning() {
            Meaning::Set(set) => Tag::of_set(self.sets.union(set, more)),
            Meaning::Text(_) => tag,
        }
    }
}
