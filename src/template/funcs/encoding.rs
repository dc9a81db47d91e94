//! Base 64, base 32 and checksums.

use super::arguments::{Returned, bytes, string};
use crate::template::function::{Call, Function, Ty};
use crate::value::Value;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use std::fmt::Write as _;

/// The functions of this family.
pub static FAMILY: [Function; 8] = [
    Function::pure("adler32sum", &[Ty::Str], adler32sum),
    Function::pure("b32dec", &[Ty::Str], b32dec),
    Function::pure("b32enc", &[Ty::Str], b32enc),
    Function::pure("b64dec", &[Ty::Str], b64dec),
    Function::pure("b64enc", &[Ty::Str], b64enc),
    Function::pure("sha1sum", &[Ty::Str], sha1sum),
    Function::pure("sha256sum", &[Ty::Str], sha256sum),
    Function::pure("sha512sum", &[Ty::Str], sha512sum),
];

/// The sum as a decimal number.
fn adler32sum(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(adler2::adler32_slice(bytes(args, 0)).to_string())
}

fn sha1sum(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(hex(&Sha1::digest(bytes(args, 0))))
}

fn sha256sum(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(hex(&Sha256::digest(bytes(args, 0))))
}

fn sha512sum(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(hex(&Sha512::digest(bytes(args, 0))))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn b64enc(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(STANDARD.encode(bytes(args, 0)))
}

/// What cannot be decoded gives the text of Go's error as the value.
fn b64dec(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    match decode_base64(bytes(args, 0)) {
        Ok(decoded) => string(decoded),
        Err(at) => string(format!("illegal base64 data at input byte {at}")),
    }
}

/// Decodes as Go's `base64.StdEncoding`: line breaks are skipped, padding is required, spare bits are ignored. The error is
/// the place that Go reports.
pub(super) fn decode_base64(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut quantum, mut digits) = (0_u32, 0_usize);
    let characters = text.iter().copied().enumerate().filter(|(_, byte)| !matches!(byte, b'\n' | b'\r'));
    for (at, byte) in characters {
        if byte == b'=' {
            return close_base64(text, at, quantum, digits, out);
        }
        quantum = quantum << 6 | base64_digit(byte).ok_or(at)?;
        digits += 1;
        if digits == 4 {
            out.extend_from_slice(&quantum.to_be_bytes()[1..]);
            (quantum, digits) = (0, 0);
        }
    }
    if digits == 0 { Ok(out) } else { Err(text.len() - digits) }
}

/// Ends at the padding that starts at `at`, after `digits` digits of the last group of four.
fn close_base64(text: &[u8], at: usize, quantum: u32, digits: usize, mut out: Vec<u8>) -> Result<Vec<u8>, usize> {
    let significant = |from: usize| (from..text.len()).find(|at| !matches!(text[*at], b'\n' | b'\r'));
    let mut end = at + 1;
    match digits {
        0 | 1 => return Err(at),
        2 => {
            let second = significant(end).ok_or(text.len())?;
            if text[second] != b'=' {
                return Err(second - 1);
            }
            end = second + 1;
            out.push((quantum >> 4) as u8);
        }
        _ => out.extend_from_slice(&(quantum >> 2).to_be_bytes()[2..]),
    }
    significant(end).map_or(Ok(out), Err)
}

fn base64_digit(byte: u8) -> Option<u32> {
    let digit = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(digit))
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn b32enc(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let mut out = Vec::with_capacity(bytes(args, 0).len().div_ceil(5) * 8);
    for chunk in bytes(args, 0).chunks(5) {
        let mut group = [0; 8];
        group[3..3 + chunk.len()].copy_from_slice(chunk);
        let group = u64::from_be_bytes(group);
        let digits = (chunk.len() * 8).div_ceil(5);
        out.extend((0..8).map(|index| if index < digits { BASE32[(group >> (35 - 5 * index) & 31) as usize] } else { b'=' }));
    }
    string(out)
}

/// What cannot be decoded gives the text of Go's error as the value.
fn b32dec(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let text: Vec<u8> = bytes(args, 0).iter().copied().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    match decode_base32(&text) {
        Ok(decoded) => string(decoded),
        Err(at) => string(format!("illegal base32 data at input byte {at}")),
    }
}

/// Decodes as Go's `base32.StdEncoding`, padding required. The error is the place that Go reports.
fn decode_base32(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len() / 8 * 5);
    for (index, group) in text.chunks(8).enumerate() {
        let start = index * 8;
        // Go takes an equals sign for padding when fewer than eight bytes follow it, and then looks no further.
        let padding = group.iter().position(|byte| *byte == b'=').filter(|at| *at >= 2 && text.len() - (start + at + 1) < 8);
        let digits = padding.unwrap_or(group.len());
        let mut value = 0_u64;
        for (at, byte) in group[..digits].iter().enumerate() {
            let digit = BASE32.iter().position(|digit| digit == byte).ok_or(start + at)?;
            value |= (digit as u64) << (35 - 5 * at);
        }
        if padding.is_none() && digits < 8 {
            return Err(start);
        }
        if padding.is_some() {
            check_base32_padding(text.len(), start, group, digits)?;
        }
        out.extend_from_slice(&value.to_be_bytes()[3..3 + digits * 5 / 8]);
        if padding.is_some() {
            break;
        }
    }
    Ok(out)
}

/// Checks the padding that starts after `digits` digits of the last group.
fn check_base32_padding(length: usize, start: usize, group: &[u8], digits: usize) -> Result<(), usize> {
    if group.len() < 8 {
        return Err(length);
    }
    if let Some(wrong) = group[digits..].iter().position(|byte| *byte != b'=') {
        return Err(start + digits + wrong - 1);
    }
    // Of 1, 3 and 6 digits the last carries no whole byte.
    if matches!(digits, 3 | 6) { Err(start + digits) } else { Ok(()) }
}
