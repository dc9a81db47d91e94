//! Changing where values say that they come from.

use crate::diag::Origin;
use crate::value::{Entry, Map, Value};

/// Gives entries, at any depth, the origin that `place` finds for theirs; where it finds none they keep their own.
pub(super) fn change_origins(values: &Map, place: &dyn Fn(&Origin) -> Option<Origin>) {
    for entry in values.entries() {
        change_below(&entry.value, place);
        if let Some(origin) = place(&entry.origin) {
            values.insert_entry(Entry { origin, ..entry });
        }
    }
}

fn change_below(value: &Value, place: &dyn Fn(&Origin) -> Option<Origin>) {
    match value {
        Value::Map(map) => change_origins(map, place),
        Value::List(list) => list.iter().for_each(|item| change_below(item, place)),
        _ => {}
    }
}
