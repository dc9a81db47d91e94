//! Variables and commands: `env`, `expandenv`, `requiredEnv`, `exec`, `envExec`.

use super::render::host;
use super::{bytes, function, text};
use crate::stack::world::Command;
use crate::template::function::{Call, Fault, Function, Ty};
use crate::value::{Map, Value, display};
use std::collections::BTreeMap;

pub(super) static FUNCTIONS: &[Function] = &[
    function("env", &[Ty::Str], None, |call, arguments| Ok(Value::from(variable(call, &text(&arguments[0]))?))),
    function("expandenv", &[Ty::Str], None, expandenv),
    function("requiredEnv", &[Ty::Str], None, required_env),
    function("exec", &[Ty::Str, Ty::List], Some(Ty::Str), |call, arguments| run(call, &Map::new(), arguments)),
    function("envExec", &[Ty::Map, Ty::Str, Ty::List], Some(Ty::Str), |call, arguments| {
        let variables = arguments[0].as_map().cloned().unwrap_or_default();
        run(call, &variables, &arguments[1..])
    }),
];

fn variable(call: &mut Call<'_, '_>, name: &str) -> Result<String, Fault> {
    Ok(host(call)?.world.env.get(name).cloned().unwrap_or_default())
}

fn required_env(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let name = text(&arguments[0]);
    let value = variable(call, &name)?;
    if value.is_empty() { Err(Fault::new(format!("required env var `{name}` is not set"))) } else { Ok(Value::from(value)) }
}

/// Replaces `$NAME` and `${NAME}`. Rule: Go's `os.ExpandEnv`.
fn expandenv(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let given = text(&arguments[0]);
    let mut out = String::with_capacity(given.len());
    let mut rest = given.as_str();
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let (name, length) = shell_name(&rest[at + 1..]);
        match (name, length) {
            ("", 0) => out.push('$'),
            ("", _) => {}
            (name, _) => out.push_str(&variable(call, name)?),
        }
        rest = &rest[at + 1 + length..];
    }
    out.push_str(rest);
    Ok(Value::from(out))
}

/// Returns the name that begins a text after `$`, and how many bytes it takes; bad syntax in braces is eaten without a name.
fn shell_name(text: &str) -> (&str, usize) {
    if let Some(inner) = text.strip_prefix('{') {
        return match inner.find('}') {
            Some(0) => ("", 2),
            Some(end) => (&inner[..end], end + 2),
            None => ("", 1),
        };
    }
    if let Some(first) = text.chars().next().filter(|first| "*#$@!?-0123456789".contains(*first)) {
        return (&text[..first.len_utf8()], first.len_utf8());
    }
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    (&text[..length], length)
}

fn run(call: &mut Call<'_, '_>, variables: &Map, arguments: &[Value]) -> Result<Value, Fault> {
    let program = text(&arguments[0]);
    let items = arguments[1].as_list().map(|list| list.items().to_vec()).unwrap_or_default();
    let mut strings = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let Value::Str(item) = item else {
            let list = display(&arguments[1]);
            return Err(Fault::new(format!("unexpected type of arg \"{}\" in args {list} at index {index}", item.type_name())));
        };
        strings.push(item.to_text().into_owned());
    }
    let mut env = BTreeMap::new();
    for entry in variables.entries() {
        let Value::Str(value) = &entry.value else {
            let map = display(&Value::Map(variables.clone()));
            return Err(Fault::new(format!("unexpected type of env \"{}\" in envs {map} at index {}", entry.value.type_name(), entry.key)));
        };
        env.insert(entry.key.to_text().into_owned(), value.to_text().into_owned());
    }
    let input = arguments.get(2).map(text).unwrap_or_default();
    let host = host(call)?;
    host.check_insecure()?;
    let command = Command { program: &program, arguments: &strings, env: &env, folder: &host.folder, input: &input };
    Ok(bytes(host.world.exec.run(&command)?))
}
