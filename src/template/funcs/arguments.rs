//! Reads the arguments of a function, which the interpreter has already converted to the parameters' types, and builds results.

use crate::template::function::Fault;
pub(super) use crate::template::limits::LARGEST_RESULT;
use crate::value::{Map, MapKind, Str, Value, write_display};
use std::borrow::Cow;

/// What every template function returns.
pub(super) type Returned = Result<Value, Fault>;

/// Returns the argument at `at`; nil where there is none.
pub(super) fn any(args: &[Value], at: usize) -> &Value {
    args.get(at).unwrap_or(&Value::Nil)
}

/// Returns the bytes of a `string` parameter.
pub(super) fn bytes(args: &[Value], at: usize) -> &[u8] {
    match args.get(at) {
        Some(Value::Str(text)) => text.as_bytes(),
        _ => b"",
    }
}

/// Returns an `int` parameter.
pub(super) fn int(args: &[Value], at: usize) -> i64 {
    match args.get(at) {
        Some(Value::Int(value, _)) => *value,
        _ => 0,
    }
}

/// Returns a `map[string]interface {}` parameter, to which `common.Values` converts; `None` for Go's nil map.
pub(super) fn map(args: &[Value], at: usize) -> Option<Map> {
    match args.get(at) {
        Some(Value::Map(map)) => Some(map.with_kind(MapKind::Any)),
        _ => None,
    }
}

/// Makes a string result of any bytes.
pub(super) fn string(bytes: impl Into<Vec<u8>>) -> Returned {
    Ok(Value::Str(Str::from_bytes(bytes.into())))
}

/// Returns a value's text as sprig's `strval` makes it: a string or `[]byte` as it is, anything else as `%v` prints it.
pub(super) fn text(value: &Value) -> Cow<'_, [u8]> {
    match value {
        Value::Str(text) => Cow::Borrowed(text.as_bytes()),
        Value::Bytes(bytes) => Cow::Borrowed(bytes),
        other => Cow::Owned(printed(other)),
    }
}

/// Returns a value's text as a `Str`, sharing the one that it is.
pub(super) fn text_str(value: &Value) -> Str {
    match value {
        Value::Str(text) => text.clone(),
        other => Str::from_bytes(text(other).into_owned()),
    }
}

/// Returns what `%v` prints.
pub(super) fn printed(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write_display(value, &mut out);
    out
}

/// Returns the text of Go's panic for calling a method on a nil type or value.
pub(super) fn nil_dereference() -> Fault {
    Fault::new("runtime error: invalid memory address or nil pointer dereference")
}

/// Returns the error of a call that would make more than `LARGEST_RESULT`.
pub(super) fn too_large() -> Fault {
    Fault::new(format!("result would be larger than {LARGEST_RESULT}"))
}
