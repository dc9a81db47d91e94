//! Defaults and conditions: what sprig takes as empty, and what is chosen then.

use super::arguments::{Returned, any, bytes};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::value::Value;

/// The functions of this family.
pub static FAMILY: [Function; 7] = [
    Function::pure_variadic("all", &[], Ty::Any, all),
    Function::pure_variadic("any", &[], Ty::Any, any_of),
    Function::pure_variadic("coalesce", &[], Ty::Any, coalesce),
    Function::pure_variadic("default", &[Ty::Any], Ty::Any, default),
    Function::pure("empty", &[Ty::Any], empty),
    Function::pure("fail", &[Ty::Str], fail),
    Function::pure("ternary", &[Ty::Any, Ty::Any, Ty::Bool], ternary),
];

fn all(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(args.iter().all(Value::truth)))
}

fn any_of(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(args.iter().any(Value::truth)))
}

fn coalesce(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(args.iter().find(|value| value.truth()).cloned().unwrap_or_default())
}

/// `default FALLBACK [VALUE...]`: only the first value counts.
fn default(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let given = any(args, 1);
    Ok(if given.truth() { given } else { any(args, 0) }.clone())
}

fn empty(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(!any(args, 0).truth()))
}

fn fail(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Err(Fault::new(String::from_utf8_lossy(bytes(args, 0))))
}

fn ternary(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(any(args, if any(args, 2).truth() { 0 } else { 1 }).clone())
}
