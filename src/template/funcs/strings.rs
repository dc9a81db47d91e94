//! Cutting, joining, searching and quoting text: sprig's functions over Go's strings and goutils. They count bytes.

use super::arguments::{LARGEST_RESULT, Returned, any, bytes, int, string, text, text_str, too_large};
use super::lists::{is_list, to_strings};
use super::runes::{first_rune, push_rune, trim_end, trim_start};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::limits::ITEM;
use crate::value::{Entry, List, Map, MapKind, Str, Value, quote as go_quote, write_display};
use memchr::memmem;

/// The functions of this family.
pub static FAMILY: [Function; 32] = [
    Function::pure("abbrev", &[Ty::Int, Ty::Str], abbrev),
    Function::pure("abbrevboth", &[Ty::Int, Ty::Int, Ty::Str], abbrevboth),
    Function::pure_variadic("cat", &[], Ty::Any, cat),
    Function::pure("contains", &[Ty::Str, Ty::Str], contains),
    Function::pure("hasPrefix", &[Ty::Str, Ty::Str], has_prefix),
    Function::pure("hasSuffix", &[Ty::Str, Ty::Str], has_suffix),
    Function::pure("hello", &[], hello),
    Function::pure("indent", &[Ty::Int, Ty::Str], indent),
    Function::pure("initials", &[Ty::Str], initials),
    Function::pure("join", &[Ty::Str, Ty::Any], join),
    Function::pure("nindent", &[Ty::Int, Ty::Str], nindent),
    Function::pure("nospace", &[Ty::Str], nospace),
    Function::pure("plural", &[Ty::Str, Ty::Str, Ty::Int], plural),
    Function::pure_variadic("quote", &[], Ty::Any, quote),
    Function::pure("repeat", &[Ty::Int, Ty::Str], repeat),
    Function::pure("replace", &[Ty::Str, Ty::Str, Ty::Str], replace),
    Function::pure("sortAlpha", &[Ty::Any], sort_alpha),
    Function::pure("split", &[Ty::Str, Ty::Str], split),
    Function::pure("splitList", &[Ty::Str, Ty::Str], split_list),
    Function::pure("splitn", &[Ty::Str, Ty::Int, Ty::Str], splitn),
    Function::pure_variadic("squote", &[], Ty::Any, squote),
    Function::pure("substr", &[Ty::Int, Ty::Int, Ty::Str], substr),
    Function::pure("toString", &[Ty::Any], to_string),
    Function::pure("toStrings", &[Ty::Any], to_string_list),
    Function::pure("trim", &[Ty::Str], trim),
    Function::pure("trimAll", &[Ty::Str, Ty::Str], trim_all),
    Function::pure("trimPrefix", &[Ty::Str, Ty::Str], trim_prefix),
    Function::pure("trimSuffix", &[Ty::Str, Ty::Str], trim_suffix),
    // The old name of `trimAll`.
    Function::pure("trimall", &[Ty::Str, Ty::Str], trim_all),
    Function::pure("trunc", &[Ty::Int, Ty::Str], trunc),
    Function::pure("wrap", &[Ty::Int, Ty::Str], wrap),
    Function::pure("wrapWith", &[Ty::Int, Ty::Str, Ty::Str], wrap_with),
];

fn abbrev(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let (width, text) = (int(args, 0), bytes(args, 1));
    if width < 4 {
        return Ok(any(args, 1).clone());
    }
    string(abbreviate(text, 0, width))
}

fn abbrevboth(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let (left, right, text) = (int(args, 0), int(args, 1), bytes(args, 2));
    if right < 4 || (left > 0 && right < 7) {
        return Ok(any(args, 2).clone());
    }
    string(abbreviate(text, left, right))
}

/// goutils' `AbbreviateFull`, for a width of 4 and more (7 with an offset above 0).
fn abbreviate(text: &[u8], offset: i64, width: i64) -> Vec<u8> {
    let Some(width) = usize::try_from(width).ok().filter(|width| text.len() > *width) else { return text.to_vec() };
    let room = width - 3;
    let offset = usize::try_from(offset).unwrap_or(0).min(text.len()).min(text.len() - room);
    if offset <= 4 {
        return [&text[..room], b"..."].concat();
    }
    if offset + room < text.len() {
        return [b"...", &text[offset..offset + room - 3], b"..."].concat();
    }
    [b"...", &text[text.len() - room..]].concat()
}

fn cat(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(join_printed(args, write_display))
}

fn quote(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(join_printed(args, |value, out| out.extend(go_quote(&text(value)).into_bytes())))
}

/// Nothing inside is escaped.
fn squote(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(join_printed(args, |value, out| {
        out.push(b'\'');
        write_display(value, out);
        out.push(b'\'');
    }))
}

/// Joins what `print` makes of each value that is not nil, with blanks.
fn join_printed(values: &[Value], print: impl Fn(&Value, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, value) in values.iter().filter(|value| !value.is_nil()).enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        if out.len() > LARGEST_RESULT {
            break;
        }
        print(value, &mut out);
    }
    out
}

fn contains(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(memmem::find(bytes(args, 1), bytes(args, 0)).is_some()))
}

fn has_prefix(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(bytes(args, 1).starts_with(bytes(args, 0))))
}

fn has_suffix(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Bool(bytes(args, 1).ends_with(bytes(args, 0))))
}

fn hello(_: &mut Call<'_, '_>, _: &[Value]) -> Returned {
    Ok(Value::str("Hello!"))
}

fn indent(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(indented(Vec::new(), int(args, 0), bytes(args, 1))?)
}

fn nindent(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(indented(vec![b'\n'], int(args, 0), bytes(args, 1))?)
}

/// Appends the text with every line indented, the empty ones too.
fn indented(mut out: Vec<u8>, spaces: i64, text: &[u8]) -> Result<Vec<u8>, Fault> {
    let width = usize::try_from(spaces).map_err(|_| Fault::new("strings: negative Repeat count"))?;
    let lines = memchr::memchr_iter(b'\n', text).count() + 1;
    width.checked_mul(lines).filter(|size| *size <= LARGEST_RESULT).ok_or_else(too_large)?;
    out.reserve(text.len() + width * lines);
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text).map(|at| at + 1).chain([text.len()]) {
        out.resize(out.len() + width, b' ');
        out.extend_from_slice(&text[start..end]);
        start = end;
    }
    Ok(out)
}

/// goutils' `Initials` takes bytes for runes, so a letter beyond ASCII gives the first of its bytes.
fn initials(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let mut out = Vec::new();
    let mut after_blank = true;
    for character in bytes(args, 0).iter().map(|byte| char::from(*byte)) {
        if character.is_whitespace() {
            after_blank = true;
        } else if std::mem::take(&mut after_blank) {
            push_rune(&mut out, character);
        }
    }
    string(out)
}

/// goutils' `DeleteWhiteSpace` takes bytes for runes, so it spoils letters beyond ASCII once it finds a blank.
fn nospace(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let text = bytes(args, 0);
    if !text.iter().any(|byte| char::from(*byte).is_whitespace()) {
        return Ok(any(args, 0).clone());
    }
    let mut out = Vec::with_capacity(text.len());
    for character in text.iter().map(|byte| char::from(*byte)).filter(|character| !character.is_whitespace()) {
        push_rune(&mut out, character);
    }
    string(out)
}

fn join(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    let separator = bytes(args, 0);
    let mut out = Vec::new();
    for (index, item) in to_strings(any(args, 1)).iter().enumerate() {
        if out.len() > LARGEST_RESULT {
            return Err(too_large());
        }
        if index > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(&text(item));
    }
    string(out)
}

fn plural(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(any(args, if int(args, 2) == 1 { 0 } else { 1 }).clone())
}

fn repeat(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let (count, text) = (int(args, 0), bytes(args, 1));
    let count = usize::try_from(count).map_err(|_| Fault::new("strings: negative Repeat count"))?;
    match text.len().checked_mul(count).filter(|size| i64::try_from(*size).is_ok()) {
        None => Err("strings: Repeat output length overflow".into()),
        Some(size) if size > LARGEST_RESULT => Err(too_large()),
        Some(0) => string(""),
        Some(_) => string(text.repeat(count)),
    }
}

fn replace(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let (old, new, text) = (bytes(args, 0), bytes(args, 1), bytes(args, 2));
    let found = if old.is_empty() { text.len() + 1 } else { memmem::find_iter(text, old).count() };
    found.checked_mul(new.len()).filter(|added| *added <= LARGEST_RESULT).ok_or_else(too_large)?;
    let mut out = Vec::with_capacity(text.len());
    if old.is_empty() {
        // An empty text is found before each rune and at the end.
        let mut rest = text;
        while !rest.is_empty() {
            let (_, width) = first_rune(rest);
            out.extend_from_slice(new);
            out.extend_from_slice(&rest[..width]);
            rest = &rest[width..];
        }
        out.extend_from_slice(new);
        return string(out);
    }
    let mut from = 0;
    for at in memmem::find_iter(text, old) {
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    if from == 0 && !text.starts_with(old) {
        return Ok(any(args, 2).clone());
    }
    out.extend_from_slice(&text[from..]);
    string(out)
}

fn sort_alpha(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    call.weigh(args)?;
    let value = any(args, 0);
    if !is_list(value) {
        return Ok(List::of_strings([text_str(value)]).into());
    }
    let mut texts: Vec<Str> = to_strings(value).iter().map(text_str).collect();
    texts.sort();
    Ok(List::of_strings(texts).into())
}

fn split(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(numbered(pieces(call, bytes(args, 1), bytes(args, 0), usize::MAX)?))
}

fn split_list(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(List::of_strings(pieces(call, bytes(args, 1), bytes(args, 0), usize::MAX)?).into())
}

fn splitn(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    // A negative count means all.
    let count = usize::try_from(int(args, 1)).unwrap_or(usize::MAX);
    Ok(numbered(pieces(call, bytes(args, 2), bytes(args, 0), count)?))
}

/// Go's `strings.SplitN`: at most `count` pieces; an empty separator splits after each rune.
fn pieces(call: &mut Call<'_, '_>, text: &[u8], separator: &[u8], count: usize) -> Result<Vec<Str>, Fault> {
    let mut out = Vec::new();
    if count == 0 || (separator.is_empty() && text.is_empty()) {
        return Ok(out);
    }
    let mut rest = text;
    while out.len() + 1 < count {
        let (length, skipped) = match separator {
            [] => match first_rune(rest) {
                (_, width) if width < rest.len() => (width, 0),
                _ => break,
            },
            _ => match memmem::find(rest, separator) {
                Some(at) => (at, separator.len()),
                None => break,
            },
        };
        call.spend(ITEM)?;
        out.push(piece(&rest[..length]));
        rest = &rest[length + skipped..];
    }
    out.push(piece(rest));
    Ok(out)
}

fn piece(bytes: &[u8]) -> Str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => Str::from_bytes(bytes.to_vec()),
    }
}

/// Makes sprig's map of pieces: `_0`, `_1`, and so on.
fn numbered(pieces: Vec<Str>) -> Value {
    let entries = pieces.into_iter().enumerate().map(|(index, piece)| Entry {
        key: format!("_{index}").into(),
        value: piece.into(),
        origin: crate::diag::Origin::NONE,
    });
    Map::from_entries(MapKind::Strings, entries.collect()).into()
}

/// Cuts `[start:end]`; a negative start means 0, an end that is negative or too large means the end of the text.
fn substr(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let (start, end, text) = (int(args, 0), int(args, 1), bytes(args, 2));
    let length = text.len() as i64;
    let (from, to) = match (start, end) {
        (start, end) if start < 0 && end < 0 => return Err(out_of_bounds(format!("[:{end}]"))),
        (start, end) if start < 0 && end > length => return Err(out_of_bounds(format!("[:{end}] with length {length}"))),
        (start, end) if start < 0 => (0, end),
        (start, end) if end < 0 || end > length => (start, length),
        both => both,
    };
    if from > to {
        return Err(out_of_bounds(format!("[{from}:{to}]")));
    }
    string(&text[from as usize..to as usize])
}

fn out_of_bounds(slice: String) -> Fault {
    Fault::new(format!("runtime error: slice bounds out of range {slice}"))
}

fn to_string(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(Value::Str(text_str(any(args, 0))))
}

fn to_string_list(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(to_strings(any(args, 0)).into())
}

fn trim(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    trimmed(args, 0, trim_end(trim_start(bytes(args, 0), char::is_whitespace), char::is_whitespace))
}

fn trim_all(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let set: Vec<char> = super::runes::runes(bytes(args, 0)).map(|(character, _)| character).collect();
    let cut = |character| set.contains(&character);
    trimmed(args, 1, trim_end(trim_start(bytes(args, 1), cut), cut))
}

fn trim_prefix(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let text = bytes(args, 1);
    trimmed(args, 1, text.strip_prefix(bytes(args, 0)).unwrap_or(text))
}

fn trim_suffix(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let text = bytes(args, 1);
    trimmed(args, 1, text.strip_suffix(bytes(args, 0)).unwrap_or(text))
}

/// Returns the argument itself where nothing was cut off.
fn trimmed(args: &[Value], at: usize, rest: &[u8]) -> Returned {
    if rest.len() == bytes(args, at).len() { Ok(any(args, at).clone()) } else { string(rest) }
}

fn trunc(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let (count, text) = (int(args, 0), bytes(args, 1));
    match usize::try_from(count.unsigned_abs()) {
        Ok(size) if size < text.len() => string(if count < 0 { &text[text.len() - size..] } else { &text[..size] }),
        _ => Ok(any(args, 1).clone()),
    }
}

fn wrap(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(wrapped(bytes(args, 1), int(args, 0), b"\n", false))
}

fn wrap_with(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let separator = match bytes(args, 1) {
        b"" => b"\n",
        separator => separator,
    };
    string(wrapped(bytes(args, 2), int(args, 0), separator, true))
}

/// goutils' `WrapCustom`: lines of at most `width` bytes, broken at blanks; `cut` breaks longer words too. What would be longer
/// than any result is cut short.
fn wrapped(text: &[u8], width: i64, separator: &[u8], cut: bool) -> Vec<u8> {
    let width = usize::try_from(width).unwrap_or(0).max(1);
    let mut out = Vec::with_capacity(text.len() + text.len() / width);
    let mut rest = text;
    while rest.len() > width && out.len() <= LARGEST_RESULT {
        if rest[0] == b' ' {
            rest = &rest[1..];
            continue;
        }
        let (length, skipped) = match memchr::memrchr(b' ', &rest[..=width]) {
            Some(at) => (at, 1),
            None if cut => (width, 0),
            None => match memchr::memchr(b' ', &rest[width..]) {
                Some(at) => (width + at, 1),
                None => break,
            },
        };
        out.extend_from_slice(&rest[..length]);
        out.extend_from_slice(separator);
        rest = &rest[length + skipped..];
    }
    out.extend_from_slice(rest);
    out
}
