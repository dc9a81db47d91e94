//! What Go's fmt prints for `%v`.

use super::float::{FloatForm, format_float_as};
use super::trail::Trail;
use super::{DEEPEST, IntKind, Map, Value};

/// Returns what `fmt.Sprint` gives for one value: strings bare, nil as `<nil>`, maps as `map[k:v]`, keys sorted.
pub fn display(value: &Value) -> String {
    let mut out = Vec::new();
    write_display(value, &mut out);
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Writes what `%v` prints for a value; strings keep their bytes. A map that holds itself is cut short as `map[...]`, where Go
/// would end with a stack overflow; what is nested more than `DEEPEST` deep is `...`.
pub fn write_display(value: &Value, out: &mut Vec<u8>) {
    write_below(value, None, 0, out);
}

/// Nothing real is longer; small values that hold each other many times could be, without end. What is cut short is still longer
/// than any result may be.
pub(super) const LONGEST: usize = 1 << 27;

fn write_below(value: &Value, trail: Option<&Trail<'_>>, depth: usize, out: &mut Vec<u8>) {
    match value {
        Value::Nil => out.extend_from_slice(b"<nil>"),
        Value::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Value::Int(value, IntKind::Uint | IntKind::Uint64) => out.extend_from_slice((*value as u64).to_string().as_bytes()),
        Value::Int(value, _) => out.extend_from_slice(value.to_string().as_bytes()),
        Value::Float(value) => out.extend_from_slice(format_float(*value).as_bytes()),
        Value::Str(text) => out.extend_from_slice(text.as_bytes()),
        Value::Bytes(bytes) => {
            write_sequence(bytes, out, |byte, out| out.extend_from_slice(byte.to_string().as_bytes()));
        }
        Value::List(_) | Value::Map(_) if depth >= DEEPEST => out.extend_from_slice(b"..."),
        Value::List(list) => write_sequence(list.items(), out, |item, out| write_below(item, trail, depth + 1, out)),
        Value::Map(map) => match Trail::into_map(trail, map) {
            Some(trail) => write_map(map, &trail, depth, out),
            None => out.extend_from_slice(b"map[...]"),
        },
        Value::Object(object) => out.extend_from_slice(object.display().as_bytes()),
    }
}

fn write_sequence<T>(items: &[T], out: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if out.len() > LONGEST {
            break;
        }
        if index > 0 {
            out.push(b' ');
        }
        write(item, out);
    }
    out.push(b']');
}

fn write_map(map: &Map, trail: &Trail<'_>, depth: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(b"map[");
    for (index, entry) in map.entries().iter().enumerate() {
        if out.len() > LONGEST {
            break;
        }
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(entry.key.as_bytes());
        out.push(b':');
        write_below(&entry.value, Some(trail), depth + 1, out);
    }
    out.push(b']');
}

/// Returns Go's `strconv.FormatFloat(value, 'g', -1, 64)`: shortest digits, with an exponent below 1e-4 and from 1e6 on
/// (strconv/ftoa.go: the shortest form decides with a precision of 6).
pub fn format_float(value: f64) -> String {
    const PLAIN_INTEGERS: std::ops::Range<f64> = 1.0..1e6;
    if value.fract() == 0.0 && PLAIN_INTEGERS.contains(&value.abs()) {
        return (value as i64).to_string();
    }
    format_float_as(value, FloatForm::General, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_go_prints_them() {
        for (value, text) in [
            (1.0, "1"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5, "1.5"),
            (999_999.0, "999999"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (-0.0, "-0"),
        ] {
            assert_eq!(format_float(value), text);
        }
    }
}
