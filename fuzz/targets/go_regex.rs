//! Patterns: a pattern, a replacement and a text, with line breaks between them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stackwright::template::go_regex::{Regex, quote_meta};

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let [pattern, replacement, text] = [parts.next(), parts.next(), parts.next()].map(Option::unwrap_or_default);
    match Regex::from_bytes(pattern) {
        Ok(regex) => {
            let found = regex.find_all(text, -1);
            assert_eq!(regex.is_match(text), !found.is_empty());
            assert!(found.iter().all(|range| range.start <= range.end && range.end <= text.len()));
            assert_eq!(regex.replace_all(text, b"$0"), text);
            let _ = (regex.replace_all(text, replacement), regex.split(text, -1));
        }
        Err(error) => drop(error.to_string()),
    }
    let quoted = Regex::from_bytes(&quote_meta(text));
    if let Ok(quoted) = quoted {
        assert_eq!(quoted.find(text), Some(0..text.len()));
    }
});
