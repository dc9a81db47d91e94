//! Reaching into maps by dotted paths: `get`, `getOrNil`, `setValueAtPath`; and `required`.

use super::{function, text};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::value::{Map, MapKind, Value, display};

pub(super) static FUNCTIONS: &[Function] = &[
    function("get", &[Ty::Str], Some(Ty::Any), get),
    function("getOrNil", &[Ty::Str, Ty::Any], None, get_or_nil),
    function("setValueAtPath", &[Ty::Str, Ty::Any, Ty::Map], None, set_value_at_path),
    function("required", &[Ty::Str, Ty::Any], None, required),
];

fn get(_: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let path = text(&arguments[0]);
    match &arguments[1..] {
        [object] => Ok(reach(&path, None, object)?),
        [default, object] => Ok(reach(&path, Some(default), object)?),
        others => Err(Fault::new(format!(
            "unexpected number of args passed to the template function get(path, [def, ]obj): expected 1 or 2, got {}, args was {}",
            others.len(),
            display(&Value::list(others.to_vec()))
        ))),
    }
}

fn get_or_nil(_: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    Ok(reach(&text(&arguments[0]), None, &arguments[1]).unwrap_or_default())
}

/// Follows a dotted path through maps and structs. An empty path is the object itself.
fn reach(path: &str, default: Option<&Value>, object: &Value) -> Result<Value, String> {
    if path.is_empty() {
        return Ok(object.clone());
    }
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    let (found, what) = match object {
        Value::Map(map) => (map.get(key), "value exist for key"),
        Value::Object(structure) => (structure.field(key), "field named"),
        other => {
            return Err(format!(
                "unexpected type({}) of value for key \"{key}\": it must be either map[string]any or any struct",
                other.type_name()
            ));
        }
    };
    match (found, default) {
        (Some(value), _) if object.as_map().is_some_and(|map| map.kind() == MapKind::Strings) => Ok(value),
        (Some(value), default) => reach(rest, default, &value),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) if what == "field named" => Err(format!("no field named \"{key}\" exist in {}", display(object))),
        (None, None) => Err(format!("no {what} \"{key}\" in {}", display(object))),
    }
}

fn set_value_at_path(_: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let path = text(&arguments[0]);
    let fail = |key: &str, reason: &str| Fault::new(format!("failed to set value at path \"{path}\": value for key \"{key}\" {reason}"));
    let Some(mut at) = arguments[2].as_map().cloned() else { return Err(fail(&path, "was not a map")) };
    let (parents, last) = path.rsplit_once('.').map_or((None, path.as_str()), |(parents, last)| (Some(parents), last));
    for key in parents.iter().flat_map(|parents| parents.split('.')) {
        at = match at.get(key) {
            Some(Value::Map(next)) => next,
            Some(_) => return Err(fail(key, "was not a map")),
            None => return Err(fail(key, "does not exist")),
        };
    }
    at.insert(last, arguments[1].clone());
    Ok(Value::Map(arguments[2].as_map().map_or_else(Map::new, Clone::clone)))
}

fn required(_: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    match &arguments[1] {
        Value::Nil => Err(Fault::new(text(&arguments[0]))),
        Value::Str(value) if value.is_empty() => Err(Fault::new(text(&arguments[0]))),
        value => Ok(value.clone()),
    }
}
