//! Runs parsed templates.
use super::{Set, function::Effects};
use std::any::Any;

/// What `.missing` on a map gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// No value: Go's default, and Helm's `missingkey=zero` on `map[string]interface{}`.
    #[default]
    Zero,
    /// An error, as `missingkey=error` (helmfile).
    Error,
}

/// What a render may use at most.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of output, all templates together.
    pub output: usize,
    /// Depth of template calls.
    pub depth: usize,
}

/// The state of one render: the set in force, the host's state, effects, limits.
pub struct Interpreter<'b> {
    effects: &'b dyn Effects,
    host: &'b mut dyn Any,
}

impl<'b> Interpreter<'b> {
    /// Makes an interpreter for one render.
    pub fn new(effects: &'b dyn Effects, host: &'b mut dyn Any, missing_key: MissingKey, limits: Limits) -> Self {
        let _ = (missing_key, limits);
        Interpreter { effects, host }
    }

    /// Returns the render's effects.
    pub fn effects(&self) -> &dyn Effects {
        self.effects
    }

    /// Returns the host's state.
    pub fn host(&mut self) -> &mut dyn Any {
        self.host
    }

    /// Returns the set that the running template is of (`include` executes in it, `tpl` clones it).
    pub fn set(&self) -> &Set {
        todo!()
    }
}
