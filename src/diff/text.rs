//! Objects as text to compare line by line: YAML in which every text of several lines stands line by line, and long JSON within a text too.
//!
//! YAML writers put a text with a blank at the end of a line, or JSON without line breaks, on one line, so that one changed word shows as
//! one giant line. This text is for reading; no program has to read it back.

use crate::value::Value;
use serde_json::Value as Json;
use std::fmt::Write as _;

/// From so many characters on, JSON within a text is spread over lines.
const LONG: usize = 60;

/// Writes an object.
pub fn as_text(object: &Json) -> String {
    let mut out = String::new();
    write_value(&mut out, object, 0, Place::Top);
    out
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Top,
    AfterKey,
    AfterDash,
}

fn write_value(out: &mut String, value: &Json, indent: usize, place: Place) {
    match value {
        Json::Object(map) if !map.is_empty() => {
            if place == Place::AfterKey {
                out.push('\n');
            }
            for (index, (key, value)) in map.iter().enumerate() {
                // The first entry stands on the line of its dash.
                if index > 0 || place != Place::AfterDash {
                    pad(out, indent);
                } else {
                    out.push(' ');
                }
                out.push_str(&scalar(&Value::str(key.as_str())));
                out.push(':');
                write_value(out, value, if value.is_array() { indent } else { indent + 2 }, Place::AfterKey);
            }
        }
        Json::Array(items) if !items.is_empty() => {
            if place == Place::AfterKey {
                out.push('\n');
            }
            for (index, item) in items.iter().enumerate() {
                if index > 0 || place != Place::AfterDash {
                    pad(out, indent);
                } else {
                    out.push(' ');
                }
                out.push('-');
                write_value(out, item, indent + 2, Place::AfterDash);
            }
        }
        Json::String(text) => write_text(out, text, indent, place),
        other => write_line(out, &scalar(&Value::from(other)), place),
    }
}

fn write_text(out: &mut String, text: &str, indent: usize, place: Place) {
    if text.trim_end_matches('\n').is_empty() || place == Place::Top {
        write_line(out, &scalar(&Value::str(text)), place);
    } else if text.contains('\n') {
        write_line(
            out,
            if text.ends_with("\n\n") {
                "|+"
            } else if text.ends_with('\n') {
                "|"
            } else {
                "|-"
            },
            place,
        );
        write_block(out, text, indent);
    } else if let Some(lines) = spread_json(text) {
        write_line(out, &format!("|- # JSON, {} characters on one line", text.chars().count()), place);
        write_block(out, &lines, indent);
    } else {
        write_line(out, &scalar(&Value::str(text)), place);
    }
}

fn write_block(out: &mut String, text: &str, indent: usize) {
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            pad(out, indent);
        }
        for character in line.chars() {
            // What would move the cursor of a terminal is shown instead of done.
            if character.is_control() && character != '\t' {
                // Writing to a String cannot fail.
                let _ = write!(out, "{}", character.escape_default());
            } else {
                out.push(character);
            }
        }
        out.push('\n');
    }
}

fn write_line(out: &mut String, text: &str, place: Place) {
    if place != Place::Top {
        out.push(' ');
    }
    out.push_str(text);
    out.push('\n');
}

fn scalar(value: &Value) -> String {
    let text = crate::yaml::to_string(value).unwrap_or_else(|_| crate::value::display(value));
    text.trim_end_matches('\n').to_owned()
}

fn pad(out: &mut String, indent: usize) {
    out.extend(std::iter::repeat_n(' ', indent));
}

/// Writes a long JSON object or list with a line for each entry, everything in its order and to the letter but for blanks between.
fn spread_json(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.len() < LONG || !trimmed.starts_with(['{', '[']) || serde_json::from_str::<serde::de::IgnoredAny>(trimmed).is_err() {
        return None;
    }
    let mut out = String::with_capacity(trimmed.len() * 2);
    let (mut depth, mut in_string, mut is_escaped) = (0, false, false);
    let mut rest = trimmed.chars().peekable();
    while let Some(character) = rest.next() {
        if in_string {
            out.push(character);
            (in_string, is_escaped) = (is_escaped || character != '"', !is_escaped && character == '\\');
            continue;
        }
        match character {
            '{' | '[' => {
                out.push(character);
                while rest.next_if(|next| next.is_whitespace()).is_some() {}
                if let Some(end) = rest.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth -= 1;
                new_line(&mut out, depth);
                out.push(character);
            }
            ',' => {
                out.push(',');
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            blank if blank.is_whitespace() => {}
            other => {
                in_string = other == '"';
                out.push(other);
            }
        }
    }
    Some(out)
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    pad(out, depth * 2);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(object: &Json, expected: &str) {
        assert_eq!(as_text(object), expected);
    }

    #[test]
    fn objects_are_written_as_helm_writes_them() {
        let object = json!({
            "kind": "Pod", "spec": {"containers": [{"args": ["a", "1"], "name": "x", "ports": []}, {"name": "y"}], "empty": {}},
            "list": [["a", "b"], {"c": null}], "on": true,
        });
        let text = as_text(&object);
        let written = crate::yaml::to_string(&Value::from(&object)).unwrap();
        assert_eq!(text, written);
    }

    #[test]
    fn a_text_of_several_lines_stands_line_by_line_whatever_is_in_it() {
        check(&json!({"data": {"a.conf": "x = 1 \n\n\ty = \u{1b}[2J\n"}}), "data:\n  a.conf: |\n    x = 1 \n\n    \ty = \\u{1b}[2J\n");
        check(&json!({"args": ["-c", "set -e\nrun"]}), "args:\n- -c\n- |-\n  set -e\n  run\n");
        check(&json!({"a": "b\n\n"}), "a: |+\n  b\n\n");
    }

    #[test]
    fn long_json_is_spread_over_lines_in_its_order() {
        let policy = r#"{"z": "role:admin, or \"other\"", "a": [1, {"b": {}}], "long enough": "to be spread over lines"}"#;
        let expected = "policy: |- # JSON, 96 characters on one line\n  {\n    \"z\": \"role:admin, or \\\"other\\\"\",\n    \"a\": [\n      1,\n      {\n        \"b\": {}\n      }\n    ],\n    \"long enough\": \"to be spread over lines\"\n  }\n";
        check(&json!({"policy": policy}), expected);
        check(&json!({"short": "{\"a\": 1}"}), "short: '{\"a\": 1}'\n");
    }
}
