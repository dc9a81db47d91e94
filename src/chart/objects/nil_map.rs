//! A Go map that was never made.

use crate::value::{Kind, Object, Value};
use std::any::Any;

/// A nil `map[string]string`: empty in every way but in JSON, where it is null.
#[derive(Debug)]
pub(super) struct NilStringMap;

impl Object for NilStringMap {
    fn type_name(&self) -> String {
        "map[string]string".into()
    }

    fn kind(&self) -> Kind {
        Kind::Map
    }

    fn field(&self, _name: &str) -> Option<Value> {
        Some(Value::from(""))
    }

    fn display(&self) -> String {
        "map[]".into()
    }

    fn json(&self) -> Value {
        Value::Nil
    }

    fn truth(&self) -> bool {
        false
    }

    fn range(&self) -> Option<Vec<(Value, Value)>> {
        Some(Vec::new())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
