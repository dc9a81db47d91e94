//! How values files are laid over each other.

use crate::value::{Map, Value};

/// Returns a map with the entries of both: tables are merged, of anything else (null too) the later one stays.
///
/// The result is new along every path that both have; elsewhere it shares what it was made of (pkg/chart/v2/loader,
/// `MergeMaps`).
pub fn merge_maps(earlier: &Map, later: &Map) -> Map {
    let merged = Map::from_entries(earlier.kind(), earlier.entries());
    for mut entry in later.entries() {
        if let (Value::Map(over), Some(Value::Map(under))) = (&entry.value, merged.get_bytes(entry.key.as_bytes())) {
            entry.value = Value::Map(merge_maps(&under, over));
        }
        merged.insert_entry(entry);
    }
    merged
}
