//! `--set` and its sisters against Helm's own parser: `tests/oracle/strvals/cases.jsonl`, and `expected.jsonl`, which
//! `oracle strvals` made of it (tests/oracle/tool).

use super::typed::typed;
use serde_json::Value as Json;
use stackwright::chart::values::{SetError, parse_into, parse_json_into, parse_literal_into, parse_string_into};
use stackwright::diag::Source;
use stackwright::value::{Map, Value};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn read(file: &str) -> Vec<Json> {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/strvals");
    // Any number of other cases can be tried: generate.py writes them into a folder.
    let path = std::env::var_os("STACKWRIGHT_STRVALS").map_or_else(own, PathBuf::from).join(file);
    let text = fs::read_to_string(path).expect("the file is there");
    text.lines().map(|line| serde_json::from_str(line).expect("every line is JSON")).collect()
}

fn set(case: &Json) -> Result<Map, SetError> {
    let values = match case.get("into").map(Value::from) {
        Some(Value::Map(values)) => values,
        _ => Map::new(),
    };
    let source = Source::new("--set", case["text"].as_str().expect("a case has a text"));
    match case["form"].as_str() {
        Some("set") => parse_into(&source, &values),
        Some("set-string") => parse_string_into(&source, &values),
        Some("set-json") => parse_json_into(&source, &values),
        Some("set-literal") => parse_literal_into(&source, &values),
        other => panic!("unknown form {other:?}"),
    }?;
    Ok(values)
}

#[test]
fn texts_are_set_as_helm_sets_them() {
    let (cases, expected) = (read("cases.jsonl"), read("expected.jsonl"));
    assert_eq!(cases.len(), expected.len());
    let mut failures = String::new();
    for (case, expected) in cases.iter().zip(&expected) {
        let found = set(case);
        let agrees = match (&found, expected["out"].as_str(), expected["err"].as_str()) {
            (Ok(values), Some(text), _) => typed(&Value::Map(values.clone())) == text,
            // Helm never shows what is wrong with the JSON.
            (Err(_), _, Some(_)) if case["form"] == "set-json" => true,
            (Err(error), _, Some(text)) => error.message == text,
            _ => false,
        };
        if !agrees {
            let found = found.map(|values| typed(&Value::Map(values))).map_err(|error| error.message);
            let _ = writeln!(failures, "{case}\n  helm: {expected}\n  ours: {found:?}");
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
