//! Which value is on which line of the YAML that was written from it, told by indentation alone.
//!
//! The writer gives each entry of a block a line of its own and puts what belongs to it further in. Where a text does not look
//! like that (flow style, JSON, keys of odd forms), nothing is said, and somebody has to read the text.

use super::containers::look_up;
use super::paths::Key;
use super::tag::Tag;
use super::texts::Line;
use super::tracer::Tracer;
use crate::value::{Str, Value};
use std::ops::Range;

/// Values may be nested deeper, but then the text is read.
const DEEPEST: usize = 100;

/// A line of the text, and how far in it begins; a blank line belongs to what is before it.
struct OutlineLine<'t> {
    text: &'t str,
    indent: Option<usize>,
}

impl OutlineLine<'_> {
    fn new(text: &str) -> OutlineLine<'_> {
        OutlineLine { text, indent: text.bytes().position(|byte| byte != b' ') }
    }
}

/// The text by lines.
struct Outline<'t> {
    lines: Vec<OutlineLine<'t>>,
}

/// An entry of a collection.
struct OutlineEntry<'v> {
    /// The collection, and its tag.
    parent: &'v Value,
    parent_tag: Tag,
    key: Key,
    value: &'v Value,
    /// Its lines; of a collection the one that it begins on, if it is one of its own.
    lines: Range<usize>,
    /// The line that it begins on.
    first: usize,
}

/// Something is not as the writer of block style has it.
struct Odd;

impl Tracer {
    /// Returns the lines of a text that was written from a collection; `None` where it is not in plain block style.
    pub(super) fn outlined(&mut self, text: &Str, value: &Value, tag: Tag) -> Option<Vec<Line>> {
        let mut outline = Outline::new(text.as_str()?);
        let mut sets = vec![0; outline.lines.len()];
        let mut visit = |of: &Outline<'_>, entry: OutlineEntry<'_>| {
            let tag = match (entry.parent, &entry.key) {
                (Value::Map(map), Key::Name(name)) => self.entry(map, entry.parent_tag, name, Some(entry.value)),
                (Value::List(list), Key::Index(index)) => self.item(list, entry.parent_tag, *index, Some(entry.value)),
                _ => entry.parent_tag,
            };
            let set = self.flat(tag);
            for line in entry.lines.filter(|line| of.lines[*line].indent.is_some()) {
                sets[line] = self.sets.union(sets[line], set);
            }
            tag
        };
        let all = 0..outline.lines.len();
        outline.walk(all, value, tag, 0, &mut visit).ok()?;
        Some(sets.into_iter().map(Line::of).collect())
    }

    /// Learns where the entries of a collection come from that was read from a text with these lines; says whether the text is
    /// in plain block style.
    pub(super) fn read_outline(&mut self, text: &Str, value: &Value, tag: Tag, lines: &[Line]) -> bool {
        let Some(text) = text.as_str() else { return false };
        let mut outline = Outline::new(text);
        let mut found: Vec<(Value, Key, Tag)> = Vec::new();
        let mut sets = Vec::new();
        let mut visit = |_: &Outline<'_>, entry: OutlineEntry<'_>| {
            let own = if is_block(entry.value) { entry.first..entry.first + 1 } else { entry.lines };
            sets.clear();
            sets.extend(lines[own].iter().flat_map(|line| [line.data, line.conditions]));
            let tag = Tag::of_set(self.sets.union_of(&mut sets));
            found.push((entry.parent.clone(), entry.key, tag));
            tag
        };
        let all = 0..outline.lines.len();
        if !is_block(value) || lines.len() != all.len() || outline.walk(all, value, tag, 0, &mut visit).is_err() {
            return false;
        }
        for (parent, key, own) in found {
            // What is not known of the collection is of all of the text.
            let Some(container) = self.container(&parent, tag) else { continue };
            match key {
                Key::Name(name) => drop(container.entries.insert(name, own)),
                // Items come in their order.
                Key::Index(_) => container.items.push(own),
            }
        }
        true
    }
}

/// What is done with each entry; returns its tag.
type Visit<'f> = &'f mut dyn FnMut(&Outline<'_>, OutlineEntry<'_>) -> Tag;

impl<'t> Outline<'t> {
    fn new(text: &'t str) -> Outline<'t> {
        Outline { lines: text.split('\n').map(OutlineLine::new).collect() }
    }

    /// Visits the entries of a collection that has these lines, and all below them.
    fn walk(&mut self, range: Range<usize>, value: &Value, tag: Tag, depth: usize, visit: Visit<'_>) -> Result<(), Odd> {
        let indent = self.lines.get(range.start).and_then(|line| line.indent).filter(|_| depth <= DEEPEST).ok_or(Odd)?;
        let (mut at, mut count) = (range.start, 0);
        match value {
            Value::Map(map) => {
                while at < range.end {
                    let end = self.end(at, range.end, indent, false)?;
                    let (key, rest) = key_of(&self.lines[at].text[indent..]).ok_or(Odd)?;
                    let found = look_up(map, &key).ok_or(Odd)?;
                    if is_block(&found) && !rest.is_empty() || rest.starts_with(['*', '&', '!']) {
                        return Err(Odd);
                    }
                    let lines = if is_block(&found) { at..at + 1 } else { at..end };
                    let entry = OutlineEntry { parent: value, parent_tag: tag, key: Key::Name(key), value: &found, lines, first: at };
                    let tag = visit(self, entry);
                    if is_block(&found) {
                        self.walk(at + 1..end, &found, tag, depth + 1, visit)?;
                    }
                    (at, count) = (end, count + 1);
                }
                if map.look(<[_]>::len) == count { Ok(()) } else { Err(Odd) }
            }
            Value::List(list) => {
                while at < range.end {
                    let end = self.end(at, range.end, indent, true)?;
                    let found = list.items().get(count).ok_or(Odd)?;
                    let rest = self.lines[at].text[indent + 1..].trim_start();
                    if rest.starts_with(['*', '&', '!']) {
                        return Err(Odd);
                    }
                    let lines = if is_block(found) { at..at } else { at..end };
                    let entry = OutlineEntry { parent: value, parent_tag: tag, key: Key::Index(count), value: found, lines, first: at };
                    let tag = visit(self, entry);
                    if is_block(found) {
                        // What begins behind the dash goes on below it.
                        self.lines[at].indent = Some(indent + 2);
                        self.walk(at..end, found, tag, depth + 1, visit)?;
                    }
                    (at, count) = (end, count + 1);
                }
                if list.len() == count { Ok(()) } else { Err(Odd) }
            }
            _ => Err(Odd),
        }
    }

    /// Returns where an entry ends that begins on a line. Items of a list may stand right below the key of the list.
    fn end(&self, at: usize, end: usize, indent: usize, is_item: bool) -> Result<usize, Odd> {
        let begins = |line: &OutlineLine<'_>| line.indent == Some(indent) && is_item == begins_item(&line.text[indent..]);
        if !begins(&self.lines[at]) {
            return Err(Odd);
        }
        let rest = &self.lines[at + 1..end];
        if rest.iter().any(|line| line.indent.is_some_and(|other| other < indent)) {
            return Err(Odd);
        }
        Ok(rest.iter().position(begins).map_or(end, |next| at + 1 + next))
    }
}

fn begins_item(text: &str) -> bool {
    text == "-" || text.starts_with("- ")
}

/// Says whether a value is a collection that is written as a block of lines of its own.
pub(super) fn is_block(value: &Value) -> bool {
    match value {
        Value::Map(map) => map.look(|entries| !entries.is_empty()),
        Value::List(list) => !list.is_empty(),
        _ => false,
    }
}

/// Returns the key that a line begins with, and what stands behind it.
fn key_of(text: &str) -> Option<(Str, &str)> {
    let (key, rest) = match text.as_bytes().first()? {
        b'"' => text[1..].split_once('"').filter(|(key, _)| !key.contains('\\'))?,
        b'\'' => text[1..].split_once('\'').filter(|(_, rest)| !rest.starts_with('\''))?,
        b'{' | b'[' | b'?' => return None,
        _ => text.find(": ").or_else(|| text.len().checked_sub(1).filter(|_| text.ends_with(':'))).map(|at| text.split_at(at))?,
    };
    let rest = rest.strip_prefix(':')?;
    Some((key.into(), rest.trim()))
}
