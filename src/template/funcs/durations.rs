//! Helm's functions on lengths of time, and the duration as templates see it.

use super::arguments::{Returned, any};
use super::cast::float_to_int64;
use super::number::parse_float;
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::go_time::Duration;
use crate::value::{Kind, Object, Value, format_float, quote};
use std::sync::Arc;

const ONE: &[Ty] = &[Ty::Any];
const TWO: &[Ty] = &[Ty::Any, Ty::Any];

/// The functions of this family.
pub static FAMILY: [Function; 11] = [
    Function::pure("durationDays", ONE, |_, args| float(args, |duration| duration.hours() / 24.0)),
    Function::pure("durationHours", ONE, |_, args| float(args, Duration::hours)),
    Function::pure("durationMicroseconds", ONE, |_, args| integer(args, 1_000)),
    Function::pure("durationMilliseconds", ONE, |_, args| integer(args, 1_000_000)),
    Function::pure("durationMinutes", ONE, |_, args| float(args, Duration::minutes)),
    Function::pure("durationNanoseconds", ONE, |_, args| integer(args, 1)),
    Function::pure("durationRoundTo", TWO, |_, args| Ok(to_multiple(args, Duration::round))),
    Function::pure("durationSeconds", ONE, |_, args| float(args, Duration::seconds)),
    Function::pure("durationTruncateTo", TWO, |_, args| Ok(to_multiple(args, Duration::truncate))),
    Function::pure("durationWeeks", ONE, |_, args| float(args, |duration| duration.hours() / 24.0 / 7.0)),
    Function::pure("mustToDuration", ONE, must_to_duration),
];

/// Returns the duration behind a `time.Duration` value.
pub(super) fn as_duration(value: &Value) -> Option<Duration> {
    match value {
        Value::Object(object) => object.as_any().downcast_ref().copied(),
        _ => None,
    }
}

/// Makes a `time.Duration` value.
pub(super) fn object(duration: Duration) -> Value {
    Value::Object(Arc::new(duration))
}

fn must_to_duration(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    convert(any(args, 0)).map(object).map_err(Fault::new)
}

/// What is no duration counts as none.
fn float(args: &[Value], unit: fn(Duration) -> f64) -> Returned {
    Ok(Value::Float(convert(any(args, 0)).map_or(0.0, unit)))
}

fn integer(args: &[Value], nanoseconds: i64) -> Returned {
    Ok(Value::int64(convert(any(args, 0)).map_or(0, |duration| duration.0 / nanoseconds)))
}

/// A multiple that is no duration changes nothing.
fn to_multiple(args: &[Value], change: fn(Duration, Duration) -> Duration) -> Value {
    let Ok(duration) = convert(any(args, 0)) else { return object(Duration(0)) };
    object(convert(any(args, 1)).map_or(duration, |multiple| change(duration, multiple)))
}

/// Takes a duration, its text, or seconds as a number or the text of one (Helm, `asDuration`).
fn convert(value: &Value) -> Result<Duration, String> {
    if let Some(duration) = as_duration(value) {
        return Ok(duration);
    }
    match value {
        Value::Nil => Err("invalid duration".into()),
        Value::Str(text) => convert_text(text.as_bytes()),
        Value::Int(seconds, _) => whole_seconds(*seconds),
        Value::Float(seconds) => fractional_seconds(*seconds),
        Value::Object(object) if object.integer().is_some() => whole_seconds(object.integer().unwrap_or_default()),
        other => Err(format!("unsupported duration type {}", other.type_name())),
    }
}

fn convert_text(text: &[u8]) -> Result<Duration, String> {
    let trimmed = String::from_utf8_lossy(text);
    let trimmed = trimmed.trim();
    if trimmed.is_empty() {
        return Err("empty duration".into());
    }
    if let Ok(duration) = Duration::parse(trimmed.as_bytes()) {
        return Ok(duration);
    }
    match parse_float(trimmed.as_bytes()) {
        Some(seconds) => fractional_seconds(seconds),
        None => Err(format!("could not parse duration {}", quote(text))),
    }
}

fn whole_seconds(seconds: i64) -> Result<Duration, String> {
    let nanoseconds = seconds.checked_mul(Duration::SECOND.0);
    nanoseconds.map(Duration).ok_or_else(|| format!("duration seconds overflow: {seconds}"))
}

fn fractional_seconds(seconds: f64) -> Result<Duration, String> {
    const LARGEST: f64 = i64::MAX as f64;
    let nanoseconds = seconds * Duration::SECOND.0 as f64;
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {}", format_float(seconds)));
    }
    if seconds.abs() > LARGEST / Duration::SECOND.0 as f64 {
        return Err(format!("duration seconds overflow: {}", format_float(seconds)));
    }
    if nanoseconds.abs() > LARGEST {
        return Err(format!("duration nanoseconds overflow: {}", format_float(nanoseconds)));
    }
    Ok(Duration(float_to_int64(nanoseconds)))
}

impl Object for Duration {
    fn type_name(&self) -> String {
        "time.Duration".into()
    }

    fn kind(&self) -> Kind {
        Kind::Int64
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let multiple = |change: fn(Duration, Duration) -> Duration| argument(arguments).map(|multiple| object(change(*self, multiple)));
        Some(match name {
            "Abs" => Ok(object(self.abs())),
            "Hours" => Ok(self.hours().into()),
            "Microseconds" => Ok(Value::int64(self.0 / 1_000)),
            "Milliseconds" => Ok(Value::int64(self.0 / 1_000_000)),
            "Minutes" => Ok(self.minutes().into()),
            "Nanoseconds" => Ok(Value::int64(self.0)),
            "Round" => multiple(Duration::round),
            "Seconds" => Ok(self.seconds().into()),
            "String" => Ok(self.to_string().into()),
            "Truncate" => multiple(Duration::truncate),
            _ => return None,
        })
    }

    fn display(&self) -> String {
        self.to_string()
    }

    fn json(&self) -> Value {
        Value::int64(self.0)
    }

    fn truth(&self) -> bool {
        self.0 != 0
    }

    fn integer(&self) -> Option<i64> {
        Some(self.0)
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

/// Returns the duration that a method is given; a number in a template becomes one too.
pub(super) fn argument(arguments: &[Value]) -> Result<Duration, String> {
    match any(arguments, 0) {
        Value::Int(nanoseconds, _) => Ok(Duration(*nanoseconds)),
        other => as_duration(other).ok_or_else(|| format!("wrong type for value; expected time.Duration; got {}", other.type_name())),
    }
}
