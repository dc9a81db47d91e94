//! The trace of a render while it is made.

use super::containers::Container;
use super::paths::Paths;
use super::pieces::{Piece, Spot, Writing};
use super::places::{Line as PlaceLine, Places};
use super::rule::Rule;
use super::sets::Sets;
use super::tag::Tag;
use super::texts::Text;
use crate::template::set::Template;
use crate::value::{Str, Value};
use rustc_hash::{FxHashMap, FxHashSet};

/// Everything that is known of a render.
#[derive(Debug, Default)]
pub(in crate::template) struct Tracer {
    pub(super) sets: Sets,
    pub(super) paths: Paths,
    pub(super) places: Places,
    pub(super) texts: Vec<Text>,
    pub(super) containers: FxHashMap<usize, Container>,
    pub(super) rules: FxHashMap<usize, Rule>,
    /// The sets whose values were marked as read.
    pub(super) marked: FxHashSet<u32>,
    /// The texts that are being written; the last is written to.
    writing: Vec<Writing>,
    /// The file that is being executed.
    file: u32,
    /// The place of the call that it is executed by; 0 for none.
    pub(super) frame: u32,
    /// What decided that what is executed now is executed, as far as it is of the text that is being made.
    pub(super) conditions: u32,
    /// What decided that a text is made at all that can be used again.
    conditions_around: u32,
    /// How often an entry of a map came to be made of other values than before, whether or not it is another value.
    pub(super) retold: u64,
    /// The text that was finished last.
    pub(super) captured: Tag,
    /// The tag of the data of the template that is about to be executed.
    pub(super) data_tag: Tag,
    /// The tag of the text that is about to be executed as a template.
    pub(super) source_tag: Option<Tag>,
}

/// What was executed before a template was called.
#[derive(Clone, Copy, Debug)]
pub(in crate::template) struct Outer {
    file: u32,
    frame: u32,
}

/// What led to a text that is made as if nothing had.
#[derive(Clone, Copy, Debug)]
pub(in crate::template) struct Around {
    frame: u32,
    conditions: u32,
    conditions_around: u32,
}

impl Tracer {
    /// A text begins that can be used again, and what led to it is put aside.
    pub(in crate::template) fn begin_reusable(&mut self) -> Around {
        let around = Around { frame: self.frame, conditions: self.conditions, conditions_around: self.conditions_around };
        self.conditions_around = self.sets.union(self.conditions_around, self.conditions);
        (self.frame, self.conditions) = (0, 0);
        around
    }

    /// The text is complete. Returns what is to be kept of it.
    pub(in crate::template) fn end_reusable(&mut self, around: Around) -> Tag {
        (self.frame, self.conditions) = (around.frame, around.conditions);
        self.conditions_around = around.conditions_around;
        let made = self.captured;
        self.reuse(made);
        made
    }

    /// Returns a number that grows when something is known to come from elsewhere than before.
    pub(in crate::template) fn retold(&self) -> u64 {
        self.retold
    }

    /// A text is used again where another would have been finished now.
    pub(in crate::template) fn reuse(&mut self, made: Tag) {
        self.captured = self.moved(made);
    }

    /// A new text begins; returns the tag of the data that its template is executed with.
    pub(in crate::template) fn begin_text(&mut self) -> Tag {
        self.writing.push(Writing::default());
        std::mem::take(&mut self.data_tag)
    }

    /// The text that was begun last is complete.
    pub(in crate::template) fn end_text(&mut self) {
        let Writing { pieces, breaks } = self.writing.pop().unwrap_or_default();
        self.captured = self.written(pieces, breaks + 1);
    }

    /// Returns the text that was finished last, for keeping.
    pub(in crate::template) fn tag_of_text(&self) -> Tag {
        self.captured
    }

    /// A template begins to be executed.
    pub(in crate::template) fn enter(&mut self, template: &Template) -> Outer {
        let outer = Outer { file: self.file, frame: self.frame };
        self.file = match self.source_tag.take() {
            Some(tag) => self.places.file_of_text(template, tag, self.frame),
            None => self.places.file_of(template),
        };
        outer
    }

    /// It was executed.
    pub(in crate::template) fn leave(&mut self, outer: Outer) {
        (self.file, self.frame) = (outer.file, outer.frame);
    }

    /// A template is about to be executed by an action at a byte of the one that is being executed.
    pub(in crate::template) fn call(&mut self, at: u32) -> Outer {
        let outer = Outer { file: self.file, frame: self.frame };
        self.frame = self.place_at(at);
        outer
    }

    /// Something decides about what is executed next; returns what decided before.
    pub(in crate::template) fn decide(&mut self, tag: Tag) -> u32 {
        let more = self.conditions_of(tag);
        let all = self.sets.union(self.conditions, more);
        std::mem::replace(&mut self.conditions, all)
    }

    /// What was decided last is done.
    pub(in crate::template) fn decided(&mut self, outer: u32) {
        self.conditions = outer;
    }

    /// Returns the tag of a value that becomes a variable's.
    pub(in crate::template) fn assigned(&mut self, tag: Tag) -> Tag {
        let all = self.sets.union(self.conditions, self.conditions_around);
        self.with(tag, all)
    }

    /// Returns the tags of a key and an item of what is iterated over.
    pub(in crate::template) fn of_iteration(&mut self, over: &Value, tag: Tag, index: usize, key: &Value, item: &Value) -> (Tag, Tag) {
        match (over, key) {
            (Value::Map(map), Value::Str(key)) => {
                let tag = self.entry(map, tag, key, Some(item));
                (Tag::of_set(self.flat(tag)), tag)
            }
            (Value::List(list), _) => (Tag::NONE, self.item(list, tag, index, Some(item))),
            _ => (Tag::NONE, Tag::of_set(self.flat(tag))),
        }
    }

    /// Returns the place of a byte of the file that is being executed.
    pub(super) fn place_at(&mut self, at: u32) -> u32 {
        let Spot { file, line, frame, .. } = self.spot(at);
        match self.places.file(file).text {
            Some((_, place)) => place,
            None => self.places.intern(PlaceLine { file, line, outer: frame }),
        }
    }

    fn spot(&self, at: u32) -> Spot {
        Spot { file: self.file, line: self.places.line_at(self.file, at), frame: self.frame, conditions: self.conditions }
    }

    /// Bytes of the file were written, from `start` on.
    pub(in crate::template) fn wrote(&mut self, start: u32, bytes: &[u8]) {
        let spot = self.spot(start);
        let Some(writing) = self.writing.last_mut() else { return };
        writing.breaks += memchr::memchr_iter(b'\n', bytes).count();
        let end = start + u32::try_from(bytes.len()).unwrap_or(u32::MAX - start);
        writing.pieces.push(Piece::Own { spot, start, end });
    }

    /// A value was printed by an action at a byte of the file.
    pub(in crate::template) fn printed(&mut self, at: u32, bytes: &[u8], value: &Value, tag: Tag) {
        let spot = self.spot(at);
        let breaks = memchr::memchr_iter(b'\n', bytes).count();
        let text = || match value {
            Value::Str(text) => text.clone(),
            _ => Str::copy_of(bytes),
        };
        let piece = if self.line_count(tag) == Some(breaks + 1) {
            Piece::Text { spot, tag, text: text() }
        } else {
            Piece::Value { spot, data: self.consume(value, tag), text: (breaks > 0).then(text) }
        };
        let Some(writing) = self.writing.last_mut() else { return };
        writing.breaks += breaks;
        writing.pieces.push(piece);
    }
}
