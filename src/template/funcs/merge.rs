//! Merges dicts as mergo 1.0.1 does for sprig's `merge` and `mergeOverwrite`.
//!
//! Both change the target and share what they take over with the source, nested dicts included. Dicts on both sides are
//! merged; lists never are.

use crate::template::function::Fault;
use crate::value::{Entry, Map, MapKind, Value};

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

/// Merges `source` into `target`.
///
/// # Errors
/// The text of Go's panic when a value does not fit a `map[string]string`.
pub(super) fn merge(target: &Map, source: &Map, precedence: Precedence) -> Result<(), Fault> {
    merge_below(target, source, precedence, 0)
}

fn merge_below(target: &Map, source: &Map, precedence: Precedence, depth: usize) -> Result<(), Fault> {
    if depth > DEEPEST {
        return Err("dict contains itself".into());
    }
    if target.is_same(source) {
        return Ok(());
    }
    for entry in source.entries() {
        let old = target.get_bytes(entry.key.as_bytes());
        if let (Some(Value::Map(old)), Value::Map(new)) = (&old, &entry.value) {
            merge_below(old, new, precedence, depth + 1)?;
        }
        if replaces(old.as_ref(), &entry.value, precedence) {
            insert(target, source, entry)?;
        }
    }
    Ok(())
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
