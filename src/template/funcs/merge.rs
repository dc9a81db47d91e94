//! Merges dicts as mergo 1.0.1 does for sprig's `merge` and `mergeOverwrite`.
//!
//! Both change the target and share what they take over with the source, nested dicts included. Dicts on both sides are
//! merged; lists never are.

use crate::template::function::Fault;
use crate::value::{Entry, Map, MapKind, TooHeavy, Value};

/// Whose value counts where target and source both have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precedence {
    /// The target's, unless it is empty: nil, false, 0, an empty text, list or dict.
    First,
    /// The source's, nil and other empty values included; only an empty dict does not replace a filled one.
    Last,
}

/// How deep dicts may be nested in each other: far beyond any chart, and an end for a dict that contains itself.
const DEEPEST: usize = 1000;

/// What each entry that is looked at counts besides its key.
const ENTRY: usize = 16;

/// Merges `source` into `target`; returns the weight of what it looked at, which is far less than what the dicts hold where
/// most of it is on one side only.
///
/// # Errors
/// The text of Go's panic when a value does not fit a `map[string]string`; `TooHeavy` for more than `most`.
pub(super) fn merge(target: &Map, source: &Map, precedence: Precedence, most: usize) -> Result<usize, Fault> {
    let mut merging = Merging { precedence, left: most };
    merging.merge(target, source, 0)?;
    Ok(most - merging.left)
}

struct Merging {
    precedence: Precedence,
    /// What may still be looked at: dicts that hold each other many times are merged as often.
    left: usize,
}

impl Merging {
    fn merge(&mut self, target: &Map, source: &Map, depth: usize) -> Result<(), Fault> {
        if depth > DEEPEST {
            return Err("dict contains itself".into());
        }
        if target.is_same(source) {
            return Ok(());
        }
        for entry in source.entries() {
            self.left = self.left.checked_sub(ENTRY + entry.key.len()).ok_or_else(|| TooHeavy::Large.to_string())?;
            let old = target.get_bytes(entry.key.as_bytes());
            if let (Some(Value::Map(old)), Value::Map(new)) = (&old, &entry.value) {
                self.merge(old, new, depth + 1)?;
            }
            if replaces(old.as_ref(), &entry.value, self.precedence) {
                insert(target, source, entry)?;
            }
        }
        Ok(())
    }
}

/// Decides after nested dicts have been merged: a dict that was filled by that is no longer empty and stays.
fn replaces(old: Option<&Value>, new: &Value, precedence: Precedence) -> bool {
    match (old, new) {
        (_, Value::Nil) => precedence == Precedence::Last,
        (None, _) => true,
        (Some(old), _) if !old.truth() => true,
        (Some(Value::Map(_)), Value::Map(_)) => false,
        _ => precedence == Precedence::Last,
    }
}

fn insert(target: &Map, source: &Map, entry: Entry) -> Result<(), Fault> {
    if target.kind() == MapKind::Strings && source.kind() != MapKind::Strings {
        return Err("reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string".into());
    }
    target.insert_entry(entry);
    Ok(())
}
