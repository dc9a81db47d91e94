//! What templates made of the same data before.
//!
//! Charts include whole files again and again, to put their checksums into the annotations of every workload. Such a text is
//! made once, as long as all that it was made from is the same: a record keeps what the template read of the maps below the
//! root. What changed one of them, or asked the world (the clock, chance, the cluster), is made anew each time.

use crate::template::Set;
use crate::template::trace::Mark;
use crate::value::{Map, Record, Str, Value, Watch};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// After so many runs in vain nothing is recorded any more. Many charts set defaults in the first run, so one is no sign.
const MOST_TRIES: u8 = 3;

/// Texts by template and data.
pub(in crate::chart) struct Memo {
    watch: Arc<Watch>,
    /// By the template's name and the address of its data.
    texts: FxHashMap<(Str, usize), Known>,
}

/// What is known of a template with its data.
struct Known {
    /// Holds the data, so that nothing else can come to have its address.
    _data: Map,
    made: Option<(Str, Record, Mark)>,
    /// How often it was executed.
    tries: u8,
}

/// What is being made.
pub(super) struct Run {
    key: (Str, usize),
    data: Map,
    outer: Option<Record>,
    changes: u64,
    asked: u64,
}

impl Memo {
    pub(in crate::chart) fn new(watch: Arc<Watch>) -> Memo {
        Memo { watch, texts: FxHashMap::default() }
    }

    /// Returns the map that decides about the result of a template, if it is watched and the template is a file.
    pub(super) fn data<'v>(&self, set: &Set, name: &Str, data: &'v Value) -> Option<&'v Map> {
        let is_file = memchr::memchr(b'/', name.as_bytes()).is_some();
        data.as_map().filter(|map| is_file && !set.has_own() && map.is_watched_by(&self.watch))
    }

    /// Returns what the template made of the data, if it would make the same again.
    pub(super) fn find(&self, name: &Str, data: &Map) -> Option<(Str, Mark)> {
        let known = self.texts.get(&(name.clone(), data.address()))?;
        let (text, record, mark) = known.made.as_ref()?;
        if !record.holds() {
            return None;
        }
        self.watch.repeat(record);
        Some((text.clone(), *mark))
    }

    /// Begins to record. `asked` counts what was asked of the world, and what was said.
    pub(super) fn start(&self, name: &Str, data: &Map, asked: u64) -> Option<Run> {
        let key = (name.clone(), data.address());
        if self.texts.get(&key).is_some_and(|known| known.tries >= MOST_TRIES) {
            return None;
        }
        Some(Run { key, data: data.clone(), outer: self.watch.start(), changes: self.watch.changes(), asked })
    }

    /// Ends the record, and keeps the text if nothing but what was read had to do with it. There is no text where the
    /// template failed. `mark` is what a trace knows of the text.
    pub(super) fn finish(&mut self, run: Run, asked: u64, text: Option<&Str>, mark: Mark) {
        let record = self.watch.finish(run.outer);
        let is_pure = run.asked == asked && run.changes == self.watch.changes();
        let made = text.filter(|_| is_pure).map(|text| (text.clone(), record, mark));
        let known = self.texts.entry(run.key).or_insert(Known { _data: run.data, made: None, tries: 0 });
        known.tries += 1;
        known.made = made;
    }
}
