//! The values that were read, as a tree.

use crate::template::trace::{Key, Read};
use std::collections::BTreeMap;

/// What is known of a value and of those below it.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// It was used with all that is below it.
    pub(super) whole: bool,
    /// The values below it that were looked at, or below which something was.
    pub(super) below: BTreeMap<Key, Reads>,
}

impl Reads {
    /// Makes the tree of what was read below `.Values`.
    pub(super) fn of_values(reads: Vec<Read>) -> Reads {
        let mut tree = Reads::default();
        for read in reads {
            match read.path.split_first() {
                None => tree.whole |= read.whole,
                Some((Key::Name(top), path)) if *top == "Values" => tree.add(path, read.whole),
                Some(_) => {}
            }
        }
        tree
    }

    /// Adds a value.
    pub(super) fn add(&mut self, path: &[Key], whole: bool) {
        let mut at = self;
        for key in path {
            at = at.below.entry(key.clone()).or_default();
        }
        at.whole |= whole;
    }

    /// Adds a value by the names of its keys, with all that is below it.
    pub(super) fn add_names<'n>(&mut self, names: impl IntoIterator<Item = &'n str>) {
        let path: Vec<Key> = names.into_iter().map(|name| Key::Name(name.into())).collect();
        self.add(&path, true);
    }

    /// Returns the names of the keys that were looked at.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.below.keys().filter_map(|key| match key {
            Key::Name(name) => Some(name.to_string()),
            Key::Index(_) => None,
        })
    }
}
