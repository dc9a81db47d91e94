//! Go types and kinds of values, and conversions to numbers.

use super::arguments::{Returned, any, bytes, printed};
use super::cast::{to_float64, to_int64};
use super::number::{IntError, parse_int};
use crate::template::function::{Call, Function, Ty};
use crate::value::{Value, deep_equal};

/// The functions of this family.
pub static FAMILY: [Function; 11] = [
    Function::pure("atoi", &[Ty::Str], atoi),
    Function::pure("deepEqual", &[Ty::Any, Ty::Any], deep_equals),
    Function::pure("float64", &[Ty::Any], float64),
    Function::pure("int", &[Ty::Any], int),
    Function::pure("int64", &[Ty::Any], int64),
    Function::pure("kindIs", &[Ty::Str, Ty::Any], kind_is),
    Function::pure("kindOf", &[Ty::Any], kind_of),
    Function::pure("toDecimal", &[Ty::Any], to_decimal),
    Function::pure("typeIs", &[Ty::Str, Ty::Any], type_is),
    Function::pure("typeIsLike", &[Ty::Str, Ty::Any], type_is_like),
    Function::pure("typeOf", &[Ty::Any], type_of),
];

/// `strconv.Atoi` without its error: 0 for what is no number, the nearest `int` for one that does not fit.
fn atoi(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::int(match parse_int(bytes(args, 0), 10) {
        Ok(value) | Err(IntError::Range(value)) => value,
        Err(IntError::Syntax) => 0,
    }))
}

fn deep_equals(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    Ok(Value::Bool(deep_equal(any(args, 0), any(args, 1))))
}

fn float64(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Float(to_float64(any(args, 0))))
}

fn int(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::int(to_int64(any(args, 0))))
}

fn int64(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::int64(to_int64(any(args, 0))))
}

fn kind_is(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(any(args, 1).kind().name().as_bytes() == bytes(args, 0)))
}

fn kind_of(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::str(any(args, 0).kind().name()))
}

/// Reads what `print` makes of the value in base 8, as of a file's mode.
fn to_decimal(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::int64(parse_int(&printed(any(args, 0)), 8).unwrap_or(0)))
}

fn type_is(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(any(args, 1).type_name().as_bytes() == bytes(args, 0)))
}

/// The type itself or a pointer to it.
fn type_is_like(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let name = any(args, 1).type_name();
    let pointed = name.strip_prefix('*').unwrap_or(&name);
    Ok(Value::Bool([name.as_bytes(), pointed.as_bytes()].contains(&bytes(args, 0))))
}

fn type_of(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::str(any(args, 0).type_name()))
}
