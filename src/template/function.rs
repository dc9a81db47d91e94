//! What a template function is: a name, Go parameter types, and Rust code.
//!
//! Functions are resolved when a template is parsed, by name, in a `Functions` table; compiled templates are shared between
//! renders, so a function holds no state. What it needs from the outside it takes from `Call`.

use crate::value::{Str, Value};
use std::any::Any;

/// The Go type of a parameter. text/template checks and converts arguments by it before the function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    /// `interface {}`: takes anything, nil included. A number literal arrives as `int` or `float64`.
    Any,
    /// `string`
    Str,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `int64`
    Int64,
    /// `uint32`: takes constants only, for no value of templates has this type.
    Uint32,
    /// `float64`
    Float,
    /// `map[string]interface {}`; `common.Values` converts.
    Map,
    /// `[]interface {}`
    List,
    /// `[]string`
    Strings,
    /// `reflect.Value`: what Go's own built-ins take; anything, and nil only where the built-in allows it.
    Reflect,
    /// A type of Go code, by its `%T` name, such as `sprig.certificate` or `time.Time`.
    Named(&'static str),
}

/// A template function.
pub struct Function {
    /// The name that templates call it by.
    pub name: &'static str,
    /// The types of the fixed parameters.
    pub params: &'static [Ty],
    /// The type of each further argument, for a variadic function.
    pub variadic: Option<Ty>,
    /// Whether it returns nothing that depends on anything but its arguments (allows constant folding and caching).
    pub pure: bool,
    /// The code. Arguments have been counted and converted to the parameters' types.
    pub run: Run,
}

/// The code of a function.
pub type Run = fn(&mut Call<'_, '_>, &[Value]) -> Result<Value, Fault>;

impl Function {
    /// Makes a function whose result depends on nothing but its arguments.
    pub const fn pure(name: &'static str, params: &'static [Ty], run: Run) -> Function {
        Function { name, params, variadic: None, pure: true, run }
    }

    /// Returns the type of the parameter at `index`.
    #[inline]
    pub(super) fn ty(&self, index: usize) -> Ty {
        self.params.get(index).copied().or(self.variadic).unwrap_or(Ty::Any)
    }

    /// Makes such a function that takes any number of further arguments of type `rest`.
    pub const fn pure_variadic(name: &'static str, params: &'static [Ty], rest: Ty, run: Run) -> Function {
        Function { name, params, variadic: Some(rest), pure: true, run }
    }
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Why a function failed.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The function returned a Go error (or panicked) with this text; the interpreter adds template, line and
    /// `error calling NAME: `.
    Message(String),
    /// The error of a template that the function executed (`include`, `tpl`), with places of its own.
    Nested(Box<super::Error>),
}

impl Fault {
    /// Makes a plain error with the text of the Go error.
    pub fn new(message: impl Into<String>) -> Fault {
        Fault::Message(message.into())
    }
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Fault::Message(message)
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        Fault::Message(message.into())
    }
}

/// A text that a call has made up.
#[derive(Clone, Copy, Debug)]
pub struct MadeUp<'a> {
    /// What the call drew by; no other call of the render has the same.
    pub draw: &'a [u8],
    /// `Cert` or `Key` of a certificate, else empty.
    pub part: &'static str,
    /// The text.
    pub text: &'a Str,
}

/// What a render may take from the world: handed in by `ops`, so that the engine itself is pure.
pub trait Effects: Send + Sync {
    /// Fills `bytes` with random bytes for one draw of a random function.
    fn random(&self, bytes: &mut [u8]);
    /// Says whether functions draw with `draw` in place of `random`: the same render is to give the same values again.
    fn is_seeded(&self) -> bool {
        false
    }
    /// Returns what a draw gives: always the same for the same draw. Asked for only where `is_seeded` says so.
    fn draw(&self, draw: &[u8]) -> [u8; 32] {
        let _ = draw;
        let mut bytes = [0; 32];
        self.random(&mut bytes);
        bytes
    }
    /// Sees a text that a seeded call has made up, and returns the one to use in its place, if there is one.
    fn settle(&self, made: &MadeUp<'_>) -> Option<Str> {
        let _ = made;
        None
    }
    /// Returns the time, in nanoseconds since the Unix epoch (UTC).
    fn now(&self) -> i128;
    /// Returns the name of the local time zone (IANA), for `date` and the like; `None` means UTC.
    fn zone(&self) -> Option<String> {
        None
    }
}

/// What a running function can reach.
pub struct Call<'a, 'b> {
    /// The interpreter that runs the calling template, for functions that execute templates.
    pub interpreter: &'a mut super::Interpreter<'b>,
}

impl Call<'_, '_> {
    /// Returns the render's effects.
    pub fn effects(&self) -> &dyn Effects {
        self.interpreter.effects()
    }

    /// Returns 32 random bytes, which everything that this call makes up is to come from. `purpose` tells apart what one call
    /// draws; `arguments` are those of the call: other arguments draw other bytes.
    pub fn draw(&mut self, purpose: &str, arguments: &[Value]) -> [u8; 32] {
        self.interpreter.draw(purpose, arguments)
    }

    /// Counts work that takes longer than its arguments and its result show, in the units of `limits::STEP`.
    ///
    /// # Errors
    /// The render has done all the work that it may.
    pub fn spend(&mut self, units: u64) -> Result<(), Fault> {
        if self.interpreter.spend(units) { Ok(()) } else { Err(Fault::Message(self.interpreter.too_much_work())) }
    }

    /// Counts the work of walking over all of some values.
    ///
    /// # Errors
    /// They are nested too deep, or hold more than a walk may meet.
    pub fn weigh(&mut self, values: &[Value]) -> Result<(), Fault> {
        for value in values.iter().filter(|value| matches!(value, Value::Map(_) | Value::List(_))) {
            let weight = value.weigh(self.interpreter.limits.text).map_err(|error| Fault::Message(error.to_string()))?;
            self.spend(weight as u64)?;
        }
        Ok(())
    }

    /// Returns the host's own state, such as the chart room's render state; `None` where the host is of another type.
    pub fn host<T: Any>(&mut self) -> Option<&mut T> {
        self.interpreter.host().downcast_mut()
    }
}

/// A table of functions by name, made once per language (charts, stack files) and shared.
#[derive(Debug, Default)]
pub struct Functions {
    by_name: rustc_hash::FxHashMap<&'static str, &'static Function>,
}

impl Functions {
    /// Makes a table from families; a later family's function replaces an earlier one of the same name.
    pub fn new(families: &[&'static [Function]]) -> Functions {
        let by_name = families.iter().flat_map(|family| family.iter()).map(|function| (function.name, function)).collect();
        Functions { by_name }
    }

    /// Adds families; their functions replace those of the same name.
    #[must_use]
    pub fn with(mut self, families: &[&'static [Function]]) -> Functions {
        self.by_name.extend(families.iter().flat_map(|family| family.iter()).map(|function| (function.name, function)));
        self
    }

    /// Moves a function to another name, as helmfile has sprig's `get` under `sprigGet`.
    #[must_use]
    pub fn renamed(mut self, old: &str, new: &'static str) -> Functions {
        if let Some(function) = self.by_name.remove(old) {
            self.by_name.insert(new, function);
        }
        self
    }

    /// Removes a function, as Helm removes sprig's `env`.
    #[must_use]
    pub fn without(mut self, name: &str) -> Functions {
        self.by_name.remove(name);
        self
    }

    /// Returns the function of that name.
    pub fn get(&self, name: &str) -> Option<&'static Function> {
        self.by_name.get(name).copied()
    }

    /// Returns all names, sorted.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.by_name.keys().copied().collect();
        names.sort_unstable();
        names
    }
}
