//! A Go map with string keys: shared by reference, mutable through every reference, iterated in key order.

use super::trail::Trail;
use super::watch::Watch;
use super::{Str, Value};
use crate::diag::Origin;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// The Go type of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MapKind {
    /// `map[string]interface {}`
    Any,
    /// `common.Values`: what Helm calls the top of `.Values` and the template's root.
    Values,
    /// `map[string]string`
    Strings,
    /// A map type of Go code, by its `%T` name.
    Named(&'static str),
}

impl MapKind {
    /// Returns the type as `%T` prints it.
    pub fn type_name(self) -> &'static str {
        match self {
            MapKind::Any => "map[string]interface {}",
            MapKind::Values => "common.Values",
            MapKind::Strings => "map[string]string",
            MapKind::Named(name) => name,
        }
    }
}

/// One entry of a map, and where it was written.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Str,
    /// The value.
    pub value: Value,
    /// The place of the key in the file that set this value. Merging keeps it: the entry that wins brings its own.
    pub origin: Origin,
}

/// A map. Cloning shares it, as assigning a Go map does; `deep_copy` makes a new one.
///
/// The Go type belongs to the reference, not to the entries: a subchart's `.Values` and its parent's `.Values.NAME` are one
/// map under two types, and a change through one is seen through the other.
#[derive(Clone)]
pub struct Map {
    kind: MapKind,
    pub(super) content: Arc<RwLock<Content>>,
}

pub(super) struct Content {
    /// Sorted by key. Maps of charts are small, so a sorted vector beats a tree and a table in time and space.
    pub(super) entries: Vec<Entry>,
    watch: Option<Arc<Watch>>,
    /// Counts the changes since the map is watched.
    version: u64,
}

/// In maps of no more entries a key is found sooner by looking at each than by halving.
const MOST_LOOKED_THROUGH: usize = 16;

impl Content {
    fn changed(&mut self) {
        if let Some(watch) = &self.watch {
            watch.changed();
            self.version += 1;
        }
    }

    /// Returns who wants to know what is read.
    fn recorder(&self) -> Option<&Watch> {
        self.watch.as_deref().filter(|watch| watch.is_recording())
    }

    fn find(&self, key: &[u8]) -> Option<&Entry> {
        // To see that keys differ, their lengths are mostly enough; to see which comes first, they have to be read.
        if self.entries.len() <= MOST_LOOKED_THROUGH {
            // Keys of one length mostly end differently.
            let last = key.last();
            let is_it = |entry: &&Entry| {
                let known = entry.key.as_bytes();
                known.len() == key.len() && known.last() == last && known == key
            };
            return self.entries.iter().find(is_it);
        }
        find(&self.entries, key).ok().map(|at| &self.entries[at])
    }
}

impl Map {
    /// Makes an empty `map[string]interface {}`.
    pub fn new() -> Map {
        Self::of_kind(MapKind::Any)
    }

    /// Makes an empty map of the given Go type.
    pub fn of_kind(kind: MapKind) -> Map {
        Self::sorted(kind, Vec::new())
    }

    /// Makes a map from entries in any order; the last of several with one key wins.
    pub fn from_entries(kind: MapKind, mut entries: Vec<Entry>) -> Map {
        if entries.windows(2).all(|pair| pair[0].key < pair[1].key) {
            return Self::sorted(kind, entries);
        }
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        let mut unique: Vec<Entry> = Vec::with_capacity(entries.len());
        for entry in entries {
            match unique.last_mut() {
                Some(last) if last.key == entry.key => *last = entry,
                _ => unique.push(entry),
            }
        }
        Self::sorted(kind, unique)
    }

    fn sorted(kind: MapKind, entries: Vec<Entry>) -> Map {
        Map { kind, content: Arc::new(RwLock::new(Content { entries, watch: None, version: 0 })) }
    }

    /// Returns the Go type.
    pub fn kind(&self) -> MapKind {
        self.kind
    }

    /// Returns the same map under another Go type: entries stay shared, as in a Go conversion.
    #[must_use]
    pub fn with_kind(&self, kind: MapKind) -> Map {
        Map { kind, content: Arc::clone(&self.content) }
    }

    /// Says whether both are one and the same map.
    pub fn is_same(&self, other: &Map) -> bool {
        Arc::ptr_eq(&self.content, &other.content)
    }

    /// Returns a number that is the same for clones of one map only, for tracking visits.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.content).cast::<()>() as usize
    }

    /// Runs `read` over the sorted entries. `read` must not change this map.
    pub fn read<T>(&self, read: impl FnOnce(&[Entry]) -> T) -> T {
        let content = self.content();
        if let Some(watch) = content.recorder() {
            watch.all_was_read(self, content.version);
        }
        read(&content.entries)
    }

    /// Runs `read` over the sorted entries without telling a watch. `read` must not change this map.
    pub fn look<T>(&self, read: impl FnOnce(&[Entry]) -> T) -> T {
        read(&self.content().entries)
    }

    /// Runs `read` over the entry of a key without telling a watch.
    pub fn look_at<T>(&self, key: &[u8], read: impl FnOnce(Option<&Entry>) -> T) -> T {
        read(self.content().find(key))
    }

    fn content(&self) -> RwLockReadGuard<'_, Content> {
        self.content.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write<T>(&self, write: impl FnOnce(&mut Content) -> T) -> T {
        write(&mut self.content.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Runs `read` over the entry of a key.
    fn read_entry<T>(&self, key: &[u8], read: impl FnOnce(Option<&Entry>) -> T) -> T {
        let content = self.content();
        let entry = content.find(key);
        if let Some(watch) = content.recorder() {
            watch.key_was_read(self, key, entry.map(|entry| &entry.value));
        }
        read(entry)
    }

    /// Returns the value of a key, without telling that it was read.
    pub(super) fn peek(&self, key: &[u8]) -> Option<Value> {
        self.content().find(key).map(|entry| entry.value.clone())
    }

    /// Returns the number of entries, without telling that they were counted.
    pub(super) fn peek_len(&self) -> usize {
        self.content().entries.len()
    }

    /// Returns a number that grows with each change while the map is watched.
    pub(super) fn version(&self) -> u64 {
        self.content().version
    }

    /// Tells `watch` of every change and every look at this map and all maps below it, those included that come to be there
    /// later.
    pub fn watch(&self, watch: &Arc<Watch>) {
        let values: Vec<Value> = self.write(|content| {
            if content.watch.as_ref().is_some_and(|known| Arc::ptr_eq(known, watch)) {
                return Vec::new();
            }
            content.watch = Some(Arc::clone(watch));
            let nested = |value: &&Value| matches!(value, Value::Map(_) | Value::List(_));
            content.entries.iter().map(|entry| &entry.value).filter(nested).cloned().collect()
        });
        values.iter().for_each(|value| value.watch(watch));
    }

    /// Says whether this map is watched by `watch`.
    pub fn is_watched_by(&self, watch: &Arc<Watch>) -> bool {
        self.content().watch.as_ref().is_some_and(|known| Arc::ptr_eq(known, watch))
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.get_bytes(key.as_bytes())
    }

    /// Runs `read` over the value of a key. `read` must not change this map.
    pub fn read_value<T>(&self, key: &[u8], read: impl FnOnce(Option<&Value>) -> T) -> T {
        self.read_entry(key, |entry| read(entry.map(|entry| &entry.value)))
    }

    /// Returns the value of a key of any bytes.
    pub fn get_bytes(&self, key: &[u8]) -> Option<Value> {
        self.read_entry(key, |entry| entry.map(|entry| entry.value.clone()))
    }

    /// Returns the whole entry of a key.
    pub fn entry(&self, key: &[u8]) -> Option<Entry> {
        self.read_entry(key, |entry| entry.cloned())
    }

    /// Returns where the value of a key was written.
    pub fn origin(&self, key: &str) -> Origin {
        self.read_entry(key.as_bytes(), |entry| entry.map(|entry| entry.origin.clone())).unwrap_or_default()
    }

    /// Says whether the key is there, with whatever value.
    pub fn contains_key(&self, key: &str) -> bool {
        self.read_entry(key.as_bytes(), |entry| entry.is_some())
    }

    /// Sets a value that nobody wrote down; returns the one that it replaces.
    pub fn insert(&self, key: impl Into<Str>, value: impl Into<Value>) -> Option<Value> {
        self.insert_entry(Entry { key: key.into(), value: value.into(), origin: Origin::NONE })
    }

    /// Sets a value with its origin; returns the one that it replaces.
    pub fn insert_entry(&self, entry: Entry) -> Option<Value> {
        let (old, news) = self.write(|content| {
            let found = find(&content.entries, entry.key.as_bytes());
            let news = match (&content.watch, found) {
                (Some(_), Ok(at)) if content.entries[at].value.is_identical(&entry.value) => None,
                (Some(watch), _) => Some((Arc::clone(watch), entry.value.clone())),
                (None, _) => None,
            };
            if news.is_some() {
                content.changed();
            }
            match found {
                Ok(at) => (Some(std::mem::replace(&mut content.entries[at], entry).value), news),
                Err(at) => {
                    content.entries.insert(at, entry);
                    (None, news)
                }
            }
        });
        if let Some((watch, value)) = news {
            value.watch(&watch);
        }
        old
    }

    /// Removes a key; returns its value.
    pub fn remove(&self, key: &str) -> Option<Value> {
        self.remove_bytes(key.as_bytes())
    }

    /// Removes a key of any bytes; returns its value.
    pub fn remove_bytes(&self, key: &[u8]) -> Option<Value> {
        self.write(|content| {
            let at = find(&content.entries, key).ok()?;
            content.changed();
            Some(content.entries.remove(at).value)
        })
    }

    /// Keeps the entries for which `keep` holds. `keep` must not touch this map.
    pub fn retain(&self, keep: impl FnMut(&Entry) -> bool) {
        self.write(|content| {
            content.changed();
            content.entries.retain(keep);
        });
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        let content = self.content();
        if let Some(watch) = content.recorder() {
            watch.size_was_read(self, content.entries.len());
        }
        content.entries.len()
    }

    /// Says whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns a snapshot of the entries, sorted by key.
    pub fn entries(&self) -> Vec<Entry> {
        self.read(<[Entry]>::to_vec)
    }

    /// Returns the keys, sorted.
    pub fn keys(&self) -> Vec<Str> {
        self.read(|entries| entries.iter().map(|entry| entry.key.clone()).collect())
    }

    /// Copies the map and everything in it, origins included.
    pub fn deep_copy(&self) -> Map {
        self.copy_below(None)
    }

    pub(super) fn copy_below(&self, trail: Option<&Trail<'_>>) -> Map {
        let Some(trail) = Trail::into_map(trail, self) else { return self.clone() };
        let copy =
            |entry: &Entry| Entry { key: entry.key.clone(), value: entry.value.copy_below(Some(&trail)), origin: entry.origin.clone() };
        Self::sorted(self.kind(), self.read(|entries| entries.iter().map(copy).collect()))
    }
}

fn find(entries: &[Entry], key: &[u8]) -> Result<usize, usize> {
    entries.binary_search_by(|entry| entry.key.as_bytes().cmp(key))
}

impl Default for Map {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Into<Str>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        let entries = items.into_iter().map(|(key, value)| Entry { key: key.into(), value: value.into(), origin: Origin::NONE }).collect();
        Map::from_entries(MapKind::Any, entries)
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for entry in self.entries() {
            map.entry(&entry.key, &entry.value);
        }
        map.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_is_the_same_map_and_a_deep_copy_is_not() {
        let map: Map = [("a", 1.0)].into_iter().collect();
        let clone = map.clone();
        let copy = map.deep_copy();
        clone.insert("a", 2.0);
        assert_eq!(map.get("a"), Some(Value::Float(2.0)));
        assert_eq!(copy.get("a"), Some(Value::Float(1.0)));
    }

    #[test]
    fn a_map_under_another_type_is_the_same_map() {
        let map: Map = [("a", 1.0)].into_iter().collect();
        let values = map.with_kind(MapKind::Values);
        values.insert("b", 2.0);
        assert_eq!(map.len(), 2);
        assert!(map.is_same(&values));
    }

    #[test]
    fn entries_come_in_byte_order_and_the_last_duplicate_wins() {
        let map: Map = [("b", 1.0), ("B", 2.0), ("a", 3.0), ("b", 4.0)].into_iter().collect();
        let keys: Vec<String> = map.keys().iter().map(ToString::to_string).collect();
        assert_eq!(keys, ["B", "a", "b"]);
        assert_eq!(map.get("b"), Some(Value::Float(4.0)));
    }
}
