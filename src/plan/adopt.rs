//! Recognises the random values of a release that was made without a seed, so that they stay.

use crate::diff::Object;
use crate::manifest::ObjectId;
use crate::value::Str;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A made-up text shorter than this may stand in a field by accident.
const SHORTEST: usize = 5;

/// Finds, for texts that a render made up, those that the release had in the same fields before. `made` has them by the names of
/// their calls; so has the result. A field counts where everything around its made-up texts is what it was; base 64 is looked into.
/// What two fields disagree about is left out.
pub fn recognise(made: &BTreeMap<String, Str>, new: &[Object], old: &[Object]) -> BTreeMap<String, String> {
    let texts: Vec<(&str, &str)> =
        made.iter().filter_map(|(name, text)| Some((name.as_str(), text.as_str()?))).filter(|(_, text)| text.len() >= SHORTEST).collect();
    let mut found = Found { texts, values: BTreeMap::new() };
    let before: BTreeMap<&ObjectId, &Json> = old.iter().map(|object| (&object.id, &object.body)).collect();
    for object in new {
        if let Some(body) = before.get(&object.id) {
            found.compare(&object.body, body);
        }
    }
    found.values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

struct Found<'m> {
    texts: Vec<(&'m str, &'m str)>,
    /// Nothing where fields disagree.
    values: BTreeMap<&'m str, Option<String>>,
}

impl<'m> Found<'m> {
    fn compare(&mut self, new: &Json, old: &Json) {
        match (new, old) {
            (Json::Object(new), Json::Object(old)) => {
                for (key, value) in new {
                    if let Some(before) = old.get(key) {
                        self.compare(value, before);
                    }
                }
            }
            (Json::Array(new), Json::Array(old)) => new.iter().zip(old).for_each(|(new, old)| self.compare(new, old)),
            (Json::String(new), Json::String(old)) if new != old => {
                if !self.text(new, old)
                    && let (Some(new), Some(old)) = (unpacked(new), unpacked(old))
                {
                    self.text(&new, &old);
                }
            }
            _ => {}
        }
    }

    /// Compares a field. Says whether any made-up text is in it.
    fn text(&mut self, new: &str, old: &str) -> bool {
        let parts = self.parts(new);
        if parts.is_empty() {
            return false;
        }
        if let Some(values) = values_at(new, old, &parts) {
            for ((_, _, name), value) in parts.iter().zip(values) {
                let known = self.values.entry(name).or_insert_with(|| Some(value.to_owned()));
                if known.as_deref() != Some(value) {
                    *known = None;
                }
            }
        }
        true
    }

    /// Returns where made-up texts stand in a field: begin, end and name, in order, without overlaps.
    fn parts(&self, field: &str) -> Vec<(usize, usize, &'m str)> {
        let all = self.texts.iter().flat_map(|(name, text)| field.match_indices(text).map(|(at, text)| (at, at + text.len(), *name)));
        let mut all: Vec<(usize, usize, &'m str)> = all.collect();
        all.sort_unstable();
        let mut end = 0;
        all.retain(|part| {
            let is_free = part.0 >= end;
            if is_free {
                end = part.1;
            }
            is_free
        });
        all
    }
}

fn unpacked(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}

/// Returns what the old field has in the places of the parts, if all else in it is the same. A part that stands alone may have another
/// length, as certificates have.
fn values_at<'o>(new: &str, old: &'o str, parts: &[(usize, usize, &str)]) -> Option<Vec<&'o str>> {
    if let [(start, end, _)] = parts {
        let (before, after) = (&new[..*start], &new[*end..]);
        let value = old.strip_prefix(before)?.strip_suffix(after)?;
        let is_text = new[*start..*end].contains("-----BEGIN ");
        let is_like = value.len() == end - start || is_text && value.starts_with("-----BEGIN ");
        return is_like.then(|| vec![value]);
    }
    if new.len() != old.len() {
        return None;
    }
    let mut at = 0;
    let mut values = Vec::with_capacity(parts.len());
    for (start, end, _) in parts {
        if old.get(at..*start)? != &new[at..*start] {
            return None;
        }
        values.push(old.get(*start..*end)?);
        at = *end;
    }
    (old.get(at..)? == &new[at..]).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(new: Json, old: Json, expected: &[(&str, &str)]) {
        let made = [("a", "AAAAAAAA"), ("b", "BBBBBB"), ("c", "-----BEGIN CERTIFICATE-----\nX\n"), ("d", "1234")];
        let made = made.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
        let object = |data: Json| {
            let body = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "data": data});
            Object { id: ObjectId::of(&body).expect("has an identity"), body, template: String::new() }
        };
        let found = recognise(&made, &[object(new)], &[object(old)]);
        let expected = expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_value_is_known_by_what_stands_around_it() {
        check(json!({"url": "http://me:AAAAAAAA@host"}), json!({"url": "http://me:password@host"}), &[("a", "password")]);
        check(json!({"url": "http://me:AAAAAAAA@host"}), json!({"url": "http://you:password@host"}), &[]);
        check(json!({"url": "AAAAAAAA:BBBBBB"}), json!({"url": "password:secret"}), &[("a", "password"), ("b", "secret")]);
    }

    #[test]
    fn base_64_is_looked_into_and_certificates_may_have_another_length() {
        check(json!({"p": STANDARD.encode("AAAAAAAA")}), json!({"p": STANDARD.encode("password")}), &[("a", "password")]);
        let old = "-----BEGIN CERTIFICATE-----\nlonger\n";
        check(json!({"crt": "-----BEGIN CERTIFICATE-----\nX\n"}), json!({"crt": old}), &[("c", old)]);
    }

    #[test]
    fn what_is_not_certain_is_left_out() {
        check(json!({"x": "AAAAAAAA", "y": "AAAAAAAA"}), json!({"x": "password", "y": "passw0rd"}), &[]);
        check(json!({"x": "AAAAAAAA"}), json!({"x": "short"}), &[]);
        check(json!({"x": "1234"}), json!({"x": "5678"}), &[]);
    }
}
