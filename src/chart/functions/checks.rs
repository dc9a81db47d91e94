//! `required` and `fail`.

use super::state::RenderState;
use crate::chart::Notice;
use crate::template::function::{Call, Fault, Function, Ty};
use crate::value::{Value, display};

/// What stands before and after a message of these functions, for the error's text to be cut out of its surroundings.
pub(in crate::chart) const ERROR_MARKERS: (&str, &str) = ("HELM_ERR_START", "HELM_ERR_END");

/// The functions of this family.
pub(super) static FAMILY: [Function; 2] = [
    Function { name: "required", params: &[Ty::Str, Ty::Any], variadic: None, pure: false, run: required },
    Function { name: "fail", params: &[Ty::Str], variadic: None, pure: false, run: fail },
];

fn marked(message: &str) -> Fault {
    let (start, end) = ERROR_MARKERS;
    Fault::new(format!("{start}{message}{end}"))
}

/// Returns the second argument, unless it is nil or the empty string.
fn required(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let notice = match &arguments[1] {
        Value::Nil => "missing required value",
        Value::Str(text) if text.is_empty() => "missing required values",
        present => return Ok(present.clone()),
    };
    let message = display(&arguments[0]);
    let state = RenderState::of(call)?;
    if !state.lint {
        return Err(marked(&message));
    }
    state.notices.push(Notice::warn(notice).with("message", message));
    Ok(Value::from(""))
}

fn fail(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let message = display(&arguments[0]);
    let state = RenderState::of(call)?;
    if !state.lint {
        return Err(marked(&message));
    }
    state.notices.push(Notice::info("funcMap fail").with("message", message));
    Ok(Value::from(""))
}
