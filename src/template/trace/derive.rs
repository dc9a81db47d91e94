//! Where the entries of a collection that a function made came from.

use super::containers::{address, look_up};
use super::tag::Tag;
use super::tracer::Tracer;
use crate::value::{List, Map, Str, Value, deep_equal};

/// More items are not compared with each other.
const MOST_ITEMS: usize = 512;
/// Collections may be nested deeper, but what is below is then not told apart.
const DEEPEST: usize = 100;

/// A collection that another was made of.
type Origin = (Value, Tag);

impl Tracer {
    /// Returns the tag of a collection that was made of arguments; `rest` is where an entry comes from that is not found in
    /// any of them.
    pub(super) fn derive(&mut self, made: &Value, values: &[Value], tags: &[Tag], rest: u32) -> Tag {
        let Some(own) = address(made) else { return Tag::of_set(rest) };
        if let Some(at) = values.iter().position(|value| address(value) == Some(own)) {
            return tags.get(at).copied().unwrap_or_default();
        }
        let origins: Vec<Origin> = values.iter().cloned().zip(tags.iter().copied()).collect();
        self.derive_below(made, &origins, rest, 0);
        Tag::of_set(rest)
    }

    fn derive_below(&mut self, made: &Value, origins: &[Origin], rest: u32, depth: usize) {
        let Some(own) = address(made) else { return };
        if depth > DEEPEST || self.containers.contains_key(&own) {
            return;
        }
        self.add_container(own, made, 0, rest);
        match made {
            Value::Map(map) => {
                for entry in map.look(<[_]>::to_vec) {
                    let tag = self.entry_of(&entry.key, &entry.value, origins, rest, depth);
                    let container = self.add_container(own, made, 0, rest);
                    container.entries.insert(entry.key, tag);
                }
            }
            Value::List(list) => {
                let mut items = Vec::with_capacity(list.len());
                for (index, item) in list.iter().enumerate() {
                    items.push(self.item_of(index, item, origins, rest, depth));
                }
                self.add_container(own, made, 0, rest).items = items;
            }
            _ => {}
        }
    }

    /// Returns the tag of an entry, by the entries of that key of the maps that it may come from.
    fn entry_of(&mut self, key: &Str, value: &Value, origins: &[Origin], rest: u32, depth: usize) -> Tag {
        let mut there = Vec::new();
        for (origin, tag) in origins {
            if let Value::Map(map) = origin
                && let Some(found) = look_up(map, key)
            {
                let tag = self.entry_unread(map, *tag, key, Some(&found));
                there.push((found, tag));
            }
        }
        self.part_of(value, &there, rest, depth)
    }

    /// Returns the tag of a part: that of the same part elsewhere, or of all that it may be made of.
    fn part_of(&mut self, value: &Value, there: &[Origin], rest: u32, depth: usize) -> Tag {
        if address(value).is_some() {
            let tags: Vec<Tag> = there.iter().map(|(_, tag)| *tag).collect();
            let below = if there.is_empty() { rest } else { self.flat_of_all(&tags) };
            self.derive_below(value, there, below, depth + 1);
            return Tag::of_set(below);
        }
        there.iter().find(|(found, _)| deep_equal(found, value)).map_or(Tag::of_set(rest), |(_, tag)| *tag)
    }

    fn item_of(&mut self, index: usize, item: &Value, origins: &[Origin], rest: u32, depth: usize) -> Tag {
        for (origin, tag) in origins {
            let found = match origin {
                Value::List(list) => place_of(list, index, item).map(|at| self.item_unread(list, *tag, at, Some(item))),
                Value::Map(map) => key_of(map, item).map(|key| self.entry_unread(map, *tag, &key, Some(item))),
                other if is_same(other, item) => Some(*tag),
                _ => None,
            };
            if let Some(tag) = found {
                return tag;
            }
        }
        // A copy of what is at the same place.
        let mut there = Vec::new();
        for (origin, tag) in origins {
            if let Value::List(list) = origin
                && let Some(found) = list.items().get(index)
            {
                let tag = self.item_unread(list, *tag, index, Some(found));
                there.push((found.clone(), tag));
            }
        }
        match address(item) {
            Some(_) => self.part_of(item, &there, rest, depth),
            None => Tag::of_set(rest),
        }
    }
}

/// Says whether two scalars are equal, or two collections one and the same.
fn is_same(a: &Value, b: &Value) -> bool {
    match (address(a), address(b)) {
        (None, None) => deep_equal(a, b),
        (a, b) => a == b,
    }
}

fn place_of(list: &List, index: usize, item: &Value) -> Option<usize> {
    let items = list.items();
    if items.get(index).is_some_and(|found| is_same(found, item)) {
        return Some(index);
    }
    if items.len() > MOST_ITEMS { None } else { items.iter().position(|found| is_same(found, item)) }
}

fn key_of(map: &Map, item: &Value) -> Option<Str> {
    map.look(|entries| {
        let is_it = |value: &Value| is_same(value, item);
        entries.iter().take(MOST_ITEMS).find(|entry| is_it(&entry.value)).map(|entry| entry.key.clone())
    })
}
