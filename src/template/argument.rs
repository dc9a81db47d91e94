//! Checks arguments against the Go types of parameters.

use super::function::Ty;
use super::node::{Operand, Term};
use super::run::Slot;
use crate::value::{IntKind, List, ListKind, MapKind, Value};

impl Ty {
    /// Returns the type as Go's messages name it.
    pub fn name(self) -> &'static str {
        match self {
            Ty::Any => "interface {}",
            Ty::Str => "string",
            Ty::Bool => "bool",
            Ty::Int => "int",
            Ty::Int64 => "int64",
            Ty::Uint32 => "uint32",
            Ty::Float => "float64",
            Ty::Map => "map[string]interface {}",
            Ty::List => "[]interface {}",
            Ty::Strings => "[]string",
            Ty::Reflect => "reflect.Value",
            Ty::Named(name) => name,
        }
    }

    /// Returns what an untyped nil becomes, where the type has a nil.
    fn nil(self) -> Option<Value> {
        match self {
            // A function sees a nil map as nil: reading it is like reading an empty one, setting a key fails.
            Ty::Any | Ty::Reflect | Ty::Map => Some(Value::Nil),
            Ty::List => Some(Value::List(List::nil(ListKind::Any))),
            Ty::Strings => Some(Value::List(List::nil(ListKind::Strings))),
            Ty::Named(name) => name.starts_with(['*', '[']).then_some(Value::Nil),
            Ty::Str | Ty::Bool | Ty::Int | Ty::Int64 | Ty::Uint32 | Ty::Float => None,
        }
    }

    fn takes(self, value: &Value) -> bool {
        match (self, value) {
            (Ty::Any | Ty::Reflect, _) | (Ty::Str, Value::Str(_)) | (Ty::Bool, Value::Bool(_)) | (Ty::Float, Value::Float(_)) => true,
            (Ty::Int, Value::Int(_, kind)) => *kind == IntKind::Int,
            (Ty::Int64, Value::Int(_, kind)) => *kind == IntKind::Int64,
            (Ty::Map, Value::Map(map)) => matches!(map.kind(), MapKind::Any | MapKind::Values),
            (Ty::List, Value::List(list)) => list.kind() == ListKind::Any,
            (Ty::Strings, Value::List(list)) => list.kind() == ListKind::Strings,
            (Ty::Named(name), other) => {
                let own = other.type_name();
                own == name || own.strip_prefix('*') == Some(name)
            }
            _ => false,
        }
    }
}

/// Returns the value as an argument of the type, or Go's message (exec.go, `validateType`).
pub(super) fn check(slot: Slot, ty: Ty) -> Result<Value, String> {
    match slot.value {
        value if matches!(ty, Ty::Any | Ty::Reflect) => Ok(value),
        Value::Nil if slot.boxed => Err(format!("wrong type for value; expected {}; got interface {{}}", ty.name())),
        Value::Nil => ty.nil().ok_or_else(|| format!("invalid value; expected {}", ty.name())),
        value if ty.takes(&value) => Ok(value),
        value => Err(format!("wrong type for value; expected {}; got {}", ty.name(), value.type_name())),
    }
}

/// Returns a constant as an argument of the type, or Go's message (exec.go, `evalArg`).
#[inline]
pub(super) fn constant(operand: &Operand, ty: Ty) -> Result<Value, String> {
    match (&operand.term, ty) {
        (Term::String { value, .. }, Ty::Any | Ty::Reflect | Ty::Str) => Ok(value.clone()),
        (Term::Number(number), Ty::Any | Ty::Reflect) => number.ideal.clone().ok_or_else(|| format!("{} overflows int", number.text)),
        _ => converted(operand, ty),
    }
}

fn converted(operand: &Operand, ty: Ty) -> Result<Value, String> {
    let value = match (&operand.term, ty) {
        (Term::Nil, _) => return ty.nil().ok_or_else(|| format!("cannot assign nil to {}", ty.name())),
        (Term::Bool(value), Ty::Any | Ty::Reflect | Ty::Bool) => Some(Value::Bool(*value)),
        (Term::Number(number), Ty::Int) => number.number.int.map(Value::int),
        (Term::Number(number), Ty::Int64) => number.number.int.map(Value::int64),
        (Term::Number(number), Ty::Uint32) => number.number.uint.map(|value| Value::Int(i64::from(value as u32), IntKind::Uint)),
        (Term::Number(number), Ty::Float) => number.number.float.map(Value::Float),
        _ => None,
    };
    value.ok_or_else(|| match ty {
        Ty::Str => format!("expected string; found {operand}"),
        Ty::Bool => format!("expected bool; found {operand}"),
        Ty::Int | Ty::Int64 => format!("expected integer; found {operand}"),
        Ty::Uint32 => format!("expected unsigned integer; found {operand}"),
        Ty::Float => format!("expected float; found {operand}"),
        _ => format!("can't handle {operand} for arg of type {}", ty.name()),
    })
}
