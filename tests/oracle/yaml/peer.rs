//! Answers the same questions as the oracle, in the same form, so that their answers can be compared byte by byte.
//!
//! `yaml-read`: a JSON list of texts from standard input, each to JSON or to an error. `yaml-write`: a JSON list of
//! values, each as `toYaml`, `toYamlPretty` and `toJson` give it. `json-read`: as `yaml-read`, with encoding/json.

use serde_json::{Value as Json, json};
use stackwright::value::Value;
use stackwright::yaml::{self, Error};
use std::io::{Read as _, Write as _};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    // Not with serde_json, which does not round numbers exactly.
    let input = yaml::expect_list(yaml::json::parse(&input)?)?;
    let answers: Vec<Json> = match std::env::args().nth(1).as_deref() {
        Some("yaml-read") => input.iter().map(|text| read(text, yaml::parse_str)).collect(),
        Some("json-read") => input.iter().map(|text| read(text, yaml::json::parse)).collect(),
        Some("yaml-write") => input.iter().map(write).collect(),
        _ => return Err("usage: yaml-read|json-read|yaml-write".into()),
    };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &answers)?;
    Ok(out.write_all(b"\n")?)
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
