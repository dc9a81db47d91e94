//! A tree that keeps the place of everything, for configuration that is read by hand.

use crate::diag::{Origin, Span};
use crate::value::format_float32;
use crate::value::{Entry, List, Map, MapKind, Str, Value};
use crate::yaml::resolve::{Scalar, resolve};

/// One node of a document and its place. What an alias stands for has the place of the alias.
#[derive(Clone, Debug)]
pub struct Node {
    /// The bytes of the node.
    pub span: Span,
    /// What it is.
    pub value: NodeValue,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum NodeValue {
    /// Nothing, `~` or `null`.
    Null,
    /// A boolean of YAML 1.1: `true`, `yes`, `on`, ...
    Bool(bool),
    /// A number as it was written, and its value.
    Number(Str, f64),
    /// A text.
    String(Str),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the text; of two equal keys, both. Merged entries stand where `<<` stood.
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    /// Returns the value of a key of a mapping; of two equal keys, the last one's.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().rev().find(|(name, _)| name.key_text().is_some_and(|text| text == key)).map(|(_, value)| value)
    }

    /// Returns the keys and values of a mapping; none for anything else.
    pub fn entries(&self) -> &[(Node, Node)] {
        match &self.value {
            NodeValue::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// Returns the items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            NodeValue::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Returns the byte of the anchor whose node this one repeats; `None` for a node that is written where it stands.
    pub fn anchor(&self) -> Option<usize> {
        let text = self.span.source.text().as_bytes();
        let before = text.get(..self.span.start as usize)?;
        let name = text.get(self.span.start as usize..self.span.end as usize)?.strip_prefix(b"*")?;
        let is_of_name = |byte: Option<&u8>| byte.is_some_and(|byte| !byte.is_ascii_whitespace() && !b",[]{}".contains(byte));
        let is_it = |at: &usize| before[*at] == b'&' && before[at + 1..].starts_with(name) && !is_of_name(before.get(at + 1 + name.len()));
        // An alias without an anchor is refused by the reader.
        Some((0..before.len()).rev().find(is_it).unwrap_or_default())
    }

    /// Returns the text, if it is one of valid UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            NodeValue::String(text) => text.as_str(),
            _ => None,
        }
    }

    /// Returns the boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            NodeValue::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match &self.value {
            NodeValue::Number(_, value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the text of a scalar as it was written, `true` and `false` for booleans; nothing for null and collections.
    pub fn scalar_text(&self) -> Option<Str> {
        match &self.value {
            NodeValue::String(text) | NodeValue::Number(text, _) => Some(text.clone()),
            NodeValue::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
            _ => None,
        }
    }

    /// Returns the string that this node is as a key: sigs.k8s.io/yaml's form of booleans and numbers (`0x10` is `16`).
    pub fn key_text(&self) -> Option<Str> {
        match &self.value {
            NodeValue::String(text) => Some(text.clone()),
            NodeValue::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
            NodeValue::Number(text, value) => Some(match resolve(&text.to_text()) {
                Scalar::Int(value) => value.to_string().into(),
                Scalar::Uint(value) => value.to_string().into(),
                _ => format_float32(*value).into(),
            }),
            _ => None,
        }
    }

    /// Says whether it is nothing, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value, NodeValue::Null)
    }

    /// Returns the line on which it starts, from 1.
    pub fn line(&self) -> usize {
        self.span.line_column().line
    }

    /// Returns what it is, for messages: `null`, `a boolean`, `a number`, `a string`, `a list`, `a map`.
    pub fn kind_name(&self) -> &'static str {
        match self.value {
            NodeValue::Null => "null",
            NodeValue::Bool(_) => "a boolean",
            NodeValue::Number(..) => "a number",
            NodeValue::String(_) => "a string",
            NodeValue::Sequence(_) => "a list",
            NodeValue::Mapping(_) => "a map",
        }
    }

    /// Returns the keys that a mapping holds twice: the earlier and the later one. Keys that came through `<<` from
    /// elsewhere do not count: to set them again is what merging is for.
    pub fn duplicate_keys(&self) -> Vec<(&Node, &Node)> {
        let own = |node: &Node| node.span.start >= self.span.start && node.span.end <= self.span.end;
        let mut keys: Vec<(Str, &Node)> =
            self.entries().iter().filter(|(key, _)| own(key)).filter_map(|(key, _)| Some((key.key_text()?, key))).collect();
        keys.sort_by(|a, b| a.0.cmp(&b.0));
        let mut duplicates: Vec<_> = keys.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| (pair[0].1, pair[1].1)).collect();
        duplicates.sort_by_key(|(_, later)| later.span.start);
        duplicates
    }

    /// Returns the value as [`parse`](super::super::parse) would read it. Entries whose key has no string are left out.
    pub fn to_value(&self) -> Value {
        match &self.value {
            NodeValue::Null => Value::Nil,
            NodeValue::Bool(value) => Value::Bool(*value),
            NodeValue::Number(_, value) => Value::Float(*value),
            NodeValue::String(text) => Value::Str(text.clone()),
            NodeValue::Sequence(items) => Value::List(items.iter().map(Node::to_value).collect::<List>()),
            NodeValue::Mapping(entries) => {
                let entry =
                    |(key, value): &(Node, Node)| Some(Entry { key: key.key_text()?, value: value.to_value(), origin: key.origin() });
                Value::Map(Map::from_entries(MapKind::Any, entries.iter().filter_map(entry).collect()))
            }
        }
    }

    fn origin(&self) -> Origin {
        self.span.origin()
    }
}

impl From<&Node> for Value {
    fn from(node: &Node) -> Self {
        node.to_value()
    }
}
