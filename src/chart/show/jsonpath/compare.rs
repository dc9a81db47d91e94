//! Comparisons in filters (k8s.io/client-go/third_party/forked/golang/template).

use crate::value::Value;
use std::cmp::Ordering;

/// Says whether `left operator right` holds.
///
/// # Errors
/// Values that cannot be compared, or an operator that there is not.
pub(super) fn compare(left: &Value, operator: &str, right: &Value) -> Result<bool, String> {
    match operator {
        "==" => equal(left, right),
        "!=" => Ok(!equal(left, right)?),
        "<" => less(left, right),
        "<=" => Ok(less(left, right)? || equal(left, right)?),
        ">" => Ok(!(less(left, right)? || equal(left, right)?)),
        ">=" => Ok(!less(left, right)?),
        other => Err(format!("unrecognized filter operator {other}")),
    }
}

const BAD_TYPE: &str = "invalid type for comparison";
const INCOMPATIBLE: &str = "incompatible types for comparison";

fn is_basic(value: &Value) -> bool {
    matches!(value, Value::Bool(_) | Value::Int(..) | Value::Float(_) | Value::Str(_))
}

fn equal(left: &Value, right: &Value) -> Result<bool, String> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        _ => Ok(order(left, right)? == Some(Ordering::Equal)),
    }
}

fn less(left: &Value, right: &Value) -> Result<bool, String> {
    match (left, right) {
        (Value::Bool(_), Value::Bool(_)) => Err(BAD_TYPE.into()),
        _ => Ok(order(left, right)? == Some(Ordering::Less)),
    }
}

fn order(left: &Value, right: &Value) -> Result<Option<Ordering>, String> {
    match (left, right) {
        (Value::Int(left, _), Value::Int(right, _)) => Ok(Some(left.cmp(right))),
        (Value::Float(left), Value::Float(right)) => Ok(left.partial_cmp(right)),
        (Value::Str(left), Value::Str(right)) => Ok(Some(left.as_bytes().cmp(right.as_bytes()))),
        (left, right) if is_basic(left) && is_basic(right) => Err(INCOMPATIBLE.into()),
        _ => Err(BAD_TYPE.into()),
    }
}
