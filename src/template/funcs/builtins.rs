//! Go's own functions (text/template, funcs.go). They are known to every template, whatever functions its host brings.

use super::compare::{eq, ge, gt, le, lt, ne};
use super::escape::{escape_html, escape_js, escape_query};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::node::Special;
use crate::value::{List, Str, Value, sprint, sprintf, sprintln};

type Outcome = Result<Value, Fault>;

/// The functions.
pub static FAMILY: [Function; 19] = [
    of("and", &[Ty::Reflect], Some(Ty::Reflect), last),
    of("or", &[Ty::Reflect], Some(Ty::Reflect), last),
    of("not", &[Ty::Reflect], None, not),
    of("call", &[Ty::Reflect], Some(Ty::Reflect), last),
    of("len", &[Ty::Reflect], None, len),
    of("index", &[Ty::Reflect], Some(Ty::Reflect), index),
    of("slice", &[Ty::Reflect], Some(Ty::Reflect), slice),
    of("print", &[], Some(Ty::Any), |_, values| Ok(text(sprint(values)))),
    of("println", &[], Some(Ty::Any), |_, values| Ok(text(sprintln(values)))),
    of("printf", &[Ty::Str], Some(Ty::Any), printf),
    of("html", &[], Some(Ty::Any), |_, values| Ok(text(escape_html(&shown(values))))),
    of("js", &[], Some(Ty::Any), |_, values| Ok(text(escape_js(&shown(values))))),
    of("urlquery", &[], Some(Ty::Any), |_, values| Ok(text(escape_query(&shown(values))))),
    of("eq", &[Ty::Reflect], Some(Ty::Reflect), |_, values| truth(eq(&values[0], &values[1..]))),
    of("ne", &[Ty::Reflect, Ty::Reflect], None, |_, values| truth(ne(&values[0], &values[1]))),
    of("lt", &[Ty::Reflect, Ty::Reflect], None, |_, values| truth(lt(&values[0], &values[1]))),
    of("le", &[Ty::Reflect, Ty::Reflect], None, |_, values| truth(le(&values[0], &values[1]))),
    of("gt", &[Ty::Reflect, Ty::Reflect], None, |_, values| truth(gt(&values[0], &values[1]))),
    of("ge", &[Ty::Reflect, Ty::Reflect], None, |_, values| truth(ge(&values[0], &values[1]))),
];

const fn of(name: &'static str, params: &'static [Ty], variadic: Option<Ty>, run: fn(&mut Call<'_, '_>, &[Value]) -> Outcome) -> Function {
    Function { name, params, variadic, pure: true, run }
}

/// Returns the built-in of that name.
pub(in crate::template) fn find(name: &str) -> Option<&'static Function> {
    FAMILY.iter().find(|function| function.name == name)
}

/// Says what is special about a function; one that a host puts in place of a built-in is not.
pub(in crate::template) fn special(function: &'static Function) -> Special {
    if !FAMILY.iter().any(|own| std::ptr::eq(own, function)) {
        return Special::None;
    }
    match function.name {
        "and" => Special::And,
        "or" => Special::Or,
        "call" => Special::Call,
        "index" => Special::Index,
        "len" => Special::Len,
        _ => Special::None,
    }
}

/// `and`, `or` and `call` are done by the interpreter, which need not evaluate every argument.
fn last(_: &mut Call<'_, '_>, values: &[Value]) -> Outcome {
    Ok(values.last().cloned().unwrap_or_default())
}

fn not(_: &mut Call<'_, '_>, values: &[Value]) -> Outcome {
    Ok(Value::Bool(!values[0].truth()))
}

fn truth(result: Result<bool, String>) -> Outcome {
    result.map(Value::Bool).map_err(Fault::Message)
}

fn text(bytes: Vec<u8>) -> Value {
    Value::Str(Str::from_bytes(bytes))
}

fn printf(_: &mut Call<'_, '_>, values: &[Value]) -> Outcome {
    let Value::Str(format) = &values[0] else { return Err("printf needs a format".into()) };
    Ok(text(sprintf(format.as_bytes(), &values[1..])))
}

/// The arguments as `print` writes them, but nil as the template itself does.
fn shown(values: &[Value]) -> Vec<u8> {
    match values {
        [Value::Str(text)] => text.as_bytes().to_vec(),
        _ if values.iter().any(Value::is_nil) => {
            let values: Vec<Value> =
                values.iter().map(|value| if value.is_nil() { Value::str("<no value>") } else { value.clone() }).collect();
            sprint(&values)
        }
        _ => sprint(values),
    }
}

fn len(_: &mut Call<'_, '_>, values: &[Value]) -> Outcome {
    let length = match &values[0] {
        Value::Nil => return Err("len of nil pointer".into()),
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Object(object) => match object.range() {
            Some(entries) => entries.len(),
            None => return Err(format!("len of type {}", values[0].type_name()).into()),
        },
        other => return Err(format!("len of type {}", other.type_name()).into()),
    };
    Ok(number(length))
}

fn number(number: usize) -> Value {
    Value::int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn index(_: &mut Call<'_, '_>, values: &[Value]) -> Outcome {
    let mut item = values[0].clone();
    if item.is_nil() {
        return Err("index of untyped nil".into());
    }
    for key in &values[1..] {
        item = match &item {
            Value::Nil => return Err("index of nil pointer".into()),
            Value::Map(map) => map.get_bytes(map_key(key)?.as_bytes()).unwrap_or_else(|| zero_of(map)),
            Value::List(list) => list.items()[position(key, list.len(), false, "slice")?].clone(),
            Value::Str(text) => byte(text.as_bytes()[position(key, text.len(), false, "string")?]),
            Value::Bytes(bytes) => byte(bytes[position(key, bytes.len(), false, "slice")?]),
            Value::Object(object) => match object.range() {
                Some(entries) => entries.into_iter().find(|(name, _)| name == key).map(|(_, value)| value).unwrap_or_default(),
                None => return Err(format!("can't index item of type {}", item.type_name()).into()),
            },
            other => return Err(format!("can't index item of type {}", other.type_name()).into()),
        };
    }
    Ok(item)
}

fn zero_of(map: &crate::value::Map) -> Value {
    if map.kind() == crate::value::MapKind::Strings { Value::str("") } else { Value::Nil }
}

fn byte(byte: u8) -> Value {
    Value::Int(i64::from(byte), crate::value::IntKind::Uint8)
}

fn map_key(key: &Value) -> Result<&Str, Fault> {
    match key {
        Value::Str(key) => Ok(key),
        Value::Nil => Err("value is nil; should be of type string".into()),
        other => Err(format!("value has type {}; should be string", other.type_name()).into()),
    }
}

/// Returns an index below `length`; for `slice` it may also be the length itself.
fn position(key: &Value, length: usize, end_counts: bool, kind: &str) -> Result<usize, Fault> {
    match key {
        Value::Int(at, _) => match usize::try_from(*at) {
            Ok(position) if position < length || position == length && end_counts => Ok(position),
            // Go accepts the length itself here, and panics one step later.
            Ok(position) if position == length => Err(Fault::new(format!("reflect: {kind} index out of range"))),
            _ => Err(format!("index out of range: {at}").into()),
        },
        Value::Nil => Err("cannot index slice/array with nil".into()),
        other => Err(format!("cannot index slice/array with type {}", other.type_name()).into()),
    }
}

fn slice(_: &mut Call<'_, '_>, values: &[Value]) -> Outcome {
    let (item, keys) = (&values[0], &values[1..]);
    let length = match item {
        Value::Nil => return Err("slice of untyped nil".into()),
        _ if keys.len() > 3 => return Err(format!("too many slice indexes: {}", keys.len()).into()),
        Value::Str(_) if keys.len() == 3 => return Err("cannot 3-index slice a string".into()),
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        other => return Err(format!("can't slice item of type {}", other.type_name()).into()),
    };
    let mut bounds = [0, length, length];
    for (bound, key) in bounds.iter_mut().zip(keys) {
        *bound = position(key, length, true, "slice")?;
    }
    let [start, end, limit] = bounds;
    if start > end {
        return Err(format!("invalid slice index: {start} > {end}").into());
    }
    if end > limit {
        return Err(format!("invalid slice index: {end} > {limit}").into());
    }
    Ok(match item {
        Value::Str(text) => Value::Str(Str::from_bytes(text.as_bytes()[start..end].to_vec())),
        Value::Bytes(bytes) => Value::Bytes(bytes[start..end].into()),
        Value::List(list) => Value::List(List::of_kind(list.items()[start..end].to_vec(), list.kind())),
        other => other.clone(),
    })
}
