//! Go's escapers: `html`, `js`, `urlquery`.

use crate::value::is_printable;

/// Escapes for HTML text and attributes.
pub(super) fn escape_html(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            0 => out.extend_from_slice("\u{fffd}".as_bytes()),
            b'"' => out.extend_from_slice(b"&#34;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            other => out.push(*other),
        }
    }
    out
}

/// Escapes for JavaScript strings.
pub(super) fn escape_js(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            push_js(character, &mut out);
        }
        out.extend_from_slice(chunk.invalid());
    }
    out
}

fn push_js(character: char, out: &mut Vec<u8>) {
    match character {
        '\\' | '\'' | '"' => out.extend([b'\\', character as u8]),
        '<' | '>' | '&' | '=' | '\0'..='\x1f' => out.extend_from_slice(format!("\\u{:04X}", character as u32).as_bytes()),
        '\u{80}'.. if !is_printable(character) => out.extend_from_slice(format!("\\u{:04X}", character as u32).as_bytes()),
        _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
    }
}

/// Escapes for the query of a URL, as `url.QueryEscape`: blanks become `+`.
pub(super) fn escape_query(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(*byte),
            b' ' => out.push(b'+'),
            other => out.extend_from_slice(format!("%{other:02X}").as_bytes()),
        }
    }
    out
}
