//! `toYaml`, `fromYaml` and their sisters for JSON and TOML.

use crate::template::function::{Call, Fault, Function, Ty};
use crate::value::{List, ListKind, Map, Str, Value};
use crate::yaml::{self, json};

const ANY: &[Ty] = &[Ty::Any];
const TEXT: &[Ty] = &[Ty::Str];

type Run = fn(&mut Call<'_, '_>, &[Value]) -> Result<Value, Fault>;

const fn function(name: &'static str, params: &'static [Ty], run: Run) -> Function {
    Function { name, params, variadic: None, pure: true, run }
}

/// The functions of this family.
pub(super) static FAMILY: [Function; 9] = [
    function("toYaml", ANY, |call, arguments| Ok(written(call, arguments, to_yaml)?.unwrap_or_default().into())),
    function("mustToYaml", ANY, |call, arguments| written(call, arguments, to_yaml)?.map(Value::from).map_err(fault)),
    function("toYamlPretty", ANY, |call, arguments| Ok(written(call, arguments, to_yaml_pretty)?.unwrap_or_default().into())),
    function("fromYaml", TEXT, |_, arguments| Ok(as_map(yaml::parse_str(&text(&arguments[0])).map_err(words), YAML))),
    function("fromYamlArray", TEXT, |_, arguments| Ok(as_list(yaml::parse_str(&text(&arguments[0])).map_err(words), YAML))),
    function("toJson", ANY, |call, arguments| Ok(written(call, arguments, json::to_string)?.unwrap_or_default().into())),
    function("mustToJson", ANY, |call, arguments| written(call, arguments, json::to_string)?.map(Value::from).map_err(fault)),
    function("fromJson", TEXT, |_, arguments| Ok(as_map(json::parse(&text(&arguments[0])).map_err(words), ""))),
    function("fromJsonArray", TEXT, |_, arguments| Ok(as_list(json::parse(&text(&arguments[0])).map_err(words), ""))),
];

/// What sigs.k8s.io/yaml says before encoding/json's words.
const YAML: &str = "error unmarshaling JSON: while decoding JSON: ";

/// Writes the argument, unless it holds more than a text may be long.
fn written(
    call: &mut Call<'_, '_>,
    arguments: &[Value],
    write: fn(&Value) -> Result<String, yaml::Error>,
) -> Result<Result<String, yaml::Error>, Fault> {
    call.weigh(arguments)?;
    Ok(write(&arguments[0]))
}

fn to_yaml_pretty(value: &Value) -> Result<String, yaml::Error> {
    cut(yaml::to_string_pretty(value))
}

fn to_yaml(value: &Value) -> Result<String, yaml::Error> {
    cut(yaml::to_string(value))
}

/// Takes one line break off the end.
fn cut(text: Result<String, yaml::Error>) -> Result<String, yaml::Error> {
    text.map(|mut text| {
        if text.ends_with('\n') {
            text.pop();
        }
        text
    })
}

fn fault(error: yaml::Error) -> Fault {
    Fault::new(error.to_string())
}

fn words(error: yaml::Error) -> String {
    error.to_string()
}

fn text(value: &Value) -> String {
    match value {
        Value::Str(text) => text.to_text().into_owned(),
        other => crate::value::display(other),
    }
}

/// Returns a map, or a map with the error under `Error`.
fn as_map(read: Result<Value, String>, layer: &str) -> Value {
    let error = match read {
        Ok(Value::Map(map)) => return Value::Map(map),
        Ok(Value::Nil) => return Value::Map(Map::new()),
        Ok(other) => cannot_unmarshal(&other, "map[string]interface {}", layer),
        Err(error) => error,
    };
    Value::Map([("Error", Value::from(error))].into_iter().collect())
}

/// Returns a list, or a list of the error alone.
fn as_list(read: Result<Value, String>, layer: &str) -> Value {
    let error = match read {
        Ok(Value::List(list)) => return Value::List(list),
        Ok(Value::Nil) if layer.is_empty() => return Value::List(List::nil(ListKind::Any)),
        Ok(Value::Nil) => return Value::list(Vec::new()),
        Ok(other) => cannot_unmarshal(&other, "[]interface {}", layer),
        Err(error) => error,
    };
    Value::list(vec![Value::Str(Str::from(error))])
}

fn cannot_unmarshal(found: &Value, wanted: &str, layer: &str) -> String {
    format!("{layer}json: cannot unmarshal {} into Go value of type {wanted}", crate::value::json_kind(found))
}
