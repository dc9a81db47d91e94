//! Passwords that are defaults of charts, and where rendered objects still have them.

use base64::Engine as _;
use regex_automata::meta::Regex;
use serde_json::Value as Json;
use stackwright::chart::values::parse_documents;
use stackwright::diag::Source;
use std::collections::BTreeSet;

/// Collects what a chart's values have as passwords, keys and tokens. `key` is the one that `value` stands behind.
pub fn collect(value: &Json, key: &str, defaults: &mut BTreeSet<String>) {
    const KEYS: [&str; 9] =
        ["password", "passphrase", "erlang_cookie", "shared_secret", "heartbeat_key", "secret_key", "token", "old_kek", "_pass"];
    match value {
        Json::Object(map) => map.iter().for_each(|(key, value)| collect(value, key, defaults)),
        Json::Array(items) => items.iter().for_each(|item| collect(item, key, defaults)),
        Json::String(text) if KEYS.iter().any(|known| key.ends_with(known)) => {
            let is_text = !text.is_empty() && !text.contains(' ') && !matches!(text.as_str(), "None" | "null" | "True" | "False");
            defaults.extend(is_text.then(|| text.clone()));
        }
        _ => {}
    }
}

/// Returns where defaults stand as passwords: behind a key that is named so, between `:` and `@` of an address, or as all of a value.
pub fn left(rendered: &str, defaults: &BTreeSet<String>) -> Vec<String> {
    let mut left = Vec::new();
    let patterns: Vec<(&String, Regex)> = defaults.iter().map(|word| (word, pattern(word))).collect();
    for document in rendered.split("\n---\n") {
        let object = parse_documents(&Source::new("rendered", document))
            .map(|map| serde_json::to_value(&map).unwrap_or_default())
            .unwrap_or_default();
        let name = format!("{} {}", object["kind"], object["metadata"]["name"]);
        let data = object["data"].as_object().filter(|_| object["kind"] == "Secret");
        let decode = |value: &Json| base64::engine::general_purpose::STANDARD.decode(value.as_str()?).ok();
        let texts = data.into_iter().flatten().filter_map(|(key, value)| Some((key.as_str(), String::from_utf8(decode(value)?).ok()?)));
        for (key, text) in texts.chain([("", document.to_owned())]) {
            for (word, pattern) in &patterns {
                // How one logs in, and as whom.
                let is_other = matches!(key, "OS_AUTH_TYPE" | "OS_USERNAME");
                if pattern.is_match(&text) || (!key.is_empty() && !is_other && text.trim() == word.as_str()) {
                    left.push(format!("{name} {key}: {word}"));
                }
            }
        }
    }
    left
}

fn pattern(word: &str) -> Regex {
    let word: String =
        word.chars().map(|letter| if letter.is_alphanumeric() { letter.to_string() } else { format!("\\{letter}") }).collect();
    let keys = "(?:pass(?:word|wd|phrase)?|secret|token|_key|cookie|kek)";
    Regex::new(&format!(r#"(?mi)(?:{keys}["']?\s*[=:]\s*["']?{word}["']?\s*(?:,|$)|:{word}@)"#)).expect("letters are escaped")
}
