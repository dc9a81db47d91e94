//! Texts that are never shown.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};

/// What stands for a text that is not shown.
pub const MASK: &str = "********";
/// Shorter texts stand in too many places by accident.
const SHORTEST: usize = 4;

/// Texts that whoever writes output replaces. Cheap to clone; clones share what they know.
#[derive(Clone, Default)]
pub struct Masks(Arc<RwLock<BTreeSet<Hidden>>>);

/// A text, so that longer ones come first: one may hold another.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Hidden(std::cmp::Reverse<usize>, String);

impl Masks {
    /// Hides a text, line by line, from now on.
    pub fn hide(&self, text: &str) {
        let mut hidden = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for line in text.lines().map(str::trim).filter(|line| line.len() >= SHORTEST) {
            hidden.insert(Hidden(std::cmp::Reverse(line.len()), line.to_owned()));
        }
    }

    /// Says whether nothing is hidden.
    pub fn is_empty(&self) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// Returns what is hidden, longer texts first.
    pub fn hidden(&self) -> Vec<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).iter().map(|Hidden(_, text)| text.clone()).collect()
    }

    /// Returns a text without what is hidden.
    pub fn mask(&self, text: &str) -> String {
        let hidden = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut masked = text.to_owned();
        for Hidden(_, secret) in hidden.iter().filter(|Hidden(_, secret)| text.contains(secret.as_str())) {
            masked = masked.replace(secret.as_str(), MASK);
        }
        masked
    }
}

impl std::fmt::Debug for Masks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Masks")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_texts_are_hidden_before_those_within_them() {
        let masks = Masks::default();
        masks.hide("secret");
        masks.hide("secret-and-more\nabc");
        assert_eq!(masks.mask("a secret, a secret-and-more, abc"), format!("a {MASK}, a {MASK}, abc"));
    }
}
