//! sprig's functions on regular expressions. Without `must` a malformed pattern is Go's panic.

use super::arguments::{Returned, bytes, int, string};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::go_regex::{self, Regex, compiled, quote_meta};
use crate::template::limits::STEP;
use crate::value::{List, ListKind, Str, Value, quote};
use std::rc::Rc;

const TWO: &[Ty] = &[Ty::Str, Ty::Str];
const THREE: &[Ty] = &[Ty::Str, Ty::Str, Ty::Str];
const LIMITED: &[Ty] = &[Ty::Str, Ty::Str, Ty::Int];

/// The functions of this family.
pub static FAMILY: [Function; 13] = [
    Function::pure("mustRegexFind", TWO, |call, args| find(fallible(call, args)?, args)),
    Function::pure("mustRegexFindAll", LIMITED, |call, args| find_all(&*repeated(fallible(call, args)?, call, args)?, args)),
    Function::pure("mustRegexMatch", TWO, |call, args| Ok(fallible(call, args)?.is_match(bytes(args, 1)).into())),
    Function::pure("mustRegexReplaceAll", THREE, |call, args| replace_all(&*repeated(fallible(call, args)?, call, args)?, args)),
    Function::pure("mustRegexReplaceAllLiteral", THREE, |call, args| {
        replace_all_literal(&*repeated(fallible(call, args)?, call, args)?, args)
    }),
    Function::pure("mustRegexSplit", LIMITED, |call, args| split(&*repeated(fallible(call, args)?, call, args)?, args)),
    Function::pure("regexFind", TWO, |call, args| find(required(call, args)?, args)),
    Function::pure("regexFindAll", LIMITED, |call, args| find_all(&*repeated(required(call, args)?, call, args)?, args)),
    Function::pure("regexMatch", TWO, regex_match),
    Function::pure("regexQuoteMeta", &[Ty::Str], |_, args| string(quote_meta(bytes(args, 0)))),
    Function::pure("regexReplaceAll", THREE, |call, args| replace_all(&*repeated(required(call, args)?, call, args)?, args)),
    Function::pure("regexReplaceAllLiteral", THREE, |call, args| replace_all_literal(&*repeated(required(call, args)?, call, args)?, args)),
    Function::pure("regexSplit", LIMITED, |call, args| split(&*repeated(required(call, args)?, call, args)?, args)),
];

/// Compiles the first argument as `regexp.Compile` does.
fn fallible(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Rc<Regex>, Fault> {
    let regex = compiled(bytes(args, 0)).map_err(|error| Fault::new(error.to_string()))?;
    spend_search(call, &regex, args)?;
    Ok(regex)
}

/// Compiles the first argument as `regexp.MustCompile` does, whose panic repeats the pattern.
fn required(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Rc<Regex>, Fault> {
    let regex = compiled(bytes(args, 0)).map_err(|error| panic_of(bytes(args, 0), &error))?;
    spend_search(call, &regex, args)?;
    Ok(regex)
}

/// Counts what a search may take: the text's length, times the size of the pattern.
fn spend_search(call: &mut Call<'_, '_>, regex: &Regex, args: &[Value]) -> Result<(), Fault> {
    const KEPT_STATES: usize = 4096;
    let text = bytes(args, 1);
    if text.len() > LONGEST_TEXT {
        return Err(Fault::new(format!("text is longer than {LONGEST_TEXT} bytes, which patterns are not searched in")));
    }
    let memory = regex.memory();
    if memory > LARGE {
        call.spend(4 * memory as u64)?;
    }
    call.spend((text.len() as u64 + STEP).saturating_mul(1 + (memory / KEPT_STATES) as u64))
}

/// Counts what finding every match may take. Each search ends where its match does, nearly always; but there are patterns that
/// look at the whole rest of the text each time.
fn repeated(regex: Rc<Regex>, call: &mut Call<'_, '_>, args: &[Value]) -> Result<Rc<Regex>, Fault> {
    const SHORT: usize = 1024;
    const BYTES_OF_A_UNIT: u64 = 16;
    let text = bytes(args, 1);
    if text.len() <= SHORT {
        return Ok(regex);
    }
    let mut spent = Ok(());
    regex.find_all_while(text, -1, |left| {
        spent = call.spend(left as u64 / BYTES_OF_A_UNIT);
        spent.is_ok()
    });
    spent.map(|()| regex)
}

/// From this size on compiling a pattern counts.
const LARGE: usize = 1 << 20;

/// The longest text that patterns are searched in.
const LONGEST_TEXT: usize = 16 << 20;

fn panic_of(pattern: &[u8], error: &go_regex::Error) -> Fault {
    Fault::new(format!("regexp: Compile({}): {error}", quote_pattern(pattern)))
}

/// Quotes with backquotes where Go can (`strconv.CanBackquote`).
fn quote_pattern(pattern: &[u8]) -> String {
    let plain = |character: char| character == '\t' || !character.is_ascii_control() && !matches!(character, '`' | '\u{feff}');
    match std::str::from_utf8(pattern) {
        Ok(text) if text.chars().all(plain) => format!("`{text}`"),
        _ => quote(pattern),
    }
}

/// A malformed pattern matches nothing.
fn regex_match(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let Ok(regex) = compiled(bytes(args, 0)) else { return Ok(Value::Bool(false)) };
    spend_search(call, &regex, args)?;
    Ok(Value::Bool(regex.is_match(bytes(args, 1))))
}

fn find(regex: Rc<Regex>, args: &[Value]) -> Returned {
    let text = bytes(args, 1);
    string(regex.find(text).map_or(&b""[..], |range| &text[range]))
}

/// Returns Go's nil slice where there is no match.
fn find_all(regex: &Regex, args: &[Value]) -> Returned {
    let text = bytes(args, 1);
    let found = regex.find_all(text, int(args, 2));
    if found.is_empty() {
        return Ok(Value::List(List::nil(ListKind::Strings)));
    }
    strings(found.into_iter().map(|range| &text[range]))
}

fn replace_all(regex: &Regex, args: &[Value]) -> Returned {
    string(regex.replace_all(bytes(args, 1), bytes(args, 2)))
}

fn replace_all_literal(regex: &Regex, args: &[Value]) -> Returned {
    string(regex.replace_all_literal(bytes(args, 1), bytes(args, 2)))
}

fn split(regex: &Regex, args: &[Value]) -> Returned {
    match regex.split(bytes(args, 1), int(args, 2)) {
        Some(parts) => strings(parts.into_iter()),
        None => Ok(Value::List(List::nil(ListKind::Strings))),
    }
}

fn strings<'t>(parts: impl Iterator<Item = &'t [u8]>) -> Returned {
    Ok(Value::List(List::of_strings(parts.map(|part| Str::from_bytes(part.to_vec())))))
}
