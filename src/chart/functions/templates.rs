//! `include` and `tpl`: functions that execute templates.

use super::memo::{self, Text};
use super::state::RenderState;
use super::table::functions;
use crate::diag::Source;
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::limits::STEP;
use crate::template::{Compiled, Error};
use crate::value::{Str, Value, quote};
use memchr::memmem;
use std::sync::Arc;

/// How often a template may be included within itself.
const MOST_NESTED: usize = 1000;
/// How deep `include` and `tpl` may be nested in each other, whatever they execute.
const MOST_NESTED_AT_ALL: usize = 3000;
/// The name of Helm's set, which `tpl` gives to its texts too.
const SET_NAME: &str = "gotpl";

/// The functions of this family.
pub(super) static FAMILY: [Function; 2] = [
    Function { name: "include", params: &[Ty::Str, Ty::Any], variadic: None, pure: false, run: include },
    Function { name: "tpl", params: &[Ty::Str, Ty::Any], variadic: None, pure: false, run: tpl },
];

/// `include` itself.
pub(super) static INCLUDE: &Function = &FAMILY[0];

fn include(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let name = argument(&arguments[0]);
    let set = call.interpreter.set().clone();
    if let Some(text) = memo::find(call, &set, &name, &arguments[1])? {
        return Ok(Value::Str(text));
    }
    let asked = call.interpreter.effects_asked();
    let is_on_trial = call.interpreter.is_on_trial();
    let state = RenderState::of(call)?;
    // No name can have been counted more often than there are includes at all.
    if state.including.len() > MOST_NESTED && state.including.iter().filter(|outer| **outer == name).count() > MOST_NESTED {
        return Err(Fault::new(format!("rendering template has a nested reference name: {name}: unable to execute template")));
    }
    check_nesting(state)?;
    state.including.push(name.clone());
    let asked = asked + state.asked();
    let run = if is_on_trial { None } else { state.memo.start(&set, &name, &arguments[1], asked) };
    let mut out = state.buffers.pop().unwrap_or_default();
    let is_reusable = run.as_ref().is_some_and(|run| run.is_file);
    let reusable = if is_reusable { call.interpreter.begin_reusable_text() } else { None };
    let result = set.execute(call.interpreter, &name.to_text(), &arguments[1], &mut out);
    let trace = call.interpreter.end_reusable_text(reusable);
    let (asked, retold) = (call.interpreter.effects_asked(), call.interpreter.retold());
    let state = RenderState::of(call)?;
    state.including.pop();
    let text = result.map(|()| Str::copy_of(&out));
    out.clear();
    state.buffers.push(out);
    if let Some(run) = run {
        let asked = asked + state.asked();
        state.memo.finish(run, &set, &name, &arguments[1], asked, text.as_ref().ok().map(|text| Text { text, trace, retold }));
    }
    text.map(Value::Str).map_err(nested)
}

/// Executes a text as a template, in the company of a clone of the whole set: what it defines, others do not see.
fn tpl(call: &mut Call<'_, '_>, arguments: &[Value]) -> Result<Value, Fault> {
    let text = argument(&arguments[0]);
    // Parsing takes longer than reading.
    call.spend(text.len() as u64 * PARSED_BYTE)?;
    let compiled = parse(call, &text)?;
    let mut set = call.interpreter.set().clone();
    if can_be_seen(text.as_bytes()) {
        set.add_as(SET_NAME, Arc::clone(&compiled)).map_err(|error| cannot_parse(error, &text))?;
    }
    let state = RenderState::of(call)?;
    check_nesting(state)?;
    state.nested_texts += 1;
    let mut out = Vec::new();
    let result = set.execute_source(call.interpreter, SET_NAME, &compiled, &arguments[1], &mut out);
    RenderState::of(call)?.nested_texts -= 1;
    let words = |error: Error| error.context(format!("error during tpl function execution for {}: ", quote(text.as_bytes())));
    result.map_err(|error| nested(words(error)))?;
    Ok(Value::Str(Str::from_bytes(remove_no_value(out))))
}

/// Units of work for each byte of a text that `tpl` parses.
const PARSED_BYTE: u64 = STEP / 4;

fn check_nesting(state: &RenderState) -> Result<(), Fault> {
    if state.nested_texts >= MOST_NESTED || state.including.len() + state.nested_texts >= MOST_NESTED_AT_ALL {
        return Err(Fault::new("rendering template has too many templates nested in each other: unable to execute template"));
    }
    Ok(())
}

fn argument(value: &Value) -> Str {
    match value {
        Value::Str(text) => text.clone(),
        other => crate::value::display(other).into(),
    }
}

fn nested(error: Error) -> Fault {
    Fault::Nested(Box::new(error))
}

fn cannot_parse(error: Error, text: &Str) -> Fault {
    nested(error.context(format!("cannot parse template {}: ", quote(text.as_bytes()))))
}

fn parse(call: &mut Call<'_, '_>, text: &Str) -> Result<Arc<Compiled>, Fault> {
    if let Some(compiled) = RenderState::of(call)?.texts.get(text) {
        return Ok(Arc::clone(compiled));
    }
    let source = Source::new(SET_NAME, text.to_text());
    let compiled = Arc::new(Compiled::parse(&source, functions()).map_err(|error| cannot_parse(error, text))?);
    RenderState::of(call)?.texts.insert(text.clone(), Arc::clone(&compiled));
    Ok(compiled)
}

/// Says whether a text defines templates, or names itself: only then does adding it to the set make a difference.
fn can_be_seen(text: &[u8]) -> bool {
    ["define", "block", SET_NAME].iter().any(|word| memmem::find(text, word.as_bytes()).is_some())
}

/// Removes what Go prints for no value at all.
pub(in crate::chart) fn remove_no_value(out: Vec<u8>) -> Vec<u8> {
    const NO_VALUE: &[u8] = b"<no value>";
    let finder = memmem::Finder::new(NO_VALUE);
    let Some(first) = finder.find(&out) else { return out };
    let mut kept = out[..first].to_vec();
    let mut rest = &out[first + NO_VALUE.len()..];
    while let Some(next) = finder.find(rest) {
        kept.extend_from_slice(&rest[..next]);
        rest = &rest[next + NO_VALUE.len()..];
    }
    kept.extend_from_slice(rest);
    kept
}
