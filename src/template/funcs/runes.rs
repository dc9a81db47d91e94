//! Text as Go's `range` sees it: runes, where every byte that is no UTF-8 is one U+FFFD of width 1.

/// Decodes the first rune; its width in bytes is 0 for no bytes at all.
pub(super) fn first_rune(bytes: &[u8]) -> (char, usize) {
    let Some(&first) = bytes.first() else { return (char::REPLACEMENT_CHARACTER, 0) };
    if first.is_ascii() {
        return (char::from(first), 1);
    }
    let valid = bytes[..bytes.len().min(4)].utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    match valid {
        Some(character) => (character, character.len_utf8()),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

/// Decodes the last rune; its width in bytes is 0 for no bytes at all.
pub(super) fn last_rune(bytes: &[u8]) -> (char, usize) {
    let Some(&last) = bytes.last() else { return (char::REPLACEMENT_CHARACTER, 0) };
    if last.is_ascii() {
        return (char::from(last), 1);
    }
    (2..=bytes.len().min(4))
        .find_map(|width| match first_rune(&bytes[bytes.len() - width..]) {
            (character, decoded) if decoded == width => Some((character, width)),
            _ => None,
        })
        .unwrap_or((char::REPLACEMENT_CHARACTER, 1))
}

/// Returns the runes with their widths.
pub(super) fn runes(bytes: &[u8]) -> impl Iterator<Item = (char, usize)> + '_ {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (character, width) = first_rune(rest);
        rest = &rest[width..];
        (width > 0).then_some((character, width))
    })
}

/// Appends a rune in UTF-8.
pub(super) fn push_rune(out: &mut Vec<u8>, character: char) {
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Replaces every rune, as `strings.Map` and a round trip through `[]rune` do.
pub(super) fn map_runes(bytes: &[u8], mut change: impl FnMut(char) -> char) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (character, _) in runes(bytes) {
        push_rune(&mut out, change(character));
    }
    out
}

/// Returns the bytes without the leading runes for which `cut` holds.
pub(super) fn trim_start(bytes: &[u8], cut: impl Fn(char) -> bool) -> &[u8] {
    let mut rest = bytes;
    loop {
        let (character, width) = first_rune(rest);
        if width == 0 || !cut(character) {
            return rest;
        }
        rest = &rest[width..];
    }
}

/// Returns the bytes without the trailing runes for which `cut` holds.
pub(super) fn trim_end(bytes: &[u8], cut: impl Fn(char) -> bool) -> &[u8] {
    let mut rest = bytes;
    loop {
        let (character, width) = last_rune(rest);
        if width == 0 || !cut(character) {
            return rest;
        }
        rest = &rest[..rest.len() - width];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_byte_is_a_rune_of_its_own() {
        let widths: Vec<(char, usize)> = runes(b"a\xe2\x82\xe2\x82\xac\xff").collect();
        assert_eq!(widths, [('a', 1), ('\u{fffd}', 1), ('\u{fffd}', 1), ('\u{20ac}', 3), ('\u{fffd}', 1)]);
        assert_eq!(last_rune("\u{20ac}".as_bytes()), ('\u{20ac}', 3));
        assert_eq!(last_rune(b"\xe2\x82"), ('\u{fffd}', 1));
        assert_eq!(last_rune(b"a\xac"), ('\u{fffd}', 1));
    }
}
