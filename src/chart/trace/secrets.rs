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
    /// Where they were written: a value keeps that wherever it is imported or merged to.
    origins: Vec<Origin>,
}

/// The key of what all charts of a release share.
const GLOBAL: &str = "global";

impl Secrets {
    /// Makes secrets of everything at and below the given paths (`database.password`, `users[0].key`) of the values that
    /// templates see: `Rendered::values`.
    pub fn at<'p>(values: &Map, paths: impl IntoIterator<Item = &'p str>) -> Secrets {
        let mut secrets = Secrets::default();
        for path in paths {
            let FieldPath(keys) = FieldPath::parse(path);
            secrets.origins.extend(origin_at(values, &keys));
            secrets.paths.push(keys);
        }
        secrets
    }

    /// Makes secrets of everything at and below the entries that are secret, such as those from certain files.
    pub fn of(values: &Map, is_secret: impl Fn(&Entry) -> bool) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.collect(&Value::Map(values.clone()), &is_secret, &mut Vec::new());
        secrets
    }

    fn collect(&mut self, value: &Value, is_secret: &dyn Fn(&Entry) -> bool, path: &mut Vec<Key>) {
        const DEEPEST: usize = 500;
        if path.len() > DEEPEST {
            return;
        }
        match value {
            Value::Map(map) => {
                for entry in map.entries() {
                    path.push(Key::Name(entry.key.clone()));
                    if is_secret(&entry) {
                        self.paths.push(path.clone());
                        self.origins.extend(Some(entry.origin).filter(|origin| *origin != Origin::NONE));
                    } else {
                        self.collect(&entry.value, is_secret, path);
                    }
                    path.pop();
                }
            }
            Value::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    path.push(Key::Index(index));
                    self.collect(item, is_secret, path);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    /// Says whether nothing is secret.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// Says whether a line holds something of a secret value. What only decided that the line is there is not in it.
    pub fn is_in(&self, line: &LineTrace) -> bool {
        !self.is_empty() && line.values.iter().any(|value| self.is_secret(value))
    }

    fn is_secret(&self, value: &ValueTrace) -> bool {
        let Some((top, path)) = value.path.split_first() else { return value.whole };
        if *top != Key::Name("Values".into()) {
            return false;
        }
        // A subchart has the globals of its parent under its own name.
        let global = path.iter().position(|key| *key == Key::Name(GLOBAL.into())).map(|at| &path[at..]);
        let is_of = |path: &[Key]| self.paths.iter().any(|secret| path.starts_with(secret) || (value.whole && secret.starts_with(path)));
        is_of(path) || global.is_some_and(is_of) || self.origins.contains(&value.origin)
    }
}

fn origin_at(values: &Map, keys: &[Key]) -> Option<Origin> {
    let (mut at, mut origin) = (Value::Map(values.clone()), None);
    for key in keys {
        at = match (&at, key) {
            (Value::Map(map), Key::Name(name)) => {
                let entry = map.entry(name.as_bytes())?;
                origin = Some(entry.origin).filter(|origin| *origin != Origin::NONE);
                entry.value
            }
            (Value::List(list), Key::Index(index)) => {
                // Items have no origin of their own, and their neighbours are not secret.
                origin = None;
                list.items().get(*index)?.clone()
            }
            _ => return None,
        };
    }
    origin
}
