//! A set of templates that can call each other.
use super::{Error, Interpreter, function::Functions};
use crate::{diag::Source, value::Value};
use std::sync::Arc;

/// One source, parsed: its body and the templates that it defines. Shared between sets and threads.
#[derive(Debug)]
pub struct Compiled {}

impl Compiled {
    /// Parses one source. The template is named `source.name()`.
    ///
    /// # Errors
    /// The first mistake, as Go's parse package words it.
    pub fn parse(source: &Source, functions: &'static Functions) -> Result<Compiled, Error> {
        let _ = (source, functions);
        todo!()
    }
}

/// Templates by name. Cheap to clone (`tpl` clones the whole set and adds to the clone).
#[derive(Clone, Debug, Default)]
pub struct Set {}

impl Set {
    /// Adds a parsed source under its name, and its `define`s; a later definition replaces an earlier one unless it is empty.
    ///
    /// # Errors
    /// None today but Go's own.
    pub fn add(&mut self, compiled: Arc<Compiled>) -> Result<(), Error> {
        let _ = compiled;
        todo!()
    }

    /// Adds a parsed source's defines and its body under another name (the same text serves many charts).
    ///
    /// # Errors
    /// As `add`.
    pub fn add_as(&mut self, name: &str, compiled: Arc<Compiled>) -> Result<(), Error> {
        let _ = (name, compiled);
        todo!()
    }

    /// Says whether a template of that name is there.
    pub fn contains(&self, name: &str) -> bool {
        let _ = name;
        todo!()
    }

    /// Executes a template; the output goes to `out`.
    ///
    /// # Errors
    /// The first error of execution.
    pub fn execute(&self, interpreter: &mut Interpreter<'_>, name: &str, data: &Value, out: &mut Vec<u8>) -> Result<(), Error> {
        let _ = (interpreter, name, data, out);
        todo!()
    }
}
