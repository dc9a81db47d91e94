//! A release's `condition`: whether it is looked at at all.

use super::error::Error;
use super::raw::Spanned;
use crate::diag::nearest;
use crate::value::{Map, Value};

/// Says whether a condition holds: `true`, `false`, or a path that ends in `enabled` through the stack's values.
///
/// A missing `enabled`, and one that is no boolean, is false. Rule: helmfile pkg/state/state.go `ConditionEnabled`.
///
/// # Errors
/// `Error::Condition` for another form, and for a path through what is missing or no map.
pub(super) fn condition_holds(condition: &Spanned<String>, values: &Map) -> Result<bool, Error> {
    let text = condition.value.as_str();
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return Ok(text.eq_ignore_ascii_case("true"));
    }
    let fail =
        |reason: String, near: Option<String>| Error::Condition { text: text.to_owned(), reason, near, span: condition.span.clone() };
    let mut keys: Vec<&str> = text.split('.').collect();
    if keys.pop() != Some("enabled") {
        return Err(fail("it is neither true, nor false, nor a path that ends in `enabled`".to_owned(), None));
    }
    let mut at = values.clone();
    for (index, key) in keys.iter().enumerate() {
        let path = keys[..=index].join(".");
        at = match at.get(key) {
            Some(Value::Map(next)) => next,
            Some(_) => return Err(fail(format!("value `{path}` is no mapping"), None)),
            None => {
                let names = at.keys();
                let near = nearest(key, names.iter().filter_map(|name| name.as_str())).map(ToOwned::to_owned);
                return Err(fail(format!("there is no value `{path}`"), near));
            }
        };
    }
    Ok(matches!(at.get("enabled"), Some(Value::Bool(true))))
}
