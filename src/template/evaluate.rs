//! Evaluates pipelines, commands and operands.

use super::node::{Command, NumberTerm, Operand, Pipe, Term};
use super::run::{At, Result, Run, Slot};
use super::stack;
use crate::value::Value;

impl<'p> Run<'_, '_, 'p> {
    /// Returns the value of a pipeline, and sets the variables that it declares or assigns.
    pub(super) fn pipeline(&mut self, dot: &Slot, pipe: &'p Pipe) -> Result<Slot> {
        let mut slot = self.commands(dot, pipe)?;
        if !pipe.variables.is_empty() {
            slot = self.assigned(slot);
            for variable in &pipe.variables {
                self.set_variable(variable, slot.clone())?;
            }
        }
        Ok(slot)
    }

    /// Sets the variables that a pipeline declares or assigns; nobody wants its value.
    pub(super) fn assign(&mut self, dot: &Slot, pipe: &'p Pipe) -> Result<()> {
        let slot = self.commands(dot, pipe)?;
        let slot = self.assigned(slot);
        match &*pipe.variables {
            [only] => self.set_variable(only, slot),
            variables => variables.iter().try_for_each(|variable| self.set_variable(variable, slot.clone())),
        }
    }

    fn assigned(&mut self, slot: Slot) -> Slot {
        match self.tracer() {
            Some(tracer) => Slot { tag: tracer.assigned(slot.tag), ..slot },
            None => slot,
        }
    }

    /// Returns the value of a pipeline's last command.
    #[inline]
    fn commands(&mut self, dot: &Slot, pipe: &'p Pipe) -> Result<Slot> {
        self.at = At::Pipe(pipe);
        let Some((first, rest)) = pipe.commands.split_first() else { return Ok(Slot::default()) };
        let mut reached = self.command(dot, first, None)?.unboxed();
        for command in rest {
            reached = self.command(dot, command, Some(reached))?.unboxed();
        }
        Ok(reached)
    }

    /// Runs one command; `last` is the value of the command before it, which becomes the last argument.
    fn command(&mut self, dot: &Slot, command: &'p Command, last: Option<Slot>) -> Result<Slot> {
        let (first, arguments) = command.operands.split_first().expect("the parser refuses empty commands");
        match &first.term {
            Term::Function { function, special } => {
                self.at = At::Operand(first);
                self.call(dot, function, *special, At::Command(command), arguments, last)
            }
            Term::Field(fields) => {
                self.at = At::Operand(first);
                self.field_chain(dot, None, first, fields, arguments, last)
            }
            Term::Variable { name, slot, fields } => {
                self.at = At::Operand(first);
                if fields.is_empty() {
                    let value = self.variable(name, *slot)?.clone();
                    self.not_a_function(first, arguments, &last)?;
                    return Ok(value);
                }
                if arguments.is_empty() && last.is_none() {
                    return self.operand(dot, first);
                }
                let receiver = self.variable(name, *slot)?.clone();
                self.field_chain(dot, Some(receiver), first, fields, arguments, last)
            }
            Term::Chain { operand, fields } => {
                self.at = At::Operand(first);
                let receiver = self.operand(dot, operand)?;
                self.field_chain(dot, Some(receiver), first, fields, arguments, last)
            }
            Term::Pipe(pipe) => {
                self.not_a_function(first, arguments, &last)?;
                stack::grow(|| self.pipeline(dot, pipe))
            }
            Term::Nil => {
                self.at = At::Operand(first);
                self.not_a_function(first, arguments, &last)?;
                Err(self.error("nil is not a command"))
            }
            Term::Dot | Term::Bool(_) | Term::Number(_) | Term::String { .. } => {
                self.at = At::Operand(first);
                self.not_a_function(first, arguments, &last)?;
                self.operand(dot, first)
            }
        }
    }

    fn not_a_function(&self, operand: &Operand, arguments: &[Operand], last: &Option<Slot>) -> Result<()> {
        if arguments.is_empty() && last.is_none() {
            return Ok(());
        }
        Err(self.error(format!("can't give argument to non-function {}", operand)))
    }

    /// Returns the value of an operand that stands alone, whatever its type.
    pub(super) fn operand(&mut self, dot: &Slot, operand: &'p Operand) -> Result<Slot> {
        self.at = At::Operand(operand);
        let value = match &operand.term {
            Term::Dot => return Ok(dot.clone()),
            Term::Field(fields) => return self.field_chain(dot, None, operand, fields, &[], None),
            Term::Variable { name, slot, fields } => {
                let receiver = self.variable(name, *slot)?;
                if fields.is_empty() {
                    return Ok(receiver.clone());
                }
                if let Some(found) = self.field_below(receiver, fields) {
                    return Ok(found);
                }
                let receiver = receiver.clone();
                return self.field_chain(dot, Some(receiver), operand, fields, &[], None);
            }
            Term::Chain { operand: receiver, fields } => {
                let receiver = self.operand(dot, receiver)?;
                return self.field_chain(dot, Some(receiver), operand, fields, &[], None);
            }
            Term::Pipe(pipe) => return stack::grow(|| self.pipeline(dot, pipe)),
            Term::Function { function, special } => return self.call(dot, function, *special, At::Operand(operand), &[], None),
            Term::Number(number) => self.ideal(number)?,
            Term::Bool(value) => Value::Bool(*value),
            Term::String { value, .. } => value.clone(),
            Term::Nil => Value::Nil,
        };
        Ok(Slot::plain(value))
    }

    fn ideal(&self, number: &NumberTerm) -> Result<Value> {
        number.ideal.clone().ok_or_else(|| self.error(format!("{} overflows int", number.text)))
    }
}
