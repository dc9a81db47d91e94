//! Replaces matches, by a literal text or by a template with `$1` and `${name}`.

use super::Regex;
use std::ops::Range;

impl Regex {
    /// Replaces every match; `$1`, `${1}`, `$name` and `${name}` in the replacement stand for groups, `$$` for a dollar.
    pub fn replace_all(&self, text: &[u8], replacement: &[u8]) -> Vec<u8> {
        if !replacement.contains(&b'$') {
            return self.replace_all_literal(text, replacement);
        }
        self.replace_with(text, |out, group| self.expand(replacement, text, group, out))
    }

    /// Replaces every match by the replacement as it is.
    pub fn replace_all_literal(&self, text: &[u8], replacement: &[u8]) -> Vec<u8> {
        self.replace_with(text, |out, _| out.extend_from_slice(replacement))
    }

    fn expand(&self, template: &[u8], text: &[u8], group: &dyn Fn(usize) -> Option<Range<usize>>, out: &mut Vec<u8>) {
        let mut rest = template;
        while let Some(dollar) = rest.iter().position(|byte| *byte == b'$') {
            out.extend_from_slice(&rest[..dollar]);
            rest = &rest[dollar + 1..];
            if let Some(after) = rest.strip_prefix(b"$") {
                out.push(b'$');
                rest = after;
            } else if let Some((name, after)) = take_name(rest) {
                if let Some(range) = self.named(name, group) {
                    out.extend_from_slice(&text[range]);
                }
                rest = after;
            } else {
                out.push(b'$');
            }
        }
        out.extend_from_slice(rest);
    }

    /// Returns where the group of that number or name matched; of several with one name, the first that did.
    fn named(&self, name: &str, group: &dyn Fn(usize) -> Option<Range<usize>>) -> Option<Range<usize>> {
        let leading_zero = name.len() > 1 && name.starts_with('0');
        if !leading_zero && name.bytes().all(|byte| byte.is_ascii_digit()) {
            return name.parse().ok().and_then(group);
        }
        let indexes = self.group_names.iter().enumerate().filter(|(_, own)| *own == name);
        indexes.map(|(index, _)| group(index)).find_map(|range| range)
    }
}

/// Takes `name` or `{name}` from the start of what follows a dollar; names are letters, digits and `_`.
fn take_name(text: &[u8]) -> Option<(&str, &[u8])> {
    let inner = text.strip_prefix(b"{").unwrap_or(text);
    let valid = inner.utf8_chunks().next()?.valid();
    let end = valid.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(valid.len());
    if end == 0 {
        return None;
    }
    let rest = &inner[end..];
    let rest = if inner.len() < text.len() { rest.strip_prefix(b"}")? } else { rest };
    Some((&valid[..end], rest))
}

/// Puts a backslash before each character that means something in a pattern (`regexp.QuoteMeta`).
pub fn quote_meta(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if br"\.+*?()|[]{}^$".contains(byte) {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out
}
