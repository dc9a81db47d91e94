//! What templates made of the same data before.
//!
//! Charts include whole files again and again, to put their checksums into the annotations of every workload. Such a text is
//! made once, as long as all that it was made from is the same: a record keeps what the template read of the maps below the
//! root. What changed one of them, or asked the world (the clock, chance, the cluster), is made anew each time.
//!
//! `.Template` is another map in each file, and many charts make names of their templates from it. So an `include` inside of
//! the file that read it is not part of the file's record, but stands beside it with its text: where its record does not hold,
//! it is executed again, on trial, and the file's text stays good if it makes the same. A trial can change nothing.
//!
//! In a traced render the file is traced as if nothing had led to it, and its trace moves to each call.

use super::state::RenderState;
use super::templates::INCLUDE;
use crate::template::Set;
use crate::template::function::{Call, Fault};
use crate::template::trace::Tag;
use crate::value::{Record, Str, Value, Watch};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// After so many runs in vain nothing is recorded any more. Many charts set defaults in the first run, so one is no sign.
const MOST_TRIES: u8 = 3;
/// What the root holds that is another thing in each file.
const TEMPLATE: &str = "Template";

/// Texts by template and data.
pub(in crate::chart) struct Memo {
    watch: Arc<Watch>,
    /// By the template's name and the address of its data.
    known: FxHashMap<(Str, usize), Known>,
    /// What stands beside the record that is being made.
    calls: Vec<Arc<Made>>,
}

/// What is known of a file with its data.
#[derive(Default)]
struct Known {
    made: Option<Arc<Made>>,
    /// How often it was executed.
    tries: u8,
}

/// A text, and all that it was made from.
struct Made {
    name: Str,
    /// Held, so that nothing else can come to have its address.
    data: Value,
    text: Str,
    /// What the trace knows of a file's text.
    trace: Tag,
    /// How often something had come from elsewhere by then.
    retold: u64,
    record: Record,
    calls: Vec<Arc<Made>>,
}

/// What was made.
pub(super) struct Text<'t> {
    pub(super) text: &'t Str,
    /// What the trace knows of it, if it is a file's.
    pub(super) trace: Tag,
    /// The interpreter's count of what came from elsewhere than before.
    pub(super) retold: u64,
}

/// What is being made.
pub(super) struct Run {
    /// Whether it is a file, which may be used again.
    pub(super) is_file: bool,
    outer: Option<Record>,
    outer_calls: Vec<Arc<Made>>,
    changes: u64,
    asked: u64,
}

impl Memo {
    pub(in crate::chart) fn new(watch: Arc<Watch>) -> Memo {
        Memo { watch, known: FxHashMap::default(), calls: Vec::new() }
    }

    /// Returns the name and the address of the data, if the template is a file and its data is watched.
    fn key(&self, set: &Set, name: &Str, data: &Value) -> Option<(Str, usize)> {
        let is_file = memchr::memchr(b'/', name.as_bytes()).is_some();
        let map = data.as_map().filter(|map| is_file && !set.has_own() && map.is_watched_by(&self.watch))?;
        Some((name.clone(), map.address()))
    }

    /// Begins to record a file, or what is included while a file is being recorded. `asked` counts what was asked of the
    /// world, and what was said.
    pub(super) fn start(&mut self, set: &Set, name: &Str, data: &Value, asked: u64) -> Option<Run> {
        let key = self.key(set, name, data);
        let is_worth_it = match &key {
            Some(key) => self.known.get(key).is_none_or(|known| known.tries < MOST_TRIES),
            None => self.watch.is_recording() && !set.has_own() && self.sees_all_of(data),
        };
        is_worth_it.then(|| Run {
            is_file: key.is_some(),
            outer: self.watch.start(),
            outer_calls: std::mem::take(&mut self.calls),
            changes: self.watch.changes(),
            asked,
        })
    }

    /// Says whether nothing can be read of some data, or change in it, that a record would not show.
    fn sees_all_of(&self, data: &Value) -> bool {
        match data {
            Value::Map(map) => map.is_watched_by(&self.watch),
            Value::List(list) => list.iter().all(|item| self.sees_all_of(item)),
            Value::Object(_) => false,
            _ => true,
        }
    }

    /// Ends the record, and keeps the text if nothing but what was read had to do with it. There is no text where the
    /// template failed.
    pub(super) fn finish(&mut self, run: Run, set: &Set, name: &Str, data: &Value, asked: u64, text: Option<Text<'_>>) {
        let record = self.watch.finish(run.outer);
        let calls = std::mem::replace(&mut self.calls, run.outer_calls);
        let is_pure = run.asked == asked && run.changes == self.watch.changes();
        let text = text.filter(|_| is_pure);
        let key = self.key(set, name, data);
        let Some(Text { text, trace, retold }) = text.filter(|_| key.is_some() || record.has_key(TEMPLATE)) else {
            self.watch.repeat(&record);
            self.calls.extend(calls);
            if let Some(key) = key {
                let known = self.known.entry(key).or_default();
                known.tries += 1;
                known.made = None;
            }
            return;
        };
        let made = Arc::new(Made { name: name.clone(), data: data.clone(), text: text.clone(), trace, retold, record, calls });
        self.note(&made);
        if let Some(key) = key {
            let known = self.known.entry(key).or_default();
            known.tries += 1;
            known.made = Some(made);
        }
    }

    /// Tells the record that is being made, if one is, what a text was made from.
    fn note(&mut self, made: &Arc<Made>) {
        if !self.watch.is_recording() {
            return;
        }
        if made.record.has_key(TEMPLATE) {
            self.calls.push(Arc::clone(made));
            return;
        }
        self.watch.repeat(&made.record);
        for call in &made.calls {
            if !self.calls.iter().any(|known| Arc::ptr_eq(known, call)) {
                self.calls.push(Arc::clone(call));
            }
        }
    }
}

/// Returns what a file made of the data, if it would make the same again.
///
/// # Errors
/// It would not, and this is a trial, in which no file is executed.
pub(super) fn find(call: &mut Call<'_, '_>, set: &Set, name: &Str, data: &Value) -> Result<Option<Str>, Fault> {
    let memo = &RenderState::of(call)?.memo;
    let Some(key) = memo.key(set, name, data) else { return Ok(None) };
    let made = memo.known.get(&key).and_then(|known| known.made.clone());
    let retold = call.interpreter.retold();
    // On trial the text is what counts.
    if let Some(made) = made.filter(|made| made.retold == retold || call.interpreter.is_on_trial()) {
        let is_made_again = made.record.holds() && made.calls.iter().all(|inner| holds(inner) || is_made_again(call, set, inner));
        if is_made_again {
            RenderState::of(call)?.memo.note(&made);
            call.interpreter.reuse_text(made.trace);
            return Ok(Some(made.text.clone()));
        }
    }
    if call.interpreter.is_on_trial() { Err(Fault::new("no file is executed on trial")) } else { Ok(None) }
}

fn holds(made: &Made) -> bool {
    made.record.holds() && made.calls.iter().all(|inner| holds(inner))
}

/// Executes on trial what made a text, and says whether it makes the same.
fn is_made_again(call: &mut Call<'_, '_>, set: &Set, made: &Made) -> bool {
    if call.interpreter.is_on_trial() {
        return false;
    }
    let Ok(watch) = RenderState::of(call).map(|state| Arc::clone(&state.memo.watch)) else { return false };
    let was_recording = watch.set_recording(false);
    let mut out = Vec::with_capacity(made.text.len());
    let trial = call.interpreter.on_trial(INCLUDE, |interpreter| set.execute(interpreter, &made.name.to_text(), &made.data, &mut out));
    watch.set_recording(was_recording);
    trial.is_ok() && out == made.text.as_bytes()
}
