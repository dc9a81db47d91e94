//! The dynamic value of charts and stacks, with Go's kinds, order and printing.
//!
//! In: nothing. Out: `Value` and its parts, Go's `%v`, deep equality, paths, JSON.
//! May not know: YAML, templates, charts.
//! Rule: Go's reflect and fmt; Helm hands templates `map[string]interface{}` trees.

mod decode;
mod equal;
mod float;
mod format;
mod json;
mod list;
mod map;
mod object;
mod path;
mod printer;
mod printf;
mod quote;
mod str;
mod teardown;
mod trail;
mod unicode;
mod watch;
mod weigh;

pub use decode::{Fields, Mismatch, StructType, format_float32, json_kind, scalar_text};
pub use equal::deep_equal;
pub use float::{FloatForm, format_float_as};
pub use format::{display, format_float, write_display};
pub use list::{List, ListKind};
pub use map::{Entry, Map, MapKind};
pub use object::Object;
pub use path::{Path, lookup, set_path};
pub use printf::{sprint, sprintf, sprintln};
pub use quote::{Quoting, can_backquote, quote, quote_as, quote_rune};
pub use str::Str;
pub use unicode::{is_digit, is_letter, is_letter_or_digit, is_printable};
pub use watch::{Record, Watch};
pub use weigh::{DEEPEST, TooHeavy};

use std::sync::Arc;

/// The Go type of an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntKind {
    /// `int`: what template literals and `int` make.
    Int,
    /// `int64`: what `--set n=1`, `int64`, `add` and the like make.
    Int64,
    /// `int32`: a rune.
    Int32,
    /// `uint8`: one byte of a string.
    Uint8,
    /// `uint64`.
    Uint64,
    /// `uint`.
    Uint,
}

/// Go's `reflect.Kind`, as far as values of charts have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No value at all: `nil`.
    Invalid,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `uint8`
    Uint8,
    /// `uint`
    Uint,
    /// `uint64`
    Uint64,
    /// `float64`
    Float64,
    /// `complex128`
    Complex128,
    /// `string`
    String,
    /// `slice`
    Slice,
    /// `map`
    Map,
    /// `struct`
    Struct,
    /// `ptr`
    Ptr,
    /// `func`
    Func,
}

impl Kind {
    /// Returns Go's name of the kind (`reflect.Kind.String`).
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::Int32 => "int32",
            Kind::Int64 => "int64",
            Kind::Uint8 => "uint8",
            Kind::Uint => "uint",
            Kind::Uint64 => "uint64",
            Kind::Float64 => "float64",
            Kind::Complex128 => "complex128",
            Kind::String => "string",
            Kind::Slice => "slice",
            Kind::Map => "map",
            Kind::Struct => "struct",
            Kind::Ptr => "ptr",
            Kind::Func => "func",
        }
    }
}

impl IntKind {
    /// Returns the reflect kind of this integer type.
    pub fn kind(self) -> Kind {
        match self {
            IntKind::Int => Kind::Int,
            IntKind::Int64 => Kind::Int64,
            IntKind::Int32 => Kind::Int32,
            IntKind::Uint8 => Kind::Uint8,
            IntKind::Uint64 => Kind::Uint64,
            IntKind::Uint => Kind::Uint,
        }
    }
}

/// A value as a Go template sees it. Cloning is cheap; maps are shared by reference, as Go's are.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// `nil`
    #[default]
    Nil,
    /// `bool`
    Bool(bool),
    /// An integer of the given Go type; values beyond `i64` do not occur (YAML makes floats of them).
    Int(i64, IntKind),
    /// `float64`: every number read from YAML or JSON.
    Float(f64),
    /// `string`: any bytes.
    Str(Str),
    /// `[]byte`
    Bytes(Arc<[u8]>),
    /// A slice. No function changes one in place.
    List(List),
    /// A map with string keys, shared and mutable.
    Map(Map),
    /// Anything else that Go code hands to templates: times, certificates, `.Capabilities`, `.Files`.
    Object(Arc<dyn Object>),
}

impl Value {
    /// Makes a Go `int`.
    pub fn int(value: i64) -> Value {
        Value::Int(value, IntKind::Int)
    }

    /// Makes a Go `int64`.
    pub fn int64(value: i64) -> Value {
        Value::Int(value, IntKind::Int64)
    }

    /// Makes a string.
    pub fn str(text: impl Into<Str>) -> Value {
        Value::Str(text.into())
    }

    /// Makes a `[]interface{}`.
    pub fn list(items: Vec<Value>) -> Value {
        Value::List(List::new(items))
    }

    /// Returns the reflect kind.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Nil => Kind::Invalid,
            Value::Bool(_) => Kind::Bool,
            Value::Int(_, kind) => kind.kind(),
            Value::Float(_) => Kind::Float64,
            Value::Str(_) => Kind::String,
            Value::Bytes(_) | Value::List(_) => Kind::Slice,
            Value::Map(_) => Kind::Map,
            Value::Object(object) => object.kind(),
        }
    }

    /// Returns the Go type as `%T` prints it; `<nil>` for nil.
    pub fn type_name(&self) -> String {
        match self {
            Value::Nil => "<nil>".into(),
            Value::Bytes(_) => "[]uint8".into(),
            Value::List(list) => list.kind().type_name().into(),
            Value::Map(map) => map.kind().type_name().into(),
            Value::Object(object) => object.type_name(),
            other => other.kind().name().into(),
        }
    }

    /// Says whether text/template takes the value as true (`IsTrue`): not nil, false, zero or empty.
    pub fn truth(&self) -> bool {
        match self {
            Value::Nil => false,
            Value::Bool(value) => *value,
            Value::Int(value, _) => *value != 0,
            Value::Float(value) => *value != 0.0,
            Value::Str(text) => !text.is_empty(),
            Value::Bytes(bytes) => !bytes.is_empty(),
            Value::List(list) => !list.is_empty(),
            Value::Map(map) => !map.is_empty(),
            Value::Object(object) => object.truth(),
        }
    }

    /// Says whether this is nil.
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    /// Returns the map, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the list, if it is one.
    pub fn as_list(&self) -> Option<&List> {
        match self {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// Returns the text, if it is a string of valid UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => text.as_str(),
            _ => None,
        }
    }

    /// Returns the boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Copies the whole tree, so that changing maps of the copy leaves the original alone.
    pub fn deep_copy(&self) -> Value {
        self.copy_below(None)
    }

    /// Copies what is below a trail; a map that the trail comes from stays shared.
    fn copy_below(&self, trail: Option<&trail::Trail<'_>>) -> Value {
        match self {
            Value::Map(map) => Value::Map(map.copy_below(trail)),
            Value::List(list) => Value::List(list.copy_below(trail)),
            other => other.clone(),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Str(text.into())
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Self {
        Value::Str(text)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Value::Map(map)
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Value::List(list)
    }
}

impl PartialEq for Value {
    /// Go's `reflect.DeepEqual`.
    fn eq(&self, other: &Self) -> bool {
        deep_equal(self, other)
    }
}
