//! Go's view of strings that are not UTF-8.

use crate::value::Str;
use std::borrow::Cow;

/// Returns the text with U+FFFD for every byte that is no part of UTF-8, as Go's range over a string sees it.
pub(super) fn to_go_text(text: &Str) -> Cow<'_, str> {
    if let Some(text) = text.as_str() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    for chunk in text.as_bytes().utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Cow::Owned(out)
}
