//! Go's `reflect.DeepEqual`.

use super::{List, Map, Value};

/// Says whether two values are deeply equal as Go sees it: numbers of different Go types never are.
pub fn deep_equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a, a_kind), Value::Int(b, b_kind)) => a == b && a_kind == b_kind,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::List(a), Value::List(b)) => lists_equal(a, b),
        (Value::Map(a), Value::Map(b)) => maps_equal(a, b),
        (Value::Object(a), Value::Object(b)) => a.equal(b.as_ref()),
        _ => false,
    }
}

fn lists_equal(a: &List, b: &List) -> bool {
    a.kind() == b.kind() && a.is_nil() == b.is_nil() && a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| deep_equal(a, b))
}

fn maps_equal(a: &Map, b: &Map) -> bool {
    if a.kind() != b.kind() {
        return false;
    }
    if a.is_same(b) {
        return true;
    }
    let (a_entries, b_entries) = (a.entries(), b.entries());
    a_entries.len() == b_entries.len() && a_entries.iter().zip(&b_entries).all(|(a, b)| a.key == b.key && deep_equal(&a.value, &b.value))
}
