//! Times, months, days of the week and zones as templates see them.

use super::arguments::any;
use super::durations::{self, argument};
use crate::template::go_time::{Duration, MONTHS, Time, WEEKDAYS, Zone};
use crate::value::{Kind, Object, Value};
use std::any::Any;
use std::sync::Arc;

/// Makes a `time.Time` value.
pub(super) fn object(time: Time) -> Value {
    Value::Object(Arc::new(time))
}

/// Returns the time behind a `time.Time` value.
pub(super) fn as_time(value: &Value) -> Option<&Time> {
    match value {
        Value::Object(object) => object.as_any().downcast_ref(),
        _ => None,
    }
}

impl Object for Time {
    fn type_name(&self) -> String {
        "time.Time".into()
    }

    /// Go's methods but for those that return several values or change the time, which templates cannot call.
    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        const MILLION: i128 = 1_000_000;
        let total = self.total_nanoseconds();
        let wide = |value: i128| Ok(Value::int64(value as i64));
        let int = |value: i64| Ok(Value::int(value));
        let other = |compare: fn(&Time, &Time) -> Value| time_argument(arguments).map(|other| compare(self, other));
        let duration = |change: fn(&Time, Duration) -> Time| argument(arguments).map(|duration| object(change(self, duration)));
        Some(match name {
            "Add" => duration(Time::add),
            "AddDate" => add_date(self, arguments),
            "After" => other(|time, other| time.compare(other).is_gt().into()),
            "Before" => other(|time, other| time.compare(other).is_lt().into()),
            "Compare" => other(|time, other| Value::int(time.compare(other) as i64)),
            "Day" => int(self.day()),
            "Equal" => other(|time, other| time.compare(other).is_eq().into()),
            "Format" => text_argument(arguments).map(|layout| Value::Str(crate::value::Str::from_bytes(self.format(layout)))),
            "GoString" => Ok(self.to_go_string().into()),
            "Hour" => int(self.hour()),
            "In" => zone_argument(arguments).map(|zone| object(self.within(zone.clone()))),
            "IsDST" => Ok(self.is_summer_time().into()),
            "IsZero" => Ok(self.is_zero().into()),
            "Location" => Ok(Value::Object(Arc::new(self.zone().clone()))),
            "Minute" => int(self.minute()),
            "Month" => Ok(NamedNumber::of("time.Month", self.month(), MONTHS[self.month() as usize - 1])),
            "Nanosecond" => int(self.nanosecond()),
            "Round" => duration(Time::round),
            "Second" => int(self.second()),
            "String" => Ok(self.to_string().into()),
            "Sub" => other(|time, other| durations::object(time.since(other))),
            "Truncate" => duration(Time::truncate),
            "UTC" => Ok(object(self.within(Zone::Utc))),
            "Unix" => Ok(Value::int64(self.seconds())),
            "UnixMicro" => wide(total.div_euclid(1_000)),
            "UnixMilli" => wide(total.div_euclid(MILLION)),
            "UnixNano" => wide(total),
            "Weekday" => Ok(NamedNumber::of("time.Weekday", self.weekday() as i64, WEEKDAYS[self.weekday()])),
            "Year" => int(self.year()),
            "YearDay" => int(self.day_of_year()),
            _ => return None,
        })
    }

    fn display(&self) -> String {
        self.to_string()
    }

    fn json(&self) -> Value {
        self.to_rfc3339().into()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Object for Zone {
    fn type_name(&self) -> String {
        "*time.Location".into()
    }

    fn kind(&self) -> Kind {
        Kind::Ptr
    }

    fn call(&self, name: &str, _: &[Value]) -> Option<Result<Value, String>> {
        (name == "String").then(|| Ok(self.name().into()))
    }

    fn display(&self) -> String {
        self.name().into()
    }

    /// A location has no public fields.
    fn json(&self) -> Value {
        crate::value::Map::new().into()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A number that prints as a name: a month or a day of the week.
#[derive(Debug)]
struct NamedNumber {
    type_name: &'static str,
    number: i64,
    name: &'static str,
}

impl NamedNumber {
    fn of(type_name: &'static str, number: i64, name: &'static str) -> Value {
        Value::Object(Arc::new(NamedNumber { type_name, number, name }))
    }
}

impl Object for NamedNumber {
    fn type_name(&self) -> String {
        self.type_name.into()
    }

    fn kind(&self) -> Kind {
        Kind::Int
    }

    fn call(&self, name: &str, _: &[Value]) -> Option<Result<Value, String>> {
        (name == "String").then(|| Ok(self.name.into()))
    }

    fn display(&self) -> String {
        self.name.into()
    }

    fn json(&self) -> Value {
        Value::int(self.number)
    }

    fn truth(&self) -> bool {
        self.number != 0
    }

    fn integer(&self) -> Option<i64> {
        Some(self.number)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn add_date(time: &Time, arguments: &[Value]) -> Result<Value, String> {
    let number = |at| match any(arguments, at) {
        Value::Int(value, _) => Ok(*value),
        other => Err(wrong_type("int", other)),
    };
    Ok(object(time.add_date(number(0)?, number(1)?, number(2)?)))
}

fn time_argument(arguments: &[Value]) -> Result<&Time, String> {
    let value = any(arguments, 0);
    as_time(value).ok_or_else(|| wrong_type("time.Time", value))
}

fn zone_argument(arguments: &[Value]) -> Result<&Zone, String> {
    let value = any(arguments, 0);
    let zone = match value {
        Value::Object(object) => object.as_any().downcast_ref(),
        _ => None,
    };
    zone.ok_or_else(|| wrong_type("*time.Location", value))
}

fn text_argument(arguments: &[Value]) -> Result<&[u8], String> {
    match any(arguments, 0) {
        Value::Str(text) => Ok(text.as_bytes()),
        other => Err(wrong_type("string", other)),
    }
}

fn wrong_type(expected: &str, value: &Value) -> String {
    format!("wrong type for value; expected {expected}; got {}", value.type_name())
}
