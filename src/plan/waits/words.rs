//! Waits in words.

use super::derive::distinct;
use super::find::Waits;
use crate::manifest::Wait;

/// Returns what a release waits for of another one, each thing once, what pods count on before what they only refer to.
pub fn because(waits: &Waits, of: &[usize]) -> Vec<String> {
    let mut found = distinct(waits, of);
    found.sort_by_key(|wait| matches!(wait.wait, Wait::Reference { .. }));
    found.iter().map(|wait| wait.wait.words(waits.parts[wait.part].namespace())).collect()
}
