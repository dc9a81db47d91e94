//! go-yaml v3's encoder with an indentation of 2: Helm's `toYamlPretty`. No JSON lies in between.

use super::key_order::{Version, sort};
use crate::value::{Entry, List, Str, Value, format_float};
use crate::yaml::depth::{MAX_DEPTH, TOO_DEEP, deeper};
use crate::yaml::emitter::{Emitter, Place, Style};
use crate::yaml::error::{Error, Problem};
use crate::yaml::json;
use crate::yaml::resolve::{Scalar, is_old_boolean, looks_like_base60, resolve};
use std::borrow::Cow;

/// Writes a value as go-yaml v3's encoder does, with the final line break. Objects are written by their JSON form.
///
/// # Errors
/// For a value that is nested too deep, or contains itself.
pub fn to_string_pretty(value: &Value) -> Result<String, Error> {
    let mut emitter = Emitter::v3();
    write_node(&mut emitter, value, Place::Item, 0)?;
    Ok(emitter.finish())
}

fn write_node(emitter: &mut Emitter, value: &Value, place: Place, depth: usize) -> Result<(), Error> {
    match value {
        Value::Nil => emitter.plain_word("null"),
        Value::Bool(value) => emitter.plain_word(if *value { "true" } else { "false" }),
        Value::Int(value, _) => emitter.plain_word(&value.to_string()),
        Value::Float(value) => emitter.plain_word(&number(*value)),
        Value::Str(text) => {
            let (text, style, tag) = encode(text);
            emitter.string(&text, style, tag);
        }
        Value::Bytes(bytes) => write_list(emitter, &bytes.iter().map(|byte| Value::int(i64::from(*byte))).collect(), place, depth)?,
        Value::List(list) => deeper(|| write_list(emitter, list, place, depth))?,
        Value::Map(map) => deeper(|| map.read(|entries| write_map(emitter, entries, depth)))?,
        Value::Object(object) => {
            check_depth(depth)?;
            deeper(|| write_node(emitter, &object.json(), place, depth + 1))?;
        }
    }
    Ok(())
}

fn write_list(emitter: &mut Emitter, list: &List, place: Place, depth: usize) -> Result<(), Error> {
    check_depth(depth)?;
    if list.is_empty() {
        emitter.empty_collection("[]");
        return Ok(());
    }
    let opened = emitter.open_sequence(place);
    for item in list.iter() {
        emitter.item();
        write_node(emitter, item, Place::Item, depth + 1)?;
    }
    emitter.close(opened);
    Ok(())
}

fn write_map(emitter: &mut Emitter, entries: &[Entry], depth: usize) -> Result<(), Error> {
    check_depth(depth)?;
    if entries.is_empty() {
        emitter.empty_collection("{}");
        return Ok(());
    }
    let mut entries: Vec<(Cow<'_, str>, &Entry)> = entries.iter().map(|entry| (entry.key.to_text(), entry)).collect();
    sort(&mut entries, Version::V3, |(key, _)| key);
    let opened = emitter.open_mapping();
    for (_, entry) in entries {
        let (key, style, tag) = encode(&entry.key);
        emitter.mapping_key(&key, style, tag);
        write_node(emitter, &entry.value, Place::MappingPart, depth + 1)?;
    }
    emitter.close(opened);
    Ok(())
}

fn check_depth(depth: usize) -> Result<(), Error> {
    if depth < MAX_DEPTH { Ok(()) } else { Err(Error::Yaml(Problem::of_value(TOO_DEEP))) }
}

/// Returns the text to write for a string, its wanted style and its tag (encode.go, `stringv`).
fn encode(text: &Str) -> (Cow<'_, str>, Style, &'static str) {
    let Some(text) = text.as_str() else {
        let packed = json::base64(text.as_bytes());
        let lines = lines_of_70(&packed);
        let style = if lines.contains('\n') { Style::Literal } else { Style::Plain };
        return (Cow::Owned(lines), style, "!!binary");
    };
    let style = if text.contains('\n') {
        Style::Literal
    } else if resolves_to_text(text) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    };
    (Cow::Borrowed(text), style, "")
}

/// v3 reads a little more as numbers (`0o-7`) than v2 does, and no old booleans, which it quotes all the same.
fn resolves_to_text(text: &str) -> bool {
    let signed_octal = text.strip_prefix("0o").and_then(|digits| digits.strip_prefix(['-', '+']));
    let is_octal = signed_octal.is_some_and(|digits| i64::from_str_radix(&digits.replace('_', ""), 8).is_ok());
    matches!(resolve(text), Scalar::Str) && !looks_like_base60(text) && !is_old_boolean(text) && !is_octal
}

/// Breaks base64 as go-yaml does: lines of 70 characters, each with a line break, unless there is but one short line.
fn lines_of_70(packed: &str) -> String {
    const LENGTH: usize = 70;
    if packed.len() < LENGTH {
        return packed.to_owned();
    }
    let mut lines = String::with_capacity(packed.len() + packed.len() / LENGTH + 1);
    let mut rest = packed;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(LENGTH.min(rest.len()));
        lines.push_str(line);
        lines.push('\n');
        rest = after;
    }
    lines
}

fn number(value: f64) -> String {
    if value.is_nan() {
        ".nan".into()
    } else if value.is_infinite() {
        if value > 0.0 { ".inf".into() } else { "-.inf".into() }
    } else {
        format_float(value)
    }
}
