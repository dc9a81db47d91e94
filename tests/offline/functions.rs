//! Template functions against the real Helm engine: `tests/oracle/functions/FAMILY.cases`, a template a line, and
//! `FAMILY.expected`, what Helm rendered.

use serde_json::Value as Json;
use stackwright::diag::Source;
use stackwright::template::function::{Call, Effects, Fault, Function, Functions, Ty};
use stackwright::template::{Compiled, Interpreter, Limits, MissingKey, Set, funcs};
use stackwright::value::{Map, MapKind, Value};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::LazyLock;

/// Rust's and Go's randomness have nothing in common, so no case may show any.
struct FixedEffects;

impl Effects for FixedEffects {
    fn random(&self, bytes: &mut [u8]) {
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = index as u8;
        }
    }

    fn now(&self) -> i128 {
        1_700_000_000_000_000_000
    }
}

/// The two functions of Helm that cases of other families cannot do without.
static HELM: [Function; 2] = [
    Function { name: "include", params: &[Ty::Str, Ty::Any], variadic: None, pure: false, run: include },
    Function { name: "fail", params: &[Ty::Str], variadic: None, pure: true, run: |_, values| Err(text(&values[0]).into()) },
];

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn include(call: &mut Call<'_, '_>, values: &[Value]) -> Result<Value, Fault> {
    let set = call.interpreter.set().clone();
    let mut out = Vec::new();
    let result = set.execute(call.interpreter, &text(&values[0]), &values[1], &mut out);
    result.map_err(|error| Fault::Nested(Box::new(error)))?;
    Ok(Value::from(String::from_utf8(out).unwrap()))
}

static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| {
    let families: Vec<&'static [Function]> = funcs::FAMILIES.iter().chain(funcs::HELM_FAMILIES).copied().chain([HELM.as_slice()]).collect();
    Functions::new(&families)
});

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/functions")
}

/// Values as Helm reads them from values.yaml: numbers are float64.
static VALUES: LazyLock<Map> = LazyLock::new(|| {
    let rendered: Json = serde_json::from_str(&fs::read_to_string(folder().join("values.json")).unwrap()).unwrap();
    let json: Json = serde_json::from_str(rendered["out"].as_str().unwrap()).unwrap();
    let Value::Map(map) = Value::from(&json) else { panic!("values.json holds no map") };
    map.with_kind(MapKind::Values)
});

fn top() -> Value {
    let release: Map = [("Name", Value::str("r")), ("Namespace", Value::str("n")), ("Revision", Value::int(1))].into_iter().collect();
    release.insert("IsInstall", true);
    release.insert("IsUpgrade", false);
    release.insert("Service", "Helm");
    let chart: Map = [("Name", "x"), ("Version", "0.1.0"), ("APIVersion", "v2"), ("AppVersion", "1.0")].into_iter().collect();
    for field in ["Home", "Description", "Icon", "Condition", "Tags", "KubeVersion", "Type"] {
        chart.insert(field, "");
    }
    for field in ["Sources", "Keywords", "Maintainers", "Dependencies"] {
        chart.insert(field, Value::list(Vec::new()));
    }
    chart.insert("Annotations", Map::of_kind(MapKind::Strings));
    chart.insert("Deprecated", false);
    chart.insert("IsRoot", true);
    let template: Map = [("Name", "x/templates/t"), ("BasePath", "x/templates")].into_iter().collect();
    let top = Map::of_kind(MapKind::Values);
    top.insert("Chart", chart);
    top.insert("Release", release);
    top.insert("Template", template);
    // Cases change their values.
    top.insert("Values", VALUES.deep_copy());
    Value::Map(top)
}

fn render(template: &str) -> Result<String, String> {
    const NAME: &str = "x/templates/t";
    let compiled = Compiled::parse(&Source::new(NAME, template), &FUNCTIONS).map_err(|error| error.to_string())?;
    let mut set = Set::new("gotpl");
    set.add(Arc::new(compiled)).map_err(|error| error.to_string())?;
    let mut host = ();
    let mut interpreter = Interpreter::new(&FixedEffects, &mut host, MissingKey::Zero, Limits::default());
    let mut out = Vec::new();
    set.execute(&mut interpreter, NAME, &top(), &mut out).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&out).replace("<no value>", ""))
}

/// Helm's own words are the chart room's business; here an error must be one, and say what Go says at its end.
fn agrees(expected: &str, ours: &str) -> bool {
    let last = expected.strip_prefix("parse error at ").and_then(|rest| rest.split_once("): ")).map_or(expected, |(_, message)| message);
    let last = last.strip_prefix("execution error at ").and_then(|rest| rest.split_once("): ")).map_or(last, |(_, message)| message);
    let last = last.rsplit('\n').next().unwrap_or(last).trim();
    expected == ours || ours.ends_with(last) || ours.contains(last)
}

fn check(family: &Path) -> Vec<String> {
    let name = family.file_name().unwrap().to_string_lossy().into_owned();
    let cases = fs::read_to_string(family).unwrap();
    let expected =
        fs::read_to_string(family.with_extension("expected")).unwrap_or_else(|_| panic!("{name}: run tests/oracle/functions/generate.sh"));
    let mut expected = expected.lines();
    let mut failures = Vec::new();
    for (number, line) in cases.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with("# ")) {
        let template = if line.starts_with('"') { serde_json::from_str(line).unwrap() } else { line.to_owned() };
        let wanted: Json =
            serde_json::from_str(expected.next().unwrap_or_else(|| panic!("{name}: fewer expectations than cases"))).unwrap();
        let ours = render(&template);
        let agree = match (&ours, wanted["out"].as_str(), wanted["err"].as_str()) {
            (Ok(ours), Some(out), _) => ours == out,
            (Err(ours), _, Some(error)) => agrees(error, ours),
            _ => false,
        };
        if !agree {
            failures.push(format!("{name}:{}: {template}\n  helm: {wanted}\n  ours: {ours:?}", number + 1));
        }
    }
    assert!(expected.next().is_none(), "{name}: more expectations than cases");
    failures
}

#[test]
fn functions_give_what_helm_gives() {
    let mut families: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    families.retain(|path| path.extension().is_some_and(|extension| extension == "cases"));
    families.sort();
    assert!(!families.is_empty());
    let failures: Vec<String> = families.iter().flat_map(|family| check(family)).collect();
    assert!(failures.is_empty(), "{} cases differ:\n{}", failures.len(), failures.join("\n"));
}
