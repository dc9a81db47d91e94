//! Dotted paths into a tree of maps.

use super::{Map, Str, Value};
use std::fmt;

/// The keys from the top of a tree down to a value. Printed with dots; a key with a dot is quoted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Str>);

impl Path {
    /// Returns the path one key further down.
    #[must_use]
    pub fn child(&self, key: impl Into<Str>) -> Path {
        let mut keys = self.0.clone();
        keys.push(key.into());
        Path(keys)
    }

    /// Parses `a.b.c`, with `\.` for a dot inside a key.
    pub fn parse(text: &str) -> Path {
        let mut keys = vec![String::new()];
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => keys.last_mut().expect("never empty").extend(characters.next()),
                '.' => keys.push(String::new()),
                other => keys.last_mut().expect("never empty").push(other),
            }
        }
        Path(keys.into_iter().map(Str::from).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            f.write_str(&key.to_text().replace('.', "\\."))?;
        }
        Ok(())
    }
}

/// Returns the value at a path, or `None` where a key is missing or something on the way is no map.
pub fn lookup(map: &Map, path: &Path) -> Option<Value> {
    let (last, parents) = path.0.split_last()?;
    let mut at = map.clone();
    for key in parents {
        match at.get_bytes(key.as_bytes())? {
            Value::Map(next) => at = next,
            _ => return None,
        }
    }
    at.get_bytes(last.as_bytes())
}

/// Sets the value at a path, making maps on the way (and replacing what is no map there).
pub fn set_path(map: &Map, path: &Path, value: Value) {
    let Some((last, parents)) = path.0.split_last() else { return };
    let mut at = map.clone();
    for key in parents {
        let next = match at.get_bytes(key.as_bytes()) {
            Some(Value::Map(next)) => next,
            _ => {
                let next = Map::new();
                at.insert(key.clone(), next.clone());
                next
            }
        };
        at = next;
    }
    at.insert(last.clone(), value);
}
