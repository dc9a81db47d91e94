//! sprig's functions on regular expressions. Without `must` a malformed pattern is Go's panic.

use super::arguments::{Returned, bytes, int, string};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::go_regex::{self, Regex, compiled, quote_meta};
use crate::value::{List, ListKind, Str, Value, quote};
use std::rc::Rc;

const TWO: &[Ty] = &[Ty::Str, Ty::Str];
const THREE: &[Ty] = &[Ty::Str, Ty::Str, Ty::Str];
const LIMITED: &[Ty] = &[Ty::Str, Ty::Str, Ty::Int];

/// The functions of this family.
pub static FAMILY: [Function; 13] = [
    Function::pure("mustRegexFind", TWO, |_, args| find(fallible(args)?, args)),
    Function::pure("mustRegexFindAll", LIMITED, |_, args| find_all(fallible(args)?, args)),
    Function::pure("mustRegexMatch", TWO, |_, args| Ok(fallible(args)?.is_match(bytes(args, 1)).into())),
    Function::pure("mustRegexReplaceAll", THREE, |_, args| replace_all(fallible(args)?, args)),
    Function::pure("mustRegexReplaceAllLiteral", THREE, |_, args| replace_all_literal(fallible(args)?, args)),
    Function::pure("mustRegexSplit", LIMITED, |_, args| split(fallible(args)?, args)),
    Function::pure("regexFind", TWO, |_, args| find(required(args)?, args)),
    Function::pure("regexFindAll", LIMITED, |_, args| find_all(required(args)?, args)),
    Function::pure("regexMatch", TWO, regex_match),
    Function::pure("regexQuoteMeta", &[Ty::Str], |_, args| string(quote_meta(bytes(args, 0)))),
    Function::pure("regexReplaceAll", THREE, |_, args| replace_all(required(args)?, args)),
    Function::pure("regexReplaceAllLiteral", THREE, |_, args| replace_all_literal(required(args)?, args)),
    Function::pure("regexSplit", LIMITED, |_, args| split(required(args)?, args)),
];

/// Compiles the first argument as `regexp.Compile` does.
fn fallible(args: &[Value]) -> Result<Rc<Regex>, Fault> {
    compiled(bytes(args, 0)).map_err(|error| Fault::new(error.to_string()))
}

/// Compiles the first argument as `regexp.MustCompile` does, whose panic repeats the pattern.
fn required(args: &[Value]) -> Result<Rc<Regex>, Fault> {
    compiled(bytes(args, 0)).map_err(|error| panic_of(bytes(args, 0), &error))
}

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
fn regex_match(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(compiled(bytes(args, 0)).is_ok_and(|regex| regex.is_match(bytes(args, 1)))))
}

fn find(regex: Rc<Regex>, args: &[Value]) -> Returned {
    let text = bytes(args, 1);
    string(regex.find(text).map_or(&b""[..], |range| &text[range]))
}

/// Returns Go's nil slice where there is no match.
fn find_all(regex: Rc<Regex>, args: &[Value]) -> Returned {
    let text = bytes(args, 1);
    let found = regex.find_all(text, int(args, 2));
    if found.is_empty() {
        return Ok(Value::List(List::nil(ListKind::Strings)));
    }
    strings(found.into_iter().map(|range| &text[range]))
}

fn replace_all(regex: Rc<Regex>, args: &[Value]) -> Returned {
    string(regex.replace_all(bytes(args, 1), bytes(args, 2)))
}

fn replace_all_literal(regex: Rc<Regex>, args: &[Value]) -> Returned {
    string(regex.replace_all_literal(bytes(args, 1), bytes(args, 2)))
}

fn split(regex: Rc<Regex>, args: &[Value]) -> Returned {
    match regex.split(bytes(args, 1), int(args, 2)) {
        Some(parts) => strings(parts.into_iter()),
        None => Ok(Value::List(List::nil(ListKind::Strings))),
    }
}

fn strings<'t>(parts: impl Iterator<Item = &'t [u8]>) -> Returned {
    Ok(Value::List(List::of_strings(parts.map(|part| Str::from_bytes(part.to_vec())))))
}
