//! Go's `reflect.DeepEqual`.

use super::trail::Trail;
use super::{List, Map, Value};

/// Says whether two values are deeply equal as Go sees it: numbers of different Go types never are. Maps that hold themselves
/// are taken as equal where the comparison has come round.
pub fn deep_equal(a: &Value, b: &Value) -> bool {
    equal_below(a, b, None)
}

fn equal_below(a: &Value, b: &Value, trail: Option<&Trail<'_>>) -> bool {
    match (a, b) {
        (Value::Nil, Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a, a_kind), Value::Int(b, b_kind)) => a == b && a_kind == b_kind,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::List(a), Value::List(b)) => lists_equal(a, b, trail),
        (Value::Map(a), Value::Map(b)) => maps_equal(a, b, trail),
        (Value::Object(a), Value::Object(b)) => a.equal(b.as_ref()),
        _ => false,
    }
}

fn lists_equal(a: &List, b: &List, trail: Option<&Trail<'_>>) -> bool {
    let pairs = || a.iter().zip(b.iter());
    a.kind() == b.kind() && a.is_nil() == b.is_nil() && a.len() == b.len() && pairs().all(|(a, b)| equal_below(a, b, trail))
}

fn maps_equal(a: &Map, b: &Map, trail: Option<&Trail<'_>>) -> bool {
    if a.kind() != b.kind() {
        return false;
    }
    if a.is_same(b) {
        return true;
    }
    let Some(trail) = Trail::into_map(trail, a) else { return true };
    let (a_entries, b_entries) = (a.entries(), b.entries());
    let pairs = || a_entries.iter().zip(&b_entries);
    a_entries.len() == b_entries.len() && pairs().all(|(a, b)| a.key == b.key && equal_below(&a.value, &b.value, Some(&trail)))
}
