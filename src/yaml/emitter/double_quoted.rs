//! Strings in double quotes, with escapes.

use super::analysis::{break_at, is_printable};
use super::layout::Emitter;
use std::fmt::Write as _;

/// Returns a string in double quotes, on one line.
pub(in crate::yaml) fn double_quoted(value: &str) -> String {
    let mut emitter = Emitter::v3();
    emitter.write_double_quoted(value, false);
    emitter.out
}

impl Emitter {
    pub(super) fn write_double_quoted(&mut self, value: &str, folds: bool) {
        self.write_indicator("\"", true, false, false);
        let bytes = value.as_bytes();
        // go-yaml asks for the string's first bytes at each character, so a byte order mark there has everything escaped.
        let escapes_all = value.starts_with('\u{feff}');
        let mut spaces = false;
        for (at, character) in value.char_indices() {
            let escaped = escapes_all || matches!(character, '"' | '\\') || !is_printable(bytes, at) || break_at(bytes, at);
            if escaped {
                self.write_escape(character);
                spaces = false;
            } else if character == ' ' {
                let inside = at > 0 && at < bytes.len() - 1;
                if folds && !spaces && self.column > self.best_width && inside {
                    self.write_indent();
                    if bytes[at + 1] == b' ' {
                        self.put('\\');
                    }
                } else {
                    self.put(' ');
                }
                spaces = true;
            } else {
                self.put(character);
                spaces = false;
            }
        }
        self.write_indicator("\"", false, false, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn write_escape(&mut self, character: char) {
        let start = self.out.len();
        self.out.push('\\');
        let code = u32::from(character);
        match character {
            '\0' => self.out.push('0'),
            '\x07' => self.out.push('a'),
            '\x08' => self.out.push('b'),
            '\t' => self.out.push('t'),
            '\n' => self.out.push('n'),
            '\x0b' => self.out.push('v'),
            '\x0c' => self.out.push('f'),
            '\r' => self.out.push('r'),
            '\x1b' => self.out.push('e'),
            '"' => self.out.push('"'),
            '\\' => self.out.push('\\'),
            '\u{85}' => self.out.push('N'),
            '\u{a0}' => self.out.push('_'),
            '\u{2028}' => self.out.push('L'),
            '\u{2029}' => self.out.push('P'),
            _ => {
                // Writing to a String cannot fail.
                let _ = match code {
                    0..=0xFF => write!(self.out, "x{code:02X}"),
                    0x100..=0xFFFF => write!(self.out, "u{code:04X}"),
                    _ => write!(self.out, "U{code:08X}"),
                };
            }
        }
        self.column += self.out.len() - start;
    }
}
