//! YAML and JSON against Go: `tests/oracle/yaml/NAME.json` holds texts or values, `NAME.expected` what Go makes of them, by
//! `tests/oracle/yaml/generate.sh`. And what Go cannot be asked: places, nodes, limits.

use stackwright::chart;
use stackwright::diag::Source;
use stackwright::template::function::Effects;
use stackwright::template::{Compiled, Interpreter, Limits, MissingKey, Set};
use stackwright::value::{Map, Str, Value};
use stackwright::yaml::{self, Error, NodeValue};
use std::fmt::Debug;
use std::fs;
use std::path::Path;
use std::sync::Arc;

#[test]
fn texts_are_read_as_go_reads_them() {
    check("read", |text| vec![answer(yaml::parse_str(text.as_str().unwrap()))]);
}

#[test]
fn values_are_written_as_go_writes_them() {
    check("write", written);
}

#[test]
fn bytes_that_are_no_text_are_treated_as_go_treats_them() {
    check("bytes", |text| {
        let bytes: Vec<u8> = text.as_str().unwrap().chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
        let mut answers = vec![answer(yaml::parse_bytes(&bytes))];
        answers.extend(written(&Value::Str(Str::from_bytes(bytes))));
        answers
    });
}

#[test]
fn json_is_read_as_go_reads_it() {
    check("json", |text| vec![answer(yaml::json::parse(text.as_str().unwrap()))]);
}

/// `tests/oracle/yaml/values.py` makes the sample, and compares 100,000 values more.
#[test]
fn values_look_in_templates_as_they_do_in_helms_engine() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/yaml/forms.json");
    let question = yaml::json::parse(&fs::read_to_string(path).unwrap()).unwrap();
    let question = question.as_map().unwrap();
    let top = Value::Map([("Values", question.get("values").unwrap())].into_iter().collect());
    let forms = yaml::expect_list(question.get("forms").unwrap()).unwrap();
    let expected = load("forms.expected");
    assert_eq!(forms.items().len(), expected.len(), "run tests/oracle/yaml/values.py --sample");
    for (form, expected) in forms.items().iter().zip(&expected) {
        let wanted = expected.as_map().unwrap().get("out").unwrap();
        let out = rendered(form.as_str().unwrap(), &top);
        // Bytes that are no text are U+FFFD in JSON, each.
        let out = yaml::json::parse(&yaml::json::to_string(&Value::Str(Str::from_bytes(out))).unwrap()).unwrap();
        for (ours, wanted) in out.as_str().unwrap().split("\0end\0").zip(wanted.as_str().unwrap().split("\0end\0")) {
            assert_eq!(ours, wanted, "{form:?}");
        }
        assert_eq!(out, wanted, "{form:?}");
    }
}

struct NoEffects;

impl Effects for NoEffects {
    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn now(&self) -> i128 {
        0
    }
}

fn rendered(template: &str, top: &Value) -> Vec<u8> {
    const NAME: &str = "x/templates/t";
    let compiled = Compiled::parse(&Source::new(NAME, template), chart::functions()).unwrap();
    let mut set = Set::new("gotpl");
    set.add(Arc::new(compiled)).unwrap();
    let mut host = ();
    let mut interpreter = Interpreter::new(&NoEffects, &mut host, MissingKey::Zero, Limits::default());
    let mut out = Vec::new();
    set.execute(&mut interpreter, NAME, top, &mut out).unwrap();
    out
}

/// Compares what `ours` answers to each case with what Go answered, as far as `ours` goes.
#[track_caller]
fn check(name: &str, ours: impl Fn(&Value) -> Vec<Value>) {
    let cases = load(&format!("{name}.json"));
    let expected = load(&format!("{name}.expected"));
    assert_eq!(cases.len(), expected.len(), "{name}: run tests/oracle/yaml/generate.sh");
    let mut differences = Vec::new();
    for (case, expected) in cases.iter().zip(&expected) {
        let answers = ours(case);
        let expected = match expected {
            Value::List(forms) => forms.items()[..answers.len()].to_vec(),
            one => vec![one.clone()],
        };
        if answers != expected {
            differences.push(format!("{case:?}\n  Go   {expected:?}\n  ours {answers:?}"));
        }
    }
    assert!(differences.is_empty(), "{} of {} differ:\n{}", differences.len(), cases.len(), differences.join("\n"));
}

fn load(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/yaml").join(file);
    let list = yaml::json::parse(&fs::read_to_string(path).unwrap()).and_then(yaml::expect_list).unwrap();
    list.items().to_vec()
}

/// What the oracle says of a text: its value as JSON, or the error.
fn answer(parsed: Result<Value, Error>) -> Value {
    match parsed.and_then(|value| yaml::json::to_string(&value)) {
        Ok(json) => Value::Map([("out", json)].into_iter().collect()),
        Err(error) => Value::Map([("err", error.to_string())].into_iter().collect()),
    }
}

/// What the oracle says of a value: `toYaml`, `toYamlPretty`, `toJson`; Helm cuts one line break, and errors are empty.
fn written(value: &Value) -> Vec<Value> {
    [yaml::to_string(value), yaml::to_string_pretty(value), yaml::json::to_string(value)]
        .map(|text| {
            let text = text.unwrap_or_default();
            Value::Map([("out", text.strip_suffix('\n').unwrap_or(&text).to_owned())].into_iter().collect())
        })
        .to_vec()
}

#[test]
fn entries_know_where_their_key_stands() {
    let source = Source::new("values.yaml", "a: 1\nb:\n  c: &x {d: 2}\n  e: *x\n");
    let values = yaml::parse(&source).unwrap();
    let b = values.as_map().unwrap().get("b").unwrap();
    let e = b.as_map().unwrap().get("e").unwrap();
    assert_eq!(b.as_map().unwrap().origin("c").to_string(), "values.yaml:3");
    assert_eq!(e.as_map().unwrap().origin("d").to_string(), "values.yaml:3");
}

#[test]
fn what_an_alias_stands_for_is_a_map_of_its_own() {
    let values = yaml::parse_str("a: &x {k: 1}\nb: *x\n").unwrap();
    let values = values.as_map().unwrap();
    values.get("a").unwrap().as_map().unwrap().insert("k", 2.0);
    assert_eq!(values.get("b").unwrap().as_map().unwrap().get("k"), Some(Value::Float(1.0)));
}

#[test]
fn documents_of_values_are_split_at_lines_of_dashes() {
    let source = Source::new("values.yaml", "---\na: 1\n--- # second\nb:\n  c: 2\n---\n---\nd: |\n  ---\n");
    let documents = yaml::parse_documents(&source).unwrap();
    let texts: Vec<String> = documents.iter().map(|document| yaml::json::to_string(document).unwrap()).collect();
    assert_eq!(texts, [r#"{"a":1}"#, r#"{"b":{"c":2}}"#, r#"{"d":"---\n"}"#]);
    let b = documents[1].as_map().unwrap().get("b").unwrap();
    assert_eq!(b.as_map().unwrap().origin("c").to_string(), "values.yaml:5");
    let error = yaml::parse_documents(&Source::new("values.yaml", "a: 1\n--- b\n")).unwrap_err();
    assert_eq!(error.to_string(), "invalid Yaml document separator: b");
}

#[test]
fn an_error_names_the_place_and_how_to_mend_it() {
    let source = Source::new("values.yaml", "a: 1\nb:\n  c: d: e\n");
    let diagnostic = yaml::parse(&source).unwrap_err().diagnostic();
    let title = "error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context";
    assert_eq!(diagnostic.to_string(), format!("values.yaml:3:7: {title}"));
    assert_eq!(diagnostic.help, ["put the text in quotes if it holds `: `, or check the indentation of this line"]);
}

#[test]
fn nodes_keep_places_order_and_spelling() {
    let source = Source::new("stack.yaml", "b: 0x10\na:\n  - yes\n  - {x: 'y'}\nb: 2\n---\nc: ~\n");
    let nodes = yaml::nodes(&source).unwrap();
    assert_eq!(nodes.len(), 2);
    let root = &nodes[0];
    assert!(matches!(&root.entries()[0].1.value, NodeValue::Number(text, 16.0) if *text == "0x10"));
    assert_eq!(root.get("b").unwrap().as_number(), Some(2.0));
    let list = root.get("a").unwrap();
    assert_eq!(&source.text()[list.span.range()], "- yes\n  - {x: 'y'}");
    assert_eq!(list.items()[0].as_bool(), Some(true));
    let map = &list.items()[1];
    assert_eq!((&source.text()[map.span.range()], map.line()), ("{x: 'y'}", 4));
    assert_eq!(map.get("x").unwrap().as_str(), Some("y"));
    let lines: Vec<_> = root.duplicate_keys().iter().map(|(earlier, later)| (earlier.line(), later.line())).collect();
    assert_eq!(lines, [(1, 5)]);
    assert_eq!(yaml::json::to_string(&root.to_value()).unwrap(), r#"{"a":[true,{"x":"y"}],"b":2}"#);
    assert!(nodes[1].get("c").unwrap().is_null());
}

#[test]
fn a_merged_key_that_is_set_again_is_no_duplicate() {
    let source = Source::new("stack.yaml", "x: &x\n  a: 1\n  b: 2\nz:\n  <<: *x\n  a: 3\n");
    let root = &yaml::nodes(&source).unwrap()[0];
    let z = root.get("z").unwrap();
    assert!(z.duplicate_keys().is_empty());
    assert_eq!(yaml::json::to_string(&z.to_value()).unwrap(), r#"{"a":3,"b":2}"#);
}

#[test]
fn nodes_and_values_agree_on_every_text() {
    for text in load("read.json") {
        let source = Source::new("text.yaml", text.as_str().unwrap());
        let (Ok(value), Ok(nodes)) = (yaml::parse(&source), yaml::nodes(&source)) else { continue };
        let node = nodes.first().map_or(Value::Nil, |node| node.to_value());
        assert_same_json(&value, &node, source.text());
    }
}

#[track_caller]
fn assert_same_json(a: &Value, b: &Value, what: impl Debug) {
    assert_eq!(yaml::json::to_string(a).ok(), yaml::json::to_string(b).ok(), "{what:?}");
}

#[test]
fn a_document_may_not_come_from_aliases_alone() {
    let mut bomb = String::from("a: &a [x,x,x,x,x,x,x,x,x]\n");
    for (name, before) in ('b'..='i').zip('a'..) {
        bomb += &format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(","));
    }
    for text in [bomb.clone(), format!("? [a]\n: b\n{bomb}"), format!("x: !!int a\n{bomb}")] {
        let source = Source::new("bomb.yaml", text);
        assert!(yaml::parse(&source).is_err());
        assert!(yaml::nodes(&source).is_err());
    }
    assert_eq!(
        yaml::parse_str(&bomb).unwrap_err().to_string(),
        "error converting YAML to JSON: yaml: document contains excessive aliasing"
    );
    assert!(yaml::parse_str(&format!("a: &a {{k: 1}}\n{}", "- *a\n".repeat(50).replace("- ", "x: "))).is_ok());
}

/// Runs on a stack of 2 MB, which is what threads have unless they ask for more.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 << 20).spawn(test).unwrap().join().unwrap();
}

#[test]
fn deep_nesting_is_refused_and_never_overflows_the_stack() {
    on_a_small_stack(|| {
        for depth in [900, 999, 1000, 1001, 5000, 20_000, 200_000] {
            let shapes = [
                "[".repeat(depth) + &"]".repeat(depth),
                "{a: ".repeat(depth) + "1" + &"}".repeat(depth),
                "- ".repeat(depth) + "1",
                "? ".repeat(depth) + "1",
                "[".repeat(depth),
                (0..depth.min(2000)).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
            ];
            for text in shapes {
                let source = Source::new("deep.yaml", text);
                if let Ok(value) = yaml::parse(&source) {
                    assert!(depth <= 1000);
                    let text = yaml::to_string(&value).unwrap();
                    assert_same_json(&value, &yaml::parse_str(&text).unwrap(), depth);
                    yaml::to_string_pretty(&value).unwrap();
                    drop(value.deep_copy());
                }
                if let Ok(nodes) = yaml::nodes(&source) {
                    drop(nodes[0].to_value());
                }
                drop(yaml::json::parse(source.text()));
            }
        }
    });
}

#[test]
fn aliases_cannot_nest_deeper_either() {
    on_a_small_stack(|| {
        let mut text = String::from("a0: &a0 [x]\n");
        for level in 1..1200 {
            text += &format!("a{level}: &a{level} [*a{}]\n", level - 1);
        }
        text += &"- x\n".repeat(0);
        text += &format!("pad: [{}]\n", "x,".repeat(400_000));
        let error = yaml::parse_str(&text).unwrap_err().to_string();
        assert!(error.ends_with("exceeded max depth of 1000") || error.ends_with("excessive aliasing"), "{error}");
    });
}

#[test]
fn a_map_that_contains_itself_is_an_error() {
    let map = Map::new();
    map.insert("self", Value::Map(map.clone()));
    let value = Value::Map(map.clone());
    let words = "json: unsupported value: encountered a cycle via map[string]interface {}";
    assert_eq!(yaml::json::to_string(&value).unwrap_err().to_string(), words);
    assert_eq!(yaml::to_string(&value).unwrap_err().to_string(), format!("error marshaling into JSON: {words}"));
    assert!(yaml::to_string_pretty(&value).is_err());
    map.remove("self");
}

#[test]
fn what_was_read_must_be_of_the_kind_that_is_wanted() {
    let list = yaml::parse_str("- a").unwrap();
    let words = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}";
    assert_eq!(yaml::expect_map(list).unwrap_err().to_string(), words);
    assert!(yaml::expect_map(Value::Nil).unwrap().is_empty());
}
