//! JSON, as sprig's functions over Go's encoding/json. Helm replaces `toJson`, `mustToJson` and `fromJson` with its own.

use super::arguments::{Returned, any, bytes, string};
use super::runes::map_runes;
use crate::template::function::{Call, Fault, Function, Ty};
use crate::value::Value;
use crate::yaml::json::{parse, to_string, to_string_pretty, to_string_raw};

/// The functions of this family.
pub static FAMILY: [Function; 8] = [
    // A dict that was read can be changed by `set`, so each call makes its own.
    Function { pure: false, ..Function::pure("fromJson", &[Ty::Str], from_json) },
    Function { pure: false, ..Function::pure("mustFromJson", &[Ty::Str], must_from_json) },
    Function::pure("mustToJson", &[Ty::Any], must_to_json),
    Function::pure("mustToPrettyJson", &[Ty::Any], must_to_pretty_json),
    Function::pure("mustToRawJson", &[Ty::Any], to_raw_json),
    Function::pure("toJson", &[Ty::Any], to_json),
    Function::pure("toPrettyJson", &[Ty::Any], to_pretty_json),
    Function::pure("toRawJson", &[Ty::Any], to_raw_json),
];

/// What cannot be read gives nil.
fn from_json(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    must_from_json(call, args).or(Ok(Value::Nil))
}

fn must_from_json(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let text = bytes(args, 0);
    let outcome = match std::str::from_utf8(text) {
        Ok(text) => parse(text),
        // Go replaces each wrong byte.
        Err(_) => parse(&String::from_utf8_lossy(&map_runes(text, |character| character))),
    };
    outcome.map_err(fault)
}

/// What cannot be written gives an empty text.
fn to_json(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    string(to_string(any(args, 0)).unwrap_or_default())
}

fn must_to_json(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    string(to_string(any(args, 0)).map_err(fault)?)
}

/// What cannot be written gives an empty text.
fn to_pretty_json(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    string(to_string_pretty(any(args, 0)).unwrap_or_default())
}

fn must_to_pretty_json(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    string(to_string_pretty(any(args, 0)).map_err(fault)?)
}

/// `toRawJson` panics where `mustToRawJson` returns an error, which reads the same.
fn to_raw_json(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    string(to_string_raw(any(args, 0)).map_err(fault)?)
}

fn fault(error: crate::yaml::Error) -> Fault {
    Fault::new(error.to_string())
}
