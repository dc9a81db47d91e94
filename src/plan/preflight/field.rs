//! The server's names of fields, found in the object.

use crate::chart::FieldPath;
use crate::template::trace::Key;
use serde_json::Value as Json;

/// Returns the way to a field that the server names: `spec.replicas`, `spec.containers[0].name`, `data[a.b]`,
/// `.spec.containers[name="web"].env` of server-side apply. Items that are named by their keys are found by them; keys of maps may
/// hold dots.
///
/// Rule: k8s.io/apimachinery pkg/util/validation/field (`Path.String`), sigs.k8s.io/structured-merge-diff fieldpath (`Path.String`).
pub fn field_path(text: &str, object: &Json) -> FieldPath {
    let mut keys = Vec::new();
    let (mut node, mut rest) = (object, text);
    while !rest.is_empty() {
        let (key, after) = match rest.strip_prefix('[').and_then(split_bracket) {
            Some((inside, after)) => (bracket_key(inside, node), after),
            None => {
                let (name, after) = split_name(rest.strip_prefix('.').unwrap_or(rest), node);
                (Some(Key::Name(name.into())), after)
            }
        };
        // An item that is not found: its list is the nearest that can be shown.
        let Some(key) = key else { break };
        node = match &key {
            Key::Name(name) => &node[name.to_text().as_ref()],
            Key::Index(index) => &node[*index],
        };
        // A text that begins with a dot after a dot, or ends with one, names nothing more.
        if after.len() == rest.len() {
            break;
        }
        keys.push(key);
        rest = after;
    }
    FieldPath(keys)
}

/// Returns what a field of an object holds.
pub(super) fn value_at<'j>(object: &'j Json, path: &FieldPath) -> Option<&'j Json> {
    path.0.iter().try_fold(object, |node, key| match key {
        Key::Name(name) => node.get(name.to_text().as_ref()),
        Key::Index(index) => node.get(*index),
    })
}

/// Splits `name="a]b"].rest` at the bracket's end.
fn split_bracket(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quoted => drop(characters.next()),
            '"' => quoted = !quoted,
            ']' if !quoted => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

fn bracket_key(inside: &str, node: &Json) -> Option<Key> {
    match node {
        Json::Array(items) => match inside.parse() {
            Ok(index) => Some(Key::Index(index)),
            Err(_) => items.iter().position(|item| is_named(item, inside)).map(Key::Index),
        },
        _ => Some(Key::Name(inside.trim_matches('"').into())),
    }
}

/// Says whether an item of a list has the keys of `containerPort=80,protocol="TCP"`, or is the value of `="a"`.
fn is_named(item: &Json, keys: &str) -> bool {
    if let Some(value) = keys.strip_prefix('=') {
        return item.to_string() == value;
    }
    let mut pairs = keys.split(',').filter_map(|pair| pair.split_once('='));
    // The server adds keys by their defaults, which the object need not have.
    pairs.all(|(key, value)| item.get(key).is_none_or(|own| own.to_string() == value)) && keys.contains('=')
}

/// Splits the next name off; of the object's own keys the longest counts.
fn split_name<'t>(text: &'t str, node: &Json) -> (&'t str, &'t str) {
    let ends_there = |key: &&String| text.strip_prefix(key.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    let known = node.as_object().and_then(|map| map.keys().filter(ends_there).max_by_key(|key| key.len()));
    let end = known.map_or_else(|| text.find(['.', '[']).unwrap_or(text.len()), String::len);
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::field_path;
    use serde_json::json;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let object = json!({
            "metadata": {"labels": {"app.kubernetes.io/name": "x"}},
            "data": {"a.b": "1"},
            "spec": {"containers": [{"name": "side"}, {"name": "web", "env": [{"name": "A"}], "ports": [{"containerPort": 80}]}], "set": ["a", "b"]},
        });
        assert_eq!(field_path(text, &object).to_string(), expected);
    }

    #[test]
    fn servers_names_become_ways_in_the_object() {
        check("spec.replicas", "spec.replicas");
        check("spec.containers[1].env[0].name", "spec.containers[1].env[0].name");
        check(".spec.containers[name=\"web\"].env[name=\"A\"].value", "spec.containers[1].env[0].value");
        check(".spec.containers[name=\"web\"].ports[containerPort=80,protocol=\"TCP\"].hostPort", "spec.containers[1].ports[0].hostPort");
        check(".spec.set[=\"b\"]", "spec.set[1]");
        check("data[a.b]", r"data.a\.b");
        check(".metadata.labels.app.kubernetes.io/name", r"metadata.labels.app\.kubernetes\.io/name");
        check("spec.containers[name=\"none\"].image", "spec.containers");
    }

    #[test]
    fn texts_that_name_no_field_do_no_harm() {
        for text in ["", ".", "..", "[", "[]", "spec..x", "spec.containers[", "<nil>"] {
            field_path(text, &json!({"spec": {"containers": []}}));
        }
    }
}
