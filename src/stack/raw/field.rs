//! The kinds of values that keys have: how each is read, and how one is laid over another.

use super::reader::Reader;
use super::record::Record;
use super::release::{RawInherit, RawNeed};
use super::stack::RawSubStack;
use crate::diag::Span;
use crate::value::{Map, Value};
use crate::yaml::Node;
use std::collections::BTreeMap;

/// Something that a file says, and where.
#[derive(Clone, Debug)]
pub(in crate::stack) struct Spanned<T> {
    pub(in crate::stack) value: T,
    pub(in crate::stack) span: Span,
}

/// What a list laid over a list does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::stack) enum Lists {
    /// Replaces it, unless it is empty: parts of one file.
    Replace,
    /// Goes behind it: documents of one part, bases, templates of releases.
    Append,
}

/// The value of a key.
pub(in crate::stack) trait Field: Default {
    /// Reads it; what is wrong goes to the reader, and the value stays unset.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self;

    /// Lays `over` on it. What is empty never wins, as in mergo: `""`, `0`, `false`, `[]`.
    fn merge(&mut self, over: Self, lists: Lists);
}

/// A text.
pub(in crate::stack) type Text = Option<Spanned<String>>;
/// A boolean.
pub(super) type Flag = Option<Spanned<bool>>;
/// A whole number.
pub(super) type Whole = Option<Spanned<i64>>;
/// A number.
pub(super) type Number = Option<Spanned<f64>>;
/// A list of texts.
pub(super) type Texts = Vec<Spanned<String>>;
/// Texts by name.
pub(super) type Labels = BTreeMap<String, Spanned<String>>;
/// A list of files and maps.
pub(super) type Entries = Vec<Entry>;
/// A list of anything.
pub(super) type Patches = Vec<Spanned<Value>>;
/// A list of mappings.
pub(super) type Records<R> = Vec<Spanned<R>>;
/// Mappings by name; nothing after the name is an empty mapping.
pub(super) type Named<R> = BTreeMap<String, Spanned<R>>;
/// Sub-stacks.
pub(super) type SubStacks = Vec<Spanned<RawSubStack>>;

/// One item of a list of values: a file, or a map.
#[derive(Clone, Debug)]
pub(in crate::stack) enum Entry {
    Path(Spanned<String>),
    Map(Spanned<Map>),
}

/// A single mapping; laying one over another goes key by key.
#[derive(Clone, Debug, Default)]
pub(in crate::stack) struct One<R>(pub(in crate::stack) R);

/// A mapping that may be missing, which says something else than an empty one.
#[derive(Clone, Debug)]
pub(in crate::stack) struct Maybe<R>(pub(in crate::stack) Option<Spanned<R>>);

impl<R> Default for Maybe<R> {
    fn default() -> Self {
        Maybe(None)
    }
}

/// A list of texts where an empty list says something else than no list.
#[derive(Clone, Debug, Default)]
pub(in crate::stack) struct Selectors(pub(in crate::stack) Option<Texts>);

/// A list that replaces another one, and does so even where it is empty.
pub(super) type OwnList = Selectors;

/// A list of texts, or a single one.
#[derive(Clone, Debug, Default)]
pub(in crate::stack) struct Names(pub(in crate::stack) Texts);

/// Templates to inherit.
#[derive(Clone, Debug, Default)]
pub(in crate::stack) struct Inherits(pub(in crate::stack) Vec<Spanned<RawInherit>>);

/// What a release needs: `auto`, or a list of names and of mappings. Whether it is written at all counts too: a list without
/// items is another thing than none.
#[derive(Clone, Debug, Default)]
pub(in crate::stack) struct Needs {
    pub(in crate::stack) items: Vec<NeedItem>,
    pub(in crate::stack) is_written: bool,
}

/// The word that stands for the needs that a release's pods tell themselves.
pub(in crate::stack) const AUTO: &str = "auto";

/// One item of `needs`.
#[derive(Clone, Debug)]
pub(in crate::stack) enum NeedItem {
    Plain(Spanned<String>),
    Mapping(Spanned<RawNeed>),
}

/// Anything, not looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::stack) struct Ignored;

/// A scalar.
trait Scalar: Sized {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Self>>;
    fn is_empty(&self) -> bool;
}

impl Scalar for String {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Self>> {
        reader.text(node)
    }

    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl Scalar for bool {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Self>> {
        reader.flag(node)
    }

    fn is_empty(&self) -> bool {
        !self
    }
}

impl Scalar for i64 {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Self>> {
        reader.whole(node)
    }

    fn is_empty(&self) -> bool {
        *self == 0
    }
}

impl Scalar for f64 {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<Self>> {
        reader.number(node)
    }

    fn is_empty(&self) -> bool {
        *self == 0.0
    }
}

impl<T: Scalar> Field for Option<Spanned<T>> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        if reader.is_null(node) { None } else { T::read(node, reader) }
    }

    fn merge(&mut self, over: Self, _: Lists) {
        if let Some(over) = over
            && (self.is_none() || !over.value.is_empty())
        {
            *self = Some(over);
        }
    }
}

/// An item of a list or mapping.
pub(super) trait Item: Sized {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;
}

impl Item for Spanned<String> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        reader.text(node)
    }
}

impl Item for Spanned<Value> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        Some(Spanned { value: reader.value(node)?, span: reader.span(node) })
    }
}

impl Item for Entry {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if reader.is_mapping(node) {
            let Value::Map(value) = reader.value(node)? else { return None };
            return Some(Entry::Map(Spanned { value, span: reader.span(node) }));
        }
        reader.expect_text(node, "a file or a mapping of values").map(Entry::Path)
    }
}

impl<R: Record> Item for Spanned<R> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        reader.record(node)
    }
}

impl<T: Item> Field for Vec<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        let items = reader.items(node);
        items.iter().filter_map(|item| T::read(item, reader)).collect()
    }

    fn merge(&mut self, over: Self, lists: Lists) {
        match lists {
            Lists::Append => self.extend(over),
            Lists::Replace if over.is_empty() => {}
            Lists::Replace => *self = over,
        }
    }
}

impl<T: Item> Field for BTreeMap<String, T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        let pairs = reader.pairs(node);
        pairs.into_iter().filter_map(|(key, value)| Some((key.value, T::read(value, reader)?))).collect()
    }

    fn merge(&mut self, over: Self, _: Lists) {
        self.extend(over);
    }
}

impl<R: Record> Field for One<R> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        One(reader.record(node).map(|record| record.value).unwrap_or_default())
    }

    fn merge(&mut self, over: Self, lists: Lists) {
        self.0.merge(over.0, lists);
    }
}

impl<R: Record> Field for Maybe<R> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        if reader.is_null(node) {
            return Maybe(Some(Spanned { value: R::default(), span: reader.span(node) }));
        }
        Maybe(reader.record(node))
    }

    fn merge(&mut self, over: Self, lists: Lists) {
        match (self.0.as_mut(), over.0) {
            (Some(below), Some(over)) => below.value.merge(over.value, lists),
            (None, over) => self.0 = over,
            (Some(_), None) => {}
        }
    }
}

impl Field for Ignored {
    fn read(_: &Node, _: &mut Reader<'_>) -> Self {
        Ignored
    }

    fn merge(&mut self, _: Self, _: Lists) {}
}

impl Field for Selectors {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        Selectors((!reader.is_null(node)).then(|| Texts::read(node, reader)))
    }

    fn merge(&mut self, over: Self, _: Lists) {
        if over.0.is_some() {
            *self = over;
        }
    }
}

impl Field for Names {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        let mut names = if reader.is_scalar(node) { reader.text(node).into_iter().collect() } else { Texts::read(node, reader) };
        names.retain(|name: &Spanned<String>| !name.value.trim().is_empty());
        Names(names)
    }

    fn merge(&mut self, over: Self, lists: Lists) {
        Field::merge(&mut self.0, over.0, lists);
    }
}

impl Field for Inherits {
    /// A single mapping is an old form of a list with one item.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        if reader.is_mapping(node) {
            reader.warn_old_inherit(node);
            return Inherits(reader.record(node).into_iter().collect());
        }
        Inherits(Field::read(node, reader))
    }

    fn merge(&mut self, over: Self, lists: Lists) {
        Field::merge(&mut self.0, over.0, lists);
    }
}

impl Item for NeedItem {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if reader.is_mapping(node) {
            return reader.record(node).map(NeedItem::Mapping);
        }
        reader.text(node).map(NeedItem::Plain)
    }
}

impl Field for Needs {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Self {
        let is_written = !reader.is_null(node);
        if node.key_text().is_some_and(|text| text == AUTO) {
            return Needs { items: NeedItem::read(node, reader).into_iter().collect(), is_written };
        }
        Needs { items: Field::read(node, reader), is_written }
    }

    fn merge(&mut self, over: Self, lists: Lists) {
        self.is_written |= over.is_written;
        Field::merge(&mut self.items, over.items, lists);
    }
}
