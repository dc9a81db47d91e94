//! How a user's values are laid over those of a chart and its subcharts.
//!
//! Every function here is one of pkg/chart/common/util/coalesce.go. Helm copies a chart's defaults and then moves parts of the
//! copy; here the parts are copied when they are taken, which comes to the same. For values that are only read, most parts are
//! not even copied.

use super::super::notice::Notice;
use super::super::tree::ChartNode;
use crate::diag::Origin;
use crate::value::{Entry, Map, MapKind, Str, Value, display, sprintf};

const GLOBAL: &str = "global";

/// Values that are no table stand where a subchart's values must be.
#[derive(Clone, Debug)]
pub struct NoTable {
    /// The subchart.
    pub name: String,
    /// Go's `%t` of the value.
    pub found: String,
    /// Where the value was written.
    pub origin: Origin,
}

/// Returns the values of a chart under a user's: the user's win, and a null removes a default.
///
/// # Errors
/// A subchart's name that is set to something that is no table.
pub fn coalesce_values(chart: &ChartNode<'_>, user: &Map, notices: &mut Vec<Notice>) -> Result<Map, NoTable> {
    Coalescing { notices, merge: false, shares: false }.of_chart(chart, user.deep_copy().with_kind(MapKind::Any), "")
}

/// Returns the same as `coalesce_values`, for who changes nothing of it: tables may be those of the charts.
///
/// # Errors
/// As `coalesce_values`.
pub fn coalesce_to_read(chart: &ChartNode<'_>, user: &Map, notices: &mut Vec<Notice>) -> Result<Map, NoTable> {
    Coalescing { notices, merge: false, shares: true }.of_chart(chart, user.deep_copy().with_kind(MapKind::Any), "")
}

/// Returns the same as `coalesce_to_read`, with nulls kept.
///
/// # Errors
/// As `coalesce_values`.
pub fn merge_to_read(chart: &ChartNode<'_>, user: &Map, notices: &mut Vec<Notice>) -> Result<Map, NoTable> {
    Coalescing { notices, merge: true, shares: true }.of_chart(chart, user.deep_copy().with_kind(MapKind::Any), "")
}

/// Fills the gaps of `values` from `defaults`, whose tables it shares from then on; a null in `values` removes a default.
pub fn coalesce_tables(values: &Map, defaults: &Map, notices: &mut Vec<Notice>) {
    Coalescing { notices, merge: false, shares: false }.tables(values, defaults, "", Taking::Share, false);
}

/// Does the same as `coalesce_tables`, with nulls kept.
pub fn merge_tables(values: &Map, defaults: &Map, notices: &mut Vec<Notice>) {
    Coalescing { notices, merge: true, shares: false }.tables(values, defaults, "", Taking::Share, true);
}

/// What happens to a default that is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taking {
    /// It is shared.
    Share,
    /// It is copied.
    Copy,
    /// It is copied without nulls.
    CopyWithoutNulls,
    /// It is shared, and nobody changes it.
    Read,
    /// It is shared unless there are nulls in it, and nobody changes it.
    ReadWithoutNulls,
}

impl Taking {
    fn take(self, value: &Value) -> Value {
        match self {
            Taking::Share | Taking::Read => value.clone(),
            Taking::ReadWithoutNulls if !has_nulls(value) => value.clone(),
            Taking::Copy => value.deep_copy(),
            Taking::CopyWithoutNulls | Taking::ReadWithoutNulls => match value {
                Value::Map(map) => Value::Map(copy_without_nulls(map)),
                other => other.deep_copy(),
            },
        }
    }

    fn ignores_null(self) -> bool {
        matches!(self, Taking::CopyWithoutNulls | Taking::ReadWithoutNulls)
    }
}

/// Says whether there are nulls in a map, at any depth of maps.
fn has_nulls(value: &Value) -> bool {
    let is_or_has = |entry: &Entry| entry.value.is_nil() || has_nulls(&entry.value);
    matches!(value, Value::Map(map) if map.read(|entries| entries.iter().any(is_or_has)))
}

/// Copies a map without its nulls, at any depth of maps; nulls in lists stay.
fn copy_without_nulls(map: &Map) -> Map {
    let copy =
        |entry: &Entry| Entry { key: entry.key.clone(), value: Taking::CopyWithoutNulls.take(&entry.value), origin: entry.origin.clone() };
    let entries = map.read(|entries| entries.iter().filter(|entry| !entry.value.is_nil()).map(copy).collect());
    Map::from_entries(map.kind(), entries)
}

struct Coalescing<'n> {
    notices: &'n mut Vec<Notice>,
    /// Whether nulls are kept.
    merge: bool,
    /// Whether the result may share tables with the charts' defaults.
    shares: bool,
}

impl Coalescing<'_> {
    fn warn(&mut self, message: String) {
        self.notices.push(Notice::info(message));
    }

    fn of_chart(&mut self, chart: &ChartNode<'_>, values: Map, prefix: &str) -> Result<Map, NoTable> {
        self.defaults(chart, &values, prefix);
        self.subcharts(chart, &values, prefix)?;
        Ok(values)
    }

    fn subcharts(&mut self, chart: &ChartNode<'_>, values: &Map, prefix: &str) -> Result<(), NoTable> {
        for child in &chart.children {
            let inner = match values.get(child.name()) {
                None => Map::new(),
                Some(Value::Map(inner)) => inner,
                Some(other) => {
                    let (name, found) = (child.name().to_owned(), percent_t(&other));
                    return Err(NoTable { found, origin: values.origin(&name), name });
                }
            };
            let prefix = join(prefix, chart.name());
            self.globals(&inner, values, &prefix);
            let inner = self.of_chart(child, inner, &prefix)?;
            insert(values, child.name(), Value::Map(inner));
        }
        Ok(())
    }

    /// Copies the globals of a parent into those of its subchart; the parent's win.
    fn globals(&mut self, values: &Map, parent: &Map, prefix: &str) {
        let own = match values.get(GLOBAL) {
            None => Map::new(),
            Some(Value::Map(own)) => own,
            Some(_) => return self.warn(format!("warning: skipping globals because destination {GLOBAL} is not a table.")),
        };
        let from = match parent.get(GLOBAL) {
            None => Map::new(),
            Some(Value::Map(from)) => from,
            Some(_) => return self.warn(format!("warning: skipping globals because source {GLOBAL} is not a table.")),
        };
        for mut entry in from.entries() {
            let there = own.get_bytes(entry.key.as_bytes());
            match (&entry.value, there) {
                (Value::Map(table), there) => {
                    let table = Map::from_entries(table.kind(), table.entries());
                    match there {
                        None => {}
                        Some(Value::Map(under)) => {
                            self.tables(&table, &under, &join(prefix, &entry.key.to_text()), Taking::Share, true);
                        }
                        Some(_) => {
                            let key = crate::value::quote(entry.key.as_bytes());
                            self.warn(format!("Conflict: cannot merge map onto non-map for {key}. Skipping."));
                            continue;
                        }
                    }
                    entry.value = Value::Map(table);
                    own.insert_entry(entry);
                }
                (_, Some(Value::Map(_))) => self.warn(format!("key {} is table. Skipping", entry.key)),
                _ => {
                    own.insert_entry(entry);
                }
            }
        }
        insert(values, GLOBAL, Value::Map(own));
    }

    /// Says how the default of a key is taken. What is laid under the values of a subchart, and the globals, are changed while
    /// values are laid over each other, so they are never shared.
    fn taking(&self, chart: &ChartNode<'_>, key: &Str, merge: bool) -> Taking {
        let shares = self.shares && key != GLOBAL && !is_child(chart, key);
        match (shares, merge) {
            (true, true) => Taking::Read,
            (true, false) => Taking::ReadWithoutNulls,
            (false, true) => Taking::Copy,
            (false, false) => Taking::CopyWithoutNulls,
        }
    }

    /// Lays values over a chart's own defaults.
    fn defaults(&mut self, chart: &ChartNode<'_>, values: &Map, prefix: &str) {
        let Some(defaults) = &chart.values else { return };
        let prefix = join(prefix, chart.name());
        for entry in defaults.entries() {
            match values.get_bytes(entry.key.as_bytes()) {
                Some(Value::Nil) if !self.merge => {
                    values.remove(&entry.key.to_text());
                }
                Some(Value::Map(table)) => match &entry.value {
                    Value::Map(defaults) => {
                        let merge = self.merge || is_child(chart, &entry.key);
                        let taking = self.taking(chart, &entry.key, merge);
                        self.tables(&table, defaults, &join(&prefix, &entry.key.to_text()), taking, merge);
                    }
                    Value::Nil => {}
                    _ => self.warn(format!("warning: skipped value for {prefix}.{}: Not a table.", entry.key)),
                },
                Some(_) => {}
                None if entry.value.is_nil() && !self.merge => {}
                None => {
                    let taking = self.taking(chart, &entry.key, self.merge);
                    values.insert_entry(Entry { value: taking.take(&entry.value), ..entry });
                }
            }
        }
    }

    /// Fills the gaps of one table from another.
    fn tables(&mut self, values: &Map, defaults: &Map, prefix: &str, taking: Taking, merge: bool) {
        let entries = defaults.entries();
        if taking == Taking::Share {
            nullify(values, defaults);
        }
        for entry in entries {
            if taking.ignores_null() && entry.value.is_nil() {
                continue;
            }
            match (values.get_bytes(entry.key.as_bytes()), &entry.value) {
                (None, value) => {
                    values.insert_entry(Entry { value: taking.take(value), ..entry });
                }
                (Some(Value::Nil), value) if !merge && !value.is_nil() => {
                    values.remove(&entry.key.to_text());
                }
                (Some(Value::Nil), _) => {}
                (Some(Value::Map(table)), Value::Map(defaults)) => {
                    self.tables(&table, defaults, &join(prefix, &entry.key.to_text()), taking, merge);
                }
                (Some(_), Value::Map(_)) => {
                    let (path, value) = (join(prefix, &entry.key.to_text()), display(&taking.take(&entry.value)));
                    self.warn(format!("warning: cannot overwrite table with non table for {path} ({value})"));
                }
                (Some(Value::Map(_)), value) if !value.is_nil() => {
                    let (path, value) = (join(prefix, &entry.key.to_text()), display(value));
                    self.warn(format!("warning: destination for {path} is a table. Ignoring non-table value ({value})"));
                }
                _ => {}
            }
        }
    }
}

fn is_child(chart: &ChartNode<'_>, key: &Str) -> bool {
    chart.children.iter().any(|child| *key == *child.name())
}

/// Sets null in the defaults wherever the values have null: shared defaults show it later.
fn nullify(values: &Map, defaults: &Map) {
    for entry in values.entries() {
        if entry.value.is_nil() {
            defaults.insert_entry(entry);
        }
    }
}

/// Sets a value and keeps the origin that the key had.
fn insert(map: &Map, key: &str, value: Value) {
    map.insert_entry(Entry { key: key.into(), value, origin: map.origin(key) });
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

/// Go's `%t` of a value: only booleans are what it wants.
fn percent_t(value: &Value) -> String {
    String::from_utf8_lossy(&sprintf(b"%t", std::slice::from_ref(value))).into_owned()
}
