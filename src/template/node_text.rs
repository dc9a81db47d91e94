//! Writes nodes back as Go's parse package does: error messages quote them.

use super::node::{Command, Operand, Pipe, TemplateCall, Term};
use crate::value::{Str, quote};
use std::fmt;

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, variable) in self.variables.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}", variable.name)?;
        }
        if !self.variables.is_empty() {
            f.write_str(if self.assigns { " = " } else { " := " })?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            if index > 0 {
                f.write_str(" | ")?;
            }
            write!(f, "{command}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, operand) in self.operands.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            write_nested(operand, f)?;
        }
        Ok(())
    }
}

/// Writes an operand of a command or chain: pipelines in parentheses.
fn write_nested(operand: &Operand, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match &operand.term {
        Term::Pipe(pipe) => write!(f, "({pipe})"),
        _ => write!(f, "{operand}"),
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.term {
            Term::Dot => f.write_str("."),
            Term::Nil => f.write_str("nil"),
            Term::Bool(value) => write!(f, "{value}"),
            Term::Number(number) => write!(f, "{}", number.text),
            Term::String { quoted, .. } => write!(f, "{quoted}"),
            Term::Field(fields) => write_fields(fields, f),
            Term::Variable { name, fields, .. } => {
                write!(f, "{name}")?;
                write_fields(fields, f)
            }
            Term::Function { function, .. } => f.write_str(function.name),
            Term::Chain { operand, fields } => {
                write_nested(operand, f)?;
                write_fields(fields, f)
            }
            Term::Pipe(pipe) => write!(f, "{pipe}"),
        }
    }
}

fn write_fields(fields: &[Str], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fields.iter().try_for_each(|field| write!(f, ".{field}"))
}

impl fmt::Display for TemplateCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{template {}", quote(self.name.as_bytes()))?;
        if let Some(pipe) = &self.pipe {
            write!(f, " {pipe}")?;
        }
        f.write_str("}}")
    }
}
