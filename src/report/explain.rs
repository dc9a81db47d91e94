//! Where fields come from, as text or as JSON.

use crate::chart::{ExplainedLine, Reached, value_name};
use crate::diag::Origin;
use crate::ops::{ExplainedObject, ExplainedRelease, SaidValue};
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

/// Writes what the layers of a release say about a value, the one that wins first, and then its objects.
///
/// # Errors
/// What the stream says.
pub fn write_explained_release(out: &mut dyn Write, release: &ExplainedRelease) -> io::Result<()> {
    for (index, stage) in release.stages.iter().enumerate() {
        writeln!(out, "stage {} of {}: {}: {}", index + 1, release.stages.len(), stage.units.join(", "), stage.objects.join(", "))?;
    }
    for (index, said) in release.said.iter().rev().enumerate() {
        writeln!(out, "{:>13}  {}", if index == 0 { "value" } else { "over" }, with_layer(said))?;
    }
    if !release.said.is_empty() && !release.objects.is_empty() {
        writeln!(out)?;
    }
    let with_details = |object: &ExplainedObject| !object.lines.is_empty() || !object.fields.is_empty();
    if release.objects.iter().any(with_details) {
        return write_explained(out, &release.objects);
    }
    release.objects.iter().try_for_each(|object| writeln!(out, "{} ({})", object.name, object.template))
}

fn with_layer(said: &SaidValue) -> String {
    let place = if said.origin.place().is_some() { said.origin.to_string() } else { String::new() };
    // A layer is a file, or a place in the stack file, mostly the one that is named already.
    let layer = match place.starts_with(&said.layer) {
        true => String::new(),
        false => format!(" ({})", said.layer),
    };
    format!("{}  {place}{layer}", short(&json_of(said)))
}

fn json_of(said: &SaidValue) -> Json {
    serde_json::to_value(&said.value).unwrap_or_default()
}

/// Returns a value on one line, cut where it is long.
fn short(value: &Json) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn write_line(out: &mut dyn Write, line: &ExplainedLine) -> io::Result<()> {
    writeln!(out, "{:>5} | {}", line.number + 1, line.text)?;
    if line.trace.rewritten {
        writeln!(out, "{:>13}  a post-renderer, which may put anything there", "from")?;
    }
    let mut word = if line.trace.rewritten { "and" } else { "from" };
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

/// Writes the same of a release as one JSON document.
///
/// # Errors
/// What the stream says.
pub fn write_explained_release_json(out: &mut dyn Write, release: &ExplainedRelease) -> io::Result<()> {
    let objects: Vec<Json> = release.objects.iter().map(object_json).collect();
    let said: Vec<Json> = release.said.iter().map(said_json).collect();
    let id = json!({"name": release.id.name, "namespace": release.id.namespace, "kubeContext": release.id.kube_context});
    let stages: Vec<Json> = release.stages.iter().map(|stage| json!({"units": stage.units, "objects": stage.objects})).collect();
    writeln!(out, "{:#}", json!({"release": id, "said": said, "objects": objects, "stages": stages}))
}

fn said_json(said: &SaidValue) -> Json {
    let (file, line) = place_json_of(&said.origin);
    json!({"layer": said.layer, "value": json_of(said), "file": file, "line": line})
}

fn place_json_of(origin: &Origin) -> (Option<String>, Option<usize>) {
    let place = origin.place().map(|(source, at)| (source.name().to_owned(), source.line_column(at).line));
    place.map_or((None, None), |(file, line)| (Some(file), Some(line)))
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
    json!({"line": line.number + 1, "text": line.text, "places": places, "values": values, "decidedBy": conditions, "rewritten": line.trace.rewritten})
}

fn field_json(field: &Reached) -> Json {
    json!({"field": field.path.to_string(), "contains": field.is_in, "place": field.place.as_ref().map(place_json)})
}

fn place_json(place: &Place) -> Json {
    let calls: Vec<Json> = place.via.iter().map(|(file, line)| json!({"file": file.to_text(), "line": line})).collect();
    json!({"file": place.file.to_text(), "line": place.line, "calledAt": calls})
}

fn value_json(value: &ValueTrace) -> Json {
    let (file, line) = place_json_of(&value.origin);
    json!({"value": value_name(&value.path), "whole": value.whole, "file": file, "line": line})
}
