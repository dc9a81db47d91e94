//! Effects that are the same in every render.

use super::secret::Seed;
use crate::template::function::Effects;

/// Draws from a seed: the same call at the same place draws the same bytes in every render, and its clock stands still at the
/// time when the seed was made. The local time zone is UTC, so that it is the same on every machine.
#[derive(Clone, Debug)]
pub struct SeededEffects {
    seed: Seed,
}

impl SeededEffects {
    /// Makes effects of a seed.
    pub fn new(seed: Seed) -> SeededEffects {
        SeededEffects { seed }
    }
}

impl Effects for SeededEffects {
    /// Fills in what the seed gives where no call is known; `Call::draw` never comes here.
    fn random(&self, bytes: &mut [u8]) {
        for (number, part) in bytes.chunks_mut(32).enumerate() {
            part.copy_from_slice(&self.seed.draw(&number.to_be_bytes())[..part.len()]);
        }
    }

    fn now(&self) -> i128 {
        self.seed.made()
    }

    fn seed(&self) -> Option<&Seed> {
        Some(&self.seed)
    }
}
