//! How to mend a template of a stack: the value, field or function that was probably meant.

use super::data::GoStruct;
use super::functions::FUNCTIONS;
use crate::diag::{Diagnostic, nearest};
use crate::value::{Map, Object, Value};
use std::collections::BTreeSet;

/// Adds to a template's mistake what is known of its data and functions.
pub(super) fn of(mistake: Diagnostic, data: &Value) -> Diagnostic {
    let title = mistake.title.clone();
    if let Some(key) = between(&title, "map has no entry for key \"", "\"") {
        return missing_key(mistake, key, data);
    }
    if let Some(field) = between(&title, "can't evaluate field ", " in type ") {
        return missing_field(mistake, field, data);
    }
    match between(&title, "function \"", "\" not defined").and_then(|name| nearest(name, FUNCTIONS.names())) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake,
    }
}

fn missing_key(mistake: Diagnostic, key: &str, data: &Value) -> Diagnostic {
    let mut keys = BTreeSet::new();
    collect_keys(data, &mut keys);
    let mistake = match nearest(key, keys.iter().map(String::as_str)) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake,
    };
    match chain(&mistake, key) {
        Some((object, path)) => mistake.help(format!("where it may be missing: `{{{{ {object} | get \"{path}\" \"default\" }}}}`")),
        None => mistake,
    }
}

/// Takes the chain of fields apart that a mistake points at: the object to look into, and the path down to the missing key.
fn chain(mistake: &Diagnostic, key: &str) -> Option<(String, String)> {
    let span = &mistake.labels.first()?.span;
    let text = &span.source.text()[span.range().start..];
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"._$".contains(byte)).count();
    let end = text[..length].find(&format!(".{key}"))? + key.len() + 1;
    let chain = &text[..end];
    match chain.strip_prefix(".Values.") {
        Some(path) => Some((".Values".to_owned(), path.to_owned())),
        None => chain.rsplit_once('.').filter(|(object, _)| !object.is_empty()).map(|(object, key)| (object.to_owned(), key.to_owned())),
    }
}

fn missing_field(mistake: Diagnostic, field: &str, data: &Value) -> Diagnostic {
    let mut structs = Vec::new();
    collect_structs(data, &mut structs);
    let owner = structs.iter().find(|names| mistake.title.ends_with(&names.0)).map(|names| names.1.as_slice()).unwrap_or_default();
    match nearest(field, owner.iter().copied()) {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None if owner.is_empty() => mistake,
        None => mistake.help(format!("there are {}", owner.join(", "))),
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let start = text.find(before)? + before.len();
    let length = text[start..].find(after)?;
    Some(&text[start..start + length])
}

fn structure(value: &Value) -> Option<&GoStruct> {
    match value {
        Value::Object(object) => object.as_any().downcast_ref(),
        _ => None,
    }
}

fn collect_keys(value: &Value, keys: &mut BTreeSet<String>) {
    if let Some(structure) = structure(value) {
        structure.fields().iter().for_each(|(_, field)| collect_keys(field, keys));
    }
    for entry in value.as_map().map(Map::entries).unwrap_or_default() {
        collect_keys(&entry.value, keys);
        keys.insert(entry.key.to_string());
    }
}

fn collect_structs(value: &Value, structs: &mut Vec<(String, Vec<&'static str>)>) {
    if let Some(structure) = structure(value) {
        structs.push((structure.type_name(), structure.fields().iter().map(|(name, _)| *name).collect()));
        structure.fields().iter().for_each(|(_, field)| collect_structs(field, structs));
    }
}
