//! A Go slice.

use super::Value;
use super::trail::Trail;
use std::sync::Arc;

/// The Go type of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListKind {
    /// `[]interface {}`
    Any,
    /// `[]string`
    Strings,
    /// `[]int`
    Ints,
    /// `[][]interface {}`: what `chunk` makes.
    Lists,
    /// A slice type of Go code, by its `%T` name; its items are what Go would print.
    Named(&'static str),
}

impl ListKind {
    /// Returns the type as `%T` prints it.
    pub fn type_name(self) -> &'static str {
        match self {
            ListKind::Any => "[]interface {}",
            ListKind::Strings => "[]string",
            ListKind::Ints => "[]int",
            ListKind::Lists => "[][]interface {}",
            ListKind::Named(name) => name,
        }
    }
}

/// A slice. Immutable: every function that changes one makes a new one.
#[derive(Clone, Debug)]
pub struct List(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) items: Vec<Value>,
    kind: ListKind,
    /// A nil slice prints like an empty one but is `null` in JSON.
    nil: bool,
}

impl List {
    /// Makes a `[]interface {}`.
    pub fn new(items: Vec<Value>) -> List {
        Self::of_kind(items, ListKind::Any)
    }

    /// Makes a slice of the given Go type.
    pub fn of_kind(items: Vec<Value>, kind: ListKind) -> List {
        List(Arc::new(Inner { items, kind, nil: false }))
    }

    /// Makes a `[]string`.
    pub fn of_strings<S: Into<super::Str>>(items: impl IntoIterator<Item = S>) -> List {
        Self::of_kind(items.into_iter().map(|item| Value::Str(item.into())).collect(), ListKind::Strings)
    }

    /// Makes a nil slice of the given Go type.
    pub fn nil(kind: ListKind) -> List {
        List(Arc::new(Inner { items: Vec::new(), kind, nil: true }))
    }

    /// Says whether both are one slice in memory.
    pub fn is_same(&self, other: &List) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns a number that is the same for clones of one list only.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0).cast::<()>().addr()
    }

    /// Returns what is inside, if nobody else holds it.
    pub(super) fn unshared(&mut self) -> Option<&mut Inner> {
        Arc::get_mut(&mut self.0)
    }

    /// Returns the items.
    pub fn items(&self) -> &[Value] {
        &self.0.items
    }

    /// Returns the Go type.
    pub fn kind(&self) -> ListKind {
        self.0.kind
    }

    /// Says whether it is a nil slice.
    pub fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// Returns the number of items.
    pub fn len(&self) -> usize {
        self.0.items.len()
    }

    /// Says whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.0.items.is_empty()
    }

    /// Returns an iterator over the items.
    pub fn iter(&self) -> std::slice::Iter<'_, Value> {
        self.0.items.iter()
    }

    /// Copies the list and everything in it.
    pub fn deep_copy(&self) -> List {
        self.copy_below(None)
    }

    pub(super) fn copy_below(&self, trail: Option<&Trail<'_>>) -> List {
        if self.iter().all(|item| !matches!(item, Value::Map(_) | Value::List(_))) {
            return self.clone();
        }
        let items = self.iter().map(|item| item.copy_below(trail)).collect();
        List(Arc::new(Inner { items, kind: self.kind(), nil: self.is_nil() }))
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        List::new(items.into_iter().collect())
    }
}
