//! What go-yaml's reader refuses before the scanner sees it.

/// How far a text can be read, and what the reader says when the scanner comes to that point.
pub(in crate::yaml) struct Encoding<'a> {
    /// The readable text.
    pub(super) text: &'a str,
    /// Why the rest cannot be read.
    pub(super) refusal: Option<&'static str>,
    /// The byte that cannot be read.
    pub(super) refused_at: usize,
}

/// go-yaml reads and checks this many bytes at a time, and says nothing of what stands in a later block.
const BLOCK: usize = 512;

const CONTROL: &str = "control characters are not allowed";

impl<'a> Encoding<'a> {
    /// Checks a text for characters that YAML does not allow.
    pub(in crate::yaml) fn of_text(text: &'a str) -> Encoding<'a> {
        match first_control(text.as_bytes()) {
            None => Encoding { text, refusal: None, refused_at: text.len() },
            Some(at) => Self::cut(text, at, CONTROL),
        }
    }

    /// Checks bytes, which may not be UTF-8.
    pub(in crate::yaml) fn of_bytes(bytes: &'a [u8]) -> Encoding<'a> {
        let error = match std::str::from_utf8(bytes) {
            Ok(text) => return Self::of_text(text),
            Err(error) => error,
        };
        let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).expect("this part was checked");
        match first_control(valid.as_bytes()) {
            Some(at) => Self::cut(valid, at, CONTROL),
            None => Self::cut(valid, valid.len(), utf8_problem(&bytes[error.valid_up_to()..])),
        }
    }

    /// Keeps the blocks before the one that holds `at`. A character that does not fit in a block goes to the next.
    fn cut(text: &'a str, at: usize, refusal: &'static str) -> Encoding<'a> {
        let mut start = 0;
        loop {
            let mut end = (start + BLOCK).min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            if at < end || end == text.len() {
                return Encoding { text: &text[..start], refusal: Some(refusal), refused_at: at };
            }
            start = end;
        }
    }
}

/// Returns the place of the first character outside of `#x9 | #xA | #xD | [#x20-#x7E] | #x85 | [#xA0-#xFFFD] | [#x10000-]`.
fn first_control(bytes: &[u8]) -> Option<usize> {
    let refused = |byte: u8| (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F;
    let ascii = bytes
        .chunks(64)
        .position(|chunk| chunk.iter().fold(false, |found, byte| found | refused(*byte)))
        .and_then(|chunk| bytes[chunk * 64..].iter().position(|byte| refused(*byte)).map(|at| chunk * 64 + at));
    let c1 = memchr::memchr_iter(0xC2, bytes).find(|at| matches!(bytes.get(at + 1), Some(0x80..=0x84 | 0x86..=0x9F)));
    let not_a_character =
        memchr::memchr_iter(0xEF, bytes).find(|at| bytes.get(at + 1) == Some(&0xBF) && matches!(bytes.get(at + 2), Some(0xBE | 0xBF)));
    [ascii, c1, not_a_character].into_iter().flatten().min()
}

/// Returns what the reader says of bytes that start with something that is no UTF-8.
fn utf8_problem(bytes: &[u8]) -> &'static str {
    let first = bytes[0];
    let width = match first {
        0x00..0x80 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0..0xF8 => 4,
        _ => return "invalid leading UTF-8 octet",
    };
    if bytes.len() < width {
        return "incomplete UTF-8 octet sequence";
    }
    if bytes[1..width].iter().any(|byte| byte & 0xC0 != 0x80) {
        return "invalid trailing UTF-8 octet";
    }
    let value = bytes[1..width].iter().fold(u32::from(first) & (0x7F >> width), |value, byte| (value << 6) | u32::from(byte & 0x3F));
    match (width, value) {
        (2, 0..0x80) | (3, 0..0x800) | (4, 0..0x10000) => "invalid length of a UTF-8 sequence",
        _ => "invalid Unicode character",
    }
}
