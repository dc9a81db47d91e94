//! The fields of a document and the lines that they stand on.

use crate::diag::Source;
use crate::template::trace::Key;
use crate::value::Str;
use crate::yaml::{self, Node, NodeValue};
use std::fmt;
use std::ops::Range;

/// The way to a field: `spec.containers[0].image`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldPath(pub Vec<Key>);

impl FieldPath {
    /// Parses `a.b[0].c`, with `\.` for a dot inside a key; `["a.b"]` and `[a.b]` stand for such a key too.
    pub fn parse(text: &str) -> FieldPath {
        let mut keys = Vec::new();
        let mut rest = text.trim_start_matches('.');
        while !rest.is_empty() {
            if let Some((inside, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
                let name = inside.trim_matches(['"', '\'']);
                keys.push(match inside.parse() {
                    Ok(index) => Key::Index(index),
                    Err(_) => Key::Name(name.into()),
                });
                rest = after.strip_prefix('.').unwrap_or(after);
                continue;
            }
            let (name, after) = read_name(rest);
            keys.push(Key::Name(name.into()));
            rest = after;
        }
        FieldPath(keys)
    }
}

/// Reads a key up to a dot or bracket; returns what is after it, without the dot.
fn read_name(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
            '.' => return (name, &text[at + 1..]),
            '[' if at > 0 => return (name, &text[at..]),
            other => name.push(other),
        }
    }
    (name, "")
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.0.iter().enumerate() {
            match key {
                Key::Index(index) => write!(f, "[{index}]")?,
                Key::Name(name) => {
                    let dot = if index > 0 { "." } else { "" };
                    write!(f, "{dot}{}", name.to_text().replace('.', "\\."))?;
                }
            }
        }
        Ok(())
    }
}

/// Returns the path of a value as a template has it: `.Values.image.tag`.
pub fn value_name(path: &[Key]) -> String {
    format!(".{}", FieldPath(path.to_vec()))
}

/// Returns the keys of a value from the top of the templates' data: `image.tag` is below `.Values`, `.Release.Name` is as it is.
pub fn value_path(text: &str) -> Vec<Key> {
    let FieldPath(path) = FieldPath::parse(text);
    let top = if text.starts_with('.') { None } else { Some(Key::Name("Values".into())) };
    top.into_iter().chain(path).collect()
}

/// A field at the end of a path, and the lines of its document that it stands on, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The way to it.
    pub path: FieldPath,
    /// Its lines, that of its key included; those of an alias begin at its anchor.
    pub lines: Range<usize>,
}

/// Returns the fields of a document that hold scalars or nothing. Text that is no YAML has none.
pub fn fields(text: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    if let Some((document, lines)) = read(text) {
        collect(&document, None, &mut Vec::new(), &lines, &mut |field, _| fields.push(field));
    }
    fields
}

/// Returns the same fields with their values as text.
pub(super) fn fields_with_values(text: &str) -> Vec<(Field, Option<Str>)> {
    let mut fields = Vec::new();
    if let Some((document, lines)) = read(text) {
        collect(&document, None, &mut Vec::new(), &lines, &mut |field, node| fields.push((field, node.scalar_text())));
    }
    fields
}

/// Returns the lines of a field, of whatever kind; `None` where there is none.
pub(super) fn lines_of(text: &str, path: &FieldPath) -> Option<Range<usize>> {
    let (document, lines) = read(text)?;
    let (mut at, mut first) = (&document, None);
    for key in &path.0 {
        (at, first) = match (key, &at.value) {
            (Key::Name(name), NodeValue::Mapping(entries)) => {
                let (key, value) = entries.iter().rev().find(|(key, _)| key.key_text().as_ref() == Some(name))?;
                (value, Some(key))
            }
            (Key::Index(index), NodeValue::Sequence(items)) => (items.get(*index)?, None),
            _ => return None,
        };
    }
    Some(lines.of(first, at))
}

/// Where the lines of a text start.
struct Lines(Vec<usize>);

impl Lines {
    fn at(&self, byte: u32) -> usize {
        self.0.partition_point(|start| *start <= byte as usize).saturating_sub(1)
    }

    fn of(&self, key: Option<&Node>, value: &Node) -> Range<usize> {
        let anchor = value.anchor().map_or(value.span.start, |at| at as u32);
        let start = key.map_or(anchor, |key| key.span.start.min(anchor));
        let end = value.span.end.max(key.map_or(0, |key| key.span.end)).saturating_sub(1).max(start);
        self.at(start)..self.at(end) + 1
    }
}

fn read(text: &str) -> Option<(Node, Lines)> {
    let source = Source::new("", text);
    let document = yaml::nodes(&source).ok()?.into_iter().next()?;
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
    Some((document, Lines(starts)))
}

fn collect(node: &Node, key: Option<&Node>, path: &mut Vec<Key>, lines: &Lines, add: &mut dyn FnMut(Field, &Node)) {
    match &node.value {
        NodeValue::Mapping(entries) if !entries.is_empty() => {
            for (name, value) in entries {
                path.push(Key::Name(name.key_text().unwrap_or_else(|| Str::from(""))));
                collect(value, Some(name), path, lines, add);
                path.pop();
            }
        }
        NodeValue::Sequence(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                path.push(Key::Index(index));
                collect(item, None, path, lines, add);
                path.pop();
            }
        }
        _ => add(Field { path: FieldPath(path.clone()), lines: lines.of(key, node) }, node),
    }
}
