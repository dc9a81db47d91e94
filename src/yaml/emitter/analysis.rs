//! Which styles a string can be written in.

/// What a string allows in block context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) struct Analysis {
    pub(in crate::yaml) multiline: bool,
    pub(in crate::yaml) plain_allowed: bool,
    pub(in crate::yaml) single_quoted_allowed: bool,
    pub(in crate::yaml) block_allowed: bool,
}

/// Bytes after which a look at their neighbours is needed.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0x21;
    while byte < 0x7F {
        plain[byte] = true;
        byte += 1;
    }
    plain[b':' as usize] = false;
    plain[b'#' as usize] = false;
    plain
};

/// Looks through a string. `tabs_in_blocks`: whether a tab leaves block style allowed (v3) or not (v2).
pub(in crate::yaml) fn analyze(value: &str, tabs_in_blocks: bool) -> Analysis {
    let bytes = value.as_bytes();
    if bytes.is_empty() {
        return Analysis { multiline: false, plain_allowed: true, single_quoted_allowed: true, block_allowed: false };
    }
    let mut found = Found { indicators: starts_with_indicator(bytes), ..Found::default() };
    let mut previous = Previous::Other;
    let mut after_blank = true;
    let mut at = 0;
    while at < bytes.len() {
        if PLAIN[usize::from(bytes[at])] {
            at += 1;
            previous = Previous::Other;
            after_blank = false;
            continue;
        }
        let (character, width) = character_at(bytes, at);
        let next = at + width;
        match character {
            b':' if is_blank_or_end(bytes, next) => found.indicators = true,
            b'#' if after_blank => found.indicators = true,
            _ => {}
        }
        let is_break = break_at(bytes, at);
        if character == b'\t' {
            found.tab = true;
        } else if !is_printable(bytes, at) {
            found.special = true;
        }
        if character == b' ' {
            found.edge_blank |= at == 0;
            found.trailing_space |= next == bytes.len();
            found.break_space |= previous == Previous::Break;
            previous = Previous::Space;
        } else if is_break {
            found.breaks = true;
            found.edge_blank |= at == 0 || next == bytes.len();
            found.space_break |= previous == Previous::Space;
            previous = Previous::Break;
        } else {
            previous = Previous::Other;
        }
        after_blank = is_break || matches!(character, b' ' | b'\t' | 0);
        at = next;
    }
    found.judge(tabs_in_blocks)
}

#[derive(Clone, Copy, PartialEq)]
enum Previous {
    Space,
    Break,
    Other,
}

#[derive(Default)]
struct Found {
    indicators: bool,
    breaks: bool,
    special: bool,
    tab: bool,
    /// A space at the start, or a line break at the start or the end.
    edge_blank: bool,
    trailing_space: bool,
    break_space: bool,
    space_break: bool,
}

impl Found {
    fn judge(&self, tabs_in_blocks: bool) -> Analysis {
        let unquotable = self.space_break || self.special || self.tab;
        Analysis {
            multiline: self.breaks,
            plain_allowed: !(self.indicators || self.breaks || self.edge_blank || self.trailing_space || self.break_space || unquotable),
            single_quoted_allowed: !(self.break_space || unquotable),
            block_allowed: !(self.trailing_space || self.space_break || self.special || (self.tab && !tabs_in_blocks)),
        }
    }
}

fn starts_with_indicator(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"---") || bytes.starts_with(b"...") {
        return true;
    }
    match bytes[0] {
        b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' => true,
        b'?' | b':' | b'-' => matches!(bytes.get(1), None | Some(b' ' | b'\t')),
        _ => false,
    }
}

/// A `:` is an indicator before a blank or the end; a line break is no blank here (emitterc.go, `is_blank`).
fn is_blank_or_end(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), None | Some(b' ' | b'\t'))
}

fn character_at(bytes: &[u8], at: usize) -> (u8, usize) {
    let first = bytes[at];
    let width = match first {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    };
    (first, width)
}

/// Says whether a character is a line break: CR, LF, NEL, LS, PS.
pub(in crate::yaml) fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Says whether a line break starts at a byte: CR, LF, NEL, LS, PS.
pub(super) fn break_at(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'\r' | b'\n' => true,
        0xC2 => bytes[at + 1] == 0x85,
        0xE2 => bytes[at + 1] == 0x80 && matches!(bytes[at + 2], 0xA8 | 0xA9),
        _ => false,
    }
}

/// Says whether the character at a byte can stand as it is. What lies beyond U+FFFF cannot.
pub(super) fn is_printable(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'\n' | 0x20..=0x7E | 0xC3..=0xEC | 0xEE => true,
        0xC2 => bytes[at + 1] >= 0xA0,
        0xED => bytes[at + 1] < 0xA0,
        0xEF => !matches!((bytes[at + 1], bytes[at + 2]), (0xBB, 0xBF) | (0xBF, 0xBE | 0xBF)),
        _ => false,
    }
}
