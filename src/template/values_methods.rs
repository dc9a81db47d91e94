//! The methods of Helm's `common.Values`, which templates can call on `.Values` and on the top of their data.
//!
//! In Go a method comes before the map's key of the same name.

use super::function::{Call, Fault, Function, Ty};
use crate::value::{Map, MapKind, Value, quote};

/// The methods; the map itself comes after their arguments.
static METHODS: [Function; 4] = [
    Function { name: "AsMap", params: &[], variadic: None, pure: true, run: as_map },
    Function { name: "Table", params: &[Ty::Str], variadic: None, pure: true, run: table },
    Function { name: "PathValue", params: &[Ty::Str], variadic: None, pure: true, run: path_value },
    Function { name: "YAML", params: &[], variadic: None, pure: true, run: yaml },
];

/// Returns the method of that name, where the map's type has it.
pub(super) fn find(map: &Map, name: &[u8]) -> Option<&'static Function> {
    // Nearly every key in a chart begins with a small letter.
    if map.kind() != MapKind::Values || !matches!(name.first(), Some(b'A' | b'T' | b'P' | b'Y')) {
        return None;
    }
    METHODS.iter().find(|method| method.name.as_bytes() == name)
}

fn receiver(values: &[Value]) -> Map {
    values.last().and_then(Value::as_map).cloned().unwrap_or_default()
}

fn path(values: &[Value]) -> String {
    values[0].as_str().unwrap_or_default().to_owned()
}

fn as_map(_: &mut Call<'_, '_>, values: &[Value]) -> Result<Value, Fault> {
    Ok(Value::Map(receiver(values).with_kind(MapKind::Any)))
}

fn table(_: &mut Call<'_, '_>, values: &[Value]) -> Result<Value, Fault> {
    let path = path(values);
    let map = walk(receiver(values), path.split('.'));
    map.map(Value::Map).map_err(|key| format!("{} is not a table", quote(key.as_bytes())).into())
}

fn yaml(call: &mut Call<'_, '_>, values: &[Value]) -> Result<Value, Fault> {
    call.weigh(values)?;
    crate::yaml::to_string(&Value::Map(receiver(values))).map(Value::from).map_err(|error| Fault::new(error.to_string()))
}

/// Walks down tables; fails with the key that is none.
fn walk<'k>(map: Map, keys: impl Iterator<Item = &'k str>) -> Result<Map, &'k str> {
    let mut map = map;
    for key in keys {
        match map.get(key) {
            Some(Value::Map(next)) => map = next.with_kind(MapKind::Values),
            _ => return Err(key),
        }
    }
    Ok(map)
}

fn path_value(_: &mut Call<'_, '_>, values: &[Value]) -> Result<Value, Fault> {
    let path = path(values);
    if path.is_empty() {
        return Err("YAML path cannot be empty".into());
    }
    let (tables, key) = path.rsplit_once('.').map_or((None, path.as_str()), |(tables, key)| (Some(tables), key));
    let map = walk(receiver(values), tables.into_iter().flat_map(|tables| tables.split('.')));
    match map.ok().and_then(|map| map.get(key)) {
        Some(value) if value.as_map().is_none() => Ok(value),
        _ => Err(format!("{} is not a value", quote(key.as_bytes())).into()),
    }
}
