//! Arithmetic: on `int64`, on decimals, and on floats, as sprig's numeric functions.

use super::arguments::{LARGEST_RESULT, Returned, any, int, string, too_large};
use super::cast::{to_float64, to_int64};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::limits::ITEM;
use crate::value::{List, ListKind, Value};
use bigdecimal::{BigDecimal, Zero as _, num_bigint::BigInt};
use std::str::FromStr as _;

/// The functions of this family.
pub static FAMILY: [Function; 22] = [
    Function::pure_variadic("add", &[], Ty::Any, add),
    Function::pure("add1", &[Ty::Any], add1),
    Function::pure("add1f", &[Ty::Any], add1f),
    Function::pure_variadic("addf", &[], Ty::Any, addf),
    // The old name of `max`.
    Function::pure_variadic("biggest", &[Ty::Any], Ty::Any, max),
    Function::pure("ceil", &[Ty::Any], ceil),
    Function::pure("div", &[Ty::Any, Ty::Any], div),
    Function::pure_variadic("divf", &[Ty::Any], Ty::Any, divf),
    Function::pure("floor", &[Ty::Any], floor),
    Function::pure_variadic("max", &[Ty::Any], Ty::Any, max),
    Function::pure_variadic("maxf", &[Ty::Any], Ty::Any, maxf),
    Function::pure_variadic("min", &[Ty::Any], Ty::Any, min),
    Function::pure_variadic("minf", &[Ty::Any], Ty::Any, minf),
    Function::pure("mod", &[Ty::Any, Ty::Any], modulo),
    Function::pure_variadic("mul", &[Ty::Any], Ty::Any, mul),
    Function::pure_variadic("mulf", &[Ty::Any], Ty::Any, mulf),
    Function::pure_variadic("round", &[Ty::Any, Ty::Int], Ty::Float, round),
    Function::pure_variadic("seq", &[], Ty::Int, seq),
    Function::pure("sub", &[Ty::Any, Ty::Any], sub),
    Function::pure_variadic("subf", &[Ty::Any], Ty::Any, subf),
    Function::pure("until", &[Ty::Int], until),
    Function::pure("untilStep", &[Ty::Int, Ty::Int, Ty::Int], until_step),
];

fn add(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::int64(args.iter().map(to_int64).fold(0, i64::wrapping_add)))
}

fn add1(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::int64(to_int64(any(args, 0)).wrapping_add(1)))
}

fn sub(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::int64(to_int64(any(args, 0)).wrapping_sub(to_int64(any(args, 1)))))
}

fn mul(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::int64(args.iter().map(to_int64).fold(1, i64::wrapping_mul)))
}

fn div(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    match to_int64(any(args, 1)) {
        0 => Err(divided_by_zero()),
        divisor => Ok(Value::int64(to_int64(any(args, 0)).wrapping_div(divisor))),
    }
}

fn modulo(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    match to_int64(any(args, 1)) {
        0 => Err(divided_by_zero()),
        divisor => Ok(Value::int64(to_int64(any(args, 0)).wrapping_rem(divisor))),
    }
}

fn divided_by_zero() -> Fault {
    Fault::new("runtime error: integer divide by zero")
}

fn max(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::int64(args.iter().map(to_int64).max().unwrap_or(0)))
}

fn min(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::int64(args.iter().map(to_int64).min().unwrap_or(0)))
}

fn maxf(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Float(args.iter().map(to_float64).reduce(larger).unwrap_or(0.0)))
}

fn minf(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Float(args.iter().map(to_float64).reduce(|a, b| -larger(-a, -b)).unwrap_or(0.0)))
}

/// Go's `math.Max`: infinity before NaN, NaN before numbers, +0 before -0.
fn larger(a: f64, b: f64) -> f64 {
    match (a, b) {
        (a, b) if a == f64::INFINITY || b == f64::INFINITY => f64::INFINITY,
        (a, b) if a.is_nan() || b.is_nan() => f64::NAN,
        (a, b) if a == 0.0 && b == 0.0 => a + b,
        (a, b) => a.max(b),
    }
}

fn floor(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Float(to_float64(any(args, 0)).floor()))
}

fn ceil(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Float(to_float64(any(args, 0)).ceil()))
}

/// `round VALUE PLACES [ON]`: rounds up where the fraction is at least `ON`, which is 0.5 when left out.
fn round(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let on = args.get(2).map_or(0.5, to_float64);
    let power = power_of_ten(int(args, 1));
    let digit = power * to_float64(any(args, 0));
    let rounded = if digit.fract() >= on { digit.ceil() } else { digit.floor() };
    Ok(Value::Float(rounded / power))
}

/// Go's `math.Pow(10, exponent)`: by squaring, so the last digit differs from a correctly rounded power beyond 1e22.
fn power_of_ten(exponent: i64) -> f64 {
    let (mut mantissa, mut power) = (1.0_f64, 0_i64);
    // 10 is 0.625 * 2^4.
    let (mut square, mut square_power) = (0.625_f64, 4_i64);
    let mut rest = (exponent as f64).abs() as u64;
    while rest != 0 {
        if square_power.abs() > 1 << 12 {
            power += square_power;
            break;
        }
        if rest & 1 == 1 {
            mantissa *= square;
            power += square_power;
        }
        square *= square;
        square_power *= 2;
        if square < 0.5 {
            square += square;
            square_power -= 1;
        }
        rest >>= 1;
    }
    if exponent < 0 { times_power_of_two(1.0 / mantissa, -power) } else { times_power_of_two(mantissa, power) }
}

/// Go's `math.Ldexp`, in steps that stay within the exponents of normal numbers; only the last may round.
fn times_power_of_two(value: f64, power: i64) -> f64 {
    let power = i32::try_from(power.clamp(-2200, 2200)).unwrap_or(0);
    if power < -1000 {
        return value * 2_f64.powi(-900) * 2_f64.powi(power + 900);
    }
    let half = power / 2;
    value * 2_f64.powi(half) * 2_f64.powi(power - half)
}

fn add1f(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(to_float(decimal(any(args, 0))? + BigDecimal::from(1)))
}

fn addf(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let mut sum = BigDecimal::zero();
    for value in args {
        sum += decimal(value)?;
    }
    Ok(to_float(sum))
}

fn subf(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    fold_decimals(args, |a, b| Ok(a - b))
}

fn mulf(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    fold_decimals(args, |a, b| Ok(a * b))
}

fn divf(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    fold_decimals(args, |a, b| divide(&a, &b))
}

fn fold_decimals(args: &[Value], step: impl Fn(BigDecimal, BigDecimal) -> Result<BigDecimal, Fault>) -> Returned {
    let mut result = decimal(any(args, 0))?;
    for value in args.iter().skip(1) {
        result = step(result, decimal(value)?)?;
    }
    Ok(to_float(result))
}

/// Makes a decimal of the shortest digits that mean the float, as shopspring/decimal does.
fn decimal(value: &Value) -> Result<BigDecimal, Fault> {
    let float = to_float64(value);
    if !float.is_finite() {
        return Err(Fault::new(format!("Cannot create a Decimal from {}", crate::value::format_float(float))));
    }
    BigDecimal::from_str(&format!("{float:e}")).map_err(|error| Fault::new(error.to_string()))
}

fn to_float(value: BigDecimal) -> Value {
    let (digits, scale) = value.into_bigint_and_exponent();
    // Rust reads decimal text with one correct rounding.
    Value::Float(format!("{digits}e{}", -scale).parse().unwrap_or(0.0))
}

/// Divides to 16 places, half away from zero: the precision that shopspring/decimal keeps.
fn divide(a: &BigDecimal, b: &BigDecimal) -> Result<BigDecimal, Fault> {
    const PLACES: i64 = 16;
    if b.is_zero() {
        return Err("decimal division by 0".into());
    }
    let (a_digits, a_scale) = a.as_bigint_and_exponent();
    let (b_digits, b_scale) = b.as_bigint_and_exponent();
    // a / b * 10^PLACES is a quotient of integers.
    let shift = PLACES + b_scale - a_scale;
    let ten = |power: i64| BigInt::from(10).pow(u32::try_from(power).unwrap_or(0));
    let (numerator, denominator) = if shift >= 0 { (a_digits * ten(shift), b_digits) } else { (a_digits, b_digits * ten(-shift)) };
    let negative = (numerator < BigInt::zero()) != (denominator < BigInt::zero());
    let (numerator, denominator) = (numerator.magnitude().clone(), denominator.magnitude().clone());
    let quotient = &numerator / &denominator;
    let up = (&numerator - &quotient * &denominator) * 2_u32 >= denominator;
    let quotient = BigInt::from(quotient + u32::from(up));
    Ok(BigDecimal::new(if negative { -quotient } else { quotient }, PLACES))
}

fn until(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let count = int(args, 0);
    integers(steps(call, 0, count, if count < 0 { -1 } else { 1 })?)
}

fn until_step(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    integers(steps(call, int(args, 0), int(args, 1), int(args, 2))?)
}

fn integers(values: Vec<i64>) -> Returned {
    Ok(List::of_kind(values.into_iter().map(Value::int).collect(), ListKind::Ints).into())
}

/// Counts from `start` to before `stop`; a step in the wrong direction, or of 0, gives nothing.
fn steps(call: &mut Call<'_, '_>, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, Fault> {
    if step == 0 || (stop < start) != (step < 0) {
        return Ok(Vec::new());
    }
    let count = stop.abs_diff(start).div_ceil(step.unsigned_abs());
    if count > (LARGEST_RESULT / size_of::<Value>()) as u64 {
        return Err(too_large());
    }
    call.spend(count * ITEM)?;
    Ok((0..count as i64).map(|index| start.wrapping_add(index.wrapping_mul(step))).collect())
}

/// `seq END`, `seq START END`, `seq START STEP END`, as the shell's: a text, the last number included.
fn seq(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let (start, step, end) = match args.len() {
        1 => (1, None, int(args, 0)),
        2 => (int(args, 0), None, int(args, 1)),
        3 => (int(args, 0), Some(int(args, 1)), int(args, 2)),
        _ => return string(""),
    };
    let direction = if end < start { -1 } else { 1 };
    let step = step.unwrap_or(direction);
    if direction < 0 && step > 0 {
        return string("");
    }
    let texts: Vec<String> = steps(call, start, end.wrapping_add(direction), step)?.iter().map(ToString::to_string).collect();
    string(texts.join(" "))
}
