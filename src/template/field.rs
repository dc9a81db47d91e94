//! Follows fields: of maps, of objects, and their methods.

use super::call::Arguments;
use super::function::{Call, Function, Ty};
use super::node::Operand;
use super::run::{At, Result, Run, Slot};
use super::trace::Tag;
use super::{MissingKey, values_methods};
use crate::value::{Map, MapKind, Object, Str, Value, quote};

impl<'p> Run<'_, '_, 'p> {
    /// Evaluates `.a.b.c` on a receiver (the dot, where it is `None`); a method at its end gets the arguments.
    pub(super) fn field_chain(
        &mut self,
        dot: &Slot,
        receiver: Option<Slot>,
        operand: &'p Operand,
        fields: &'p [Str],
        arguments: &'p [Operand],
        last: Option<Slot>,
    ) -> Result<Slot> {
        if arguments.is_empty()
            && last.is_none()
            && let Some(found) = self.field_below(receiver.as_ref().unwrap_or(dot), fields)
        {
            return Ok(found);
        }
        let (end, inner) = fields.split_last().expect("the parser makes no chain without fields");
        let mut reached = receiver;
        for name in inner {
            reached = Some(self.field(reached.as_ref().unwrap_or(dot), operand, name)?);
        }
        let receiver = reached.as_ref().unwrap_or(dot);
        if arguments.is_empty() && last.is_none() {
            return self.field(receiver, operand, end);
        }
        self.field_with_arguments(dot, receiver, operand, end, arguments, last)
    }

    /// Returns the entry of `.a.b.c` where there are nothing but maps on the way, and nobody traces it: most often so.
    pub(super) fn field_below(&self, receiver: &Slot, fields: &[Str]) -> Option<Slot> {
        const MOST: usize = 16;
        match &receiver.value {
            Value::Map(map) if self.interpreter.tracer.is_none() && fields.len() <= MOST => entry_below(map, fields),
            _ => None,
        }
    }

    fn field(&mut self, receiver: &Slot, operand: &'p Operand, name: &Str) -> Result<Slot> {
        match &receiver.value {
            Value::Map(map) => {
                if let Some(method) = values_methods::find(map, name.as_bytes()) {
                    return self.call_method(method, receiver, operand, Arguments::default());
                }
                let found = map.get_bytes(name.as_bytes());
                let tag = match self.tracer() {
                    Some(tracer) => tracer.entry(map, receiver.tag, name, found.as_ref()),
                    None => Tag::NONE,
                };
                match found {
                    Some(value) => Ok(Slot::of_map(map, value).tagged(tag)),
                    None => Ok(self.missing(map.kind(), name)?.tagged(tag)),
                }
            }
            Value::Nil => self.field_of_nil(receiver, name),
            Value::Object(object) => self.field_of_object(receiver, object.as_ref(), operand, name),
            _ => Err(self.no_such_field(receiver, name)),
        }
    }

    fn call_method(&mut self, method: &'static Function, receiver: &Slot, operand: &'p Operand, mut given: Arguments) -> Result<Slot> {
        self.check_count(method, given.values.len(), false)?;
        given.push(receiver.value.clone(), receiver.tag);
        let before = self.tracer().map(|tracer| tracer.before(method, operand.at, &given.values, &given.tags));
        let result = (method.run)(&mut Call { interpreter: self.interpreter }, &given.values);
        let result = result.map_err(|fault| self.call_error(At::Operand(operand), &method.name, fault))?;
        Ok(self.traced(before, &given, result))
    }

    fn missing(&self, kind: MapKind, name: &Str) -> Result<Slot> {
        match self.interpreter.missing_key {
            MissingKey::Error => Err(self.error(format!("map has no entry for key {}", quote(name.as_bytes())))),
            MissingKey::Invalid => Ok(Slot::default()),
            MissingKey::Zero if kind == MapKind::Strings => Ok(Slot::plain(Value::str(""))),
            MissingKey::Zero => Ok(Slot { boxed: true, ..Slot::default() }),
        }
    }

    fn field_of_nil(&self, receiver: &Slot, name: &Str) -> Result<Slot> {
        if receiver.boxed {
            return Err(self.error(format!("nil pointer evaluating interface {{}}.{name}")));
        }
        if self.interpreter.missing_key == MissingKey::Error {
            return Err(self.error(format!("nil data; no entry for key {}", quote(name.as_bytes()))));
        }
        Ok(Slot::default())
    }

    fn field_of_object(&mut self, receiver: &Slot, object: &dyn Object, operand: &'p Operand, name: &Str) -> Result<Slot> {
        let text = name.to_text();
        if let Some(value) = object.field(&text) {
            return Ok(Slot::plain(value).tagged(receiver.tag));
        }
        match object.call(&text, &[]) {
            Some(Ok(value)) => Ok(Slot::plain(value).tagged(receiver.tag)),
            Some(Err(message)) => Err(self.call_error(At::Operand(operand), name, message.into())),
            None => Err(self.no_such_field(receiver, name)),
        }
    }

    #[cold]
    fn no_such_field(&self, receiver: &Slot, name: &Str) -> Box<super::Error> {
        let ty = if receiver.boxed { "interface {}".into() } else { receiver.value.type_name() };
        self.error(format!("can't evaluate field {name} in type {ty}"))
    }

    fn field_with_arguments(
        &mut self,
        dot: &Slot,
        receiver: &Slot,
        operand: &'p Operand,
        name: &Str,
        arguments: &'p [Operand],
        last: Option<Slot>,
    ) -> Result<Slot> {
        match &receiver.value {
            Value::Map(map) => match values_methods::find(map, name.as_bytes()) {
                Some(method) => {
                    self.check_count(method, arguments.len(), last.is_some())?;
                    let mut given = Arguments::default();
                    self.arguments(dot, method, arguments, last, &mut given)?;
                    self.call_method(method, receiver, operand, given)
                }
                None => Err(self.error(format!("{name} is not a method but has arguments"))),
            },
            Value::Nil => self.field_of_nil(receiver, name),
            Value::Object(object) => {
                let text = name.to_text();
                if object.field(&text).is_some() {
                    return Err(self.error(format!("{name} has arguments but cannot be invoked as function")));
                }
                let at = self.at;
                let mut given = Arguments::default();
                for argument in arguments {
                    let (value, tag) = self.argument(dot, argument, Ty::Any)?;
                    given.push(value, tag);
                }
                if let Some(last) = last {
                    given.push(last.value, last.tag);
                }
                match object.call(&text, &given.values) {
                    Some(Ok(value)) => {
                        let tag = self.decided_by(receiver.tag, given.tags.first().copied().unwrap_or_default());
                        Ok(Slot::plain(value).tagged(tag))
                    }
                    Some(Err(message)) => Err(self.call_error(At::Operand(operand), name, message.into())),
                    None => {
                        self.at = at;
                        Err(self.no_such_field(receiver, name))
                    }
                }
            }
            _ => Err(self.no_such_field(receiver, name)),
        }
    }
}

fn entry_below(map: &Map, fields: &[Str]) -> Option<Slot> {
    let (name, rest) = fields.split_first()?;
    if values_methods::find(map, name.as_bytes()).is_some() {
        return None;
    }
    map.read_value(name.as_bytes(), |found| match (found?, rest) {
        (value, []) => Some(Slot::of_map(map, value.clone())),
        (Value::Map(inner), rest) => entry_below(inner, rest),
        _ => None,
    })
}
