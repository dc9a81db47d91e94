//! The functions that stack files have beside Go's and sprig's.
//!
//! In: a render's `Host`. Out: one table of functions for state files, values files and release fields.
//! May not know: releases, environments; the outside only through `World`.
//! Rule: helmfile pkg/tmpl/context_funcs.go, get_or_nil.go, context_tmpl.go.

mod files;
mod path;
mod process;
mod render;
mod secret;

use crate::template::function::{Call, Fault, Function, Functions, Ty};
use crate::value::{Str, Value};
use std::sync::LazyLock;

pub(super) use render::Host;

/// Every function of a stack file: Go's built-ins, sprig's, helmfile's. sprig's `get` is `sprigGet`, as helmfile has it.
pub(super) static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| {
    Functions::new(crate::template::funcs::FAMILIES).renamed("get", "sprigGet").with(&[
        files::FUNCTIONS,
        path::FUNCTIONS,
        process::FUNCTIONS,
        render::FUNCTIONS,
        secret::FUNCTIONS,
    ])
});

/// Declares a function whose result may change from call to call.
const fn function(
    name: &'static str,
    params: &'static [Ty],
    variadic: Option<Ty>,
    run: fn(&mut Call<'_, '_>, &[Value]) -> Result<Value, Fault>,
) -> Function {
    Function { name, params, variadic, pure: false, run }
}

/// Returns the text of an argument that the interpreter has checked to be a string.
fn text(argument: &Value) -> String {
    match argument {
        Value::Str(text) => text.to_text().into_owned(),
        _ => String::new(),
    }
}

fn bytes(output: Vec<u8>) -> Value {
    Value::Str(Str::from_bytes(output))
}
