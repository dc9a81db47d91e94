//! Values of the user that make no difference.

use super::reads::Reads;
use super::{RenderTrace, schema_reads};
use crate::chart::metadata::Metadata;
use crate::chart::model::Chart;
use crate::diag::{Origin, nearest};
use crate::template::trace::Key;
use crate::value::{Map, Path, Value, lookup};
use memchr::memmem;

/// A value that no template reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadValue {
    /// The keys that lead to it; nothing below it is read either.
    pub path: Path,
    /// Where it was written.
    pub origin: Origin,
    /// A key beside it that is read, and that was probably meant.
    pub nearest: Option<String>,
    /// Whether a template of the chart has its last key in its text: other values may let it be read.
    pub is_mentioned: bool,
}

/// Returns the values of the user that nothing read: the topmost key of each, in the order of their paths. What a schema names,
/// conditions and tags of dependencies, what is imported, globals, and the values of subcharts that are switched off count as
/// read, and so does all that is below a list. `rendered` is the chart's metadata after its dependencies were processed.
pub fn unread_values(chart: &Chart, rendered: &Metadata, user: &Map, trace: &RenderTrace) -> Vec<UnreadValue> {
    let mut reads = Reads::of_values(trace.reads());
    add_chart(chart, &mut Vec::new(), &mut reads);
    let taking_part = rendered.dependencies.iter().flatten().flatten();
    let taking_part: Vec<&str> = taking_part.map(|dependency| effective_name(&dependency.name, &dependency.alias)).collect();
    for dependency in chart.metadata.dependencies.iter().flatten().flatten() {
        let name = effective_name(&dependency.name, &dependency.alias);
        if !taking_part.contains(&name) {
            reads.add_names([name]);
        }
    }
    let mut unread = Vec::new();
    find(user, &reads, &Path::default(), &mut unread);
    for value in &mut unread {
        value.is_mentioned = value.path.0.last().is_some_and(|key| is_mentioned(chart, key.as_bytes()));
    }
    unread
}

/// Returns the values of the user that the chart has already, with their places. `defaults` are the chart's after its
/// dependencies were processed.
pub fn redundant_values(user: &Map, defaults: &Map) -> Vec<(Path, Origin)> {
    let mut redundant = Vec::new();
    compare(user, defaults, &Path::default(), &mut redundant);
    redundant
}

fn effective_name<'n>(name: &'n str, alias: &'n str) -> &'n str {
    if alias.is_empty() { name } else { alias }
}

/// Adds what is read of the values of a chart before any template is.
fn add_chart(chart: &Chart, path: &mut Vec<Key>, reads: &mut Reads) {
    if let Some(schema) = &chart.schema {
        schema_reads::add(&schema.data, path, reads);
    }
    for shared in ["global", "tags"] {
        path.push(Key::Name(shared.into()));
        reads.add(path, true);
        path.pop();
    }
    for dependency in chart.metadata.dependencies.iter().flatten().flatten() {
        for condition in dependency.condition.split(',').map(str::trim).filter(|condition| !condition.is_empty()) {
            let mut keys = path.clone();
            keys.extend(condition.split('.').map(|key| Key::Name(key.into())));
            reads.add(&keys, true);
        }
    }
    for child in &chart.dependencies {
        let declared = chart.metadata.dependencies.iter().flatten().flatten().filter(|dependency| dependency.name == child.name());
        let mut names: Vec<&str> = declared.map(|dependency| effective_name(&dependency.name, &dependency.alias)).collect();
        if names.is_empty() {
            names.push(child.name());
        }
        for name in names {
            path.push(Key::Name(name.into()));
            add_chart(child, path, reads);
            path.pop();
        }
    }
    add_imports(chart, path, reads);
}

/// Adds what is imported from subcharts.
fn add_imports(chart: &Chart, path: &[Key], reads: &mut Reads) {
    for dependency in chart.metadata.dependencies.iter().flatten().flatten() {
        let name = effective_name(&dependency.name, &dependency.alias);
        for item in &dependency.import_values {
            let child = match item {
                Value::Str(export) => format!("exports.{export}"),
                Value::Map(map) => map.get("child").and_then(|child| child.as_str().map(str::to_owned)).unwrap_or_default(),
                _ => continue,
            };
            let mut keys = path.to_vec();
            keys.extend(std::iter::once(name).chain(child.split('.')).map(|key| Key::Name(key.into())));
            reads.add(&keys, true);
        }
    }
}

fn find(user: &Map, reads: &Reads, path: &Path, unread: &mut Vec<UnreadValue>) {
    if reads.whole {
        return;
    }
    for entry in user.entries().into_iter().filter(|entry| !entry.value.is_nil()) {
        let path = path.child(entry.key.clone());
        match (reads.below.get(&Key::Name(entry.key.clone())), &entry.value) {
            (None, _) => {
                let there: Vec<String> = reads.names().filter(|name| !user.contains_key(name)).collect();
                let nearest = nearest(&entry.key.to_text(), there.iter().map(String::as_str)).map(str::to_owned);
                unread.push(UnreadValue { path, origin: entry.origin, nearest, is_mentioned: false });
            }
            (Some(reads), Value::Map(map)) => find(map, reads, &path, unread),
            (Some(_), _) => {}
        }
    }
}

fn compare(user: &Map, defaults: &Map, path: &Path, redundant: &mut Vec<(Path, Origin)>) {
    for entry in user.entries() {
        let default = lookup(defaults, &Path(vec![entry.key.clone()]));
        let path = path.child(entry.key.clone());
        match (&entry.value, default) {
            (Value::Map(user), Some(Value::Map(defaults))) if !user.is_empty() => compare(user, &defaults, &path, redundant),
            (Value::Nil, _) | (_, None) => {}
            (value, Some(default)) if *value == default => redundant.push((path, entry.origin)),
            _ => {}
        }
    }
}

fn is_mentioned(chart: &Chart, key: &[u8]) -> bool {
    let finder = memmem::Finder::new(key);
    let is_word = |text: &[u8], at: usize| {
        let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        !before.is_some_and(part) && !text.get(at + key.len()).is_some_and(part)
    };
    let is_in = |text: &[u8]| finder.find_iter(text).any(|at| is_word(text, at));
    !key.is_empty()
        && (chart.templates.iter().any(|file| is_in(&file.data)) || chart.dependencies.iter().any(|child| is_mentioned(child, key)))
}
