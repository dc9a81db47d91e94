//! Layouts of times, and durations: a layout, and after a line break a time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stackwright::template::go_time::{Duration, Time, Zone};

fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (layout, value) = (&bytes[..at], bytes.get(at + 1..).unwrap_or_default());
    let zone = Zone::load("Europe/Berlin").expect("the database is compiled in");
    if let Ok(time) = Time::parse(layout, value, &zone) {
        let _ = (time.format(layout), time.to_rfc3339(), time.to_go_string(), time.add(Duration(i64::MAX)), time.weekday());
        let _ = (time.round(Duration(1_000_000_007)), time.since(&Time::zero()), time.within(zone.clone()).format(layout));
    }
    if let Ok(duration) = Duration::parse(value) {
        assert_eq!(Duration::parse(duration.to_string().as_bytes()), Ok(duration));
        let _ = (duration.round(Duration(60_000_000_000)), duration.truncate(Duration(7)), duration.abs());
    }
    let _ = Time::unix(0, zone).format(layout);
});
