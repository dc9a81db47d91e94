//! Helm's functions on TOML.

use super::arguments::{Returned, any, bytes, string};
use super::time_object;
use super::toml_writer;
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::go_time::{Duration, Time, Zone};
use crate::value::{List, ListKind, Map, Value};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};
use toml::value::{Datetime, Offset};

/// The functions of this family.
pub static FAMILY: [Function; 3] = [
    Function::pure("fromToml", &[Ty::Str], from_toml),
    Function::pure("mustToToml", &[Ty::Any], must_to_toml),
    Function::pure("toToml", &[Ty::Any], to_toml),
];

/// A mistake becomes the entry `Error` of the result.
fn from_toml(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let text = String::from_utf8_lossy(bytes(args, 0));
    Ok(Value::Map(read(&text).unwrap_or_else(|message| [("Error", format!("toml: {message}"))].into_iter().collect())))
}

/// A mistake becomes the result.
fn to_toml(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    string(written(any(args, 0))?.unwrap_or_else(String::into_bytes))
}

fn must_to_toml(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    string(written(any(args, 0))?.map_err(Fault::Message)?)
}

fn written(value: &Value) -> Result<Result<Vec<u8>, String>, Fault> {
    match value {
        Value::Nil => Err(Fault::new("reflect: call of reflect.Value.Type on zero Value")),
        value => Ok(toml_writer::write(value)),
    }
}

/// Reads a document with the types that BurntSushi's reader gives: `int64`, `float64`, times, `[]map` for `[[tables]]`.
fn read(text: &str) -> Result<Map, String> {
    let document = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        format!("line {line}: {}", error.message())
    })?;
    table(document.get_ref(), text)
}

fn table(table: &DeTable<'_>, text: &str) -> Result<Map, String> {
    let map = Map::new();
    for (key, entry) in table {
        map.insert(&**key.get_ref(), value(entry, text)?);
    }
    Ok(map)
}

fn value(entry: &Spanned<DeValue<'_>>, text: &str) -> Result<Value, String> {
    let out_of_range = |what: &str, number: &dyn std::fmt::Display| format!("{number} is out of range for {what}");
    Ok(match entry.get_ref() {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(number) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix());
            Value::int64(parsed.map_err(|_| out_of_range("int64", &number.as_str()))?)
        }
        DeValue::Float(number) => Value::Float(number.as_str().parse().map_err(|_| out_of_range("float64", &number.as_str()))?),
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::Datetime(moment) => time_object::object(time(moment)),
        DeValue::Array(items) => Value::List(array(items, text)?),
        DeValue::Table(entries) => Value::Map(table(entries, text)?),
    })
}

fn array(items: &DeArray<'_>, text: &str) -> Result<List, String> {
    let values = items.iter().map(|item| value(item, text)).collect::<Result<Vec<_>, _>>()?;
    // A table in an array begins with a brace, and one of an array of tables with its header.
    let tables = items.iter().next().is_some_and(|first| first.get_ref().is_table() && !text[first.span().start..].starts_with('{'));
    Ok(List::of_kind(values, if tables { ListKind::Named("[]map[string]interface {}") } else { ListKind::Any }))
}

/// A date or a clock without a zone is in a zone that only tells what is missing, as in BurntSushi's reader.
fn time(moment: &Datetime) -> Time {
    let zone = match (moment.date, moment.time, moment.offset) {
        (_, _, Some(Offset::Z)) => Zone::Utc,
        (_, _, Some(Offset::Custom { minutes: 0 })) => Zone::Utc,
        (_, _, Some(Offset::Custom { minutes })) => Zone::Fixed(String::new(), i64::from(minutes) * 60),
        (Some(_), Some(_), None) => Zone::Fixed(toml_writer::LOCAL_DATE_TIME.into(), 0),
        (_, None, None) => Zone::Fixed(toml_writer::LOCAL_DATE.into(), 0),
        (None, Some(_), None) => Zone::Fixed(toml_writer::LOCAL_TIME.into(), 0),
    };
    let date = moment.date.map_or((0, 1, 1), |date| (i64::from(date.year), i64::from(date.month), i64::from(date.day)));
    let clock = moment.time.map_or((0, 0, 0), |time| (i64::from(time.hour), i64::from(time.minute), i64::from(time.second.unwrap_or(0))));
    let nanoseconds = moment.time.and_then(|time| time.nanosecond).unwrap_or(0);
    Time::of_date(date, clock, zone).add(Duration(i64::from(nanoseconds)))
}
