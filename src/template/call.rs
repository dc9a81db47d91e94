//! Calls functions, and makes arguments what they take.

use super::argument;
use super::function::{Call, Fault, Function, Ty};
use super::limits::{BYTE_MADE, BYTE_READ, COLLECTION, STEP};
use super::made::{self, Made};
use super::node::{Operand, Special, Term};
use super::run::{At, Result, Run, Slot};
use super::trace::{Before, Tag};
use crate::value::Value;
use smallvec::SmallVec;

/// Arguments of one call, and what a trace knows of each; more than these are rare.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) values: SmallVec<[Value; 4]>,
    pub(super) tags: SmallVec<[Tag; 4]>,
}

impl Arguments {
    #[inline]
    pub(super) fn push(&mut self, value: Value, tag: Tag) {
        self.values.push(value);
        self.tags.push(tag);
    }
}

impl<'p> Run<'_, '_, 'p> {
    /// Calls a function. `at` is the node that a failure of the function is reported at.
    pub(super) fn call(
        &mut self,
        dot: &Slot,
        function: &'static Function,
        special: Special,
        at: At<'p>,
        arguments: &'p [Operand],
        last: Option<Slot>,
    ) -> Result<Slot> {
        self.check_count(function, arguments.len(), last.is_some())?;
        if self.interpreter.tracer.is_none() && matches!(special, Special::None | Special::Index) {
            if special == Special::Index
                && let Some(item) = self.item(dot, arguments, last.as_ref())?
            {
                return Ok(Slot::plain(item));
            }
            return self.call_untraced(dot, function, at, arguments, last);
        }
        let mut given = Arguments::default();
        match special {
            Special::And | Special::Or => return self.short_circuit(dot, special == Special::Or, arguments, last),
            Special::None | Special::Index => self.arguments(dot, function, arguments, last, &mut given)?,
            Special::Len => match self.len_argument(dot, arguments, last)? {
                Slot { value: Value::Nil, boxed: false, .. } => {
                    return Err(self.call_error(at, &function.name, "reflect: call of reflect.Value.Type on zero Value".into()));
                }
                slot => given.push(slot.value, slot.tag),
            },
            Special::Call => {
                self.arguments(dot, function, arguments, last, &mut given)?;
                let name = arguments.first().map_or_else(|| reflected_text(&given.values[0]), ToString::to_string);
                let result = self.call_value(&name, &given.values).map_err(|fault| self.call_error(at, &function.name, fault))?;
                return Ok(Slot::plain(result));
            }
        }
        let before = self.tracer().map(|tracer| tracer.before(function, at.offset(), &given.values, &given.tags));
        let result = self.run_function(at, function, &given.values)?;
        Ok(self.traced(before, &given, result))
    }

    /// Calls a function whose result nobody traces.
    fn call_untraced(
        &mut self,
        dot: &Slot,
        function: &'static Function,
        at: At<'p>,
        arguments: &'p [Operand],
        last: Option<Slot>,
    ) -> Result<Slot> {
        let result = match arguments.len() + usize::from(last.is_some()) {
            0 => self.run_function(at, function, &[]),
            1 => self.call_with::<1>(dot, function, at, arguments, last),
            2 => self.call_with::<2>(dot, function, at, arguments, last),
            3 => self.call_with::<3>(dot, function, at, arguments, last),
            4 => self.call_with::<4>(dot, function, at, arguments, last),
            _ => {
                let mut given = Arguments::default();
                self.arguments(dot, function, arguments, last, &mut given)?;
                self.run_function(at, function, &given.values)
            }
        };
        result.map(Slot::plain)
    }

    /// Calls a function with `N` arguments, which stay on the stack.
    fn call_with<const N: usize>(
        &mut self,
        dot: &Slot,
        function: &'static Function,
        at: At<'p>,
        arguments: &'p [Operand],
        last: Option<Slot>,
    ) -> Result<Value> {
        let mut operands = arguments.iter();
        let mut last = last;
        let mut failed = None;
        let values: [Value; N] = std::array::from_fn(|index| {
            if failed.is_some() {
                return Value::Nil;
            }
            // Behind all operands comes the value of the command before.
            let argument = match (operands.next(), &mut last) {
                (Some(operand), _) => self.argument(dot, operand, function.ty(index)).map(|(value, _)| value),
                (None, last) => self.check(last.take().unwrap_or_default(), function.ty(index)),
            };
            argument.unwrap_or_else(|error| {
                failed = Some(error);
                Value::Nil
            })
        });
        match failed {
            Some(error) => Err(error),
            None => self.run_function(at, function, &values),
        }
    }

    /// Returns what `index` finds in most cases: an item of a list by its number, or the entry of a map, both written down.
    /// Everything else is left to the function.
    fn item(&mut self, dot: &Slot, operands: &'p [Operand], last: Option<&Slot>) -> Result<Option<Value>> {
        let ([receiver, key], None) = (operands, last) else { return Ok(None) };
        let receiver = match &receiver.term {
            Term::Dot => &dot.value,
            Term::Variable { name, slot, fields } if fields.is_empty() => &self.variable(name, *slot)?.value,
            _ => return Ok(None),
        };
        let found = match (receiver, &key.term) {
            (Value::List(list), Term::Number(number)) => {
                let Some(Value::Int(at, _)) = number.ideal else { return Ok(None) };
                usize::try_from(at).ok().and_then(|at| list.items().get(at)).cloned()
            }
            (Value::Map(map), Term::String { value: Value::Str(key), .. }) if !self.interpreter.is_on_trial() => {
                map.get_bytes(key.as_bytes())
            }
            _ => None,
        };
        match found {
            Some(item) => {
                self.spend(STEP + work_of(&item))?;
                Ok(Some(item))
            }
            None => Ok(None),
        }
    }

    /// Returns the result of a call, with what a trace knows of it.
    #[inline]
    pub(super) fn traced(&mut self, before: Option<Before>, given: &Arguments, result: Value) -> Slot {
        let tag = match (before, self.tracer()) {
            (Some(before), Some(tracer)) => tracer.after(before, &given.values, &given.tags, &result),
            _ => Tag::NONE,
        };
        Slot::plain(result).tagged(tag)
    }

    /// Runs a function, unless it is known what it would return.
    fn run_function(&mut self, at: At<'p>, function: &'static Function, values: &[Value]) -> Result<Value> {
        let read: usize = values.iter().map(text_length).sum();
        self.spend(STEP + read as u64 * BYTE_READ)?;
        if !self.interpreter.allows(function, values) {
            return Err(self.error("not on trial"));
        }
        let key = if read < made::SHORTEST { None } else { Made::key(function, values) };
        if let Some(known) = key.as_ref().and_then(|(key, text)| self.interpreter.made.find(key, text)) {
            return Ok(known);
        }
        let result = if function.pure {
            (function.run)(&mut Call { interpreter: self.interpreter }, values)
        } else {
            self.run_at(at, function, values)
        };
        // Collections can be changed by whoever gets them, so each call makes its own.
        if let (Some((key, text)), Ok(value @ Value::Str(_))) = (key, &result) {
            self.interpreter.made.keep(key, text, value);
        }
        match result {
            Ok(result) => self.measured(at, function, result),
            Err(fault) => Err(self.call_error(at, &function.name, fault)),
        }
    }

    /// Returns a result unless it is more than a render may make.
    fn measured(&mut self, at: At<'p>, function: &Function, result: Value) -> Result<Value> {
        let made = work_of(&result);
        if made == 0 {
            return Ok(result);
        }
        if text_length(&result) > self.interpreter.limits.text {
            let fault = Fault::new(format!("result would be larger than {}", self.interpreter.limits.text));
            return Err(self.call_error(at, &function.name, fault));
        }
        self.spend(made)?;
        Ok(result)
    }

    /// Runs a function that may draw, or execute what draws.
    fn run_at(&mut self, at: At<'p>, function: &Function, values: &[Value]) -> std::result::Result<Value, Fault> {
        if let Some(places) = &mut self.interpreter.places {
            places.enter_call(self.template, at.offset(), function);
        }
        self.interpreter.forget_draw();
        let result = (function.run)(&mut Call { interpreter: self.interpreter }, values);
        if let Some(places) = &mut self.interpreter.places {
            places.leave();
            return result.map(|value| self.interpreter.settle(value));
        }
        result
    }

    pub(super) fn check_count(&self, function: &Function, arguments: usize, with_last: bool) -> Result<()> {
        let (name, fixed, given) = (function.name, function.params.len(), arguments + usize::from(with_last));
        if function.variadic.is_some() {
            if given < fixed {
                return Err(self.error(format!("wrong number of args for {name}: want at least {fixed} got {arguments}")));
            }
        } else if given != fixed {
            return Err(self.error(format!("wrong number of args for {name}: want {fixed} got {given}")));
        }
        Ok(())
    }

    /// Evaluates the arguments of a call into `given`.
    pub(super) fn arguments(
        &mut self,
        dot: &Slot,
        function: &Function,
        operands: &'p [Operand],
        last: Option<Slot>,
        given: &mut Arguments,
    ) -> Result<()> {
        for (index, operand) in operands.iter().enumerate() {
            let (value, tag) = self.argument(dot, operand, function.ty(index))?;
            given.push(value, tag);
        }
        if let Some(last) = last {
            let tag = last.tag;
            given.push(self.check(last, function.ty(operands.len()))?, tag);
        }
        Ok(())
    }

    /// Evaluates an operand as an argument of the given type.
    #[inline]
    pub(super) fn argument(&mut self, dot: &Slot, operand: &'p Operand, ty: Ty) -> Result<(Value, Tag)> {
        match &operand.term {
            Term::Nil | Term::Bool(_) | Term::Number(_) | Term::String { .. } => {
                self.at = At::Operand(operand);
                let value = argument::constant(operand, ty).map_err(|message| self.error(message))?;
                Ok((value, Tag::NONE))
            }
            _ => {
                let slot = self.operand(dot, operand)?;
                let tag = slot.tag;
                Ok((self.check(slot, ty)?, tag))
            }
        }
    }

    #[inline]
    fn check(&self, slot: Slot, ty: Ty) -> Result<Value> {
        if matches!(ty, Ty::Any | Ty::Reflect) {
            return Ok(slot.value);
        }
        argument::check(slot, ty).map_err(|message| self.error(message))
    }

    fn short_circuit(&mut self, dot: &Slot, until: bool, operands: &'p [Operand], last: Option<Slot>) -> Result<Slot> {
        let mut reached = Slot::default();
        for operand in operands {
            let before = reached.tag;
            let (value, tag) = self.argument(dot, operand, Ty::Reflect)?;
            reached = Slot::plain(value).tagged(self.decided_by(tag, before));
            if reached.value.truth() == until {
                return Ok(reached);
            }
        }
        match last {
            Some(last) => {
                let tag = self.decided_by(last.tag, reached.tag);
                Ok(last.tagged(tag))
            }
            None => Ok(reached),
        }
    }

    /// Returns the tag of a value that another value decided to take.
    pub(super) fn decided_by(&mut self, tag: Tag, deciding: Tag) -> Tag {
        match self.tracer() {
            Some(tracer) => tracer.decided_by(tag, deciding),
            None => tag,
        }
    }

    fn len_argument(&mut self, dot: &Slot, operands: &'p [Operand], last: Option<Slot>) -> Result<Slot> {
        match (operands.first(), last) {
            (Some(operand), _) if matches!(operand.term, Term::Nil) => Ok(Slot::default()),
            (Some(operand), _) => self.operand(dot, operand),
            (None, last) => Ok(last.unwrap_or_default()),
        }
    }

    /// The built-in `call`: only objects of Go code can be functions.
    fn call_value(&mut self, name: &str, values: &[Value]) -> std::result::Result<Value, Fault> {
        match &values[0] {
            Value::Nil => Err("call of nil".into()),
            Value::Object(object) if object.kind() == crate::value::Kind::Func => match object.call("", &values[1..]) {
                Some(result) => result.map_err(Fault::Message),
                None => Err(Fault::new(format!("function {name} has 0 return values; should be 1 or 2"))),
            },
            other => Err(Fault::new(format!("non-function {name} of type {}", other.type_name()))),
        }
    }
}

/// Returns the work of making a value, in the units of `STEP`.
fn work_of(value: &Value) -> u64 {
    match value {
        Value::Nil | Value::Bool(_) | Value::Int(..) | Value::Float(_) => 0,
        Value::Str(text) => text.len() as u64 * BYTE_MADE,
        Value::Bytes(_) | Value::List(_) | Value::Map(_) | Value::Object(_) => COLLECTION,
    }
}

/// Returns the bytes of a text; of anything else there are none.
fn text_length(value: &Value) -> usize {
    match value {
        Value::Str(text) => text.len(),
        _ => 0,
    }
}

/// Go's `reflect.Value.String`: a string as it is, and of everything else the type.
fn reflected_text(value: &Value) -> String {
    match value {
        Value::Str(text) => text.to_string(),
        other => format!("<{} Value>", other.type_name()),
    }
}
