//! Slash-separated paths: Go's path, and its path/filepath on Unix, which does the same.

use super::arguments::{Returned, bytes, string};
use crate::template::function::{Call, Function, Ty};
use crate::value::Value;

/// The functions of this family.
pub static FAMILY: [Function; 10] = [
    Function::pure("base", &[Ty::Str], base),
    Function::pure("clean", &[Ty::Str], clean),
    Function::pure("dir", &[Ty::Str], dir),
    Function::pure("ext", &[Ty::Str], ext),
    Function::pure("isAbs", &[Ty::Str], is_abs),
    Function::pure("osBase", &[Ty::Str], base),
    Function::pure("osClean", &[Ty::Str], clean),
    Function::pure("osDir", &[Ty::Str], dir),
    Function::pure("osExt", &[Ty::Str], ext),
    Function::pure("osIsAbs", &[Ty::Str], is_abs),
];

/// The last element; `.` for an empty path, `/` for nothing but slashes.
fn base(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let path = bytes(args, 0);
    if path.is_empty() {
        return string(".");
    }
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |at| at + 1);
    let name = path[..end].rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    string(if name.is_empty() { b"/" } else { name })
}

fn clean(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(cleaned(bytes(args, 0)))
}

/// All but the last element, cleaned.
fn dir(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let path = bytes(args, 0);
    let end = path.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    string(cleaned(&path[..end]))
}

/// The part of the last element from its last point on.
fn ext(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let path = bytes(args, 0);
    match path.iter().rposition(|byte| matches!(byte, b'/' | b'.')) {
        Some(at) if path[at] == b'.' => string(&path[at..]),
        _ => string(""),
    }
}

fn is_abs(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(bytes(args, 0).starts_with(b"/")))
}

/// Go's `path.Clean`: no empty and no `.` element, `..` resolved by the text alone.
pub fn cleaned(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut elements: Vec<&[u8]> = Vec::new();
    for element in path.split(|byte| *byte == b'/') {
        match element {
            b"" | b"." => {}
            b".." if elements.last().is_some_and(|last| *last != b"..") => {
                elements.pop();
            }
            b".." if rooted => {}
            other => elements.push(other),
        }
    }
    let joined = elements.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", &joined[..]].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}
