//! Go structs, as far as helmfile hands them to templates.

use crate::value::{Map, Object, Value, display};
use std::any::Any;
use std::sync::Arc;

/// A Go struct: a type name and exported fields. A field that it does not have is an error in a template, as in Go.
#[derive(Debug)]
pub(super) struct GoStruct {
    type_name: &'static str,
    fields: Vec<(&'static str, Value)>,
}

impl GoStruct {
    /// Makes a struct value.
    pub(super) fn value(type_name: &'static str, fields: Vec<(&'static str, Value)>) -> Value {
        Value::Object(Arc::new(GoStruct { type_name, fields }))
    }

    /// Returns the fields in their order.
    pub(super) fn fields(&self) -> &[(&'static str, Value)] {
        &self.fields
    }
}

impl Object for GoStruct {
    fn type_name(&self) -> String {
        self.type_name.to_owned()
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone())
    }

    fn display(&self) -> String {
        let fields: Vec<String> = self.fields.iter().map(|(_, value)| display(value)).collect();
        format!("{{{}}}", fields.join(" "))
    }

    fn json(&self) -> Value {
        Value::Map(self.fields.iter().map(|(name, value)| (*name, value.clone())).collect::<Map>())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
