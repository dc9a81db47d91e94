//! Templates inside templates and YAML: `include`, `tpl`, `toYaml`, `fromYaml`; and the state that functions share.

use super::{bytes, function, text};
use crate::diag::Source;
use crate::stack::world::World;
use crate::stack::yaml3;
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::{Compiled, Set};
use crate::value::Value;
use std::path::PathBuf;
use std::sync::Arc;

pub(super) static FUNCTIONS: &[Function] = &[
    function("include", &[Ty::Str, Ty::Any], None, include),
    function("tpl", &[Ty::Str, Ty::Any], None, tpl),
    function("toYaml", &[Ty::Any], None, |_, arguments| Ok(Value::from(yaml3::to_string(&arguments[0])?))),
    function("fromYaml", &[Ty::Str], None, from_yaml),
];

/// What functions of a stack file share during one render.
pub(in crate::stack) struct Host {
    /// The outside world.
    pub(in crate::stack) world: World,
    /// The folder of the template: where relative paths start and commands run.
    pub(in crate::stack) folder: PathBuf,
    /// The templates of `_*.tpl` beside the template: what `tpl` starts from.
    pub(in crate::stack) helpers: Set,
}

impl Host {
    /// Refuses what reads files or runs commands where the user has switched that off.
    pub(super) fn check_insecure(&self) -> Result<(), Fault> {
        let on =
            |name: &str| self.world.env.get(name).is_some_and(|value| matches!(value.as_str(), "1" | "t" | "T" | "true" | "TRUE" | "True"));
        if on("HELMFILE_DISABLE_INSECURE_FEATURES") || on("HELMFILE_DISABLE_INSECURE_TEMPLATE_FUNCTIONS") {
            return Err(Fault::new(
                "HELMFILE_DISABLE_INSECURE_FEATURES or HELMFILE_DISABLE_INSECURE_TEMPLATE_FUNCTIONS is active, insecure function calls are disabled",
            ));
        }
        Ok(())
    }
}

/// Returns the host of a render of a stack file.
pub(super) fn host<'a>(call: &'a mut Call<'_, '_>) -> Result<&'a mut Host, Fault> {
    call.host::<Host>().ok_or_else(|| Fault::new("this function is of stack files only"))
}

fn include(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let set = call.interpreter.set().clone();
    execute(call, &set, &text(&arguments[0]), &arguments[1])
}

fn tpl(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let source = Source::new("stringTemplate", text(&arguments[0]));
    let compiled = Compiled::parse(&source, &super::FUNCTIONS).map_err(|error| Fault::Nested(Box::new(error)))?;
    let mut set = host(call)?.helpers.clone();
    set.add(Arc::new(compiled)).map_err(|error| Fault::Nested(Box::new(error)))?;
    execute(call, &set, "stringTemplate", &arguments[1])
}

fn execute(call: &mut Call<'_, '_>, set: &Set, name: &str, data: &Value) -> Result<Value, Fault> {
    let mut out = Vec::new();
    set.execute(call.interpreter, name, data, &mut out).map_err(|error| Fault::Nested(Box::new(error)))?;
    Ok(bytes(out))
}

fn from_yaml(_: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let given = text(&arguments[0]);
    yaml3::parse(&Source::new("fromYaml", given.as_str())).map_err(|error| Fault::new(format!("{error}, offending yaml: {given}")))
}
