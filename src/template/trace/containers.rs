//! What is known of maps and lists.

use super::paths::{Key, TOP};
use super::sets::Source;
use super::tag::{Meaning, Tag};
use super::tracer::Tracer;
use crate::diag::Origin;
use crate::value::{Entry, List, Map, Str, Value};
use rustc_hash::{FxHashMap, FxHashSet};

/// A map or list with its sources.
#[derive(Debug)]
pub(super) struct Container {
    /// Holds it, so that nothing else can come to have its address.
    _held: Value,
    /// Its path, where it is of the values that the render began with; 0 where it was made since.
    pub(super) path: u32,
    /// Where an entry comes from of which nothing else is known.
    pub(super) rest: u32,
    /// Entries that were set since, or are of a map that was made since.
    pub(super) entries: FxHashMap<Str, Tag>,
    /// The same of a list.
    pub(super) items: Vec<Tag>,
    /// The tags of entries that were read before.
    read: FxHashMap<Str, Tag>,
}

/// Values may be nested deeper, but what is below is then not told apart.
const DEEPEST: usize = 200;

/// Returns the address of a map or list.
pub(super) fn address(value: &Value) -> Option<usize> {
    match value {
        Value::Map(map) => Some(map.address()),
        Value::List(list) => Some(list.address()),
        _ => None,
    }
}

/// Returns the value of a key, without telling a watch.
pub(super) fn look_up(map: &Map, key: &Str) -> Option<Value> {
    map.look_at(key.as_bytes(), |entry| entry.map(|entry| entry.value.clone()))
}

impl Tracer {
    /// Registers a value that the render begins with, and all maps and lists below it; the top has no name.
    pub(in crate::template) fn register(&mut self, name: &str, value: &Value) {
        let mut path = TOP;
        for step in name.split('.').filter(|step| !step.is_empty()) {
            path = self.paths.child(path, Key::Name(step.into()), || Origin::NONE);
        }
        self.register_below(value, path, 0);
    }

    fn register_below(&mut self, value: &Value, path: u32, depth: usize) {
        let Some(own) = address(value) else { return };
        if depth > DEEPEST || self.containers.contains_key(&own) {
            return;
        }
        self.add_container(own, value, path, 0);
        match value {
            Value::Map(map) => {
                let is_nested = |entry: &&Entry| address(&entry.value).is_some();
                let nested: Vec<Entry> = map.look(|entries| entries.iter().filter(is_nested).cloned().collect());
                for entry in nested {
                    let path = self.paths.child(path, Key::Name(entry.key), || entry.origin);
                    self.register_below(&entry.value, path, depth + 1);
                }
            }
            Value::List(list) => {
                for (index, item) in list.iter().enumerate().filter(|(_, item)| address(item).is_some()) {
                    let path = self.paths.child(path, Key::Index(index), || Origin::NONE);
                    self.register_below(item, path, depth + 1);
                }
            }
            _ => {}
        }
    }

    pub(super) fn add_container(&mut self, address: usize, value: &Value, path: u32, rest: u32) -> &mut Container {
        let new =
            || Container { _held: value.clone(), path, rest, entries: FxHashMap::default(), items: Vec::new(), read: FxHashMap::default() };
        self.containers.entry(address).or_insert_with(new)
    }

    /// Returns what is known of a map or list; begins to know something where there was nothing.
    pub(super) fn container(&mut self, value: &Value, tag: Tag) -> Option<&mut Container> {
        let address = address(value)?;
        let rest = if self.containers.contains_key(&address) { 0 } else { self.flat(tag) };
        Some(self.add_container(address, value, 0, rest))
    }

    /// An entry of a map is set; what is above the map is no longer as the render began with it.
    pub(super) fn put(&mut self, map: &Value, tag: Tag, key: Str, entry: Tag) {
        let path = address(map).and_then(|own| self.containers.get(&own)).map_or(0, |container| container.path);
        self.paths.mark_changed(path);
        let Some(container) = self.container(map, tag) else { return };
        container.entries.insert(key, entry);
    }

    /// An entry of a map is set to the value that it has already.
    pub(super) fn put_again(&mut self, map: &Value, tag: Tag, key: Str, entry: Tag) {
        let known = self.container(map, tag).and_then(|container| container.entries.get(&key).copied());
        if known.is_none_or(|known| known != entry && self.values_in(known) != self.values_in(entry)) {
            self.retold += 1;
        }
        self.put(map, tag, key, entry);
    }

    /// Returns the values that are in a value, without those that decided about it.
    fn values_in(&mut self, tag: Tag) -> u32 {
        let all = self.flat(tag);
        self.sets.without_conditions(all)
    }

    /// Returns the tag of an entry of a map, and marks it as read. There may be no such entry.
    pub(in crate::template) fn entry(&mut self, map: &Map, tag: Tag, key: &Str, value: Option<&Value>) -> Tag {
        let own = map.address();
        if let Some(container) = self.containers.get(&own)
            && container.entries.is_empty()
            && let Some(tag) = container.read.get(key.as_bytes())
        {
            return *tag;
        }
        let tag = self.entry_unread(map, tag, key, value);
        self.mark(tag);
        if let Some(container) = self.containers.get_mut(&own) {
            container.read.insert(key.clone(), tag);
        }
        tag
    }

    /// Returns the tag of an entry of a map.
    pub(super) fn entry_unread(&mut self, map: &Map, tag: Tag, key: &Str, value: Option<&Value>) -> Tag {
        let Some(container) = self.containers.get(&map.address()) else { return Tag::of_set(self.flat(tag)) };
        if let Some(tag) = container.entries.get(key.as_bytes()) {
            return *tag;
        }
        let (path, rest) = (container.path, container.rest);
        let origin = || map.look_at(key.as_bytes(), |entry| entry.map(|entry| entry.origin.clone())).unwrap_or_default();
        self.step_below(path, rest, value, Key::Name(key.clone()), origin)
    }

    /// Returns the tag of an item of a list, and marks it as read.
    pub(in crate::template) fn item(&mut self, list: &List, tag: Tag, index: usize, value: Option<&Value>) -> Tag {
        let tag = self.item_unread(list, tag, index, value);
        self.mark(tag);
        tag
    }

    /// Returns the tag of an item of a list.
    pub(super) fn item_unread(&mut self, list: &List, tag: Tag, index: usize, value: Option<&Value>) -> Tag {
        let Some(container) = self.containers.get(&list.address()) else { return Tag::of_set(self.flat(tag)) };
        if let Some(tag) = container.items.get(index) {
            return *tag;
        }
        let (path, rest) = (container.path, container.rest);
        self.step_below(path, rest, value, Key::Index(index), || Origin::NONE)
    }

    /// Returns the tag of what is one step below a container that has a path (or none: 0) and otherwise the sources `rest`.
    fn step_below(&mut self, path: u32, rest: u32, value: Option<&Value>, key: Key, origin: impl FnOnce() -> Origin) -> Tag {
        if path == 0 {
            return Tag::of_set(rest);
        }
        let path = match self.registered_path(value) {
            Some(path) => path,
            None => self.paths.child(path, key, origin),
        };
        Tag::of_set(self.sets.of(Source::Path(path)))
    }

    fn registered_path(&self, value: Option<&Value>) -> Option<u32> {
        let container = self.containers.get(&address(value?)?)?;
        (container.path != 0).then_some(container.path)
    }

    /// Marks the values of a set as read.
    pub(super) fn mark(&mut self, tag: Tag) {
        let Meaning::Set(set) = tag.meaning() else { return };
        if set == 0 || !self.marked.insert(set) {
            return;
        }
        for atom in self.sets.atoms(set) {
            if let Source::Path(path) = atom.source() {
                self.paths.mark_read(path);
            }
        }
    }

    /// Marks a value as used with all that is below it; returns all its sources.
    pub(in crate::template) fn consume(&mut self, value: &Value, tag: Tag) -> u32 {
        let all = self.flat(tag);
        if address(value).is_none() {
            return all;
        }
        let mut sets = vec![all];
        self.consume_below(value, 0, 0, &mut FxHashSet::default(), &mut sets);
        self.sets.union_of(&mut sets)
    }

    fn consume_below(&mut self, value: &Value, parent: u32, depth: usize, seen: &mut FxHashSet<usize>, sets: &mut Vec<u32>) {
        let Some(own) = address(value) else { return };
        if depth > DEEPEST || !seen.insert(own) {
            return;
        }
        let mut path = 0;
        if let Some(container) = self.containers.get(&own) {
            path = container.path;
            let known: Vec<Tag> = container.entries.values().chain(&container.items).copied().collect();
            sets.push(container.rest);
            let is_below = path != 0 && parent != 0 && self.paths.parent(path) == parent;
            if path != 0 && !is_below {
                let whole = self.sets.of(Source::Whole(path));
                sets.push(whole);
                self.paths.mark_whole(path);
            }
            for tag in known {
                self.mark(tag);
                sets.push(self.flat(tag));
            }
        }
        // What the render began with is whole under its path, unless something was set since.
        if path != 0 && !self.paths.is_changed(path) {
            return;
        }
        match value {
            Value::Map(map) => {
                let is_nested = |value: &&Value| address(value).is_some();
                let nested: Vec<Value> = map.look(|entries| entries.iter().map(|entry| &entry.value).filter(is_nested).cloned().collect());
                nested.iter().for_each(|value| self.consume_below(value, path, depth + 1, seen, sets));
            }
            Value::List(list) => list.iter().for_each(|item| self.consume_below(item, path, depth + 1, seen, sets)),
            _ => {}
        }
    }
}
