//! The values that a user gives, and the order in which they count.

use super::{Error, documents, merge_maps, parse_file_into, parse_into, parse_json_into, parse_literal_into, parse_string_into};
use crate::diag::Source;
use crate::value::{Map, MapKind, Value};

/// The value options of one command line, each kind in its own order.
#[derive(Clone, Debug, Default)]
pub struct ValueOptions {
    /// The texts of the `--values` files, named as the user named them.
    pub files: Vec<Source>,
    /// `--set-json`.
    pub set_json: Vec<String>,
    /// `--set`.
    pub set: Vec<String>,
    /// `--set-string`.
    pub set_string: Vec<String>,
    /// `--set-file`.
    pub set_file: Vec<String>,
    /// `--set-literal`.
    pub set_literal: Vec<String>,
}

impl ValueOptions {
    /// Merges all options into one map: files first, then `--set-json`, `--set`, `--set-string`, `--set-file` and
    /// `--set-literal`, whatever their order on the command line (pkg/cli/values/options.go). `read_file` gives the
    /// contents of a file that `--set-file` names.
    ///
    /// # Errors
    /// The first option that cannot be read.
    pub fn merge(&self, read_file: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Result<Map, Error> {
        let mut values = Map::new();
        for file in &self.files {
            values = merge_maps(&values, &read_values_file(file)?);
        }
        for argument in &self.set_json {
            values = set_json(values, argument)?;
        }
        let read_value = |path: &str| read_file(path).map(|bytes| Value::Str(crate::value::Str::from_bytes(bytes)));
        each("--set", &self.set, |source| parse_into(source, &values))?;
        each("--set-string", &self.set_string, |source| parse_string_into(source, &values))?;
        each("--set-file", &self.set_file, |source| parse_file_into(source, &values, &read_value))?;
        each("--set-literal", &self.set_literal, |source| parse_literal_into(source, &values))?;
        Ok(values)
    }
}

fn read_values_file(file: &Source) -> Result<Map, Error> {
    documents::parse_documents(file).map_err(|source| Error::File { file: file.name().to_owned(), source })
}

fn each(option: &'static str, arguments: &[String], mut set: impl FnMut(&Source) -> Result<(), super::SetError>) -> Result<(), Error> {
    for argument in arguments {
        set(&Source::new(option, argument.as_str())).map_err(|source| Error::Set { option, source })?;
    }
    Ok(())
}

fn set_json(values: Map, argument: &str) -> Result<Map, Error> {
    let source = Source::new("--set-json", argument);
    if !argument.trim().starts_with('{') {
        parse_json_into(&source, &values).map_err(|source| Error::Json { argument: argument.to_owned(), source })?;
        return Ok(values);
    }
    let object = serde_json::from_str::<serde_json::Value>(argument).map_err(|_| Error::JsonObject { argument: argument.to_owned() })?;
    let Value::Map(object) = Value::from(&object) else { return Ok(values) };
    Ok(merge_maps(&values, &object.with_kind(MapKind::Any)))
}
