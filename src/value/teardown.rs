//! Drops deep values without deep recursion.

use super::list::Inner;
use super::{Map, Value};
use std::sync::{Arc, PoisonError};

/// Stack that dropping one more level and its surroundings may need, in builds without optimization too.
const RESERVE: usize = 64 * 1024;

/// Says whether so little stack is left that what is nested must be dropped one after the other.
fn is_low() -> bool {
    stacker::remaining_stack().is_some_and(|left| left < RESERVE)
}

impl Drop for Map {
    fn drop(&mut self) {
        // Where others hold the map too, nothing below it is dropped.
        if Arc::strong_count(&self.content) == 1 && is_low() {
            let mut pending = Vec::new();
            take_entries(self, &mut pending);
            drop_each(pending);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if is_low() {
            drop_each(std::mem::take(&mut self.items));
        }
    }
}

/// Moves the values out of a map that nobody else holds.
fn take_entries(map: &mut Map, pending: &mut Vec<Value>) {
    if let Some(content) = Arc::get_mut(&mut map.content) {
        let entries = &mut content.get_mut().unwrap_or_else(PoisonError::into_inner).entries;
        pending.extend(std::mem::take(entries).into_iter().map(|entry| entry.value));
    }
}

/// Drops values whose insides are taken out before.
fn drop_each(mut pending: Vec<Value>) {
    while let Some(value) = pending.pop() {
        match value {
            Value::Map(mut map) => take_entries(&mut map, &mut pending),
            Value::List(mut list) => {
                if let Some(inner) = list.unshared() {
                    pending.append(&mut inner.items);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_values_are_dropped() {
        let nested = (0..200_000).fold(Value::Nil, |inner, level| match level % 2 {
            0 => Value::list(vec![inner]),
            _ => Value::Map([("a", inner)].into_iter().collect()),
        });
        let shared = nested.clone();
        drop(nested);
        assert!(shared.as_map().is_some());
        drop(shared);
    }
}
