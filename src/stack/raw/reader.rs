//! From nodes to records, with every mistake told.

use super::field::Spanned;
use super::record::{Key, Record, Support};
use super::release::RawRelease;
use crate::diag::{Diagnostic, Diagnostics, Span, nearest};
use crate::stack::error::Error;
use crate::stack::rendered::Rendered;
use crate::value::{Entry, List, Map, MapKind, Str, Value};
use crate::yaml::{Node, NodeValue};

/// Reads records; collects what is wrong with them.
pub(in crate::stack) struct Reader<'a> {
    rendered: Option<&'a Rendered>,
    diagnostics: Diagnostics,
}

impl<'a> Reader<'a> {
    /// Makes a reader. Places in text that was rendered are shown in its template where that is possible.
    pub(in crate::stack) fn new(rendered: Option<&'a Rendered>) -> Self {
        Reader { rendered, diagnostics: Diagnostics::new() }
    }

    /// Returns what was wrong.
    pub(in crate::stack) fn finish(self) -> Diagnostics {
        self.diagnostics
    }

    /// Reads a mapping with a fixed set of keys. Nothing at all is an empty one.
    pub(in crate::stack) fn record<R: Record>(&mut self, node: &Node) -> Option<Spanned<R>> {
        let span = self.span(node);
        let mut record = R::default();
        match (&node.value, R::SHORT) {
            (NodeValue::Null, _) => {}
            (NodeValue::String(_), Some(key)) => record.read_key(key, node, self),
            (NodeValue::Mapping(_), _) => {
                for (key, value) in self.pairs(node) {
                    self.read_pair(&mut record, &key, value);
                }
            }
            _ => {
                return self.mismatch(node, &format!("a mapping ({})", R::NOUN));
            }
        }
        Some(Spanned { value: record, span })
    }

    fn read_pair<R: Record>(&mut self, record: &mut R, key: &Spanned<String>, value: &Node) {
        match R::KEYS.iter().find(|known| known.name == key.value) {
            Some(known) => {
                record.read_key(known.name, value, self);
                self.tell_support::<R>(known, value, &key.span);
            }
            None => self.unknown_key::<R>(key),
        }
    }

    fn tell_support<R: Record>(&mut self, key: &Key, value: &Node, span: &Span) {
        if is_empty(value) {
            return;
        }
        let error = |help| Error::Unsupported { noun: R::NOUN, key: key.name, help, span: span.clone() };
        match key.support {
            Support::Full => {}
            Support::Moot(why) => self.diagnostics.push(error(why).note()),
            Support::Ignored(help) => self.diagnostics.push(error(help).warning()),
            Support::Refused(help) => self.diagnostics.push(error(help).diagnostic()),
        }
    }

    fn unknown_key<R: Record>(&mut self, key: &Spanned<String>) {
        let near = nearest(&key.value, R::KEYS.iter().map(|known| known.name));
        let of_release = near.is_none() && R::NOUN != RawRelease::NOUN && RawRelease::KEYS.iter().any(|known| known.name == key.value);
        self.diagnostics.push(
            Error::UnknownKey {
                noun: R::NOUN,
                key: key.value.clone(),
                near: near.map(ToOwned::to_owned),
                of_release,
                span: key.span.clone(),
            }
            .diagnostic(),
        );
    }

    /// Returns the place of a node.
    pub(super) fn span(&self, node: &Node) -> Span {
        self.point_back(node.span.clone())
    }

    fn point_back(&self, span: Span) -> Span {
        match self.rendered {
            Some(rendered) => rendered.point_span_back(span),
            None => span,
        }
    }

    pub(super) fn is_null(&self, node: &Node) -> bool {
        node.is_null()
    }

    pub(super) fn is_mapping(&self, node: &Node) -> bool {
        matches!(node.value, NodeValue::Mapping(_))
    }

    pub(super) fn is_scalar(&self, node: &Node) -> bool {
        !matches!(node.value, NodeValue::Mapping(_) | NodeValue::Sequence(_) | NodeValue::Null)
    }

    /// Reads a text. Numbers and booleans are the text that they are written as; null is the empty one.
    pub(super) fn text(&mut self, node: &Node) -> Option<Spanned<String>> {
        self.expect_text(node, "a text")
    }

    pub(super) fn expect_text(&mut self, node: &Node, expected: &str) -> Option<Spanned<String>> {
        let value = match &node.value {
            NodeValue::Null => String::new(),
            NodeValue::String(text) | NodeValue::Number(text, _) => text.to_text().into_owned(),
            NodeValue::Bool(_) => bool_text(node).to_owned(),
            NodeValue::Sequence(_) | NodeValue::Mapping(_) => {
                return self.mismatch(node, expected);
            }
        };
        Some(Spanned { value, span: self.span(node) })
    }

    /// Reads a boolean; `yes`, `on` and the like count.
    pub(super) fn flag(&mut self, node: &Node) -> Option<Spanned<bool>> {
        match node.value {
            NodeValue::Bool(value) => Some(Spanned { value, span: self.span(node) }),
            _ => self.mismatch(node, "true or false"),
        }
    }

    pub(super) fn whole(&mut self, node: &Node) -> Option<Spanned<i64>> {
        match &node.value {
            NodeValue::Number(_, value) if value.fract() == 0.0 && value.abs() < 9e15 => {
                Some(Spanned { value: *value as i64, span: self.span(node) })
            }
            _ => self.mismatch(node, "a whole number"),
        }
    }

    pub(super) fn number(&mut self, node: &Node) -> Option<Spanned<f64>> {
        match node.value {
            NodeValue::Number(_, value) => Some(Spanned { value, span: self.span(node) }),
            _ => self.mismatch(node, "a number"),
        }
    }

    /// Returns the items of a list; nothing at all is an empty one.
    pub(super) fn items<'n>(&mut self, node: &'n Node) -> &'n [Node] {
        match &node.value {
            NodeValue::Sequence(items) => items,
            NodeValue::Null => &[],
            _ => {
                self.mismatch::<()>(node, "a list");
                &[]
            }
        }
    }

    /// Returns the entries of a mapping; nothing at all is an empty one. A key that is written twice is told, a key that
    /// also comes through `<<` is the mapping's own.
    pub(super) fn pairs<'n>(&mut self, node: &'n Node) -> Vec<(Spanned<String>, &'n Node)> {
        if !matches!(node.value, NodeValue::Mapping(_) | NodeValue::Null) {
            self.mismatch::<()>(node, "a mapping");
        }
        for (first, second) in node.duplicate_keys() {
            let key = second.key_text().unwrap_or_default().to_text().into_owned();
            let (first, span) = (self.span(first), self.span(second));
            self.diagnostics.push(Error::DuplicateKey { key, first, span }.diagnostic());
        }
        let mut pairs: Vec<(Spanned<String>, &Node)> = Vec::new();
        for (key, value) in effective_entries(node) {
            match key.key_text() {
                Some(text) => pairs.push((Spanned { value: text.to_text().into_owned(), span: self.span(key) }, value)),
                None => {
                    self.mismatch::<()>(key, "a text as key");
                }
            }
        }
        pairs
    }

    /// Reads anything as a value: integers stay integers, keys must be texts.
    pub(super) fn value(&mut self, node: &Node) -> Option<Value> {
        for (first, second) in all_duplicates(node) {
            let key = second.key_text().unwrap_or_default().to_text().into_owned();
            let (first, span) = (self.span(first), self.span(second));
            self.diagnostics.push(Error::DuplicateKey { key, first, span }.diagnostic());
        }
        match to_value(node, self.rendered) {
            Ok(value) => Some(value),
            Err(key) => self.mismatch(key, "a text as key"),
        }
    }

    /// Tells that `inherit` should be a list.
    pub(super) fn warn_old_inherit(&mut self, node: &Node) {
        self.diagnostics.push(Error::OldInherit { span: self.span(node) }.warning());
    }

    fn mismatch<T>(&mut self, node: &Node, expected: &str) -> Option<T> {
        let error = Error::Mismatch { expected: expected.to_owned(), found: node.kind_name(), span: self.span(node) };
        self.diagnostics.push(error.diagnostic());
        None
    }
}

/// Reads a document as a map of values.
///
/// # Errors
/// A document that is no mapping, and a key that is no text.
pub(in crate::stack) fn values_map(node: &Node) -> Result<Map, Diagnostic> {
    let mismatch = |node: &Node, expected: &str| {
        Error::Mismatch { expected: expected.to_owned(), found: node.kind_name(), span: node.span.clone() }.diagnostic()
    };
    if let Some((first, second)) = all_duplicates(node).into_iter().next() {
        let key = second.key_text().unwrap_or_default().to_text().into_owned();
        return Err(Error::DuplicateKey { key, first: first.span.clone(), span: second.span.clone() }.diagnostic());
    }
    match to_value(node, None) {
        Ok(Value::Map(map)) => Ok(map),
        Ok(Value::Nil) => Ok(Map::new()),
        Ok(_) => Err(mismatch(node, "a mapping of values")),
        Err(key) => Err(mismatch(key, "a text as key")),
    }
}

/// Converts a node as go-yaml v3 decodes it into an `interface{}`. The error is a key that is no string.
pub(in crate::stack) fn to_value<'n>(node: &'n Node, rendered: Option<&Rendered>) -> Result<Value, &'n Node> {
    Ok(match &node.value {
        NodeValue::Null => Value::Nil,
        NodeValue::Bool(value) => match bool_text(node) {
            "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Value::Bool(*value),
            text => Value::from(text),
        },
        NodeValue::Number(text, value) => number(text, *value),
        NodeValue::String(text) => Value::Str(text.clone()),
        NodeValue::Sequence(items) => Value::List(items.iter().map(|item| to_value(item, rendered)).collect::<Result<List, _>>()?),
        NodeValue::Mapping(_) => {
            let mut entries = Vec::new();
            for (key, value) in effective_entries(node) {
                let NodeValue::String(name) = &key.value else { return Err(key) };
                let span = rendered.map_or_else(|| key.span.clone(), |rendered| rendered.point_span_back(key.span.clone()));
                entries.push(Entry { key: name.clone(), value: to_value(value, rendered)?, origin: span.origin() });
            }
            Value::Map(Map::from_entries(MapKind::Any, entries))
        }
    })
}

/// Returns a boolean as it is written: go-yaml v3 takes `yes`, `on` and the like as texts wherever a text will do.
fn bool_text(node: &Node) -> &str {
    let written = &node.span.source.text()[node.span.range()];
    match (written, &node.value) {
        (alias, NodeValue::Bool(value)) if alias.starts_with('*') => if *value { "true" } else { "false" },
        (written, _) => written,
    }
}

/// Integers stay integers, unlike in Helm: `{{ .Values.port }}` must print `1000000`, not `1e+06`.
fn number(text: &Str, value: f64) -> Value {
    let written = text.to_text();
    let is_float = written.contains('.') || (written.contains(['e', 'E']) && !written.contains(['x', 'X'])) || value.fract() != 0.0;
    if is_float {
        return Value::Float(value);
    }
    match written.replace('_', "").parse::<i64>() {
        Ok(whole) if whole as f64 == value => Value::int(whole),
        _ if value.abs() < 9_223_372_036_854_775_807.0 => Value::int(value as i64),
        _ => Value::Float(value),
    }
}

fn is_empty(node: &Node) -> bool {
    match &node.value {
        NodeValue::Null => true,
        NodeValue::Bool(value) => !value,
        NodeValue::Number(_, value) => *value == 0.0,
        NodeValue::String(text) => text.is_empty(),
        NodeValue::Sequence(items) => items.is_empty(),
        NodeValue::Mapping(entries) => entries.is_empty(),
    }
}

/// Returns the entries that count: a mapping's own before those that come through `<<`, and of these the first.
fn effective_entries(node: &Node) -> Vec<(&Node, &Node)> {
    let own = |key: &Node| key.span.source == node.span.source && key.span.start >= node.span.start && key.span.end <= node.span.end;
    if node.entries().iter().all(|(key, _)| own(key)) {
        return node.entries().iter().map(|(key, value)| (key, value)).collect();
    }
    let mut found: Vec<(Option<Str>, &Node, &Node)> = Vec::with_capacity(node.entries().len());
    for (key, value) in node.entries() {
        let text = key.key_text();
        match found.iter_mut().find(|(known, ..)| text.is_some() && *known == text) {
            None => found.push((text, key, value)),
            Some(known) if own(key) => *known = (text, key, value),
            Some(_) => {}
        }
    }
    found.into_iter().map(|(_, key, value)| (key, value)).collect()
}

fn all_duplicates(node: &Node) -> Vec<(&Node, &Node)> {
    let mut duplicates = node.duplicate_keys();
    for child in node.items().iter().chain(node.entries().iter().map(|(_, value)| value)) {
        duplicates.extend(all_duplicates(child));
    }
    duplicates
}
