//! Everything that the generated values of a release come from.

use super::secret::Seed;
use std::collections::BTreeMap;
use std::fmt;

/// A seed, and the values that stand in the place of what some calls would make of it: those that a release had before it had a seed.
#[derive(Clone)]
pub struct KeptValues {
    /// The seed.
    pub seed: Seed,
    /// Adopted texts by the names of the calls (`SeededEffects::made` gives names).
    pub adopted: BTreeMap<String, String>,
}

impl KeptValues {
    /// Names what a call made up: the bytes of its draw, and the part of a certificate.
    pub(super) fn name_of(draw: &[u8], part: &str) -> String {
        use std::fmt::Write as _;
        let mut name = String::with_capacity(draw.len() * 2 + 5);
        for byte in draw {
            let _ = write!(name, "{byte:02x}");
        }
        if !part.is_empty() {
            name.push(':');
            name.push_str(part);
        }
        name
    }
}

impl From<Seed> for KeptValues {
    fn from(seed: Seed) -> KeptValues {
        KeptValues { seed, adopted: BTreeMap::new() }
    }
}

impl fmt::Debug for KeptValues {
    /// Shows no value: they are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeptValues({} adopted)", self.adopted.len())
    }
}
