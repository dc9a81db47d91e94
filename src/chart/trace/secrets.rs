//! Values that are secret, and whether a line holds something of them.

use super::fields::FieldPath;
use crate::diag::Origin;
use crate::template::trace::{Key, LineTrace, ValueTrace};
use crate::value::{Entry, Map, Value};

/// The values that a caller calls secret.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// Below `.Values`.
    paths: Vec<Vec<Key>>,
    /// Where they were written, and for parts of a list the way down from there: a value keeps that wherever it is imported or
    /// merged to.
    origins: Vec<Written>,
}

/// Where an entry of a map was written, and the way from it into a list.
type Written = (Origin, Vec<Key>);

/// The key of what all charts of a release share.
const GLOBAL: &str = "global";

impl Secrets {
    /// Makes secrets of everything at and below the given paths (`database.password`, `users[0].key`) of the values that
    /// templates see: `Rendered::values`.
    pub fn at<'p>(values: &Map, paths: impl IntoIterator<Item = &'p str>) -> Secrets {
        let mut secrets = Secrets::default();
        for path in paths {
            let FieldPath(keys) = FieldPath::parse(path);
            secrets.origins.extend(written_at(values, &keys));
            secrets.paths.push(keys);
        }
        let elsewhere = secrets.elsewhere(values);
        secrets.paths.extend(elsewhere);
        secrets
    }

    /// Finds the other paths of the same values: what was imported from a subchart, globals of subcharts.
    fn elsewhere(&self, values: &Map) -> Vec<Vec<Key>> {
        let mut found = Vec::new();
        each_entry(&Value::Map(values.clone()), &mut Vec::new(), &mut |path, entry| {
            let ways = self.origins.iter().filter(|(origin, _)| *origin == entry.origin).map(|(_, way)| way);
            found.extend(ways.map(|way| [path, way].concat()));
            let is_global = global_of(path).is_some_and(|own| self.paths.iter().any(|secret| secret == own));
            found.extend(is_global.then(|| path.to_vec()));
        });
        found.retain(|path| !self.paths.contains(path));
        found
    }

    /// Makes secrets of everything at and below the entries that are secret, such as those from certain files.
    pub fn of(values: &Map, is_secret: impl Fn(&Entry) -> bool) -> Secrets {
        let mut secrets = Secrets::default();
        each_entry(&Value::Map(values.clone()), &mut Vec::new(), &mut |path, entry| {
            if is_secret(entry) {
                secrets.paths.push(path.to_vec());
                secrets.origins.extend(written(entry.origin.clone(), Vec::new()));
            }
        });
        secrets
    }

    /// Says whether nothing is secret.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Says whether a line may hold something of a secret value. What only decided that the line is there is not in it.
    pub fn is_in(&self, line: &LineTrace) -> bool {
        !self.is_empty() && (line.rewritten || line.values.iter().any(|value| self.is_secret(value)))
    }

    fn is_secret(&self, value: &ValueTrace) -> bool {
        let Some((top, path)) = value.path.split_first() else { return value.whole };
        if *top != Key::Name("Values".into()) {
            return false;
        }
        let is_within = |value_way: &[Key], way: &[Key]| value_way.starts_with(way) || (value.whole && way.starts_with(value_way));
        let is_of = |path: &[Key]| self.paths.iter().any(|secret| is_within(path, secret));
        let way = way_into_list(path);
        // A subchart has the globals of its parent under its own name.
        is_of(path)
            || global_of(path).is_some_and(is_of)
            || self.origins.iter().any(|(origin, secret)| *origin == value.origin && is_within(way, secret))
    }
}

/// Calls `visit` for every entry of every map, with its path.
fn each_entry(value: &Value, path: &mut Vec<Key>, visit: &mut dyn FnMut(&[Key], &Entry)) {
    const DEEPEST: usize = 500;
    if path.len() > DEEPEST {
        return;
    }
    match value {
        Value::Map(map) => {
            for entry in map.entries() {
                path.push(Key::Name(entry.key.clone()));
                visit(path, &entry);
                each_entry(&entry.value, path, visit);
                path.pop();
            }
        }
        Value::List(list) => {
            for (index, item) in list.iter().enumerate() {
                path.push(Key::Index(index));
                each_entry(item, path, visit);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Returns the part of a path that is below the globals that a chart shares with its subcharts, `global` included.
fn global_of(path: &[Key]) -> Option<&[Key]> {
    path.iter().position(|key| *key == Key::Name(GLOBAL.into())).map(|at| &path[at..])
}

/// Returns the steps into lists at the end of a path: items have no origin of their own, but that of the entry that holds them.
fn way_into_list(path: &[Key]) -> &[Key] {
    let last_name = path.iter().rposition(|key| matches!(key, Key::Name(_)));
    &path[last_name.map_or(0, |at| at + 1)..]
}

fn written(origin: Origin, way: Vec<Key>) -> Option<Written> {
    (origin != Origin::NONE).then_some((origin, way))
}

/// Returns where the value at a path was written.
fn written_at(values: &Map, keys: &[Key]) -> Option<Written> {
    let (mut at, mut origin) = (Value::Map(values.clone()), Origin::NONE);
    for key in keys {
        at = match (&at, key) {
            (Value::Map(map), Key::Name(name)) => {
                let entry = map.entry(name.as_bytes())?;
                origin = entry.origin;
                entry.value
            }
            (Value::List(list), Key::Index(index)) => list.items().get(*index)?.clone(),
            _ => return None,
        };
    }
    written(origin, way_into_list(keys).to_vec())
}
