//! Effects that are the same in every render.

use super::secret::Seed;
use crate::template::function::Effects;
use std::sync::atomic::{AtomicBool, Ordering};

/// Draws from a seed: the same call at the same place draws the same bytes in every render, and its clock stands still at the
/// time when the seed was made. The local time zone is UTC, so that it is the same on every machine.
#[derive(Debug)]
pub struct SeededEffects {
    seed: Seed,
    used: AtomicBool,
}

impl SeededEffects {
    /// Makes effects of a seed.
    pub fn new(seed: Seed) -> SeededEffects {
        SeededEffects { seed, used: AtomicBool::new(false) }
    }

    /// Says whether anything was made up from the seed: a render that drew nothing and asked for no time needs none.
    pub fn is_used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }

    fn take(&self) -> &Seed {
        self.used.store(true, Ordering::Relaxed);
        &self.seed
    }
}

impl Effects for SeededEffects {
    /// Fills in what the seed gives where no call is known; `Call::draw` never comes here.
    fn random(&self, bytes: &mut [u8]) {
        for (number, part) in bytes.chunks_mut(32).enumerate() {
            part.copy_from_slice(&self.take().draw(&number.to_be_bytes())[..part.len()]);
        }
    }

    fn now(&self) -> i128 {
        self.take().made()
    }

    fn is_seeded(&self) -> bool {
        true
    }

    fn draw(&self, draw: &[u8]) -> [u8; 32] {
        self.take().draw(draw)
    }
}
