//! Writes DER: the few forms that certificates and keys are made of.

use x509_cert::der::asn1::ObjectIdentifier;

/// The tag of a sequence.
pub(super) const SEQUENCE: u8 = 0x30;
/// The tag of a set.
pub(super) const SET: u8 = 0x31;
/// The tag of `OCTET STRING`.
pub(super) const OCTET_STRING: u8 = 0x04;
/// The tag of `NULL`.
pub(super) const NULL: u8 = 0x05;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const BOOLEAN: u8 = 0x01;
const UTF8_STRING: u8 = 0x0c;
const PRINTABLE_STRING: u8 = 0x13;

/// Writes an element: a tag, a length, and what the parts hold.
pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(length + 6);
    out.push(tag);
    match u8::try_from(length) {
        Ok(short @ ..0x80) => out.push(short),
        _ => {
            let bytes = length.to_be_bytes();
            let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
            out.push(0x80 | bytes.len() as u8);
            out.extend_from_slice(bytes);
        }
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// Writes a sequence.
pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(SEQUENCE, parts)
}

/// Writes a number that is not negative, given by its bytes, the highest first.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let digits = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    let zero: &[u8] = if digits.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
    element(INTEGER, &[zero, digits])
}

/// Writes a bit string whose last `unused` bits do not count.
pub(super) fn bit_string(unused: u8, bytes: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[unused], bytes])
}

/// Writes an object identifier.
pub(super) fn identifier(identifier: ObjectIdentifier) -> Vec<u8> {
    element(OBJECT_IDENTIFIER, &[identifier.as_bytes()])
}

/// Writes `TRUE`.
pub(super) fn truth() -> Vec<u8> {
    element(BOOLEAN, &[&[0xff]])
}

/// Writes a text with the plainest string type that can hold it, as encoding/asn1 chooses it.
pub(super) fn text(text: &str) -> Vec<u8> {
    let printable = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'\''..=b')' | b'+'..=b'/' | b' ' | b':' | b'=' | b'?');
    let tag = if text.bytes().all(printable) { PRINTABLE_STRING } else { UTF8_STRING };
    element(tag, &[text.as_bytes()])
}

/// Writes `[number]` around what the parts hold.
pub(super) fn context(number: u8, parts: &[&[u8]]) -> Vec<u8> {
    element(0xa0 | number, parts)
}

/// Writes `[number]` in place of the tag of a string.
pub(super) fn context_string(number: u8, bytes: &[u8]) -> Vec<u8> {
    element(0x80 | number, &[bytes])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_signs_are_written_in_the_shortest_form() {
        assert_eq!(integer(&[0, 0]), [2, 1, 0]);
        assert_eq!(integer(&[0, 0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[0x7f]), [2, 1, 0x7f]);
        assert_eq!(element(4, &[&[0; 127]])[..2], [4, 127]);
        assert_eq!(element(4, &[&[0; 128]])[..3], [4, 0x81, 128]);
        assert_eq!(element(4, &[&[0; 256]])[..4], [4, 0x82, 1, 0]);
        assert_eq!(text("*.a")[0], UTF8_STRING);
        assert_eq!(text("my ca")[0], PRINTABLE_STRING);
    }
}
