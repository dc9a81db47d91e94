//! Templates that call each other: names, redefinition, nesting, limits, and where errors point.

use crate::no_effects::NoEffects;
use stackwright::diag::Source;
use stackwright::template::function::{Call, Fault, Function, Functions, Ty};
use stackwright::template::{Compiled, Error, Interpreter, Limits, MissingKey, Set};
use stackwright::value::{Map, Value};
use std::error::Error as _;
use std::sync::{Arc, LazyLock};

static OWN: [Function; 2] = [
    Function { name: "include", params: &[Ty::Str, Ty::Any], variadic: None, pure: false, run: include },
    Function { name: "tpl", params: &[Ty::Str, Ty::Any], variadic: None, pure: false, run: tpl },
];

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| Functions::new(&[&OWN]));

fn nested(error: Error) -> Fault {
    Fault::Nested(Box::new(error))
}

fn include(call: &mut Call<'_, '_>, values: &[Value]) -> Result<Value, Fault> {
    let set = call.interpreter.set().clone();
    let mut out = Vec::new();
    set.execute(call.interpreter, values[0].as_str().unwrap(), &values[1], &mut out).map_err(nested)?;
    Ok(Value::from(String::from_utf8(out).unwrap()))
}

/// As Helm's: a clone of the set, the text under the name of the root.
fn tpl(call: &mut Call<'_, '_>, values: &[Value]) -> Result<Value, Fault> {
    let compiled = Arc::new(compile("gotpl", values[0].as_str().unwrap()).map_err(nested)?);
    let mut set = call.interpreter.set().clone();
    set.add_as("gotpl", compiled.clone()).map_err(nested)?;
    let mut out = Vec::new();
    let result = set.execute_source(call.interpreter, "gotpl", &compiled, &values[1], &mut out);
    result.map_err(|error| nested(error.context("error during tpl function execution: ")))?;
    Ok(Value::from(String::from_utf8(out).unwrap()))
}

fn compile(name: &str, text: &str) -> Result<Compiled, Error> {
    Compiled::parse(&Source::new(name, text), &FUNCTIONS)
}

fn set(sources: &[(&str, &str)]) -> Set {
    let mut set = Set::new("gotpl");
    for (name, text) in sources {
        set.add(Arc::new(compile(name, text).unwrap())).unwrap();
    }
    set
}

fn execute(set: &Set, name: &str, limits: Limits) -> Result<String, Error> {
    let data: Map = [("name", "n"), ("text", "{{ define \"inner\" }}I{{ end }}{{ include \"inner\" . }}{{ .name }}")].into_iter().collect();
    let mut host = ();
    let mut interpreter = Interpreter::new(&NoEffects, &mut host, MissingKey::Zero, limits);
    let mut out = Vec::new();
    set.execute(&mut interpreter, name, &Value::Map(data), &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// What Go's `errors.Unwrap` leads to.
fn chain(error: &dyn std::error::Error) -> Vec<String> {
    error.source().map_or_else(Vec::new, |source| [vec![source.to_string()], chain(source)].concat())
}

#[track_caller]
fn check(sources: &[(&str, &str)], expected: Result<&str, &str>) {
    let result = execute(&set(sources), sources[0].0, Limits::default()).map_err(|error| error.to_string());
    assert_eq!(result, expected.map(str::to_owned).map_err(str::to_owned));
}

#[test]
fn a_later_definition_wins_unless_it_is_empty() {
    let main = ("main", "{{ template \"d\" }}");
    check(&[main, ("a", "{{ define \"d\" }}A{{ end }}"), ("b", "{{ define \"d\" }}B{{ end }}")], Ok("B"));
    check(&[main, ("a", "{{ define \"d\" }}A{{ end }}"), ("b", "{{ define \"d\" }} {{/* c */}} {{ end }}")], Ok("A"));
    check(&[main, ("a", "{{ define \"d\" }} {{ end }}"), ("b", "{{ define \"d\" }}B{{ end }}")], Ok("B"));
}

#[test]
fn a_source_may_define_its_own_name_only_without_a_body() {
    check(&[("main", "{{ define \"main\" }}defined{{ end }} ")], Ok("defined"));
    let mut set = Set::new("gotpl");
    let error = set.add(Arc::new(compile("main", "{{ define \"main\" }}defined{{ end }}\nbody").unwrap())).unwrap_err();
    assert_eq!(error.to_string(), "template: main:2: template: multiple definition of template \"main\"");
}

#[test]
fn one_source_serves_under_many_names() {
    let compiled = Arc::new(compile("toolkit", "\n{{ .name.x }}").unwrap());
    let mut set = Set::new("gotpl");
    set.add_as("a/t", compiled.clone()).unwrap();
    set.add_as("b/t", compiled).unwrap();
    for name in ["a/t", "b/t"] {
        let error = execute(&set, name, Limits::default()).unwrap_err();
        let text = format!("template: {name}:2:8: executing \"{name}\" at <.name.x>: can't evaluate field x in type interface {{}}");
        assert_eq!(error.to_string(), text);
        assert_eq!(error.diagnostic().labels[0].span.to_string(), format!("{name}:2:4"));
    }
}

#[test]
fn a_syntax_error_can_take_another_name() {
    let error = compile("toolkit", "a\n{{ if }}").unwrap_err();
    assert_eq!(error.to_string(), "template: toolkit:2: missing value for if");
    assert_eq!(error.renamed("a/t").to_string(), "template: a/t:2: missing value for if");
}

#[test]
fn definitions_in_tpl_stay_in_it() {
    check(&[("main", "{{ tpl .text . }}")], Ok("In"));
    check(
        &[("main", "{{ tpl .text . }}{{ include \"inner\" . }}")],
        Err("template: main:1:20: executing \"main\" at <include \"inner\" .>: error calling include: \
             template: no template \"inner\" associated with template \"gotpl\""),
    );
    check(&[("main", "{{ tpl \"{{ tpl ` ` . }}x\" . }}")], Ok(" x"));
    check(&[("main", "{{ $x := 1 }}{{ tpl \"{{ $.name }}\" . }}")], Ok("n"));
}

#[test]
fn nested_errors_keep_every_place() {
    let set = set(&[
        ("main", "one\n  {{ include \"middle\" . }}"),
        ("lib", "{{ define \"middle\" }}{{ template \"inner\" .name }}{{ end }}{{ define \"inner\" }}{{ .a.b }}{{ end }}"),
    ]);
    let error = execute(&set, "main", Limits::default()).unwrap_err();
    let inner = "template: lib:1:83: executing \"inner\" at <.a.b>: can't evaluate field a in type string";
    assert_eq!(
        error.to_string(),
        format!("template: main:2:5: executing \"main\" at <include \"middle\" .>: error calling include: {inner}")
    );
    assert_eq!(error.source().unwrap().to_string(), inner);
    assert!(error.source().unwrap().source().is_none());
    let places: Vec<_> = error.frames().iter().map(|frame| (frame.template.to_string(), frame.line_column())).collect();
    assert_eq!(places, [("main".to_owned(), (2, 5)), ("inner".to_owned(), (1, 83))]);
    let diagnostic = error.diagnostic();
    assert_eq!(diagnostic.title, "can't evaluate field a in type string");
    assert_eq!(&diagnostic.labels[0].span.source.text()[diagnostic.labels[0].span.range()], ".a.b");
    assert_eq!(diagnostic.trace.len(), 1);
    assert_eq!(diagnostic.trace[0].span.as_ref().unwrap().to_string(), "main:2:6");
}

#[test]
fn words_of_the_host_come_between() {
    let error = execute(&set(&[("main", "{{ tpl \"{{ .name.x }}\" . }}")]), "main", Limits::default()).unwrap_err();
    let inner = "template: gotpl:1:8: executing \"gotpl\" at <.name.x>: can't evaluate field x in type interface {}";
    let middle = format!("error during tpl function execution: {inner}");
    assert_eq!(
        error.to_string(),
        format!("template: main:1:3: executing \"main\" at <tpl \"{{{{ .name.x }}}}\" .>: error calling tpl: {middle}")
    );
    let chain: Vec<String> = chain(&error);
    assert_eq!(chain, [middle, inner.to_owned()]);
}

#[test]
fn endless_recursion_ends_with_an_error() {
    let limits = Limits { depth: 2000, ..Limits::default() };
    let error = execute(&set(&[("main", "{{ template \"main\" . }}")]), "main", limits).unwrap_err();
    assert_eq!(
        error.to_string(),
        "template: main:1:12: executing \"main\" at <{{template \"main\" .}}>: exceeded maximum template depth (2000)"
    );
    let error =
        execute(&set(&[("main", "{{ if true }}{{ with . }}{{ include \"main\" . }}{{ end }}{{ end }}")]), "main", limits).unwrap_err();
    assert!(error.to_string().ends_with("exceeded maximum template depth (2000)"));
    assert_eq!(error.frames().len(), 2001);
}

#[test]
fn output_has_a_limit() {
    let limits = Limits { output: 100, ..Limits::default() };
    let error = execute(&set(&[("main", "{{ range 1000000000 }}0123456789{{ end }}")]), "main", limits).unwrap_err();
    assert!(error.to_string().ends_with("output is longer than 100 bytes"), "{error}");
}

#[test]
fn deep_nesting_is_refused_and_not_overflown() {
    for (open, close) in [("{{ if 1 }}", "{{ end }}"), ("{{ range 1 }}", "{{ end }}"), ("{{ with 1 }}{{ else with 1 }}", "{{ end }}")] {
        let error = compile("main", &format!("{}{}", open.repeat(100_000), close.repeat(100_000))).unwrap_err();
        assert_eq!(error.to_string(), "template: main:1: max expression depth exceeded");
    }
    let error = compile("main", &format!("{{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000))).unwrap_err();
    assert_eq!(error.to_string(), "template: main:1: max expression depth exceeded");
    let deep = format!("{{{{ {}1{} }}}}", "(".repeat(900), ")".repeat(900));
    check(&[("main", deep.as_str())], Ok("1"));
    let deep = format!("{}x{}", "{{ if 1 }}".repeat(900), "{{ end }}".repeat(900));
    check(&[("main", deep.as_str())], Ok("x"));
}

#[test]
fn a_map_in_itself_can_be_printed() {
    let map = Map::new();
    map.insert("self", map.clone());
    let value = Value::Map(map);
    assert_eq!(stackwright::value::display(&value), "map[self:map[...]]");
    assert_eq!(stackwright::value::sprintf(b"%v", std::slice::from_ref(&value)), b"map[self:map[...]]");
    let copy = value.deep_copy();
    assert!(copy == value);
}
