//! Go's fmt: `Sprintf`, `Sprint` and `Sprintln` on values.

use super::format::LONGEST;
use super::printer::{Flags, Printer};
use super::{Kind, Value};

/// Returns what `fmt.Sprintf(format, arguments...)` gives, mistakes in the format included (`%!d(string=x)`).
pub fn sprintf(format: &[u8], arguments: &[Value]) -> Vec<u8> {
    let mut directives = Directives { format, at: 0, arguments, next: 0, reordered: false, printer: Printer::default() };
    directives.run();
    directives.printer.out
}

/// Returns what `fmt.Sprint(arguments...)` gives: a space between two operands when neither is a string.
pub fn sprint(arguments: &[Value]) -> Vec<u8> {
    let mut printer = Printer::default();
    let mut after_string = true;
    for argument in arguments {
        if printer.out.len() > LONGEST {
            break;
        }
        let is_string = argument.kind() == Kind::String;
        if !is_string && !after_string {
            printer.out.push(b' ');
        }
        printer.argument(argument, 'v');
        after_string = is_string;
    }
    printer.out
}

/// Returns what `fmt.Sprintln(arguments...)` gives: a space between any two operands, and a newline.
pub fn sprintln(arguments: &[Value]) -> Vec<u8> {
    let mut printer = Printer::default();
    for (index, argument) in arguments.iter().enumerate() {
        if printer.out.len() > LONGEST {
            break;
        }
        if index > 0 {
            printer.out.push(b' ');
        }
        printer.argument(argument, 'v');
    }
    printer.out.push(b'\n');
    printer.out
}

/// The walk over a format and its arguments.
struct Directives<'a> {
    format: &'a [u8],
    at: usize,
    arguments: &'a [Value],
    next: usize,
    /// Whether the format chose arguments by number; then none is reported as extra.
    reordered: bool,
    printer: Printer,
}

/// Widths and precisions beyond this are taken as mistakes.
const MOST_WIDTH: i64 = 1_000_000;

impl Directives<'_> {
    fn run(&mut self) {
        while self.at < self.format.len() && self.printer.out.len() <= LONGEST {
            let rest = &self.format[self.at..];
            let literal = memchr::memchr(b'%', rest).unwrap_or(rest.len());
            self.printer.out.extend_from_slice(&rest[..literal]);
            self.at += literal;
            if self.at < self.format.len() {
                self.at += 1;
                self.directive();
            }
        }
        if !self.reordered && self.next < self.arguments.len() {
            self.extra();
        }
    }

    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn directive(&mut self) {
        self.printer.flags = Flags::default();
        if self.simple_verb() {
            return;
        }
        let mut good_number = true;
        let mut after_number = self.argument_number(&mut good_number);
        if self.star() {
            self.width_from_argument();
            after_number = false;
        } else {
            self.printer.flags.width = self.number();
            good_number &= !(after_number && self.printer.flags.width.is_some());
        }
        if self.peek() == Some(b'.') && self.at + 1 < self.format.len() {
            self.at += 1;
            good_number &= !after_number;
            after_number = self.argument_number(&mut good_number);
            if self.star() {
                self.precision_from_argument();
                after_number = false;
            } else {
                self.printer.flags.precision = Some(self.number().unwrap_or(0));
            }
        }
        if !after_number {
            self.argument_number(&mut good_number);
        }
        self.verb(good_number);
    }

    fn star(&mut self) -> bool {
        let found = self.peek() == Some(b'*');
        self.at += usize::from(found);
        found
    }

    /// Reads flags, and prints at once where a lower-case verb follows them directly: nearly always.
    fn simple_verb(&mut self) -> bool {
        while let Some(byte) = self.peek() {
            let flags = &mut self.printer.flags;
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                b'a'..=b'z' if self.next < self.arguments.len() => {
                    self.at += 1;
                    self.print_next(char::from(byte));
                    return true;
                }
                _ => return false,
            }
            self.at += 1;
        }
        false
    }

    fn width_from_argument(&mut self) {
        let Some(width) = self.integer_argument() else {
            return self.printer.out.extend_from_slice(b"%!(BADWIDTH)");
        };
        let flags = &mut self.printer.flags;
        flags.width = usize::try_from(width.unsigned_abs()).ok();
        if width < 0 {
            flags.minus = true;
            flags.zero = false;
        }
    }

    fn precision_from_argument(&mut self) {
        let precision = self.integer_argument().and_then(|precision| usize::try_from(precision).ok());
        self.printer.flags.precision = precision;
        if precision.is_none() {
            self.printer.out.extend_from_slice(b"%!(BADPREC)");
        }
    }

    fn verb(&mut self, good_number: bool) {
        let Some(verb) = self.take_rune() else {
            self.printer.out.extend_from_slice(b"%!(NOVERB)");
            return;
        };
        if verb == '%' {
            self.printer.out.push(b'%');
        } else if !good_number {
            self.printer.mistake(verb, "(BADINDEX)");
        } else if self.next >= self.arguments.len() {
            self.printer.mistake(verb, "(MISSING)");
        } else {
            self.print_next(verb);
        }
    }

    fn print_next(&mut self, verb: char) {
        let flags = &mut self.printer.flags;
        if matches!(verb, 'v' | 'w') {
            flags.sharp_v = std::mem::take(&mut flags.sharp);
            flags.plus_v = std::mem::take(&mut flags.plus);
        }
        self.printer.argument(&self.arguments[self.next], verb);
        self.next += 1;
    }

    fn take_rune(&mut self) -> Option<char> {
        let rest = &self.format[self.at..];
        let chunk = rest.utf8_chunks().next()?;
        let rune = chunk.valid().chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
        self.at += if chunk.valid().is_empty() { 1 } else { rune.len_utf8() };
        Some(rune)
    }

    /// Reads a decimal number; one that is too large swallows the rest of the format, as in Go.
    fn number(&mut self) -> Option<usize> {
        let (number, end) = parse_number(self.format, self.at, self.format.len());
        self.at = end;
        number
    }

    /// Reads an argument number such as `[3]`; says whether there was one.
    fn argument_number(&mut self, good: &mut bool) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let (index, length, is_number) = bracketed_number(&self.format[self.at..]);
        self.at += length;
        match index.filter(|index| *index < self.arguments.len()) {
            Some(index) => {
                self.next = index;
                true
            }
            None => {
                *good = false;
                is_number
            }
        }
    }

    /// Takes the next argument as a width or precision.
    fn integer_argument(&mut self) -> Option<i64> {
        let argument = self.arguments.get(self.next)?;
        self.next += 1;
        match argument {
            Value::Int(number, _) if (-MOST_WIDTH..=MOST_WIDTH).contains(number) => Some(*number),
            _ => None,
        }
    }

    fn extra(&mut self) {
        self.printer.flags = Flags::default();
        self.printer.out.extend_from_slice(b"%!(EXTRA ");
        for (index, argument) in self.arguments[self.next..].iter().enumerate() {
            if index > 0 {
                self.printer.out.extend_from_slice(b", ");
            }
            if !argument.is_nil() {
                self.printer.out.extend_from_slice(argument.type_name().as_bytes());
                self.printer.out.push(b'=');
            }
            self.printer.argument(argument, 'v');
        }
        self.printer.out.push(b')');
    }
}

fn parse_number(format: &[u8], start: usize, end: usize) -> (Option<usize>, usize) {
    let mut number = None;
    let mut at = start;
    while at < end && format[at].is_ascii_digit() {
        let so_far: usize = number.unwrap_or(0);
        if so_far > MOST_WIDTH as usize {
            return (None, end);
        }
        number = Some(so_far * 10 + usize::from(format[at] - b'0'));
        at += 1;
    }
    (number, at)
}

/// Reads `[N]`: the index from zero, the bytes that were read, and whether it was a well-formed number.
fn bracketed_number(format: &[u8]) -> (Option<usize>, usize, bool) {
    let Some(close) = memchr::memchr(b']', format).filter(|_| format.len() >= 3) else {
        return (None, 1, false);
    };
    match parse_number(format, 1, close) {
        (Some(number), end) if end == close => (number.checked_sub(1), close + 1, true),
        _ => (None, close + 1, false),
    }
}
