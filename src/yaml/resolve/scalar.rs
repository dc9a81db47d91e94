//! Tags, words and the choice between numbers and timestamps.

use super::number::{parse_dot_float, parse_number};
use super::timestamp::is_timestamp;
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use std::borrow::Cow;

/// A resolved scalar. `Str` means: the text as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::yaml) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer beyond `i64`.
    Uint(u64),
    Float(f64),
    /// Kept as text by every reader; matters for tags and for quoting.
    Timestamp,
    Str,
}

const PREFIX: &str = "tag:yaml.org,2002:";

/// Go decodes base64 whatever the unused bits of the last character are.
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Returns what a plain scalar without a tag is.
#[inline]
pub(in crate::yaml) fn resolve(text: &str) -> Scalar {
    match text.as_bytes().first() {
        None => Scalar::Null,
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(text).unwrap_or(Scalar::Str),
        Some(b'0'..=b'9' | b'+' | b'-') => word(text).unwrap_or_else(|| number_or_timestamp(text)),
        Some(b'.') => word(text).or_else(|| parse_dot_float(text).map(Scalar::Float)).unwrap_or(Scalar::Str),
        Some(_) => Scalar::Str,
    }
}

/// Returns what a scalar with a tag is, and its text (`!!binary` is decoded, to any bytes).
///
/// # Errors
/// Go's words for a text that is not of the tag's type.
pub(in crate::yaml) fn resolve_tagged<'t>(tag: &str, text: &'t str) -> Result<(Scalar, Cow<'t, [u8]>), String> {
    let whole = Cow::Borrowed(text.as_bytes());
    let Some(name) = tag.strip_prefix(PREFIX) else {
        return Ok((Scalar::Str, whole));
    };
    let resolved = match name {
        "str" => return Ok((Scalar::Str, whole)),
        "binary" => return decode_binary(text).map(|bytes| (Scalar::Str, Cow::Owned(bytes))),
        "timestamp" => resolve(text),
        "bool" | "int" | "float" | "null" => match resolve(text) {
            // Timestamps are looked for only without a tag or with theirs.
            Scalar::Timestamp => number_without_timestamp(text),
            resolved => resolved,
        },
        _ => return Ok((Scalar::Str, whole)),
    };
    let resolved_name = type_name(resolved);
    match (name, resolved) {
        _ if name == resolved_name => Ok((resolved, whole)),
        ("float", Scalar::Int(value)) => Ok((Scalar::Float(value as f64), whole)),
        _ => Err(format!("cannot decode !!{resolved_name} `{text}` as a !!{name}")),
    }
}

/// Says whether a text is a boolean of YAML 1.1 beyond `true` and `false`.
pub(in crate::yaml) fn is_old_boolean(text: &str) -> bool {
    matches!(word(text), Some(Scalar::Bool(_))) && !matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
}

fn type_name(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Null => "null",
        Scalar::Bool(_) => "bool",
        Scalar::Int(_) | Scalar::Uint(_) => "int",
        Scalar::Float(_) => "float",
        Scalar::Timestamp => "timestamp",
        Scalar::Str => "str",
    }
}

fn word(text: &str) -> Option<Scalar> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number_or_timestamp(text: &str) -> Scalar {
    if is_timestamp(text) { Scalar::Timestamp } else { number_without_timestamp(text) }
}

fn number_without_timestamp(text: &str) -> Scalar {
    parse_number(text).unwrap_or(Scalar::Str)
}

fn decode_binary(text: &str) -> Result<Vec<u8>, String> {
    let packed: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
    BASE64.decode(packed).map_err(|_| "!!binary value contains invalid base64 data".to_owned())
}
