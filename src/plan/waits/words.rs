//! Waits in words.

use super::derive::distinct;
use super::find::{PartWait, Waits};
use crate::manifest::Wait;

/// Returns what a release waits for of another one, each thing once, what pods count on before what they only refer to.
pub fn because(waits: &Waits, of: &[usize]) -> Vec<String> {
    let mut found = distinct(waits, of);
    found.sort_by_key(|wait| matches!(wait.wait, Wait::Reference { .. }));
    found.iter().map(|wait| wait.wait.words(waits.parts[wait.part].namespace())).collect()
}

impl Waits {
    /// Returns the waits of an object of which nothing is ready that the releases provide. References are not among them: they are met by
    /// what is sent.
    pub fn open_waits<'w>(&'w self, part: usize, is_ready: impl Fn(usize) -> bool + 'w) -> impl Iterator<Item = &'w PartWait> {
        let is_open = move |wait: &&PartWait| !wait.providers.is_empty() && !wait.providers.iter().any(|provider| is_ready(*provider));
        self.of_part(part).iter().filter(|wait| wait.is_of_pods()).filter(is_open)
    }

    /// Returns a wait in words, with the release that provides it where that is another one: `Service keystone-api of keystone`.
    pub fn words(&self, wait: &PartWait, names: &[String]) -> String {
        let words = wait.wait.words(self.parts[wait.part].namespace());
        match self.other_releases(wait).first() {
            Some(release) => format!("{words} of {}", names[*release]),
            None => words,
        }
    }
}

impl PartWait {
    /// Says whether pods wait for something that has to be ready, not only there.
    pub fn is_of_pods(&self) -> bool {
        !matches!(self.wait, Wait::Reference { .. } | Wait::Kind { .. } | Wait::Container { .. })
    }
}
