//! sprig's functions on semantic versions, and the version as templates see it.

use super::arguments::{Returned, any, bytes};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::semver::{Constraint, Version};
use crate::value::{IntKind, Kind, Object, Value};
use std::any::Any;
use std::cmp::Ordering;
use std::sync::Arc;

/// The functions of this family.
pub static FAMILY: [Function; 2] =
    [Function::pure("semver", &[Ty::Str], semver), Function::pure("semverCompare", &[Ty::Str, Ty::Str], semver_compare)];

fn semver(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    Ok(object(parse(args, 0)?, true))
}

fn semver_compare(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let text = String::from_utf8_lossy(bytes(args, 0));
    let constraint = Constraint::parse(&text).map_err(|error| Fault::new(error.to_string()))?;
    Ok(Value::Bool(constraint.matches(&parse(args, 1)?)))
}

fn parse(args: &[Value], at: usize) -> Result<Version, Fault> {
    let text = String::from_utf8_lossy(bytes(args, at));
    Version::parse(&text).map_err(|error| Fault::new(error.to_string()))
}

/// A `*semver.Version`, or the `semver.Version` that its methods return.
#[derive(Debug)]
struct VersionObject {
    version: Version,
    pointer: bool,
}

fn object(version: Version, pointer: bool) -> Value {
    Value::Object(Arc::new(VersionObject { version, pointer }))
}

impl Object for VersionObject {
    fn type_name(&self) -> String {
        if self.pointer { "*semver.Version".into() } else { "semver.Version".into() }
    }

    fn kind(&self) -> Kind {
        if self.pointer { Kind::Ptr } else { Kind::Struct }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let version = &self.version;
        // Unsigned numbers are held by their bits.
        let number = |value: u64| Ok(Value::Int(value.cast_signed(), IntKind::Uint64));
        let value = |version: Version| object(version, false);
        let order = |wanted: fn(Ordering) -> bool| argument(arguments).map(|other| Value::Bool(wanted(version.compare(other))));
        Some(match name {
            "Major" => number(version.major()),
            "Minor" => number(version.minor()),
            "Patch" => number(version.patch()),
            "Prerelease" => Ok(version.prerelease().into()),
            "Metadata" => Ok(version.metadata().into()),
            "Original" => Ok(version.original().into()),
            "String" => Ok(version.to_string().into()),
            "Compare" => argument(arguments).map(|other| Value::int(version.compare(other) as i64)),
            "Equal" => order(Ordering::is_eq),
            "LessThan" => order(Ordering::is_lt),
            "LessThanEqual" => order(Ordering::is_le),
            "GreaterThan" => order(Ordering::is_gt),
            "GreaterThanEqual" => order(Ordering::is_ge),
            "IncMajor" => version.next_major().map(value),
            "IncMinor" => version.next_minor().map(value),
            "IncPatch" => version.next_patch().map(value),
            "SetPrerelease" => {
                text(arguments).and_then(|text| version.with_prerelease(&text).map_err(|error| error.to_string())).map(value)
            }
            "SetMetadata" => text(arguments).and_then(|text| version.with_metadata(&text).map_err(|error| error.to_string())).map(value),
            _ => return None,
        })
    }

    fn display(&self) -> String {
        self.version.to_string()
    }

    fn json(&self) -> Value {
        self.version.to_string().into()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Returns the version that a method is given.
fn argument(arguments: &[Value]) -> Result<&Version, String> {
    let argument = any(arguments, 0);
    let version = match argument {
        Value::Object(object) => object.as_any().downcast_ref::<VersionObject>(),
        _ => None,
    };
    let version = version.map(|object| &object.version);
    version.ok_or_else(|| format!("wrong type for value; expected *semver.Version; got {}", argument.type_name()))
}

fn text(arguments: &[Value]) -> Result<String, String> {
    match any(arguments, 0) {
        Value::Str(text) => Ok(text.to_text().into_owned()),
        other => Err(format!("wrong type for value; expected string; got {}", other.type_name())),
    }
}
