//! From nodes to records, with every mistake told.

use super::field::Spanned;
use super::mapping::{Double, all_duplicates, duplicate_keys, effective_entries, key_name};
use super::record::{Key, Record, Support};
use super::release::RawRelease;
use super::value::{bool_text, to_value};
use crate::diag::{Diagnostics, Span, nearest};
use crate::stack::error::Error;
use crate::stack::rendered::Rendered;
use crate::value::Value;
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
        for double in duplicate_keys(node) {
            self.duplicate_key(&double);
        }
        let mut pairs: Vec<(Spanned<String>, &Node)> = Vec::new();
        for (key, value) in effective_entries(node) {
            match key_name(key) {
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
        for double in all_duplicates(node) {
            self.duplicate_key(&double);
        }
        match to_value(node, self.rendered) {
            Ok(value) => Some(value),
            Err(key) => self.mismatch(key, "a text as key"),
        }
    }

    fn duplicate_key(&mut self, double: &Double<'_>) {
        let (first, span) = (self.span(double.first), self.span(double.second));
        self.diagnostics.push(Error::DuplicateKey { key: double.key.to_string(), first, span }.diagnostic());
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
