//! A Go map with string keys: shared by reference, mutable through every reference, iterated in key order.

use super::trail::Trail;
use super::{Str, Value};
use crate::diag::Origin;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

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
    /// Sorted by key. Maps of charts are small, so a sorted vector beats a tree and a table in time and space.
    pub(super) entries: Arc<RwLock<Vec<Entry>>>,
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
        Map { kind, entries: Arc::new(RwLock::new(entries)) }
    }

    /// Returns the Go type.
    pub fn kind(&self) -> MapKind {
        self.kind
    }

    /// Returns the same map under another Go type: entries stay shared, as in a Go conversion.
    #[must_use]
    pub fn with_kind(&self, kind: MapKind) -> Map {
        Map { kind, entries: Arc::clone(&self.entries) }
    }

    /// Says whether both are one and the same map.
    pub fn is_same(&self, other: &Map) -> bool {
        Arc::ptr_eq(&self.entries, &other.entries)
    }

    /// Returns a number that is the same for clones of one map only, for tracking visits.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.entries).cast::<()>() as usize
    }

    /// Runs `read` over the sorted entries. `read` must not change this map.
    pub fn read<T>(&self, read: impl FnOnce(&[Entry]) -> T) -> T {
        read(&self.entries.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, write: impl FnOnce(&mut Vec<Entry>) -> T) -> T {
        write(&mut self.entries.write().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<Value> {
        self.get_bytes(key.as_bytes())
    }

    /// Returns the value of a key of any bytes.
    pub fn get_bytes(&self, key: &[u8]) -> Option<Value> {
        self.read(|entries| find(entries, key).ok().map(|at| entries[at].value.clone()))
    }

    /// Returns the whole entry of a key.
    pub fn entry(&self, key: &[u8]) -> Option<Entry> {
        self.read(|entries| find(entries, key).ok().map(|at| entries[at].clone()))
    }

    /// Returns where the value of a key was written.
    pub fn origin(&self, key: &str) -> Origin {
        self.read(|entries| find(entries, key.as_bytes()).ok().map(|at| entries[at].origin.clone())).unwrap_or_default()
    }

    /// Says whether the key is there, with whatever value.
    pub fn contains_key(&self, key: &str) -> bool {
        self.read(|entries| find(entries, key.as_bytes()).is_ok())
    }

    /// Sets a value that nobody wrote down; returns the one that it replaces.
    pub fn insert(&self, key: impl Into<Str>, value: impl Into<Value>) -> Option<Value> {
        self.insert_entry(Entry { key: key.into(), value: value.into(), origin: Origin::NONE })
    }

    /// Sets a value with its origin; returns the one that it replaces.
    pub fn insert_entry(&self, entry: Entry) -> Option<Value> {
        self.write(|entries| match find(entries, entry.key.as_bytes()) {
            Ok(at) => Some(std::mem::replace(&mut entries[at], entry).value),
            Err(at) => {
                entries.insert(at, entry);
                None
            }
        })
    }

    /// Removes a key; returns its value.
    pub fn remove(&self, key: &str) -> Option<Value> {
        self.remove_bytes(key.as_bytes())
    }

    /// Removes a key of any bytes; returns its value.
    pub fn remove_bytes(&self, key: &[u8]) -> Option<Value> {
        self.write(|entries| find(entries, key).ok().map(|at| entries.remove(at).value))
    }

    /// Keeps the entries for which `keep` holds. `keep` must not touch this map.
    pub fn retain(&self, keep: impl FnMut(&Entry) -> bool) {
        self.write(|entries| entries.retain(keep));
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.read(<[Entry]>::len)
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
