//! Values set on the command line for a whole stack: `--state-values-set` and `--state-values-set-string`.

use super::error::Error;
use crate::diag::{Origin, Source};
use crate::value::{Entry, List, Map, Str, Value};

/// Sets the pairs of one `--state-values-set`: `a.b[1].c=x,d=y`.
///
/// Keys split at `.` (`\.` is a dot), each may end in `[INDEX]`. `true` and `false` in any case, `null`, `0` and integers
/// without leading zero are typed; all else is text, quotes included.
/// Rule: helmfile pkg/config/global.go and pkg/maputil `Set`; where helmfile panics, this is an error.
///
/// # Errors
/// `Error::StateValue` for a pair without `=` and for a key that leads through something that is no map or list.
pub fn set_state_values(values: &Map, argument: &str) -> Result<(), Error> {
    for pair in argument.split(',') {
        let (key, value) = pair.split_once('=').ok_or_else(|| bad(pair, "there is no `=`"))?;
        set(values, key, typed(value), argument, pair)?;
    }
    Ok(())
}

/// Sets the pairs of one `--state-values-set-string`: every value is text; one in double quotes may hold commas and keeps its quotes.
///
/// # Errors
/// As `set_state_values`.
pub fn set_state_strings(values: &Map, argument: &str) -> Result<(), Error> {
    for pair in split_outside_quotes(argument) {
        let (key, value) = pair.split_once('=').ok_or_else(|| bad(pair, "there is no `=`"))?;
        set(values, key, Value::from(value), argument, pair)?;
    }
    Ok(())
}

fn bad(pair: &str, reason: &'static str) -> Error {
    Error::StateValue { pair: pair.to_owned(), reason }
}

/// Splits at commas that stand outside double quotes.
fn split_outside_quotes(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |character| {
        quoted ^= character == '"';
        character == ',' && !quoted
    })
}

fn typed(text: &str) -> Value {
    if text.eq_ignore_ascii_case("true") {
        return Value::Bool(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Value::Bool(false);
    }
    if text.eq_ignore_ascii_case("null") {
        return Value::Nil;
    }
    if text == "0" {
        return Value::int64(0);
    }
    match text.parse::<i64>() {
        Ok(number) if !text.starts_with('0') => Value::int64(number),
        _ => Value::from(text),
    }
}

/// One step of a key: a name, and perhaps an index into the list of that name.
struct Step {
    name: String,
    index: Option<usize>,
}

/// More list items than a command line can mean; each gap costs memory.
const HIGHEST_INDEX: usize = 65_536;

fn steps(key: &str, pair: &str) -> Result<Vec<Step>, Error> {
    let mut names = vec![String::new()];
    let mut characters = key.chars();
    while let Some(character) = characters.next() {
        let last = names.last_mut().expect("never empty");
        match character {
            '\\' => last.extend(characters.next()),
            '.' => names.push(String::new()),
            other => last.push(other),
        }
    }
    names.into_iter().map(|name| step(name, pair)).collect()
}

fn step(name: String, pair: &str) -> Result<Step, Error> {
    let indexed = name.strip_suffix(']').and_then(|name| name.split_once('['));
    let step = match indexed {
        None => Step { name, index: None },
        Some((base, index)) => {
            let index = index.parse().ok().filter(|index| *index <= HIGHEST_INDEX);
            Step { name: base.to_owned(), index: Some(index.ok_or_else(|| bad(pair, "the index is no small whole number"))?) }
        }
    };
    if step.name.is_empty() { Err(bad(pair, "a part of the key is empty")) } else { Ok(step) }
}

fn set(values: &Map, key: &str, value: Value, argument: &str, pair: &str) -> Result<(), Error> {
    let steps = steps(key, pair)?;
    let origin = Source::new("--state-values-set", argument).origin(argument.find(pair).unwrap_or_default());
    let (last, parents) = steps.split_last().expect("a split text has at least one piece");
    let mut at = values.clone();
    for step in parents {
        at = descend(&at, step, &origin, pair)?;
    }
    let value = match last.index {
        None => value,
        Some(index) => {
            let mut items = list_items(&at, &last.name, pair)?;
            place(&mut items, index, value);
            Value::list(items)
        }
    };
    at.insert_entry(Entry { key: Str::from(last.name.as_str()), value, origin });
    Ok(())
}

/// Returns the map that a step leads to, making it where nothing is.
fn descend(at: &Map, step: &Step, origin: &Origin, pair: &str) -> Result<Map, Error> {
    let present = match step.index {
        None => at.get(&step.name),
        Some(index) => list_items(at, &step.name, pair)?.get(index).cloned(),
    };
    let next = match present {
        Some(Value::Map(next)) => return Ok(next),
        None => Map::new(),
        Some(Value::Nil) if step.index.is_some() => Map::new(),
        Some(_) => return Err(bad(pair, "the key leads through a value that is no map")),
    };
    let value = match step.index {
        None => Value::Map(next.clone()),
        Some(index) => {
            let mut items = list_items(at, &step.name, pair)?;
            place(&mut items, index, Value::Map(next.clone()));
            Value::List(List::new(items))
        }
    };
    at.insert_entry(Entry { key: Str::from(step.name.as_str()), value, origin: origin.clone() });
    Ok(next)
}

fn list_items(at: &Map, name: &str, pair: &str) -> Result<Vec<Value>, Error> {
    match at.get(name) {
        None => Ok(Vec::new()),
        Some(Value::List(list)) => Ok(list.items().to_vec()),
        Some(_) => Err(bad(pair, "the key indexes a value that is no list")),
    }
}

fn place(items: &mut Vec<Value>, index: usize, value: Value) {
    if items.len() <= index {
        items.resize(index + 1, Value::Nil);
    }
    items[index] = value;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(argument: &str, expected: &serde_json::Value) {
        let values = Map::new();
        set_state_values(&values, argument).expect("a good argument");
        assert_eq!(serde_json::to_value(&values).expect("maps serialize"), *expected);
    }

    #[test]
    fn values_are_typed_and_keys_make_maps_and_lists() {
        check(
            "a=true,b=FALSE,c=null,d=0,e=12,f=007,g=1.5,h=",
            &json!({"a": true, "b": false, "c": null, "d": 0, "e": 12, "f": "007", "g": "1.5", "h": ""}),
        );
        check("a.b[1].c=x,a.b[0]=y", &json!({"a": {"b": ["y", {"c": "x"}]}}));
        check("a\\.b=1,c=x=y", &json!({"a.b": 1, "c": "x=y"}));
        check("l[2]=z", &json!({"l": [null, null, "z"]}));
    }

    #[test]
    fn strings_stay_strings_and_quotes_hold_commas() {
        let values = Map::new();
        set_state_strings(&values, "a=1,b=\"x,y\",c=true").expect("a good argument");
        assert_eq!(serde_json::to_value(&values).expect("maps serialize"), json!({"a": "1", "b": "\"x,y\"", "c": "true"}));
    }

    #[test]
    fn what_makes_helmfile_panic_is_an_error() {
        for argument in ["a", "a=1,a.b=2", "a=1,a[0]=2", "a[x]=1", "a[99999999]=1", "=1", "a..b=1"] {
            assert!(set_state_values(&Map::new(), argument).is_err(), "{argument}");
        }
    }
}
