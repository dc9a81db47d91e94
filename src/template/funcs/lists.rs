//! sprig's functions on lists. They take any Go slice and return a new `[]interface {}`.

use super::arguments::{Returned, any, int, nil_dereference, text_str};
use super::cast::{float_to_int64, to_int64};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::limits::{ITEM, STEP};
use crate::value::{IntKind, Kind, List, ListKind, Value, deep_equal};
use std::borrow::Cow;

/// The functions of this family.
pub static FAMILY: [Function; 31] = [
    Function::pure("append", &[Ty::Any, Ty::Any], append),
    Function::pure("chunk", &[Ty::Int, Ty::Any], chunk),
    Function::pure("compact", &[Ty::Any], compact),
    Function::pure_variadic("concat", &[], Ty::Any, concat),
    Function::pure("first", &[Ty::Any], first),
    Function::pure("has", &[Ty::Any, Ty::Any], has),
    Function::pure("initial", &[Ty::Any], initial),
    Function::pure("last", &[Ty::Any], last),
    Function::pure_variadic("list", &[], Ty::Any, list),
    Function::pure("mustAppend", &[Ty::Any, Ty::Any], append),
    Function::pure("mustChunk", &[Ty::Int, Ty::Any], chunk),
    Function::pure("mustCompact", &[Ty::Any], compact),
    Function::pure("mustFirst", &[Ty::Any], first),
    Function::pure("mustHas", &[Ty::Any, Ty::Any], has),
    Function::pure("mustInitial", &[Ty::Any], initial),
    Function::pure("mustLast", &[Ty::Any], last),
    Function::pure("mustPrepend", &[Ty::Any, Ty::Any], prepend),
    Function::pure("mustPush", &[Ty::Any, Ty::Any], append),
    Function::pure("mustRest", &[Ty::Any], rest),
    Function::pure("mustReverse", &[Ty::Any], reverse),
    Function::pure_variadic("mustSlice", &[Ty::Any], Ty::Any, slice),
    Function::pure("mustUniq", &[Ty::Any], uniq),
    Function::pure_variadic("mustWithout", &[Ty::Any], Ty::Any, without),
    Function::pure("prepend", &[Ty::Any, Ty::Any], prepend),
    Function::pure("push", &[Ty::Any, Ty::Any], append),
    Function::pure("rest", &[Ty::Any], rest),
    Function::pure("reverse", &[Ty::Any], reverse),
    Function::pure_variadic("slice", &[Ty::Any], Ty::Any, slice),
    Function::pure_variadic("tuple", &[], Ty::Any, list),
    Function::pure("uniq", &[Ty::Any], uniq),
    Function::pure_variadic("without", &[Ty::Any], Ty::Any, without),
];

/// Says whether the value's kind is slice or array.
pub(super) fn is_list(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Bytes(_))
}

/// Returns sprig's `strslice`: the texts of the items that are not nil; of anything else its own text; of nil nothing.
pub(super) fn to_strings(value: &Value) -> List {
    match value {
        Value::Nil => List::of_kind(Vec::new(), ListKind::Strings),
        Value::List(list) if list.kind() == ListKind::Strings => list.clone(),
        Value::List(list) => List::of_strings(list.iter().filter(|item| !matches!(item, Value::Nil)).map(text_str)),
        Value::Bytes(bytes) => List::of_strings(bytes.iter().map(ToString::to_string)),
        other => List::of_strings([text_str(other)]),
    }
}

/// Returns the items of a slice; the error begins with `complaint` and names the kind that the value has instead.
fn items<'a>(value: &'a Value, complaint: &str) -> Result<Cow<'a, [Value]>, Fault> {
    match value {
        Value::List(list) => Ok(Cow::Borrowed(list.items())),
        Value::Bytes(bytes) => Ok(bytes.iter().map(|byte| Value::Int(i64::from(*byte), IntKind::Uint8)).collect()),
        Value::Nil => Err(nil_dereference()),
        other => Err(Fault::new(format!("{complaint} {}", other.kind().name()))),
    }
}

/// Counts the items of all lists that are given.
fn spend_items(call: &mut Call<'_, '_>, args: &[Value]) -> Result<(), Fault> {
    let items: usize = args.iter().map(|value| 1 + length(value)).sum();
    call.spend(items as u64 * ITEM)
}

/// Counts comparisons of whole values with each other.
fn spend_comparisons(call: &mut Call<'_, '_>, args: &[Value], comparisons: u64) -> Result<(), Fault> {
    call.spend(comparisons.saturating_mul(COMPARISON))?;
    call.weigh(args)
}

/// Units for comparing two values.
const COMPARISON: u64 = STEP / 4;

fn length(value: &Value) -> usize {
    match value {
        Value::List(list) => list.len(),
        Value::Bytes(bytes) => bytes.len(),
        _ => 0,
    }
}

fn list(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    Ok(Value::list(args.to_vec()))
}

fn append(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    let mut out = items(any(args, 0), "Cannot push on type")?.into_owned();
    out.push(any(args, 1).clone());
    Ok(Value::list(out))
}

fn prepend(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    let items = items(any(args, 0), "Cannot prepend on type")?;
    let mut out = Vec::with_capacity(items.len() + 1);
    out.push(any(args, 1).clone());
    out.extend_from_slice(&items);
    Ok(Value::list(out))
}

fn chunk(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    let size = int(args, 0);
    let items = items(any(args, 1), "Cannot chunk type")?;
    let count = float_to_int64(((items.len() as f64 - 1.0) / size as f64).floor() + 1.0);
    let count = usize::try_from(count).map_err(|_| length_out_of_range())?;
    let mut chunks = Vec::with_capacity(count.min(items.len()));
    for index in 0..count {
        let length = if index + 1 == count { last_chunk_length(items.len(), size) } else { size };
        let length = usize::try_from(length).map_err(|_| length_out_of_range())?;
        let start = index.saturating_mul(size.unsigned_abs() as usize);
        let chunk = items.get(start..start + length).ok_or_else(|| Fault::new("reflect: slice index out of range"))?;
        chunks.push(Value::list(chunk.to_vec()));
    }
    Ok(List::of_kind(chunks, ListKind::Lists).into())
}

fn last_chunk_length(items: usize, size: i64) -> i64 {
    match float_to_int64((items as f64 % size as f64).floor()) {
        0 => size,
        length => length,
    }
}

fn length_out_of_range() -> Fault {
    Fault::new("runtime error: makeslice: len out of range")
}

fn first(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(items(any(args, 0), "Cannot find first on type")?.first().cloned().unwrap_or_default())
}

fn last(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(items(any(args, 0), "Cannot find last on type")?.last().cloned().unwrap_or_default())
}

fn rest(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    let items = items(any(args, 0), "Cannot find rest on type")?;
    Ok(items.split_first().map_or_else(|| List::nil(ListKind::Any), |(_, rest)| List::new(rest.to_vec())).into())
}

fn initial(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    let items = items(any(args, 0), "Cannot find initial on type")?;
    Ok(items.split_last().map_or_else(|| List::nil(ListKind::Any), |(_, initial)| List::new(initial.to_vec())).into())
}

fn reverse(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    Ok(Value::list(items(any(args, 0), "Cannot find reverse on type")?.iter().rev().cloned().collect()))
}

fn compact(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    Ok(Value::list(items(any(args, 0), "Cannot compact on type")?.iter().filter(|item| item.truth()).cloned().collect()))
}

fn uniq(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let length = length(any(args, 0)) as u64;
    spend_comparisons(call, args, length.saturating_mul(length) / 2)?;
    let mut out: Vec<Value> = Vec::new();
    for item in items(any(args, 0), "Cannot find uniq on type")?.iter() {
        if !out.iter().any(|earlier| deep_equal(item, earlier)) {
            out.push(item.clone());
        }
    }
    Ok(Value::list(out))
}

fn without(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_comparisons(call, args, (length(any(args, 0)) as u64).saturating_mul(args.len() as u64))?;
    let items = items(any(args, 0), "Cannot find without on type")?;
    let omitted = args.get(1..).unwrap_or_default();
    Ok(Value::list(items.iter().filter(|item| !omitted.iter().any(|other| deep_equal(item, other))).cloned().collect()))
}

fn has(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_comparisons(call, args, length(any(args, 1)) as u64)?;
    let (needle, haystack) = (any(args, 0), any(args, 1));
    if haystack.kind() == Kind::Invalid {
        return Ok(Value::Bool(false));
    }
    Ok(Value::Bool(items(haystack, "Cannot find has on type")?.iter().any(|item| deep_equal(needle, item))))
}

/// `slice LIST [START [END]]`; the result has the list's type.
fn slice(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    let value = any(args, 0);
    let length = items(value, "list should be type of slice or array but")?.len();
    if length == 0 {
        return Ok(Value::Nil);
    }
    let start = args.get(1).map_or(0, to_int64);
    let end = args.get(2).map_or(length as i64, to_int64);
    if start < 0 || end < start || end > length as i64 {
        return Err("reflect.Value.Slice: slice index out of bounds".into());
    }
    let range = start as usize..end as usize;
    Ok(match value {
        Value::List(list) => List::of_kind(list.items()[range].to_vec(), list.kind()).into(),
        Value::Bytes(bytes) => Value::Bytes(bytes[range].into()),
        other => other.clone(),
    })
}

fn concat(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    spend_items(call, args)?;
    let mut out = Vec::new();
    for value in args {
        out.extend_from_slice(&items(value, "Cannot concat type").map_err(as_list)?);
    }
    Ok(if out.is_empty() { List::nil(ListKind::Any).into() } else { Value::list(out) })
}

/// The complaint of `concat` goes on after the kind.
fn as_list(fault: Fault) -> Fault {
    match fault {
        Fault::Message(message) if message.starts_with("Cannot concat") => Fault::Message(message + " as list"),
        other => other,
    }
}
