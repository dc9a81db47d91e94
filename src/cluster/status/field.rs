//! Reading fields of objects, with kstatus' defaults for what is missing or of another type.

use serde_json::Value;

/// Returns the API group of the object: empty for the core group.
pub(super) fn group(object: &Value) -> &str {
    text(object, "/apiVersion", "").split_once('/').map_or("", |(group, _)| group)
}

/// Returns the object's kind.
pub(super) fn kind(object: &Value) -> &str {
    text(object, "/kind", "")
}

/// Returns a text, or `default` where there is none.
pub(super) fn text<'a>(object: &'a Value, pointer: &str, default: &'a str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or(default)
}

/// Returns an integer, or `default` where there is none.
pub(super) fn integer(object: &Value, pointer: &str, default: i64) -> i64 {
    object.pointer(pointer).and_then(Value::as_i64).unwrap_or(default)
}

/// One of `status.conditions`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition<'a> {
    pub(super) kind: &'a str,
    pub(super) status: &'a str,
    pub(super) reason: &'a str,
    pub(super) message: &'a str,
}

impl Condition<'_> {
    /// Says whether the condition is of this type and true.
    pub(super) fn holds(&self, kind: &str) -> bool {
        self.kind == kind && self.status == "True"
    }
}

/// Returns `status.conditions` in order.
pub(super) fn conditions(object: &Value) -> impl Iterator<Item = Condition<'_>> {
    object.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten().map(|condition| Condition {
        kind: text(condition, "/type", ""),
        status: text(condition, "/status", ""),
        reason: text(condition, "/reason", ""),
        message: text(condition, "/message", ""),
    })
}
