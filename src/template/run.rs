//! Executes one template: walks its nodes and writes the output.

use super::error::{Cause, Error, ExecutionError, Frame};
use super::function::Fault;
use super::limits::STEP;
use super::node::{Branch, Command, Declared, Node, Operand, Pipe, TemplateCall};
use super::set::{Set, Template};
use super::trace::{Tag, Tracer};
use super::{Interpreter, stack};
use crate::value::{Map, MapKind, Str, Value, quote, write_display};
use std::fmt::Display;

/// A value, whether Go would hold it in an `interface {}`, and what a trace knows of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot {
    pub(super) value: Value,
    /// Whether it is an entry of a map or list: it decides what nil means.
    pub(super) boxed: bool,
    pub(super) tag: Tag,
}

impl Slot {
    pub(super) fn plain(value: Value) -> Slot {
        Slot { value, boxed: false, tag: Tag::NONE }
    }

    pub(super) fn of_map(map: &Map, value: Value) -> Slot {
        Slot { value, boxed: !matches!(map.kind(), MapKind::Strings), tag: Tag::NONE }
    }

    /// Returns the value as the result of a pipeline or call.
    pub(super) fn unboxed(self) -> Slot {
        Slot { boxed: false, ..self }
    }

    pub(super) fn tagged(self, tag: Tag) -> Slot {
        Slot { tag, ..self }
    }
}

/// An error on its way out; boxed, so that what succeeds is small.
pub(super) type Result<T> = std::result::Result<T, Box<Error>>;

/// The execution of one template. A template that it calls has a `Run` of its own.
pub(super) struct Run<'r, 'b, 'p> {
    pub(super) interpreter: &'r mut Interpreter<'b>,
    pub(super) out: &'r mut Vec<u8>,
    set: &'p Set,
    pub(super) template: &'p Template,
    /// The node that Go would name if something failed now.
    pub(super) at: At<'p>,
    /// Where the variables of this template begin.
    first_slot: usize,
}

/// A node that an error can be at.
#[derive(Clone, Copy)]
pub(super) enum At<'p> {
    Body,
    Pipe(&'p Pipe),
    Command(&'p Command),
    Operand(&'p Operand),
    Template(&'p TemplateCall),
}

impl At<'_> {
    /// Returns the byte that Go would name.
    pub(super) fn offset(self) -> u32 {
        match self {
            At::Body => 0,
            At::Pipe(pipe) => pipe.at,
            At::Command(command) => command.at,
            At::Operand(operand) => operand.at,
            At::Template(call) => call.at,
        }
    }
}

/// How a list of nodes ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

impl<'r, 'b, 'p> Run<'r, 'b, 'p> {
    /// Executes a template with `data` as its dot.
    pub(super) fn start(
        interpreter: &'r mut Interpreter<'b>,
        set: &'p Set,
        template: &'p Template,
        data: &Value,
        out: &'r mut Vec<u8>,
    ) -> std::result::Result<(), Error> {
        let first_slot = interpreter.slots.len();
        let mut run = Run { interpreter, out, set, template, at: At::Body, first_slot };
        if run.interpreter.depth >= run.interpreter.limits.depth {
            return Err(*run.too_deep());
        }
        if run.interpreter.depth == 0
            && let Some(places) = &mut run.interpreter.places
        {
            places.restart();
        }
        let tag = run.tracer().map(Tracer::begin_text).unwrap_or_default();
        run.execute(&Slot::plain(data.clone()).tagged(tag)).map_err(|error| *error)?;
        if let Some(tracer) = run.tracer() {
            tracer.end_text();
        }
        Ok(())
    }

    /// Returns who traces the render, if anyone does.
    #[inline]
    pub(super) fn tracer(&mut self) -> Option<&mut Tracer> {
        self.interpreter.tracer.as_deref_mut()
    }

    fn execute(&mut self, dot: &Slot) -> Result<()> {
        let tree = self.template.tree();
        self.interpreter.slots.resize_with(self.first_slot + tree.slots, Slot::default);
        self.interpreter.slots[self.first_slot] = dot.clone();
        self.interpreter.depth += 1;
        let template = self.template;
        let outer = self.tracer().map(|tracer| tracer.enter(template));
        let result = stack::grow(|| self.walk(dot, &tree.nodes));
        if let (Some(outer), Some(tracer)) = (outer, self.tracer()) {
            tracer.leave(outer);
        }
        self.interpreter.depth -= 1;
        self.interpreter.slots.truncate(self.first_slot);
        result.map(|_| ())
    }

    fn walk(&mut self, dot: &Slot, nodes: &'p [Node]) -> Result<Flow> {
        self.spend(STEP * (nodes.len() as u64 + 1))?;
        for node in nodes {
            match node {
                Node::Text { start, end } => {
                    let source = self.template.compiled.source.text().as_bytes();
                    let bytes = &source[*start as usize..*end as usize];
                    if let Some(tracer) = self.tracer() {
                        tracer.wrote(*start, bytes);
                    }
                    self.write(bytes)?;
                }
                Node::Action(pipe) if pipe.variables.is_empty() => {
                    let slot = self.pipeline(dot, pipe)?;
                    self.print(&slot, pipe.at)?;
                }
                Node::Action(pipe) => self.assign(dot, pipe)?,
                Node::Template(call) => self.call_template(dot, call)?,
                Node::Break => return Ok(Flow::Break),
                Node::Continue => return Ok(Flow::Continue),
                Node::If(_) | Node::With(_) | Node::Range(_) => {
                    let flow = stack::grow(|| self.walk_branch(dot, node))?;
                    if flow != Flow::Next {
                        return Ok(flow);
                    }
                }
            }
        }
        Ok(Flow::Next)
    }

    fn walk_branch(&mut self, dot: &Slot, node: &'p Node) -> Result<Flow> {
        match node {
            Node::Range(branch) => {
                let over = self.pipeline(dot, &branch.pipe)?;
                self.decided(over.tag, |run| run.walk_range(dot, branch, &over))
            }
            Node::With(branch) => {
                let value = self.pipeline(dot, &branch.pipe)?;
                self.decided(value.tag, |run| match value.value.truth() {
                    true => run.walk(&value, &branch.body),
                    false => run.walk_otherwise(dot, branch),
                })
            }
            Node::If(branch) => {
                let value = self.pipeline(dot, &branch.pipe)?;
                self.decided(value.tag, |run| match value.value.truth() {
                    true => run.walk(dot, &branch.body),
                    false => run.walk_otherwise(dot, branch),
                })
            }
            _ => Ok(Flow::Next),
        }
    }

    /// Walks what a value decides about.
    fn decided(&mut self, deciding: Tag, walk: impl FnOnce(&mut Self) -> Result<Flow>) -> Result<Flow> {
        let outer = self.tracer().map(|tracer| tracer.decide(deciding));
        let flow = walk(self)?;
        if let (Some(outer), Some(tracer)) = (outer, self.tracer()) {
            tracer.decided(outer);
        }
        Ok(flow)
    }

    fn walk_otherwise(&mut self, dot: &Slot, branch: &'p Branch) -> Result<Flow> {
        match &branch.otherwise {
            Some(nodes) => self.walk(dot, nodes),
            None => Ok(Flow::Next),
        }
    }

    fn walk_range(&mut self, dot: &Slot, branch: &'p Branch, over: &Slot) -> Result<Flow> {
        if let Some(tracer) = self.tracer() {
            tracer.consume(&over.value, over.tag);
        }
        match &over.value {
            Value::Map(map) if !map.is_empty() => {
                let entries: Vec<(Str, Value)> =
                    map.read(|entries| entries.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect());
                let items = entries.into_iter().map(|(key, value)| (Value::Str(key), Slot::of_map(map, value)));
                self.iterate(branch, over, items)
            }
            Value::List(list) if !list.is_empty() => {
                let boxed = list.kind() == crate::value::ListKind::Any;
                let item = |item: &Value| Slot { value: item.clone(), boxed, tag: Tag::NONE };
                self.iterate(branch, over, list.iter().enumerate().map(|(index, value)| (index_value(index), item(value))))
            }
            Value::Bytes(bytes) if !bytes.is_empty() => {
                let byte_value = |byte: &u8| Slot::plain(Value::Int(i64::from(*byte), crate::value::IntKind::Uint8));
                self.iterate(branch, over, bytes.iter().enumerate().map(|(index, byte)| (index_value(index), byte_value(byte))))
            }
            Value::Int(..) if branch.pipe.variables.len() > 1 => {
                Err(self.error(format!("can't use {} to iterate over more than one variable", crate::value::display(&over.value))))
            }
            Value::Int(end, kind) if *end > 0 => {
                self.iterate(branch, over, (0..*end).map(|number| (Value::Nil, Slot::plain(Value::Int(number, *kind)))))
            }
            Value::Map(_) | Value::List(_) | Value::Bytes(_) | Value::Int(..) | Value::Nil => self.walk_otherwise(dot, branch),
            Value::Object(object) => match object.range() {
                Some(entries) if !entries.is_empty() => {
                    self.iterate(branch, over, entries.into_iter().map(|(key, value)| (key, Slot::plain(value))))
                }
                Some(_) => self.walk_otherwise(dot, branch),
                None => Err(self.cannot_range(&over.value)),
            },
            _ => Err(self.cannot_range(&over.value)),
        }
    }

    #[cold]
    fn cannot_range(&self, value: &Value) -> Box<Error> {
        self.error(format!("range can't iterate over {}", crate::value::display(value)))
    }

    fn iterate(&mut self, branch: &'p Branch, over: &Slot, items: impl Iterator<Item = (Value, Slot)>) -> Result<Flow> {
        for (number, (key, mut item)) in items.enumerate() {
            let mut key_tag = Tag::NONE;
            if let Some(tracer) = self.tracer() {
                (key_tag, item.tag) = tracer.of_iteration(&over.value, over.tag, number, &key, &item.value);
            }
            if let Some(places) = &mut self.interpreter.places {
                places.enter_item(&key, &item.value);
            }
            match &*branch.pipe.variables {
                [] => {}
                [only] => self.set_variable(only, item.clone())?,
                [index, element, ..] => {
                    self.set_variable(index, Slot::plain(key).tagged(key_tag))?;
                    self.set_variable(element, item.clone())?;
                }
            }
            let flow = self.walk(&item, &branch.body)?;
            if let Some(places) = &mut self.interpreter.places {
                places.leave();
            }
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::Next)
    }

    /// Sets a variable of this template.
    pub(super) fn set_variable(&mut self, variable: &Declared, value: Slot) -> Result<()> {
        match variable.slot {
            Some(slot) => {
                self.interpreter.slots[self.first_slot + slot as usize] = value;
                Ok(())
            }
            None => Err(self.undefined_variable(&variable.name)),
        }
    }

    /// Returns a variable of this template.
    pub(super) fn variable(&self, name: &Str, slot: Option<u32>) -> Result<&Slot> {
        match slot {
            Some(slot) => Ok(&self.interpreter.slots[self.first_slot + slot as usize]),
            None => Err(self.undefined_variable(name)),
        }
    }

    #[cold]
    fn undefined_variable(&self, name: &Str) -> Box<Error> {
        self.error(format!("undefined variable: {name}"))
    }

    fn call_template(&mut self, dot: &Slot, call: &'p TemplateCall) -> Result<()> {
        self.at = At::Template(call);
        let Some(template) = self.set.get(call.name.as_bytes()) else {
            return Err(self.error(format!("template {} not defined", quote(call.name.as_bytes()))));
        };
        if self.interpreter.depth >= self.interpreter.limits.depth {
            return Err(self.too_deep());
        }
        let data = match &call.pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Slot::default(),
        };
        let outer = self.tracer().map(|tracer| tracer.call(call.at));
        let first_slot = self.interpreter.slots.len();
        if let Some(places) = &mut self.interpreter.places {
            places.enter_template(self.template, call.at);
        }
        let mut inner = Run { interpreter: self.interpreter, out: self.out, set: self.set, template, at: At::Body, first_slot };
        let result = inner.execute(&data);
        if let Some(places) = &mut self.interpreter.places {
            places.leave();
        }
        if let (Some(outer), Some(tracer)) = (outer, self.tracer()) {
            tracer.leave(outer);
        }
        result
    }

    #[cold]
    fn too_deep(&self) -> Box<Error> {
        self.error(format!("exceeded maximum template depth ({})", self.interpreter.limits.depth))
    }

    fn print(&mut self, slot: &Slot, at: u32) -> Result<()> {
        let start = self.out.len();
        match &slot.value {
            Value::Str(text) => self.out.extend_from_slice(text.as_bytes()),
            Value::Nil => self.out.extend_from_slice(b"<no value>"),
            Value::Object(object) => self.out.extend_from_slice(object.print().as_bytes()),
            other => write_display(other, self.out),
        }
        if let Some(tracer) = &mut self.interpreter.tracer {
            tracer.printed(at, &self.out[start..], &slot.value, slot.tag);
        }
        self.count(self.out.len() - start)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.extend_from_slice(bytes);
        self.count(bytes.len())
    }

    /// Counts work.
    pub(super) fn spend(&mut self, units: u64) -> Result<()> {
        if self.interpreter.spend(units) { Ok(()) } else { Err(self.error(self.interpreter.too_much_work())) }
    }

    fn count(&mut self, written: usize) -> Result<()> {
        self.interpreter.written += written;
        if self.interpreter.written > self.interpreter.limits.output {
            return Err(self.error(format!("output is longer than {} bytes", self.interpreter.limits.output)));
        }
        Ok(())
    }

    /// Makes an error at the current node.
    #[cold]
    pub(super) fn error(&self, message: impl Into<String>) -> Box<Error> {
        Box::new(Error::Execution(Box::new(ExecutionError { frame: self.frame(message.into()), cause: None })))
    }

    /// Makes the error of a function or method that failed.
    #[cold]
    pub(super) fn call_error(&mut self, at: At<'p>, name: &dyn Display, fault: Fault) -> Box<Error> {
        self.at = at;
        let cause = match fault {
            Fault::Message(text) => Cause::Text(shortened(text)),
            Fault::Nested(error) => Cause::Nested(error),
        };
        let frame = self.frame(format!("error calling {name}: "));
        Box::new(Error::Execution(Box::new(ExecutionError { frame, cause: Some(cause) })))
    }

    fn frame(&self, message: String) -> Frame {
        let node = match self.at {
            At::Body => String::new(),
            At::Pipe(pipe) => pipe.to_string(),
            At::Command(command) => command.to_string(),
            At::Operand(operand) => operand.to_string(),
            At::Template(call) => call.to_string(),
        };
        let (template, at) = (self.template, self.at.offset());
        Frame { file: template.file.clone(), template: template.name.clone(), node, message, source: template.compiled.source.clone(), at }
    }
}

/// Returns a message that repeats a huge value only in part.
fn shortened(mut text: String) -> String {
    const LONGEST: usize = 1 << 20;
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push_str("...");
    }
    text
}

fn index_value(index: usize) -> Value {
    Value::int(i64::try_from(index).unwrap_or(i64::MAX))
}
