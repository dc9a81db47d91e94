//! sprig's functions on dicts. `set`, `unset` and the merges change the dict that they are given, as in Go.

use super::arguments::{Returned, any, bytes, map, string, text_str};
use super::merge::{Precedence, merge as merge_maps};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::limits::ITEM;
use crate::value::{List, Map, MapKind, Str, Value};

/// The functions of this family. What makes or changes a dict is not pure: `set` may change the result, so each call has its own.
pub static FAMILY: [Function; 17] = [
    Function { pure: false, ..Function::pure("deepCopy", &[Ty::Any], deep_copy) },
    Function { pure: false, ..Function::pure_variadic("dict", &[], Ty::Any, dict) },
    Function::pure_variadic("dig", &[], Ty::Any, dig),
    Function::pure("get", &[Ty::Map, Ty::Str], get),
    Function::pure("hasKey", &[Ty::Map, Ty::Str], has_key),
    Function::pure_variadic("keys", &[], Ty::Map, keys),
    Function { pure: false, ..Function::pure_variadic("merge", &[Ty::Map], Ty::Map, merge) },
    Function { pure: false, ..Function::pure_variadic("mergeOverwrite", &[Ty::Map], Ty::Map, merge_overwrite) },
    Function { pure: false, ..Function::pure("mustDeepCopy", &[Ty::Any], deep_copy) },
    Function { pure: false, ..Function::pure_variadic("mustMerge", &[Ty::Map], Ty::Map, merge) },
    Function { pure: false, ..Function::pure_variadic("mustMergeOverwrite", &[Ty::Map], Ty::Map, merge_overwrite) },
    Function { pure: false, ..Function::pure_variadic("omit", &[Ty::Map], Ty::Str, omit) },
    Function { pure: false, ..Function::pure_variadic("pick", &[Ty::Map], Ty::Str, pick) },
    Function::pure_variadic("pluck", &[Ty::Str], Ty::Map, pluck),
    Function { pure: false, ..Function::pure("set", &[Ty::Map, Ty::Str, Ty::Any], set) },
    Function { pure: false, ..Function::pure("unset", &[Ty::Map, Ty::Str], unset) },
    Function::pure("values", &[Ty::Map], values),
];

fn deep_copy(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    match any(args, 0) {
        Value::Nil => Err("reflect: call of reflect.Value.Type on zero Value".into()),
        value => Ok(value.deep_copy()),
    }
}

/// `dict [KEY VALUE]...`: keys become strings; a last key without a value gets an empty string.
fn dict(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let pairs = args.chunks(2).map(|pair| (text_str(&pair[0]), pair.get(1).cloned().unwrap_or_else(|| Value::str(""))));
    Ok(Value::Map(pairs.collect::<Map>()))
}

/// `dig KEY... FALLBACK DICT`: the fallback is for a missing key only; the error for what is no dict on the way is Go's.
fn dig(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let [path @ .., fallback, dict] = args else { return Err("dig needs at least three arguments".into()) };
    if path.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut at = as_dict(dict)?;
    let keys = path.iter().map(as_key).collect::<Result<Vec<&Str>, Fault>>()?;
    let (last, parents) = keys.split_last().expect("the path has a key");
    for key in parents {
        match at.get_bytes(key.as_bytes()) {
            Some(step) => at = as_dict(&step)?,
            None => return Ok(fallback.clone()),
        }
    }
    Ok(at.get_bytes(last.as_bytes()).unwrap_or_else(|| fallback.clone()))
}

fn as_dict(value: &Value) -> Result<Map, Fault> {
    match value {
        Value::Map(map) if map.kind() == MapKind::Any => Ok(map.clone()),
        other => Err(wrong_interface(other, "map[string]interface {}")),
    }
}

fn as_key(value: &Value) -> Result<&Str, Fault> {
    match value {
        Value::Str(key) => Ok(key),
        other => Err(wrong_interface(other, "string")),
    }
}

/// Returns the text of Go's panic for a failed type assertion.
fn wrong_interface(value: &Value, wanted: &str) -> Fault {
    let found = if matches!(value, Value::Nil) { "nil".into() } else { value.type_name() };
    Fault::new(format!("interface conversion: interface {{}} is {found}, not {wanted}"))
}

/// A missing key gives an empty string.
fn get(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    match map(args, 0).and_then(|map| map.get_bytes(bytes(args, 1))) {
        Some(value) => Ok(value),
        None => string(""),
    }
}

fn has_key(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(map(args, 0).is_some_and(|map| map.get_bytes(bytes(args, 1)).is_some())))
}

/// Counts the entries of the dicts.
fn spend_items(call: &mut Call<'_, '_>, args: &[Value]) -> Result<(), Fault> {
    let entries: usize = args.iter().filter_map(Value::as_map).map(Map::len).sum();
    call.spend(entries as u64 * ITEM)
}

/// The keys of all dicts. Go's order is random; ours is sorted within each dict.
fn keys(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    Ok(List::of_strings((0..args.len()).filter_map(|at| map(args, at)).flat_map(|map| map.keys())).into())
}

/// The values of a dict. Go's order is random; ours is that of the sorted keys.
fn values(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    let entries = map(args, 0).map(|map| map.entries()).unwrap_or_default();
    Ok(Value::list(entries.into_iter().map(|entry| entry.value).collect()))
}

fn merge(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    merge_all(call, args, Precedence::First)
}

fn merge_overwrite(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    merge_all(call, args, Precedence::Last)
}

/// Merges all further dicts into the first and returns it; Go makes a dict where the first is nil.
fn merge_all(call: &mut Call<'_, '_>, args: &[Value], precedence: Precedence) -> Returned {
    let target = map(args, 0).unwrap_or_default();
    for source in (1..args.len()).filter_map(|at| map(args, at)) {
        let looked_at = merge_maps(&target, &source, precedence, call.interpreter.limits.text)?;
        call.spend(looked_at as u64)?;
    }
    Ok(Value::Map(target))
}

fn omit(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    let omitted: Vec<&[u8]> = (1..args.len()).map(|at| bytes(args, at)).collect();
    Ok(Value::Map(filtered(map(args, 0), |key| !omitted.contains(&key))))
}

fn pick(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    let picked: Vec<&[u8]> = (1..args.len()).map(|at| bytes(args, at)).collect();
    Ok(Value::Map(filtered(map(args, 0), |key| picked.contains(&key))))
}

/// Returns a new dict of the entries whose keys `keep` wants; the entries keep their origins.
fn filtered(map: Option<Map>, keep: impl Fn(&[u8]) -> bool) -> Map {
    let Some(map) = map else { return Map::new() };
    let entries = map.read(|entries| entries.iter().filter(|entry| keep(entry.key.as_bytes())).cloned().collect());
    Map::from_entries(MapKind::Any, entries)
}

/// `pluck KEY DICT...`: the values that the key has in the dicts that have it.
fn pluck(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::list((1..args.len()).filter_map(|at| map(args, at)?.get_bytes(bytes(args, 0))).collect()))
}

fn set(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let map = map(args, 0).ok_or_else(|| Fault::new("assignment to entry in nil map"))?;
    map.insert(text_str(any(args, 1)), any(args, 2).clone());
    Ok(Value::Map(map))
}

fn unset(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let Some(map) = map(args, 0) else { return Ok(Value::Map(Map::new())) };
    map.remove_bytes(bytes(args, 1));
    Ok(Value::Map(map))
}
