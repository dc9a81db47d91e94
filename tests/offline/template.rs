//! Go's template language and fmt against Go itself: tests/oracle/template holds what Go made of the templates and formats of
//! its own tests and of ours.

use crate::no_effects::NoEffects;
use base64::Engine as _;
use serde_json::Value as Json;
use stackwright::diag::Source;
use stackwright::template::function::{Function, Functions, Ty};
use stackwright::template::{Compiled, Interpreter, Limits, MissingKey, Set};
use stackwright::value::{IntKind, List, ListKind, Map, MapKind, Str, Value, sprintf};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

macro_rules! function {
    ($name:literal, [$($param:ident),*], $variadic:expr, $body:expr) => {
        Function { name: $name, params: &[$(Ty::$param),*], variadic: $variadic, pure: true, run: |_, values| $body(values) }
    };
}

/// The functions that the generator gives to Go's templates.
static OWN: [Function; 17] = [
    function!("add", [], Some(Ty::Int), |values: &[Value]| Ok(Value::int(values.iter().map(int).sum()))),
    function!("echo", [Any], None, |values: &[Value]| Ok(values[0].clone())),
    function!("oneArg", [Str], None, |values: &[Value]| Ok(Value::from(format!("oneArg={}", text(&values[0]))))),
    function!("twoArgs", [Str, Str], None, |values: &[Value]| Ok(Value::from(format!("twoArgs={}{}", text(&values[0]), text(&values[1]))))),
    function!("zeroArgs", [], None, |_: &[Value]| Ok(Value::from("zeroArgs"))),
    function!("returnInt", [], None, |_: &[Value]| Ok(Value::int(7))),
    function!("mapOfThree", [], None, |_: &[Value]| Ok(Value::Map([("three", Value::int(3))].into_iter().collect()))),
    function!("typeOf", [Any], None, |values: &[Value]| Ok(Value::from(values[0].type_name()))),
    function!("fails", [Str], None, |values: &[Value]| Err(format!("it failed: {}", text(&values[0])).into())),
    function!("takesInt", [Int], None, |values: &[Value]| Ok(values[0].clone())),
    function!("takesBool", [Bool], None, |values: &[Value]| Ok(values[0].clone())),
    function!("takesFloat", [Float], None, |values: &[Value]| Ok(values[0].clone())),
    function!("takesInt64", [Int64], None, |values: &[Value]| Ok(values[0].clone())),
    function!("takesMap", [Map], None, |values: &[Value]| Ok(Value::int(values[0].as_map().map_or(0, Map::len) as i64))),
    function!("takesList", [List], None, |values: &[Value]| Ok(Value::int(values[0].as_list().unwrap().len() as i64))),
    function!("takesStrings", [Strings], None, |values: &[Value]| Ok(Value::int(values[0].as_list().unwrap().len() as i64))),
    function!("atLeastOne", [Str], Some(Ty::Str), |values: &[Value]| Ok(Value::int(values.len() as i64 - 1))),
];

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| Functions::new(&[&OWN]));

fn int(value: &Value) -> i64 {
    match value {
        Value::Int(number, _) => *number,
        _ => panic!("the interpreter lets only integers through"),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn oracle(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/template").join(file)).unwrap()
}

fn lines(file: &str) -> Vec<Json> {
    oracle(file).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn bytes(encoded: &Json) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(encoded.as_str().unwrap()).unwrap()
}

/// Reads a value as the generator writes it: with its Go type.
fn decode(json: &Json) -> Value {
    let Json::Object(tagged) = json else { return Value::from(json) };
    let (tag, value) = tagged.iter().next().unwrap();
    let integer = |kind| Value::Int(value.as_str().unwrap().parse().unwrap(), kind);
    let items = || value.as_array().unwrap().iter().map(decode).collect::<Vec<_>>();
    let map = |kind| {
        let map = Map::of_kind(kind);
        for (key, value) in value.as_object().unwrap() {
            map.insert(key.as_str(), decode(value));
        }
        Value::Map(map)
    };
    match tag.as_str() {
        "raw" => Value::Str(Str::from_bytes(bytes(value))),
        "int" => integer(IntKind::Int),
        "int32" => integer(IntKind::Int32),
        "int64" => integer(IntKind::Int64),
        "uint" => integer(IntKind::Uint),
        "uint8" => integer(IntKind::Uint8),
        "uint64" => integer(IntKind::Uint64),
        "float64" => Value::Float(value.as_str().unwrap().replace("Inf", "inf").parse().unwrap()),
        "bytes" => Value::Bytes(bytes(value).into()),
        "list" => Value::list(items()),
        "strings" if value.is_null() => Value::List(List::nil(ListKind::Strings)),
        "strings" => Value::List(List::of_kind(items(), ListKind::Strings)),
        "ints" => Value::List(List::of_kind(items(), ListKind::Ints)),
        "bools" => Value::List(List::of_kind(items(), ListKind::Named("[]bool"))),
        "map" => map(MapKind::Any),
        "stringMap" => map(MapKind::Strings),
        other => panic!("unknown type {other}"),
    }
}

fn render(template: &str, missing_key: MissingKey, data: &Value) -> Result<Vec<u8>, String> {
    let compiled = Compiled::parse(&Source::new("t", template), &FUNCTIONS).map_err(|error| error.to_string())?;
    let mut set = Set::new("t");
    set.add(Arc::new(compiled)).map_err(|error| error.to_string())?;
    let mut host = ();
    let mut interpreter = Interpreter::new(&NoEffects, &mut host, missing_key, Limits::default());
    let mut out = Vec::new();
    set.execute(&mut interpreter, "t", data, &mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

/// Collects what differs from Go, and fails with all of it.
fn report(what: &str, cases: usize, failures: &[String]) {
    assert!(cases > 100, "too few cases for {what}: {cases}");
    assert!(failures.is_empty(), "{} of {cases} {what} differ from Go:\n{}", failures.len(), failures.join("\n"));
}

fn wanted(case: &Json) -> Result<Vec<u8>, String> {
    match (&case["out"], &case["raw"], &case["err"]) {
        (Json::String(out), _, _) => Ok(out.clone().into_bytes()),
        (_, raw @ Json::String(_), _) => Ok(bytes(raw)),
        (_, _, Json::String(error)) => Err(error.clone()),
        _ => panic!("a case without a result"),
    }
}

fn shown(result: &Result<Vec<u8>, String>) -> String {
    match result {
        Ok(out) => format!("{:?}", String::from_utf8_lossy(out)),
        Err(error) => format!("error {error}"),
    }
}

#[test]
fn templates_render_and_fail_as_in_go() {
    let data = decode(&serde_json::from_str(&oracle("data.json")).unwrap());
    let cases = lines("templates.jsonl");
    let mut failures = Vec::new();
    for case in &cases {
        let template = case["template"].as_str().unwrap();
        let missing_key = match case["missing"].as_str() {
            None => MissingKey::Zero,
            Some("default") => MissingKey::Invalid,
            Some(_) => MissingKey::Error,
        };
        let (go, ours) = (wanted(case), render(template, missing_key, &data));
        if go != ours {
            failures.push(format!("{template:?} {missing_key:?}\n  go:   {}\n  ours: {}", shown(&go), shown(&ours)));
        }
    }
    report("templates", cases.len(), &failures);
}

#[test]
fn formats_print_as_in_go() {
    let cases = lines("formats.jsonl");
    let mut failures = Vec::new();
    for case in &cases {
        let format = case["format"].as_str().unwrap();
        let arguments: Vec<Value> = case["args"].as_array().unwrap().iter().map(decode).collect();
        let (go, ours) = (wanted(case), Ok(sprintf(format.as_bytes(), &arguments)));
        if go != ours {
            failures.push(format!("{format:?} {}\n  go:   {}\n  ours: {}", case["args"], shown(&go), shown(&ours)));
        }
    }
    report("formats", cases.len(), &failures);
}

#[test]
fn characters_are_classed_as_in_go() {
    let classes: Json = serde_json::from_str(&oracle("characters.json")).unwrap();
    let check = |name: &str, belongs: fn(char) -> bool| {
        let ranges: Vec<(u32, u32)> = serde_json::from_value(classes[name].clone()).unwrap();
        let in_go = |code: u32| ranges.iter().any(|(first, last)| (*first..=*last).contains(&code));
        let differing: Vec<char> =
            (0..=0xffff).filter_map(char::from_u32).filter(|character| belongs(*character) != in_go(*character as u32)).collect();
        assert!(differing.is_empty(), "{name}: {differing:?}");
        for (first, last) in ranges.iter().filter(|(first, _)| *first > 0xffff) {
            let edges = [(first - 1, false), (*first, true), (*last, true), (last + 1, false)];
            for (character, wanted) in edges.into_iter().filter_map(|(code, wanted)| Some((char::from_u32(code)?, wanted))) {
                assert_eq!(belongs(character), wanted, "{name}: U+{:04X}", character as u32);
            }
        }
    };
    check("printable", stackwright::value::is_printable);
    check("letterOrDigit", stackwright::value::is_letter_or_digit);
}
