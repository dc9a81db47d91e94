//! Writes values under the flags, width and precision of one directive of Go's fmt.

use super::float::{FloatForm, format_float_as};
use super::format::LONGEST;
use super::quote::{Quoting, can_backquote, quote_as, quote_rune};
use super::{DEEPEST, IntKind, Kind, List, Map, Object, Value, is_printable};

/// Flags, width and precision of one directive.
#[derive(Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`
    pub(super) plus_v: bool,
    /// `%#v`: Go syntax.
    pub(super) sharp_v: bool,
}

/// Writes values under the flags of one directive.
#[derive(Default)]
pub(super) struct Printer {
    pub(super) out: Vec<u8>,
    pub(super) flags: Flags,
    /// The maps that are being printed: one that holds itself would never end.
    open_maps: Vec<Map>,
}

const LOWER: &[u8; 16] = b"0123456789abcdef";
const UPPER: &[u8; 16] = b"0123456789ABCDEF";

impl Printer {
    /// Writes one argument as a verb asks.
    pub(super) fn argument(&mut self, value: &Value, verb: char) {
        match (value, verb) {
            (Value::Nil, 'T' | 'v') => self.pad(b"<nil>"),
            (_, 'T') => self.string(value.type_name().as_bytes()),
            (_, 'p') => self.pointer(value),
            (Value::Map(_) | Value::List(_) | Value::Object(_), 'w') => self.bad_verb(value, verb),
            _ => self.value(value, verb, 0),
        }
    }

    fn value(&mut self, value: &Value, verb: char, depth: usize) {
        match value {
            Value::Nil if depth == 0 => self.bad_verb(value, verb),
            Value::Nil if self.flags.sharp_v => self.out.extend_from_slice(b"interface {}(nil)"),
            Value::Nil => self.out.extend_from_slice(b"<nil>"),
            Value::Bool(truth) if matches!(verb, 't' | 'v') => self.pad(if *truth { b"true" } else { b"false" }),
            Value::Bool(_) => self.bad_verb(value, verb),
            Value::Int(number, kind) => self.int_verb(value, *number, *kind, verb),
            Value::Float(number) => self.float_verb(value, *number, verb),
            Value::Str(text) => self.string_verb(value, text.as_bytes(), verb),
            Value::Bytes(bytes) => self.bytes_verb(bytes, verb, depth),
            Value::List(_) | Value::Map(_) if depth >= DEEPEST => self.out.extend_from_slice(b"..."),
            Value::Map(map) if self.open_maps.iter().any(|open| open.is_same(map)) => self.out.extend_from_slice(b"map[...]"),
            Value::List(list) => self.list(list, verb, depth),
            Value::Map(map) => self.map(map, verb, depth),
            Value::Object(object) => self.object(value, object.as_ref(), verb),
        }
    }

    /// Writes what stands for a directive that cannot be done.
    pub(super) fn mistake(&mut self, verb: char, what: &str) {
        self.out.extend_from_slice(b"%!");
        self.push_rune(verb);
        self.out.extend_from_slice(what.as_bytes());
    }

    fn bad_verb(&mut self, value: &Value, verb: char) {
        self.mistake(verb, "(");
        if value.is_nil() {
            self.out.extend_from_slice(b"<nil>");
        } else {
            self.out.extend_from_slice(value.type_name().as_bytes());
            self.out.push(b'=');
            self.value(value, 'v', 0);
        }
        self.out.push(b')');
    }

    fn list(&mut self, list: &List, verb: char, depth: usize) {
        let (open, close, separator) = if self.flags.sharp_v {
            self.out.extend_from_slice(list.kind().type_name().as_bytes());
            if list.is_nil() {
                return self.out.extend_from_slice(b"(nil)");
            }
            (b'{', b'}', b", ".as_slice())
        } else {
            (b'[', b']', b" ".as_slice())
        };
        self.out.push(open);
        for (index, item) in list.iter().enumerate() {
            if self.out.len() > LONGEST {
                break;
            }
            if index > 0 {
                self.out.extend_from_slice(separator);
            }
            self.value(item, verb, depth + 1);
        }
        self.out.push(close);
    }

    fn map(&mut self, map: &Map, verb: char, depth: usize) {
        let (close, separator) = if self.flags.sharp_v {
            self.out.extend_from_slice(map.kind().type_name().as_bytes());
            self.out.push(b'{');
            (b'}', b", ".as_slice())
        } else {
            self.out.extend_from_slice(b"map[");
            (b']', b" ".as_slice())
        };
        self.open_maps.push(map.clone());
        for (index, entry) in map.entries().into_iter().enumerate() {
            if self.out.len() > LONGEST {
                break;
            }
            if index > 0 {
                self.out.extend_from_slice(separator);
            }
            self.value(&Value::Str(entry.key), verb, depth + 1);
            self.out.push(b':');
            self.value(&entry.value, verb, depth + 1);
        }
        self.open_maps.pop();
        self.out.push(close);
    }

    fn object(&mut self, value: &Value, object: &dyn Object, verb: char) {
        match verb {
            _ if object.kind() == Kind::Complex128 => {
                if !self.complex(&object.display(), verb) {
                    self.bad_verb(value, verb);
                }
            }
            'v' => self.string(object.display().as_bytes()),
            's' | 'x' | 'X' | 'q' => self.string_verb(value, object.display().as_bytes(), verb),
            _ => match object.integer() {
                Some(number) => self.int_verb(value, number, IntKind::Int64, verb),
                None => self.bad_verb(value, verb),
            },
        }
    }

    /// Writes a complex number, given as `(1+2i)`, with a verb for floats; says whether the verb is one.
    fn complex(&mut self, text: &str, verb: char) -> bool {
        let Some(inside) = text.strip_prefix('(').and_then(|text| text.strip_suffix("i)")) else { return false };
        let is_exponent = |at: usize| inside.as_bytes()[at - 1] == b'e';
        let sign = (1..inside.len()).rev().find(|at| matches!(inside.as_bytes()[*at], b'+' | b'-') && !is_exponent(*at));
        let Some((real, imaginary)) = sign.map(|at| inside.split_at(at)) else { return false };
        let (Ok(real), Ok(imaginary), Some(_)) = (real.parse(), imaginary.parse(), float_form(verb)) else { return false };
        self.out.push(b'(');
        self.float(real, verb);
        let plus = std::mem::replace(&mut self.flags.plus, true);
        self.float(imaginary, verb);
        self.flags.plus = plus;
        self.out.extend_from_slice(b"i)");
        true
    }

    /// Writes no true address: the same input gives the same output.
    fn pointer(&mut self, value: &Value) {
        const ADDRESS: u64 = 0xc0_0000_0000;
        match value {
            Value::List(list) if list.is_nil() => self.prefixed_hexadecimal(0, !self.flags.sharp),
            Value::Map(_) | Value::List(_) | Value::Bytes(_) => self.prefixed_hexadecimal(ADDRESS, !self.flags.sharp),
            _ => self.bad_verb(value, 'p'),
        }
    }

    fn prefixed_hexadecimal(&mut self, number: u64, prefix: bool) {
        let sharp = std::mem::replace(&mut self.flags.sharp, prefix);
        self.integer(Integer { magnitude: number, negative: false, base: 16, upper: false }, 'v');
        self.flags.sharp = sharp;
    }

    fn int_verb(&mut self, value: &Value, number: i64, kind: IntKind, verb: char) {
        let unsigned = matches!(kind, IntKind::Uint | IntKind::Uint8 | IntKind::Uint64);
        let negative = number < 0 && !unsigned;
        let magnitude = if negative { number.unsigned_abs() } else { number as u64 };
        let integer = |base| Integer { magnitude, negative, base, upper: verb == 'X' };
        match verb {
            'v' if unsigned && self.flags.sharp_v => self.prefixed_hexadecimal(magnitude, true),
            'v' | 'd' => self.integer(integer(10), verb),
            'b' => self.integer(integer(2), verb),
            'o' | 'O' => self.integer(integer(8), verb),
            'x' | 'X' => self.integer(integer(16), verb),
            'c' => self.pad(rune_of(number as u64).encode_utf8(&mut [0; 4]).as_bytes()),
            'q' => self.pad(quote_rune(rune_of(number as u64), self.quoting()).as_bytes()),
            'U' => self.unicode(number as u64),
            _ => self.bad_verb(value, verb),
        }
    }

    fn integer(&mut self, integer: Integer, verb: char) {
        let flags = self.flags;
        let has_sign = integer.negative || flags.plus || flags.space;
        let least_digits = match flags.precision {
            Some(0) if integer.magnitude == 0 => return self.spaces(flags.width.unwrap_or(0)),
            Some(precision) => precision,
            None if flags.zero && !flags.minus => flags.width.unwrap_or(0).saturating_sub(usize::from(has_sign)),
            None => 0,
        };
        let digits = integer.digits();
        let mut text = Vec::with_capacity(digits.len() + 3);
        if integer.negative {
            text.push(b'-');
        } else if flags.plus {
            text.push(b'+');
        } else if flags.space {
            text.push(b' ');
        }
        let zeros = least_digits.saturating_sub(digits.len());
        if verb == 'O' {
            text.extend_from_slice(b"0o");
        }
        if flags.sharp {
            match integer.base {
                2 => text.extend_from_slice(b"0b"),
                8 if zeros == 0 && digits.first() != Some(&b'0') => text.push(b'0'),
                16 => text.extend_from_slice(if integer.upper { b"0X" } else { b"0x" }),
                _ => {}
            }
        }
        text.extend(std::iter::repeat_n(b'0', zeros));
        text.extend_from_slice(&digits);
        self.pad_with_spaces(&text);
    }

    fn unicode(&mut self, code: u64) {
        let precision = self.flags.precision.unwrap_or(4).max(4);
        let mut text = format!("U+{code:0precision$X}");
        let rune = u32::try_from(code).ok().and_then(char::from_u32).filter(|rune| self.flags.sharp && is_printable(*rune));
        if let Some(rune) = rune {
            text.extend([' ', '\'', rune, '\'']);
        }
        self.pad_with_spaces(text.as_bytes());
    }

    fn float_verb(&mut self, value: &Value, number: f64, verb: char) {
        if float_form(verb).is_some() { self.float(number, verb) } else { self.bad_verb(value, verb) }
    }

    fn float(&mut self, number: f64, verb: char) {
        let Some((form, default)) = float_form(verb) else { return };
        let flags = self.flags;
        let precision = flags.precision.or(default);
        let mut text = format_float_as(number, form, precision);
        if verb.is_ascii_uppercase() && number.is_finite() {
            text.make_ascii_uppercase();
        }
        if !text.starts_with(['-', '+']) {
            text.insert(0, '+');
        }
        if flags.space && !flags.plus && text.starts_with('+') {
            text.replace_range(..1, " ");
        }
        if !number.is_finite() {
            let bare = number.is_nan() && !flags.space && !flags.plus;
            return self.pad_with_spaces(&text.as_bytes()[usize::from(bare)..]);
        }
        if flags.sharp && verb != 'b' {
            keep_point_and_zeros(&mut text, verb, precision);
        }
        self.signed(&text);
    }

    /// Writes a number with its sign in front; a plus only where it was asked for.
    fn signed(&mut self, text: &str) {
        let flags = self.flags;
        if !flags.plus && text.starts_with('+') {
            return self.pad(&text.as_bytes()[1..]);
        }
        let width = flags.width.unwrap_or(0);
        if flags.zero && !flags.minus && width > text.len() {
            self.out.push(text.as_bytes()[0]);
            self.padding(width - text.len(), b'0');
            self.out.extend_from_slice(&text.as_bytes()[1..]);
        } else {
            self.pad(text.as_bytes());
        }
    }

    fn string_verb(&mut self, value: &Value, text: &[u8], verb: char) {
        match verb {
            'v' if self.flags.sharp_v => self.quoted(text),
            'v' | 's' => self.string(text),
            'x' => self.hexadecimal(text, LOWER),
            'X' => self.hexadecimal(text, UPPER),
            'q' => self.quoted(text),
            _ => self.bad_verb(value, verb),
        }
    }

    fn bytes_verb(&mut self, bytes: &[u8], verb: char, depth: usize) {
        match verb {
            's' => return self.string(bytes),
            'x' => return self.hexadecimal(bytes, LOWER),
            'X' => return self.hexadecimal(bytes, UPPER),
            'q' => return self.quoted(bytes),
            _ => {}
        }
        let (open, close, separator) = if self.flags.sharp_v {
            self.out.extend_from_slice(if depth == 0 { b"[]byte" } else { b"[]uint8" });
            (b'{', b'}', b", ".as_slice())
        } else {
            (b'[', b']', b" ".as_slice())
        };
        self.out.push(open);
        for (index, byte) in bytes.iter().enumerate() {
            if index > 0 {
                self.out.extend_from_slice(separator);
            }
            self.value(&Value::Int(i64::from(*byte), IntKind::Uint8), verb, depth + 1);
        }
        self.out.push(close);
    }

    fn string(&mut self, text: &[u8]) {
        self.pad(truncated(text, self.flags.precision));
    }

    fn quoted(&mut self, text: &[u8]) {
        let text = truncated(text, self.flags.precision);
        if self.flags.sharp && can_backquote(text) {
            return self.pad(&[b"`", text, b"`"].concat());
        }
        self.pad(quote_as(text, self.quoting()).as_bytes());
    }

    fn quoting(&self) -> Quoting {
        if self.flags.plus { Quoting::Ascii } else { Quoting::Printable }
    }

    fn hexadecimal(&mut self, bytes: &[u8], digits: &[u8; 16]) {
        let flags = self.flags;
        let bytes = &bytes[..flags.precision.unwrap_or(bytes.len()).min(bytes.len())];
        let prefix = [b'0', if digits == UPPER { b'X' } else { b'x' }];
        let mut text = Vec::with_capacity(bytes.len() * 2);
        for (index, byte) in bytes.iter().enumerate() {
            if flags.space && index > 0 {
                text.push(b' ');
            }
            if flags.sharp && (flags.space || index == 0) {
                text.extend_from_slice(&prefix);
            }
            text.extend([digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]);
        }
        self.pad(&text);
    }

    fn push_rune(&mut self, rune: char) {
        self.out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn padding(&mut self, count: usize, with: u8) {
        self.out.resize(self.out.len() + count, with);
    }

    fn spaces(&mut self, count: usize) {
        self.padding(count, b' ');
    }

    /// Writes a text padded to the width, with zeros on the left where the flag asks for them.
    fn pad(&mut self, text: &[u8]) {
        let fill = if self.flags.zero && !self.flags.minus { b'0' } else { b' ' };
        self.pad_with(text, fill);
    }

    fn pad_with_spaces(&mut self, text: &[u8]) {
        self.pad_with(text, b' ');
    }

    fn pad_with(&mut self, text: &[u8], fill: u8) {
        let missing = match self.flags.width {
            Some(width) if width > 0 => width.saturating_sub(rune_count(text)),
            _ => 0,
        };
        if self.flags.minus {
            self.out.extend_from_slice(text);
            self.spaces(missing);
        } else {
            self.padding(missing, fill);
            self.out.extend_from_slice(text);
        }
    }
}

/// An integer on its way to digits.
#[derive(Clone, Copy)]
struct Integer {
    magnitude: u64,
    negative: bool,
    base: u64,
    upper: bool,
}

impl Integer {
    fn digits(self) -> Vec<u8> {
        let alphabet = if self.upper { UPPER } else { LOWER };
        let mut digits = Vec::with_capacity(20);
        let mut rest = self.magnitude;
        loop {
            digits.push(alphabet[(rest % self.base) as usize]);
            rest /= self.base;
            if rest == 0 {
                break;
            }
        }
        digits.reverse();
        digits
    }
}

/// Returns how a verb writes floats, and its precision where none is given.
fn float_form(verb: char) -> Option<(FloatForm, Option<usize>)> {
    Some(match verb {
        'v' | 'g' | 'G' => (FloatForm::General, None),
        'b' => (FloatForm::Binary, None),
        'x' | 'X' => (FloatForm::Hexadecimal, None),
        'e' | 'E' => (FloatForm::Exponent, Some(6)),
        'f' | 'F' => (FloatForm::Fixed, Some(6)),
        _ => return None,
    })
}

/// The `#` flag: a point always, and for `%g` the zeros that it leaves out. `text` has a sign.
fn keep_point_and_zeros(text: &mut String, verb: char, precision: Option<usize>) {
    let mut missing = match verb {
        'v' | 'g' | 'G' | 'x' => i64::try_from(precision.unwrap_or(6)).unwrap_or(i64::MAX),
        _ => 0,
    };
    let is_hexadecimal = matches!(verb, 'x' | 'X');
    let exponent = text.find(|character| matches!(character, 'p' | 'P') || !is_hexadecimal && matches!(character, 'e' | 'E'));
    let tail = exponent.map_or_else(String::new, |at| text.split_off(at));
    let mut has_point = false;
    let mut significant = false;
    for digit in text[1..].chars() {
        if digit == '.' {
            has_point = true;
            continue;
        }
        significant |= digit != '0';
        missing -= i64::from(significant);
    }
    if !has_point {
        if text.len() == 2 && text.ends_with('0') {
            missing -= 1;
        }
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', usize::try_from(missing).unwrap_or(0)));
    text.push_str(&tail);
}

fn rune_of(code: u64) -> char {
    u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Go's `utf8.RuneCount`: every byte that is not UTF-8 counts as one.
fn rune_count(text: &[u8]) -> usize {
    text.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

/// Returns the first runes of a text.
fn truncated(text: &[u8], runes: Option<usize>) -> &[u8] {
    let Some(mut left) = runes else { return text };
    let mut end = 0;
    for chunk in text.utf8_chunks() {
        let lengths = chunk.valid().chars().map(char::len_utf8).chain(chunk.invalid().iter().map(|_| 1));
        for length in lengths {
            if left == 0 {
                return &text[..end];
            }
            left -= 1;
            end += length;
        }
    }
    text
}
