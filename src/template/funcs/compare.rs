//! Go's comparisons: `eq`, `ne`, `lt`, `le`, `gt`, `ge`.

use crate::value::{IntKind, Kind, Value, sprintf};
use std::cmp::Ordering;

/// What Go compares: values of one basic kind, and integers of any sign.
#[derive(PartialEq, Eq)]
enum Basic {
    None,
    Bool,
    Complex,
    Int,
    Float,
    String,
    Uint,
}

fn basic(value: &Value) -> Basic {
    match value {
        Value::Bool(_) => Basic::Bool,
        Value::Int(_, IntKind::Uint | IntKind::Uint8 | IntKind::Uint64) => Basic::Uint,
        Value::Int(..) => Basic::Int,
        Value::Float(_) => Basic::Float,
        Value::Str(_) => Basic::String,
        Value::Object(object) if object.kind() == Kind::Complex128 => Basic::Complex,
        Value::Object(object) if object.integer().is_some() => Basic::Int,
        _ => Basic::None,
    }
}

/// `eq`: whether the first equals any of the others.
pub(super) fn eq(first: &Value, others: &[Value]) -> Result<bool, String> {
    if others.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in others {
        if equal(first, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal(a: &Value, b: &Value) -> Result<bool, String> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => return Ok(a == b),
        (Value::Float(a), Value::Float(b)) => return Ok(a == b),
        (Value::Str(a), Value::Str(b)) => return Ok(a == b),
        (Value::Nil, other) | (other, Value::Nil) => return Ok(is_nil(other)),
        _ => {}
    }
    if let (Some(a), Some(b)) = (integer(a), integer(b)) {
        return Ok(a == b);
    }
    if basic(a) != basic(b) {
        return Err(format!("incompatible types for comparison: {} and {}", a.type_name(), b.type_name()));
    }
    if a.kind() != b.kind() {
        let arguments = [a.clone(), Value::from(a.type_name()), Value::from(b.type_name()), b.clone()];
        return Err(String::from_utf8_lossy(&sprintf(b"non-comparable types %s: %v, %s: %v", &arguments)).into_owned());
    }
    if is_nil(a) || is_nil(b) {
        return Ok(is_nil(a) == is_nil(b));
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => Ok(a.equal(b.as_ref())),
        _ => {
            let arguments = [b.clone(), Value::from(b.type_name())];
            Err(String::from_utf8_lossy(&sprintf(b"non-comparable type %s: %v", &arguments)).into_owned())
        }
    }
}

fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::List(list) => list.is_nil(),
        _ => false,
    }
}

/// Returns the number of any integer type; unsigned ones are held by their bits.
fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::Int(number, IntKind::Uint | IntKind::Uint8 | IntKind::Uint64) => Some(i128::from(*number as u64)),
        Value::Int(number, _) => Some(i128::from(*number)),
        Value::Object(object) => object.integer().map(i128::from),
        _ => None,
    }
}

/// `ne`
pub(super) fn ne(a: &Value, b: &Value) -> Result<bool, String> {
    equal(a, b).map(|equal| !equal)
}

fn compare(a: &Value, b: &Value) -> Result<Option<Ordering>, String> {
    const BAD: &str = "invalid type for comparison";
    let (a_kind, b_kind) = (basic(a), basic(b));
    if a_kind == Basic::None || b_kind == Basic::None {
        return Err(BAD.into());
    }
    if let (Some(a), Some(b)) = (integer(a), integer(b)) {
        return Ok(Some(a.cmp(&b)));
    }
    match (a, b) {
        (Value::Float(a), Value::Float(b)) => Ok(a.partial_cmp(b)),
        (Value::Str(a), Value::Str(b)) => Ok(Some(a.cmp(b))),
        _ if a_kind == b_kind => Err(BAD.into()),
        _ => Err(format!("incompatible types for comparison: {} and {}", a.type_name(), b.type_name())),
    }
}

/// `lt`
pub(super) fn lt(a: &Value, b: &Value) -> Result<bool, String> {
    compare(a, b).map(|order| order == Some(Ordering::Less))
}

/// `le`
pub(super) fn le(a: &Value, b: &Value) -> Result<bool, String> {
    compare(a, b).map(|order| matches!(order, Some(Ordering::Less | Ordering::Equal)))
}

/// `gt`: not `le`, which for NaN is true.
pub(super) fn gt(a: &Value, b: &Value) -> Result<bool, String> {
    le(a, b).map(|le| !le)
}

/// `ge`: not `lt`, which for NaN is true.
pub(super) fn ge(a: &Value, b: &Value) -> Result<bool, String> {
    lt(a, b).map(|lt| !lt)
}
