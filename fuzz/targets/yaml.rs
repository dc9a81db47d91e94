//! YAML and JSON: any bytes are read or refused, and what was read is written so that it reads the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stackwright::value::deep_equal;
use stackwright::yaml;

/// Line breaks beside those of ASCII, as JSON has them.
const BREAKS: [&str; 3] = ["\u{85}", "\\u2028", "\\u2029"];

fuzz_target!(|bytes: &[u8]| {
    match yaml::parse_bytes(bytes) {
        Ok(value) => {
            // Go writes a key `<<` without quotes too, and then reads a merge; it folds the line breaks of Unicode into spaces.
            let is_plain = |text: &str| {
                !text.contains("<<:") && !yaml::json::to_string(&value).is_ok_and(|json| BREAKS.iter().any(|found| json.contains(found)))
            };
            if let Some(text) = yaml::to_string(&value).ok().filter(|text| is_plain(text)) {
                let again = yaml::parse_str(&text).unwrap_or_else(|error| panic!("cannot be read again: {error}\n{text}"));
                assert!(deep_equal(&value, &again), "reads as something else:\n{text}");
            }
            if let Ok(text) = yaml::json::to_string(&value) {
                let again = yaml::json::parse(&text).unwrap_or_else(|error| panic!("cannot be read again: {error}\n{text}"));
                assert!(deep_equal(&value, &again), "reads as something else:\n{text}");
            }
            let _ = yaml::to_string_pretty(&value);
        }
        Err(error) => drop((error.to_string(), error.diagnostic())),
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = yaml::parse_documents(&stackwright::diag::Source::new("fuzz", text.as_ref()));
    let _ = yaml::json::parse(&text);
});
