//! Where fields come from, as text or as JSON.

use crate::chart::{ExplainedLine, Reached, value_name};
use crate::ops::ExplainedObject;
use crate::template::trace::{Place, ValueTrace};
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// Writes objects with their lines, each with places and values below it, or with the fields that a value reaches.
///
/// # Errors
/// What the stream says.
pub fn write_explained(out: &mut dyn Write, objects: &[ExplainedObject]) -> io::Result<()> {
    for (index, object) in objects.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{} ({})", object.name, object.template)?;
        object.lines.iter().try_for_each(|line| write_line(out, line))?;
        object.fields.iter().try_for_each(|field| write_field(out, field))?;
    }
    Ok(())
}

fn write_line(out: &mut dyn Write, line: &ExplainedLine) -> io::Result<()> {
    writeln!(out, "{:>5} | {}", line.number + 1, line.text)?;
    let mut word = "from";
    for place in &line.trace.places {
        writeln!(out, "{:>13}  {}", word, with_calls(place))?;
        word = "and";
    }
    line.trace.values.iter().try_for_each(|value| writeln!(out, "{:>13}  {}", "value", with_origin(value)))?;
    line.trace.conditions.iter().try_for_each(|value| writeln!(out, "{:>13}  {}", "decided by", with_origin(value)))
}

fn write_field(out: &mut dyn Write, field: &Reached) -> io::Result<()> {
    let place = field.place.as_ref().map(|place| format!("  ({}:{})", place.file, place.line)).unwrap_or_default();
    let word = if field.is_in { "" } else { "  decides only" };
    writeln!(out, "    {}{place}{word}", field.path)
}

fn with_calls(place: &Place) -> String {
    let calls = place.via.iter().map(|(file, line)| format!(", called at {file}:{line}")).collect::<String>();
    format!("{}:{}{calls}", place.file, place.line)
}

fn with_origin(value: &ValueTrace) -> String {
    let all = if value.whole { " (all of it)" } else { "" };
    let origin = if value.origin.place().is_some() { format!("  {}", value.origin) } else { String::new() };
    format!("{}{all}{origin}", value_name(&value.path))
}

/// Writes the same as one JSON document.
///
/// # Errors
/// What the stream says.
pub fn write_explained_json(out: &mut dyn Write, objects: &[ExplainedObject]) -> io::Result<()> {
    let objects: Vec<Json> = objects.iter().map(object_json).collect();
    writeln!(out, "{:#}", json!({"objects": objects}))
}

fn object_json(object: &ExplainedObject) -> Json {
    let lines: Vec<Json> = object.lines.iter().map(line_json).collect();
    let fields: Vec<Json> = object.fields.iter().map(field_json).collect();
    json!({"object": object.name, "template": object.template, "lines": lines, "fields": fields})
}

fn line_json(line: &ExplainedLine) -> Json {
    let places: Vec<Json> = line.trace.places.iter().map(place_json).collect();
    let values: Vec<Json> = line.trace.values.iter().map(value_json).collect();
    let conditions: Vec<Json> = line.trace.conditions.iter().map(value_json).collect();
    json!({"line": line.number + 1, "text": line.text, "places": places, "values": values, "decidedBy": conditions})
}

fn field_json(field: &Reached) -> Json {
    json!({"field": field.path.to_string(), "contains": field.is_in, "place": field.place.as_ref().map(place_json)})
}

fn place_json(place: &Place) -> Json {
    let calls: Vec<Json> = place.via.iter().map(|(file, line)| json!({"file": file.to_text(), "line": line})).collect();
    json!({"file": place.file.to_text(), "line": place.line, "calledAt": calls})
}

fn value_json(value: &ValueTrace) -> Json {
    let place = value.origin.place().map(|(source, at)| (source.name().to_owned(), source.line_column(at).line));
    json!({
        "value": value_name(&value.path),
        "whole": value.whole,
        "file": place.as_ref().map(|(file, _)| file),
        "line": place.as_ref().map(|(_, line)| line),
    })
}
