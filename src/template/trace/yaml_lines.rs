//! Values in texts of YAML, line by line, both ways.

use super::containers::{address, look_up};
use super::outline::is_block;
use super::places::{line_of, line_starts};
use super::tag::Tag;
use super::texts::Line;
use super::tracer::Tracer;
use crate::diag::{Source, Span};
use crate::value::{Str, Value};
use crate::yaml::{self, Node, NodeValue};

/// The lines of a text, counted from 0.
struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    fn at(&self, byte: u32) -> usize {
        line_of(&self.starts, byte).saturating_sub(1) as usize
    }

    /// Returns the first and the last line of a span.
    fn of(&self, span: &Span) -> (usize, usize) {
        let first = self.at(span.start);
        (first, self.at(span.end.saturating_sub(1).max(span.start)).max(first))
    }
}

impl Tracer {
    /// Returns the tag of a text that was written from a value.
    pub(super) fn written_yaml(&mut self, values: &[Value], tags: &[Tag], result: &Value) -> Tag {
        let (Some(value), Value::Str(text)) = (values.first(), result) else { return Tag::NONE };
        let all = self.consume(value, tags[0]);
        if !is_block(value) {
            return Tag::of_set(all);
        }
        if let Some(lines) = self.outlined(text, value, tags[0]) {
            return self.text(lines);
        }
        let Some((document, lines)) = read(text) else { return Tag::of_set(all) };
        let mut sets = vec![0; lines.starts.len()];
        self.write_lines(&document, value, tags[0], &lines, &mut sets);
        // What no node stands on, such as a closing bracket, is of nothing.
        self.text(sets.into_iter().map(Line::of).collect::<Vec<_>>())
    }

    fn write_lines(&mut self, node: &Node, value: &Value, tag: Tag, lines: &Lines, sets: &mut [u32]) {
        match (&node.value, value) {
            (NodeValue::Mapping(entries), Value::Map(map)) => {
                for (key, node) in entries {
                    let found = key.key_text().and_then(|name| look_up(map, &name).map(|found| (name, found)));
                    let Some((name, found)) = found else {
                        let all = Tag::of_set(self.consume(value, tag));
                        self.add_to_lines(&key.span, all, lines, sets);
                        self.add_to_lines(&node.span, all, lines, sets);
                        continue;
                    };
                    let tag = self.entry(map, tag, &name, Some(&found));
                    self.add_to_lines(&key.span, tag, lines, sets);
                    self.write_lines(node, &found, tag, lines, sets);
                }
            }
            (NodeValue::Sequence(nodes), Value::List(list)) => {
                for (index, (node, found)) in nodes.iter().zip(list.iter()).enumerate() {
                    let tag = self.item(list, tag, index, Some(found));
                    self.write_lines(node, found, tag, lines, sets);
                }
            }
            _ => {
                let all = Tag::of_set(self.consume(value, tag));
                self.add_to_lines(&node.span, all, lines, sets);
            }
        }
    }

    fn add_to_lines(&mut self, span: &Span, tag: Tag, lines: &Lines, sets: &mut [u32]) {
        let data = self.flat(tag);
        let (first, last) = lines.of(span);
        for set in sets.iter_mut().take(last + 1).skip(first) {
            *set = self.sets.union(*set, data);
        }
    }

    /// Returns the tag of what was read from a text; its entries are known from then on.
    pub(super) fn read_yaml(&mut self, values: &[Value], tags: &[Tag], result: &Value) -> Tag {
        let all = Tag::of_set(self.flat_of_all(tags));
        let Some(sets) = tags.first().and_then(|tag| self.lines(*tag)) else { return all };
        if let Some(Value::Str(text)) = values.first()
            && !self.read_outline(text, result, all, &sets)
            && let Some((document, lines)) = read(text)
            && lines.starts.len() == sets.len()
        {
            self.read_lines(&document, result, all, &lines, &sets);
        }
        all
    }

    fn read_lines(&mut self, node: &Node, value: &Value, tag: Tag, lines: &Lines, sets: &[Line]) {
        match (&node.value, value) {
            (NodeValue::Mapping(entries), Value::Map(_)) => {
                for (key, node) in entries {
                    let Some(name) = key.key_text() else { continue };
                    let own = self.set_of_lines(&key.span, node, address_of(value, &name), lines, sets);
                    let found = value.as_map().and_then(|map| look_up(map, &name)).unwrap_or_default();
                    if let Some(container) = self.container(value, tag) {
                        container.entries.insert(name, own);
                    }
                    self.read_lines(node, &found, own, lines, sets);
                }
            }
            (NodeValue::Sequence(nodes), Value::List(list)) => {
                let mut items = Vec::with_capacity(nodes.len());
                for (node, found) in nodes.iter().zip(list.iter()) {
                    let own = self.set_of_lines(&node.span, node, address(found).is_some(), lines, sets);
                    items.push(own);
                    self.read_lines(node, found, own, lines, sets);
                }
                if let Some(container) = self.container(value, tag) {
                    container.items = items;
                }
            }
            _ => {}
        }
    }

    /// Returns the sources of an entry: of its lines, those of an alias from its anchor on, or for a collection of the line of
    /// its key.
    fn set_of_lines(&mut self, key: &Span, value: &Node, is_collection: bool, lines: &Lines, sets: &[Line]) -> Tag {
        let (mut first, own_last) = lines.of(key);
        let last = if is_collection { own_last.min(first) } else { lines.of(&value.span).1 };
        if let Some(anchor) = value.anchor().filter(|_| !is_collection) {
            first = first.min(lines.at(u32::try_from(anchor).unwrap_or_default()));
        }
        let own = sets.iter().take(last + 1).skip(first);
        let mut own: Vec<u32> = own.flat_map(|line| [line.data, line.conditions]).collect();
        Tag::of_set(self.sets.union_of(&mut own))
    }
}

fn address_of(map: &Value, key: &Str) -> bool {
    map.as_map().and_then(|map| look_up(map, key)).is_some_and(|value| address(&value).is_some())
}

/// Reads a text as a tree with places; `None` where it is none.
fn read(text: &Str) -> Option<(Node, Lines)> {
    let source = Source::new("", text.as_str()?);
    let document = yaml::nodes(&source).ok()?.into_iter().next()?;
    Some((document, Lines { starts: line_starts(text.as_bytes()) }))
}
