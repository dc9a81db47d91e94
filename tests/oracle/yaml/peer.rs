//! Answers the same questions as the oracle, in the same form, so that their answers can be compared byte by byte.
//!
//! `yaml-read`: a JSON list of texts from standard input, each to JSON or to an error. `yaml-write`: a JSON list of
//! values, each as `toYaml`, `toYamlPretty` and `toJson` give it. `json-read`: as `yaml-read`, with encoding/json.
//! `forms`: `{"forms": [...], "values": {...}}`, each form a template that is rendered with the values.

use serde_json::{Value as Json, json};
use stackwright::chart;
use stackwright::diag::Source;
use stackwright::template::function::Effects;
use stackwright::template::{Compiled, Interpreter, Limits, MissingKey, Set};
use stackwright::value::{Map, Str, Value};
use stackwright::yaml::{self, Error};
use std::io::{Read as _, Write as _};
use std::sync::Arc;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    // Not with serde_json, which does not round numbers exactly.
    let input = yaml::json::parse(&input)?;
    let mode = std::env::args().nth(1);
    let answers: Vec<Json> = if mode.as_deref() == Some("forms") { forms(&input)? } else { answers(mode.as_deref(), &input)? };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &answers)?;
    Ok(out.write_all(b"\n")?)
}

fn answers(mode: Option<&str>, input: &Value) -> Result<Vec<Json>, Box<dyn std::error::Error>> {
    let input = yaml::expect_list(input.clone())?;
    Ok(match mode {
        Some("yaml-read") => input.iter().map(|text| read(text, yaml::parse_str)).collect(),
        Some("json-read") => input.iter().map(|text| read(text, yaml::json::parse)).collect(),
        Some("yaml-write") => input.iter().map(write).collect(),
        _ => return Err("usage: yaml-read|json-read|yaml-write|forms".into()),
    })
}

/// A render has no randomness and no clock here.
struct NoEffects;

impl Effects for NoEffects {
    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn now(&self) -> i128 {
        0
    }
}

fn forms(question: &Value) -> Result<Vec<Json>, Box<dyn std::error::Error>> {
    let question = question.as_map().ok_or("the question is no object")?;
    let (forms, values) = (question.get("forms").unwrap_or_default(), question.get("values").unwrap_or_default());
    let top: Map = [("Values", values)].into_iter().collect();
    let forms = yaml::expect_list(forms)?;
    Ok(forms
        .iter()
        .map(|form| match render(form.as_str().unwrap_or_default(), &top) {
            Ok(out) => Ok(json!({ "out": serde_json::from_str::<Json>(&out)? })),
            Err(error) => Ok(json!({ "err": error })),
        })
        .collect::<Result<_, serde_json::Error>>()?)
}

fn render(template: &str, top: &Map) -> Result<String, String> {
    const NAME: &str = "x/templates/t";
    let compiled = Compiled::parse(&Source::new(NAME, template), chart::functions()).map_err(|error| error.to_string())?;
    let mut set = Set::new("gotpl");
    set.add(Arc::new(compiled)).map_err(|error| error.to_string())?;
    let mut host = ();
    let mut interpreter = Interpreter::new(&NoEffects, &mut host, MissingKey::Zero, Limits::default());
    let mut out = Vec::new();
    set.execute(&mut interpreter, NAME, &Value::Map(top.clone()), &mut out).map_err(|error| error.to_string())?;
    // The JSON of a string, which has Go's U+FFFD for each byte that is no text.
    yaml::json::to_string(&Value::Str(Str::from_bytes(out))).map_err(|error| error.to_string())
}

fn read(text: &Value, parse: impl Fn(&str) -> Result<Value, Error>) -> Json {
    let parsed = parse(text.as_str().unwrap_or_default()).and_then(|value| yaml::json::to_string(&value));
    match parsed {
        Ok(json) => json!({ "out": json }),
        Err(error) => json!({ "err": error.to_string() }),
    }
}

fn write(value: &Value) -> Json {
    let trimmed = |text: Result<String, Error>| {
        let text = text.unwrap_or_default();
        json!({ "out": text.strip_suffix('\n').unwrap_or(&text) })
    };
    let json = json!({ "out": yaml::json::to_string(value).unwrap_or_default() });
    json!([trimmed(yaml::to_string(value)), trimmed(yaml::to_string_pretty(value)), json])
}
