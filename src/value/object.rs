//! Values of Go types that templates can look into but that are no plain data.

use super::{Kind, Value};
use std::any::Any;
use std::fmt::Debug;

/// A Go struct, pointer or named type with fields and methods: a time, a certificate, `.Capabilities`, `.Files`.
pub trait Object: Debug + Send + Sync + 'static {
    /// Returns the Go type as `%T` prints it.
    fn type_name(&self) -> String;

    /// Returns the reflect kind.
    fn kind(&self) -> Kind {
        Kind::Struct
    }

    /// Returns the value of a field, or `None` where the type has no such field.
    fn field(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// Calls a method; `None` where the type has no such method. The error is the text of the Go error.
    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let _ = (name, arguments);
        None
    }

    /// Returns what `%v` prints.
    fn display(&self) -> String;

    /// Returns what an action (`{{ . }}`) prints: as `%v`, but for a struct whose `String` method belongs to its pointer.
    fn print(&self) -> String {
        self.display()
    }

    /// Returns what encoding/json makes of it.
    fn json(&self) -> Value;

    /// Says whether text/template takes it as true. Structs always are.
    fn truth(&self) -> bool {
        true
    }

    /// Returns the number behind a named integer type such as `time.Duration`: templates compare, count and print it as one.
    fn integer(&self) -> Option<i64> {
        None
    }

    /// Returns the entries to range over, where Go could (a map type); sorted by key.
    fn range(&self) -> Option<Vec<(Value, Value)>> {
        None
    }

    /// Says whether `reflect.DeepEqual` holds.
    fn equal(&self, other: &dyn Object) -> bool {
        self.type_name() == other.type_name() && self.display() == other.display()
    }

    /// Returns itself for downcasting.
    fn as_any(&self) -> &dyn Any;
}
