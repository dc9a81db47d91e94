//! Go's `complex128`: only literals make one.

use crate::value::{Kind, Object, Value};
use std::any::Any;

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Complex {
    pub(super) real: f64,
    pub(super) imaginary: f64,
}

impl Object for Complex {
    fn type_name(&self) -> String {
        "complex128".into()
    }

    fn kind(&self) -> Kind {
        Kind::Complex128
    }

    fn display(&self) -> String {
        let imaginary = crate::value::format_float(self.imaginary);
        let sign = if imaginary.starts_with(['-', '+']) { "" } else { "+" };
        format!("({}{sign}{imaginary}i)", crate::value::format_float(self.real))
    }

    fn json(&self) -> Value {
        Value::Nil
    }

    fn truth(&self) -> bool {
        self.real != 0.0 || self.imaginary != 0.0
    }

    fn equal(&self, other: &dyn Object) -> bool {
        other.as_any().downcast_ref::<Complex>() == Some(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
