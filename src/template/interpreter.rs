//! The state of one render.

use super::Set;
use super::funcs::certificates;
use super::function::{Effects, Function, MadeUp};
use super::limits::{Limits, STEP};
use super::made::Made;
use super::place::Places;
use super::run::Slot;
use super::trace::{Around, Tag, Trace, Tracer};
use crate::value::{Str, Value};
use std::any::Any;
use std::cell::Cell;

/// What `.missing` on a map gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// No value at all: Go's `missingkey=default`. `.missing.x` is no value either.
    Invalid,
    /// The zero value of the map's element type: Go's `missingkey=zero`, and Helm's. In `map[string]interface {}` it prints as
    /// no value, and `.missing.x` is an error.
    #[default]
    Zero,
    /// An error, as `missingkey=error` (helmfile).
    Error,
}

/// A text whose trace is made as if nothing had led to it.
#[derive(Debug)]
pub struct ReusableText(Around);

/// The state of one render: the set in force, the host's state, effects, limits.
pub struct Interpreter<'b> {
    effects: &'b dyn Effects,
    /// How often the effects were asked for.
    effects_asked: Cell<u64>,
    host: &'b mut dyn Any,
    pub(super) missing_key: MissingKey,
    pub(super) limits: Limits,
    /// What pure functions made of long texts.
    pub(super) made: Made,
    set: Set,
    pub(super) depth: usize,
    pub(super) written: usize,
    /// The work that may still be done, in parts of a step.
    work_left: u64,
    /// The variables of all templates that are being executed; each knows where its own begin.
    pub(super) slots: Vec<Slot>,
    /// Where execution stands; kept only where there is a seed.
    pub(super) places: Option<Box<Places>>,
    /// What the running call drew by, where there is a seed.
    last_draw: Option<[u8; 40]>,
    /// On trial: the one function that may be called though it is not pure.
    trial: Option<&'static Function>,
    /// Who traces the render; nobody unless asked to.
    pub(super) tracer: Option<Box<Tracer>>,
}

impl<'b> Interpreter<'b> {
    /// Makes an interpreter for one render.
    pub fn new(effects: &'b dyn Effects, host: &'b mut dyn Any, missing_key: MissingKey, limits: Limits) -> Self {
        let places = effects.is_seeded().then(Box::default);
        Interpreter {
            effects,
            effects_asked: Cell::new(0),
            host,
            missing_key,
            limits,
            made: Made::default(),
            set: Set::default(),
            depth: 0,
            written: 0,
            work_left: limits.steps.saturating_mul(STEP),
            slots: Vec::new(),
            places,
            last_draw: None,
            trial: None,
            tracer: None,
        }
    }

    /// Traces what is executed from now on. `values` are the values that templates begin with, each under its path from the
    /// top of their data; the top itself has the empty path. Of two paths of one value the first one counts.
    pub fn trace(&mut self, values: &[(&str, Value)]) {
        let mut tracer = Box::<Tracer>::default();
        for (path, value) in values {
            tracer.register(path, value);
        }
        self.tracer = Some(tracer);
    }

    /// Says whether what is executed is traced.
    pub fn is_traced(&self) -> bool {
        self.tracer.is_some()
    }

    /// Returns what the trace knows of the text that was finished last.
    pub fn tag_of_text(&self) -> Tag {
        self.tracer.as_ref().map(|tracer| tracer.tag_of_text()).unwrap_or_default()
    }

    /// A text begins that may be used again: its trace is made as if nothing had led to it.
    pub fn begin_reusable_text(&mut self) -> Option<ReusableText> {
        self.tracer.as_mut().map(|tracer| ReusableText(tracer.begin_reusable()))
    }

    /// The text that was begun is complete. Returns what the trace knows of it, for [`Interpreter::reuse_text`].
    pub fn end_reusable_text(&mut self, text: Option<ReusableText>) -> Tag {
        match (text, &mut self.tracer) {
            (Some(ReusableText(around)), Some(tracer)) => tracer.end_reusable(around),
            _ => Tag::NONE,
        }
    }

    /// Returns a number that grows when the trace learns that something comes from elsewhere than before; zero without a trace.
    pub fn retold(&self) -> u64 {
        self.tracer.as_ref().map_or(0, |tracer| tracer.retold())
    }

    /// Says that a text is the result of the call that is being executed: its trace moves to this call.
    pub fn reuse_text(&mut self, known: Tag) {
        if let Some(tracer) = &mut self.tracer {
            tracer.reuse(known);
        }
    }

    /// Ends the trace.
    pub fn take_trace(&mut self) -> Option<Trace> {
        self.tracer.take().map(Trace::new)
    }

    /// Returns the render's effects.
    pub fn effects(&self) -> &dyn Effects {
        self.effects_asked.set(self.effects_asked.get() + 1);
        self.effects
    }

    /// Returns how often the effects were asked for: what a template makes while this stays the same owes nothing to them.
    pub fn effects_asked(&self) -> u64 {
        self.effects_asked.get()
    }

    /// Runs `run` on trial, without a trace: no function is called that may change anything or ask the world. Templates fail that try to, except
    /// by `besides`, which answers for itself.
    pub fn on_trial<T>(&mut self, besides: &'static Function, run: impl FnOnce(&mut Self) -> T) -> T {
        let outer = (self.trial.replace(besides), self.places.take(), self.tracer.take(), self.written);
        let result = run(self);
        (self.trial, self.places, self.tracer, self.written) = outer;
        result
    }

    /// Says whether this is a trial.
    pub fn is_on_trial(&self) -> bool {
        self.trial.is_some()
    }

    /// Says whether a function may be called now. Of pure functions only those can change anything that get a map.
    #[inline]
    pub(super) fn allows(&self, function: &'static Function, arguments: &[Value]) -> bool {
        self.trial.is_none_or(|besides| {
            std::ptr::eq(function, besides) || function.pure && !arguments.iter().any(|argument| matches!(argument, Value::Map(_)))
        })
    }

    /// Takes work off what may still be done; says whether there was enough left.
    #[inline]
    pub(super) fn spend(&mut self, units: u64) -> bool {
        let left = self.work_left.checked_sub(units);
        self.work_left = left.unwrap_or(0);
        left.is_some()
    }

    /// Returns what is said when no work may be done any more.
    pub(super) fn too_much_work(&self) -> String {
        format!("rendering takes more than {} steps", self.limits.steps)
    }

    /// Returns 32 random bytes for the call that is being executed.
    pub(super) fn draw(&mut self, purpose: &str, arguments: &[Value]) -> [u8; 32] {
        self.effects_asked.set(self.effects_asked.get() + 1);
        if let Some(places) = &mut self.places {
            let draw = places.draw(purpose, arguments);
            self.last_draw = Some(draw);
            return self.effects.draw(&draw);
        }
        let mut bytes = [0; 32];
        self.effects.random(&mut bytes);
        bytes
    }

    /// A call begins, which has not drawn yet.
    pub(super) fn forget_draw(&mut self) {
        self.last_draw = None;
    }

    /// Returns what a call has made up, or what the host has in its place.
    pub(super) fn settle(&mut self, value: Value) -> Value {
        let Some(draw) = self.last_draw.take() else { return value };
        let settle = |part, text: &Str| self.effects.settle(&MadeUp { draw: &draw, part, text });
        match &value {
            Value::Str(text) => settle("", text).map_or(value, Value::Str),
            Value::Object(object) => certificates::settled(object.as_ref(), settle).unwrap_or(value),
            _ => value,
        }
    }

    /// Returns the host's state.
    pub fn host(&mut self) -> &mut dyn Any {
        self.host
    }

    /// Returns the set that the running template is of (`include` executes in it, `tpl` clones it).
    pub fn set(&self) -> &Set {
        &self.set
    }

    /// Puts a set in force; returns the one that it replaces, if it is another.
    pub(super) fn enter(&mut self, set: &Set) -> Option<Set> {
        if self.set.is_same(set) { None } else { Some(std::mem::replace(&mut self.set, set.clone())) }
    }

    pub(super) fn leave(&mut self, outer: Option<Set>) {
        if let Some(outer) = outer {
            self.set = outer;
        }
    }
}
