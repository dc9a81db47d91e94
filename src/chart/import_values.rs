//! What a chart takes over from the values of its subcharts.

use super::notice::Notice;
use super::tree::ChartNode;
use super::values::{NoTable, merge_tables, merge_to_read};
use crate::value::{Map, MapKind, Value, display, quote};

/// Replaces the default values of every chart that lists dependencies, the innermost first, by all that it and its subcharts
/// have, with the imported tables under the chart's own values.
///
/// # Errors
/// A subchart's name that is set to something that is no table.
pub(super) fn process(chart: &mut ChartNode<'_>, notices: &mut Vec<Notice>) -> Result<(), NoTable> {
    for child in &mut chart.children {
        process(child, notices)?;
    }
    if chart.metadata.dependencies.is_none() {
        return Ok(());
    }
    let all = merge_to_read(chart, &Map::new(), notices)?;
    let imported = Map::new();
    for dependency in chart.metadata.to_mut().dependencies.iter_mut().flatten().flatten() {
        let wanted = std::mem::take(&mut dependency.import_values);
        for item in &wanted {
            let Some((child, parent, from_map)) = item_paths(item) else { continue };
            dependency.import_values.push(as_recorded(&child, &parent));
            match table_at(&all, &format!("{}.{child}", dependency.name)) {
                // Helm's `AsMap` gives another map for an empty one, so that later imports do not fill it.
                Ok(table) => {
                    let table = if table.is_empty() { Map::new() } else { table };
                    merge_tables(&imported, &under(&parent, table), notices);
                }
                Err(key) => notices.push(missing(&dependency.name, &key, from_map)),
            }
        }
    }
    // The imported tables are parts of `all`, so it is copied before they are laid under it.
    let values = if imported.is_empty() { all } else { all.deep_copy() };
    merge_tables(&values, &imported, notices);
    chart.values = Some(values);
    Ok(())
}

/// Returns the paths below the subchart and below the chart, and whether the item spells both out.
fn item_paths(item: &Value) -> Option<(String, String, bool)> {
    match item {
        Value::Str(name) => Some((format!("exports.{name}"), ".".to_owned(), false)),
        Value::Map(paths) => {
            let path = |key| display(&paths.get(key).unwrap_or_default());
            Some((path("child"), path("parent"), true))
        }
        _ => None,
    }
}

/// Returns the item as a release record holds it.
fn as_recorded(child: &str, parent: &str) -> Value {
    let paths: Map = [("child", child), ("parent", parent)].into_iter().collect();
    Value::Map(paths.with_kind(MapKind::Strings))
}

fn missing(chart: &str, key: &str, from_map: bool) -> Notice {
    let error = format!("{} is not a table", quote(key.as_bytes()));
    match from_map {
        true => Notice::warn("ImportValues missing table from chart").with("chart", chart).with("error", error),
        false => Notice::warn("ImportValues missing table").with("error", error),
    }
}

/// Puts a table under a dotted path; `.` is the top.
fn under(path: &str, table: Map) -> Map {
    if path == "." {
        return table;
    }
    path.split('.').rev().fold(table, |inner, key| [(key, Value::Map(inner))].into_iter().collect())
}

/// Returns the table at a dotted path, or the key on the way that is none.
pub(super) fn table_at(values: &Map, path: &str) -> Result<Map, String> {
    path.split('.').try_fold(values.clone(), |table, key| match table.get(key) {
        Some(Value::Map(next)) => Ok(next),
        _ => Err(key.to_owned()),
    })
}
