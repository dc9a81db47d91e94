//! Seals what is secret: a keyed digest stands for it, by which it is known again.

use super::generated::GENERATED;
use crate::diff::is_secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use regex_automata::meta::Regex;
use serde_json::Value as Json;
use sha2::Sha256;
use std::collections::BTreeSet;

/// Texts of Secrets that are shorter stand in too many places by accident.
const SHORTEST: usize = 4;
/// Words that stand everywhere and are no secret, although some Secrets hold them.
const WORDS: [&str; 4] = ["true", "false", "null", "none"];
/// So many bytes of a digest are kept: enough to know a value again.
const KEPT: usize = 12;

/// Seals values with the key of one cluster. Without a key, only their lengths are kept.
///
/// The key is derived from the file's salt and from what only those know who can read the cluster, so that a guessed password cannot be
/// tried on a file that has left the house.
pub struct Sealer {
    key: Option<[u8; 32]>,
}

impl Sealer {
    /// Makes a sealer for a cluster that is known by `identity`.
    pub fn new(identity: Option<&[u8]>, salt: &[u8]) -> Sealer {
        let derive = |identity: &[u8]| {
            let mut key = [0; 32];
            // 32 bytes are less than HKDF's limit.
            let expanded = Hkdf::<Sha256>::new(Some(salt), identity).expand(b"stackwright plan file", &mut key);
            expanded.ok().map(|()| key)
        };
        Sealer { key: identity.and_then(derive) }
    }

    /// Returns the keyed digest of a text; nothing without a key.
    pub fn digest(&self, text: &[u8]) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key?).ok()?;
        mac.update(text);
        Some(mac.finalize().into_bytes().iter().take(KEPT).map(|byte| format!("{byte:02x}")).collect())
    }

    /// Returns an object without the values of Secrets: those of its own, where it is one, and `texts` of others, in every text.
    pub fn seal(&self, object: &Json, texts: &SecretTexts) -> Json {
        let mut sealed = object.clone();
        if is_secret(object) {
            for place in ["data", "stringData"] {
                if let Some(values) = sealed.get_mut(place).and_then(Json::as_object_mut) {
                    let known = values.values_mut().filter(|value| *value != GENERATED);
                    known.for_each(|value| *value = Json::String(self.sealed_value(value, place == "data")));
                }
            }
        }
        let skipped: &[&str] = if is_secret(object) { &["data", "stringData"] } else { &[] };
        self.seal_texts(&mut sealed, texts, skipped);
        sealed
    }

    fn seal_texts(&self, value: &mut Json, texts: &SecretTexts, skipped: &[&str]) {
        match value {
            Json::String(text) => {
                if let Some(sealed) = self.sealed_text(text, texts) {
                    *text = sealed;
                }
            }
            Json::Array(items) => items.iter_mut().for_each(|item| self.seal_texts(item, texts, &[])),
            Json::Object(map) => {
                let open = map.iter_mut().filter(|(key, _)| !skipped.contains(&key.as_str()));
                open.for_each(|(_, value)| self.seal_texts(value, texts, &[]));
            }
            _ => {}
        }
    }

    /// Returns a text without the secrets in it; nothing where there is none.
    fn sealed_text(&self, text: &str, texts: &SecretTexts) -> Option<String> {
        let mut found = texts.0.as_ref()?.find_iter(text).peekable();
        found.peek()?;
        let (mut sealed, mut at) = (String::new(), 0);
        for secret in found {
            sealed.push_str(&text[at..secret.start()]);
            sealed.push_str(&self.sealed(text[secret.range()].as_bytes()));
            at = secret.end();
        }
        Some(sealed + &text[at..])
    }

    fn sealed_value(&self, value: &Json, is_base64: bool) -> String {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match STANDARD.decode(&text) {
            Ok(bytes) if is_base64 => self.sealed(&bytes),
            _ => self.sealed(text.as_bytes()),
        }
    }

    fn sealed(&self, bytes: &[u8]) -> String {
        let digest = self.digest(bytes).map(|digest| format!("{digest}, ")).unwrap_or_default();
        format!("sealed({digest}{} bytes)", bytes.len())
    }
}

/// Texts that are secret wherever they stand.
#[derive(Debug, Default)]
pub struct SecretTexts(Option<Regex>);

impl SecretTexts {
    /// Takes the values of all Secrets among objects, and `more`, as far as they are texts and long enough to mean something. Names of
    /// objects are left out: they stand in clear everywhere.
    pub fn of<'o>(objects: impl IntoIterator<Item = &'o Json> + Clone, more: Vec<String>) -> SecretTexts {
        let mut texts: BTreeSet<String> = more.into_iter().collect();
        for object in objects.clone().into_iter().filter(|object| is_secret(object)) {
            let values = |place: &str| object.get(place).and_then(Json::as_object).into_iter().flat_map(|values| values.values());
            texts.extend(values("stringData").filter_map(|value| value.as_str().map(str::to_owned)));
            texts.extend(values("data").filter_map(|value| String::from_utf8(STANDARD.decode(value.as_str()?).ok()?).ok()));
        }
        texts.retain(|text| text.len() >= SHORTEST && !text.trim().is_empty() && !WORDS.contains(&text.as_str()));
        for object in objects {
            for pointer in ["/metadata/name", "/metadata/namespace", "/kind", "/apiVersion"] {
                if let Some(name) = object.pointer(pointer).and_then(Json::as_str) {
                    texts.remove(name);
                }
            }
        }
        let encoded: Vec<String> = texts.iter().map(|text| STANDARD.encode(text)).collect();
        texts.extend(encoded);
        SecretTexts(any_of(&texts))
    }
}

/// Returns a pattern that finds the longest of some texts; nothing where there are none.
fn any_of(texts: &BTreeSet<String>) -> Option<Regex> {
    let mut texts: Vec<&String> = texts.iter().collect();
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    let patterns: Vec<String> = texts.into_iter().map(|text| regex_syntax::escape(text)).collect();
    if patterns.is_empty() {
        return None;
    }
    let without_limit = regex_automata::meta::Config::new().nfa_size_limit(None);
    let pattern = Regex::builder().configure(without_limit).build_many(&patterns);
    Some(pattern.expect("texts without anything special are a pattern, and its size has no limit"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn secret() -> Json {
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "web"}, "data": {"password": "c3dvcmRmaXNo"}, "stringData": {"user": "web"}})
    }

    #[test]
    fn a_secret_is_known_again_and_cannot_be_read() {
        let (one, same, other) = (Sealer::new(Some(b"a"), b"s"), Sealer::new(Some(b"a"), b"s"), Sealer::new(Some(b"b"), b"s"));
        let texts = SecretTexts::of([&secret()], Vec::new());
        let sealed = one.seal(&secret(), &texts);
        assert!(!sealed.to_string().contains("c3dvcmRmaXNo"), "{sealed}");
        assert!(sealed["data"]["password"].as_str().unwrap().ends_with(", 9 bytes)"), "{sealed}");
        assert_eq!(sealed, same.seal(&secret(), &texts));
        assert_ne!(sealed, other.seal(&secret(), &texts));
    }

    #[test]
    fn texts_of_secrets_are_sealed_wherever_they_stand_but_not_names() {
        let texts = SecretTexts::of([&secret()], Vec::new());
        let map = json!({"kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"url": "http://web:swordfish@host", "same": "swordfish", "user": "web", "encoded": "c3dvcmRmaXNo"}});
        let sealed = Sealer::new(Some(b"a"), b"s").seal(&map, &texts);
        assert!(!sealed.to_string().contains("swordfish") && !sealed.to_string().contains("c3dvcmRmaXNo"), "{sealed}");
        assert_eq!((&sealed["metadata"]["name"], &sealed["data"]["user"]), (&json!("web"), &json!("web")));
    }

    #[test]
    fn without_a_key_only_the_length_is_left() {
        assert_eq!(Sealer::new(None, b"s").seal(&secret(), &SecretTexts::default())["data"]["password"], "sealed(9 bytes)");
    }
}
