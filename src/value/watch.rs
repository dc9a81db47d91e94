//! Sees what is read of watched maps and when they change, so that what was made from them can be used again while all that
//! it was made from is the same.

use super::{List, Map, Str, Value};
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts the changes of maps, and records what is read of them where somebody wants to know.
#[derive(Debug, Default)]
pub struct Watch {
    changes: AtomicU64,
    records: AtomicBool,
    record: Mutex<Record>,
}

/// What was read of watched maps.
#[derive(Debug)]
pub struct Record {
    reads: Vec<Read>,
    /// Of reads with one hash, the place of the last one: templates read the same few keys again and again.
    recent: [u32; RECENT],
    /// When there are so many reads, those that are there twice are taken out.
    limit: usize,
}

/// How many hashes are told apart.
const RECENT: usize = 64;
/// So many reads are kept without a look at whether they are there twice.
const FIRST_LIMIT: usize = 4096;

/// What was read of the map at an address.
#[derive(PartialEq, Eq, Hash)]
enum Seen<'r> {
    Key(usize, &'r [u8]),
    Size(usize),
    Whole(usize),
}

/// One thing that was read.
#[derive(Clone, Debug)]
enum Read {
    Key { map: Map, key: Str, value: Option<Value> },
    Size { map: Map, size: usize },
    Whole { map: Map, version: u64 },
}

impl Read {
    fn seen(&self) -> Seen<'_> {
        match self {
            Read::Key { map, key, .. } => Seen::Key(map.address(), key.as_bytes()),
            Read::Size { map, .. } => Seen::Size(map.address()),
            Read::Whole { map, .. } => Seen::Whole(map.address()),
        }
    }
}

impl Watch {
    /// Returns how often a watched map was changed.
    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::Relaxed)
    }

    /// Starts a new record; gives back the one that was being made, if one was.
    pub fn start(&self) -> Option<Record> {
        let outer = std::mem::take(&mut *self.record());
        self.records.swap(true, Ordering::Relaxed).then_some(outer)
    }

    /// Ends the record that is being made and goes on with the one before it, which gets none of its reads.
    pub fn finish(&self, outer: Option<Record>) -> Record {
        self.records.store(outer.is_some(), Ordering::Relaxed);
        std::mem::replace(&mut *self.record(), outer.unwrap_or_default())
    }

    /// Adds what another record holds to the one that is being made.
    pub fn repeat(&self, record: &Record) {
        if self.is_recording() {
            self.record().extend(record);
        }
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Interrupts or goes on with the record that is being made; returns whether it was being made before.
    pub fn set_recording(&self, on: bool) -> bool {
        self.records.swap(on, Ordering::Relaxed)
    }

    /// Says whether a record is being made.
    pub fn is_recording(&self) -> bool {
        self.records.load(Ordering::Relaxed)
    }

    pub(super) fn changed(&self) {
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// Records that a key was looked up.
    pub(super) fn key_was_read(&self, map: &Map, key: &[u8], value: Option<&Value>) {
        let read = || Read::Key { map: map.clone(), key: Str::copy_of(key), value: value.cloned() };
        self.record().add(&Seen::Key(map.address(), key), read);
    }

    /// Records that a map was read, entry by entry.
    pub(super) fn all_was_read(&self, map: &Map, version: u64) {
        self.record().add(&Seen::Whole(map.address()), || Read::Whole { map: map.clone(), version });
    }

    /// Records that the entries of a map were counted.
    pub(super) fn size_was_read(&self, map: &Map, size: usize) {
        self.record().add(&Seen::Size(map.address()), || Read::Size { map: map.clone(), size });
    }
}

impl Default for Record {
    fn default() -> Self {
        Record { reads: Vec::new(), recent: [0; RECENT], limit: FIRST_LIMIT }
    }
}

impl Record {
    fn extend(&mut self, other: &Record) {
        other.reads.iter().for_each(|read| self.add(&read.seen(), || read.clone()));
    }

    /// Adds a read, unless the last one like it is the same.
    fn add(&mut self, seen: &Seen<'_>, read: impl FnOnce() -> Read) {
        let place = &mut self.recent[(FxBuildHasher.hash_one(seen) >> 32) as usize % RECENT];
        if self.reads.get(*place as usize).is_some_and(|known| known.seen() == *seen) {
            return;
        }
        *place = u32::try_from(self.reads.len()).unwrap_or(u32::MAX);
        self.reads.push(read());
        if self.reads.len() >= self.limit {
            self.drop_repeated();
        }
    }

    /// Takes out what is there twice. Of one thing that was read the first read counts: later ones saw the same, or a change.
    #[cold]
    fn drop_repeated(&mut self) {
        let mut known = FxHashSet::default();
        let is_new: Vec<bool> = self.reads.iter().map(|read| known.insert(read.seen())).collect();
        let mut is_new = is_new.into_iter();
        self.reads.retain(|_| is_new.next().unwrap_or(true));
        self.recent = [0; RECENT];
        self.limit = FIRST_LIMIT.max(self.reads.len() * 2);
    }

    /// Says whether a key of that name was looked up in any map.
    pub fn has_key(&self, name: &str) -> bool {
        self.reads.iter().any(|read| matches!(read, Read::Key { key, .. } if key == name))
    }

    /// Says whether all that was read would be read again.
    pub fn holds(&self) -> bool {
        self.reads.iter().all(|read| match read {
            Read::Key { map, key, value } => match (map.peek(key.as_bytes()), value) {
                (None, None) => true,
                (Some(now), Some(then)) => now.is_identical(then),
                _ => false,
            },
            Read::Size { map, size } => map.peek_len() == *size,
            Read::Whole { map, version } => map.version() == *version,
        })
    }
}

impl Value {
    /// Watches all maps below this value; see [`Map::watch`].
    pub fn watch(&self, watch: &Arc<Watch>) {
        match self {
            Value::Map(map) => map.watch(watch),
            Value::List(list) => list.iter().for_each(|item| item.watch(watch)),
            _ => {}
        }
    }

    /// Says whether nothing can tell the two apart: equal scalars, or one and the same collection.
    pub fn is_identical(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a, kind), Value::Int(b, other)) => a == b && kind == other,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Map(a), Value::Map(b)) => a.is_same(b) && a.kind() == b.kind(),
            (Value::List(a), Value::List(b)) => List::is_same(a, b),
            (Value::Object(a), Value::Object(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched() -> (Map, Arc<Watch>) {
        let inner: Map = [("x", 1.0)].into_iter().collect();
        let map: Map = [("a", Value::from(1.0)), ("list", Value::list(vec![inner.into()]))].into_iter().collect();
        let watch = Arc::new(Watch::default());
        map.watch(&watch);
        (map, watch)
    }

    fn item(map: &Map) -> Map {
        let Some(Value::List(list)) = map.get("list") else { panic!("a list") };
        list.items()[0].as_map().expect("a map").clone()
    }

    #[test]
    fn a_change_anywhere_below_counts_and_the_same_again_is_none() {
        let (map, watch) = watched();
        item(&map).insert("x", 2.0);
        assert_eq!(watch.changes(), 1);
        item(&map).insert("x", 2.0);
        map.remove("absent");
        assert_eq!(watch.changes(), 1);
        map.remove("list");
        assert_eq!(watch.changes(), 2);
    }

    #[test]
    fn what_is_put_into_a_watched_map_is_watched_too() {
        let (map, watch) = watched();
        let late = Map::new();
        late.insert("before", true);
        assert_eq!(watch.changes(), 0);
        map.insert("late", late.clone());
        late.insert("after", true);
        assert_eq!(watch.changes(), 2);
    }

    #[test]
    fn a_map_that_holds_itself_can_be_watched() {
        let map = Map::new();
        map.insert("self", map.clone());
        let watch = Arc::new(Watch::default());
        map.watch(&watch);
        map.insert("x", 1.0);
        assert_eq!(watch.changes(), 1);
    }

    /// Checks whether a record of `read` still holds after `change`.
    #[track_caller]
    fn check(read: impl FnOnce(&Map), change: impl FnOnce(&Map), holds: bool) {
        let (map, watch) = watched();
        let outer = watch.start();
        read(&map);
        let record = watch.finish(outer);
        assert!(record.holds());
        change(&map);
        assert_eq!(record.holds(), holds);
    }

    #[test]
    fn a_record_holds_until_something_that_was_read_changes() {
        check(|map| drop(map.get("a")), |map| drop(map.insert("b", 1.0)), true);
        check(|map| drop(map.get("a")), |map| drop(map.insert("a", 1.0)), true);
        check(|map| drop(map.get("a")), |map| drop(map.insert("a", 2.0)), false);
        check(|map| drop(map.get("a")), |map| drop(map.remove("a")), false);
        check(|map| drop(map.get("b")), |map| drop(map.insert("b", 1.0)), false);
        check(|map| _ = map.contains_key("b"), |map| drop(map.insert("b", 1.0)), false);
        check(|map| drop(map.entries()), |map| drop(map.insert("b", 1.0)), false);
        check(|map| _ = map.len(), |map| drop(map.insert("b", 1.0)), false);
        check(|map| _ = map.len(), |map| drop(map.insert("a", 2.0)), true);
        check(|map| drop(map.get("list")), |map| drop(item(map).insert("x", 2.0)), true);
        check(|map| drop(item(map).get("x")), |map| drop(item(map).insert("x", 2.0)), false);
        check(|map| drop(map.deep_copy()), |map| drop(item(map).insert("x", 2.0)), false);
    }

    #[test]
    fn an_inner_record_is_part_of_the_outer_one_where_it_is_repeated() {
        let (map, watch) = watched();
        let none = watch.start();
        let outer = watch.start();
        map.get("a");
        let inner = watch.finish(outer);
        watch.repeat(&inner);
        let outer = watch.finish(none);
        assert!(outer.has_key("a"));
        map.insert("a", 2.0);
        assert!(!inner.holds() && !outer.holds());
    }
}
