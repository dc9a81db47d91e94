//! sprig's functions on dates.

use super::arguments::{Returned, any, bytes, string};
use super::number::{IntError, parse_int};
use super::time_object::{self, as_time};
use crate::template::function::{Call, Fault, Function, Run, Ty};
use crate::template::go_time::{Duration, Time, Zone};
use crate::value::{IntKind, Value};

const TIME: Ty = Ty::Named("time.Time");

/// The functions of this family. Those that ask for the clock or the local zone are not pure.
pub static FAMILY: [Function; 16] = [
    local("ago", &[Ty::Any], ago),
    local("date", &[Ty::Str, Ty::Any], date),
    local("dateInZone", &[Ty::Str, Ty::Any, Ty::Str], date_in_zone),
    Function::pure("dateModify", &[Ty::Str, TIME], date_modify),
    local("date_in_zone", &[Ty::Str, Ty::Any, Ty::Str], date_in_zone),
    Function::pure("date_modify", &[Ty::Str, TIME], date_modify),
    Function::pure("duration", &[Ty::Any], duration),
    local("durationRound", &[Ty::Any], duration_round),
    local("htmlDate", &[Ty::Any], html_date),
    local("htmlDateInZone", &[Ty::Any, Ty::Str], html_date_in_zone),
    Function::pure("mustDateModify", &[Ty::Str, TIME], must_date_modify),
    local("mustToDate", &[Ty::Str, Ty::Str], must_to_date),
    Function::pure("must_date_modify", &[Ty::Str, TIME], must_date_modify),
    local("now", &[], |call, _| Ok(time_object::object(now(call)))),
    local("toDate", &[Ty::Str, Ty::Str], to_date),
    Function::pure("unixEpoch", &[TIME], unix_epoch),
];

const fn local(name: &'static str, params: &'static [Ty], run: Run) -> Function {
    Function { name, params, variadic: None, pure: false, run }
}

const HTML_DATE: &[u8] = b"2006-01-02";

fn zone(call: &Call<'_, '_>) -> Zone {
    Zone::local(call.effects().zone().as_deref())
}

fn now(call: &Call<'_, '_>) -> Time {
    Time::unix_nanoseconds(call.effects().now(), zone(call))
}

/// Takes a time, or whole seconds since the Unix epoch; anything else, a `float64` too, means now.
fn moment(call: &Call<'_, '_>, value: &Value) -> Time {
    match value {
        Value::Int(seconds, IntKind::Int | IntKind::Int32 | IntKind::Int64) => Time::unix(*seconds, zone(call)),
        other => as_time(other).cloned().unwrap_or_else(|| now(call)),
    }
}

/// Finds a zone by its name; one that nobody knows is UTC.
fn named_zone(call: &Call<'_, '_>, name: &[u8]) -> Zone {
    match name {
        b"Local" => zone(call),
        name => std::str::from_utf8(name).ok().and_then(Zone::load).unwrap_or(Zone::Utc),
    }
}

fn date(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(moment(call, any(args, 1)).within(zone(call)).format(bytes(args, 0)))
}

fn date_in_zone(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(moment(call, any(args, 1)).within(named_zone(call, bytes(args, 2))).format(bytes(args, 0)))
}

fn html_date(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(moment(call, any(args, 0)).within(zone(call)).format(HTML_DATE))
}

fn html_date_in_zone(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(moment(call, any(args, 0)).within(named_zone(call, bytes(args, 1))).format(HTML_DATE))
}

/// What is no duration changes nothing.
fn date_modify(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(modified(args).unwrap_or_else(|_| any(args, 1).clone()))
}

fn must_date_modify(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    modified(args)
}

fn modified(args: &[Value]) -> Returned {
    let duration = Duration::parse(bytes(args, 0)).map_err(|error| Fault::new(error.to_string()))?;
    Ok(time_object::object(time(args, 1).add(duration)))
}

/// Returns a `time.Time` parameter.
fn time(args: &[Value], at: usize) -> Time {
    as_time(any(args, at)).cloned().unwrap_or_else(Time::zero)
}

fn ago(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let then = match any(args, 0) {
        // Of all functions, this one takes no rune.
        Value::Int(_, IntKind::Int32) => now(call),
        other => moment(call, other),
    };
    string(now(call).since(&then).round(Duration::SECOND).to_string())
}

/// Takes seconds as a string or an `int64`; anything else, an `int` too, means none.
fn duration(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let seconds = match any(args, 0) {
        Value::Int(seconds, IntKind::Int64) => *seconds,
        Value::Str(text) => match parse_int(text.as_bytes(), 10) {
            Ok(seconds) | Err(IntError::Range(seconds)) => seconds,
            Err(IntError::Syntax) => 0,
        },
        _ => 0,
    };
    string(Duration(seconds.wrapping_mul(Duration::SECOND.0)).to_string())
}

fn duration_round(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let duration = match any(args, 0) {
        Value::Str(text) => Duration::parse(text.as_bytes()).unwrap_or_default(),
        Value::Int(nanoseconds, IntKind::Int64) => Duration(*nanoseconds),
        other => as_time(other).map(|then| now(call).since(then)).unwrap_or_default(),
    };
    const HOUR: u64 = 3600;
    const UNITS: [(u64, &str); 6] = [(HOUR * 24 * 365, "y"), (HOUR * 24 * 30, "mo"), (HOUR * 24, "d"), (HOUR, "h"), (60, "m"), (1, "s")];
    let length = duration.0.unsigned_abs();
    let unit = UNITS.iter().map(|(seconds, name)| (seconds * Duration::SECOND.0.unsigned_abs(), name)).find(|(unit, _)| length > *unit);
    string(unit.map_or("0s".into(), |(unit, name)| format!("{}{name}", length / unit)))
}

fn parse(call: &Call<'_, '_>, args: &[Value]) -> Result<Time, Fault> {
    Time::parse(bytes(args, 0), bytes(args, 1), &zone(call)).map_err(|error| Fault::new(error.to_string()))
}

/// A text that does not follow the layout is the zero time.
fn to_date(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(time_object::object(parse(call, args).unwrap_or_else(|_| Time::zero())))
}

fn must_to_date(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    parse(call, args).map(time_object::object)
}

fn unix_epoch(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(time(args, 0).seconds().to_string())
}
