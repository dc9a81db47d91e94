//! Effects that are the same in every render.

use super::kept::KeptValues;
use crate::template::function::{Effects, MadeUp};
use crate::value::Str;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Draws from a seed: the same call at the same place draws the same bytes in every render, and its clock stands still at the
/// time when the seed was made. The local time zone is UTC, so that it is the same on every machine.
#[derive(Debug)]
pub struct SeededEffects {
    kept: KeptValues,
    used: AtomicBool,
    /// The texts that were made up, by what names them among the adopted ones.
    made: Mutex<BTreeMap<String, Str>>,
}

impl SeededEffects {
    /// Makes effects of a seed and of values that stand in the place of what would come from it.
    pub fn new(kept: impl Into<KeptValues>) -> SeededEffects {
        SeededEffects { kept: kept.into(), used: AtomicBool::new(false), made: Mutex::default() }
    }

    /// Says whether anything was made up from the seed: a render that drew nothing and asked for no time needs none.
    pub fn is_used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }

    /// Returns the texts that were made up, adopted ones left out, each with the name by which `KeptValues::adopted` would hold another
    /// in its place.
    pub fn made(&self) -> BTreeMap<String, Str> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take(&self) -> &KeptValues {
        self.used.store(true, Ordering::Relaxed);
        &self.kept
    }
}

impl Effects for SeededEffects {
    /// Fills in what the seed gives where no call is known; `Call::draw` never comes here.
    fn random(&self, bytes: &mut [u8]) {
        for (number, part) in bytes.chunks_mut(32).enumerate() {
            part.copy_from_slice(&self.take().seed.draw(&number.to_be_bytes())[..part.len()]);
        }
    }

    fn now(&self) -> i128 {
        self.take().seed.made()
    }

    fn is_seeded(&self) -> bool {
        true
    }

    fn draw(&self, draw: &[u8]) -> [u8; 32] {
        self.take().seed.draw(draw)
    }

    fn settle(&self, made: &MadeUp<'_>) -> Option<Str> {
        let name = KeptValues::name_of(made.draw, made.part);
        if let Some(adopted) = self.kept.adopted.get(&name) {
            return Some(adopted.as_str().into());
        }
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(name, made.text.clone());
        None
    }
}
