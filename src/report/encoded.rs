//! Data as JSON and as YAML, to the byte as helm writes them.

use crate::release::to_json;
use crate::yaml;
use serde::Serialize;
use std::io::{self, Write};

/// How data is written for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// JSON on one line, its fields in the order of the type.
    Json,
    /// YAML, its keys sorted.
    Yaml,
}

/// Writes data. Rule: helm pkg/cli/output (`EncodeJSON`, `EncodeYAML`).
///
/// # Errors
/// What the stream says.
pub fn write_encoded<T: Serialize + ?Sized>(out: &mut dyn Write, value: &T, encoding: Encoding) -> io::Result<()> {
    let json = to_json(value).map_err(io::Error::other)?;
    match encoding {
        Encoding::Json => {
            out.write_all(&json)?;
            writeln!(out)
        }
        Encoding::Yaml => {
            let text = String::from_utf8(json).map_err(io::Error::other)?;
            out.write_all(json_as_yaml(&text)?.as_bytes())
        }
    }
}

/// Writes values that are JSON already; YAML is what people read too.
///
/// # Errors
/// What the stream says.
pub fn write_values(out: &mut dyn Write, json: &str, encoding: Option<Encoding>) -> io::Result<()> {
    match encoding {
        Some(Encoding::Json) => writeln!(out, "{json}"),
        _ => out.write_all(json_as_yaml(json)?.as_bytes()),
    }
}

/// Returns the YAML of a JSON text.
pub(super) fn json_as_yaml(json: &str) -> io::Result<String> {
    let value = yaml::json::parse(json).map_err(|error| io::Error::other(error.to_string()))?;
    yaml::to_string(&value).map_err(|error| io::Error::other(error.to_string()))
}
