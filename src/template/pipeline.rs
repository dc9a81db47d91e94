//! Parses pipelines: declarations, commands and operands.

use super::complex::Complex;
use super::error::ParseError;
use super::funcs::builtins;
use super::function::Functions;
use super::lexer::{Kind, Token};
use super::literal::{self, Number};
use super::node::{Command, Declared, NumberTerm, Operand, Pipe, Special, Term};
use super::parser::{Parser, offset};
use crate::value::{Str, Value, quote};
use smallvec::SmallVec;

type Result<T> = std::result::Result<T, ParseError>;

impl<'s> Parser<'s> {
    /// Parses a pipeline up to a token of kind `end`, which is consumed. `context` is what error messages call it.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe> {
        let at = offset(self.peek_non_space().at);
        let (names, assigns) = self.declarations(context)?;
        self.announce(&names);
        let mut commands = SmallVec::<[Command; 4]>::new();
        loop {
            let token = self.next_non_space();
            match token.kind {
                kind if kind == end => break,
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.back();
                    commands.push(self.command()?);
                }
                _ => return Err(self.unexpected(token, context)),
            }
        }
        self.check_commands(&commands, context)?;
        let variables = names.into_iter().map(|name| self.declared(name, assigns)).collect();
        Ok(Pipe { at, assigns, variables, commands: boxed(commands) })
    }

    /// Parses `$x :=`, `$x =` or, for `range`, `$i, $x :=`, where there is one.
    fn declarations(&mut self, context: &str) -> Result<(Vec<&'s str>, bool)> {
        let mut names = Vec::new();
        let mut assigns = false;
        loop {
            let variable = self.peek_non_space();
            if variable.kind != Kind::Variable {
                break;
            }
            self.next();
            // Blanks are tokens, and `$x foo` needs three of them to be seen as no declaration.
            let after = self.peek();
            let next = self.peek_non_space();
            match next.kind {
                Kind::Assign | Kind::Declare => {
                    self.next_non_space();
                    assigns = next.kind == Kind::Assign;
                    names.push(variable.text);
                    break;
                }
                Kind::Char if next.text == "," => {
                    self.next_non_space();
                    names.push(variable.text);
                    if context != "range" || names.len() >= 2 {
                        return Err(self.error(format!("too many declarations in {context}")));
                    }
                    if !matches!(self.peek_non_space().kind, Kind::Variable | Kind::RightDelim | Kind::RightParen) {
                        return Err(self.error("range can only initialize variables"));
                    }
                }
                _ if after.kind == Kind::Space => {
                    self.back_with_two(variable, after);
                    break;
                }
                _ => {
                    self.back_with(variable);
                    break;
                }
            }
        }
        Ok((names, assigns))
    }

    /// Puts the names that a pipeline declares or assigns into view, each still with the slot of an outer variable of that
    /// name: `$x := $x | upper` reads the outer one.
    fn announce(&mut self, names: &[&'s str]) {
        for name in names {
            let slot = self.scope.find(name).flatten();
            self.scope.variables.push((name, slot));
        }
    }

    /// Gives an announced name its slot, after the pipeline: its own parentheses may have declared a variable of that name.
    fn declared(&mut self, name: &'s str, assigns: bool) -> Declared {
        let slot = if assigns { self.scope.find(name).flatten() } else { Some(self.scope.declare(name)) };
        Declared { name: name.into(), slot }
    }

    fn check_commands(&self, commands: &[Command], context: &str) -> Result<()> {
        if commands.is_empty() {
            return Err(self.error(format!("missing value for {context}")));
        }
        let is_constant = |command: &Command| {
            matches!(command.operands[0].term, Term::Bool(_) | Term::Dot | Term::Nil | Term::Number(_) | Term::String { .. })
        };
        match commands.iter().skip(1).position(is_constant) {
            Some(index) => Err(self.error(format!("non executable command in pipeline stage {}", index + 2))),
            None => Ok(()),
        }
    }

    /// Parses operands up to a `|`, which is consumed, or the end of the pipeline, which is not.
    fn command(&mut self) -> Result<Command> {
        let at = offset(self.peek_non_space().at);
        let mut operands = SmallVec::<[Operand; 6]>::new();
        loop {
            self.peek_non_space();
            operands.extend(self.operand()?);
            let token = self.next();
            match token.kind {
                Kind::Space => {}
                Kind::RightDelim | Kind::RightParen => {
                    self.back();
                    break;
                }
                Kind::Pipe => break,
                _ => return Err(self.unexpected(token, "operand")),
            }
        }
        if operands.is_empty() {
            return Err(self.error("empty command"));
        }
        Ok(Command { at, operands: boxed(operands) })
    }

    /// Parses a term and the fields behind it; `None` where the next token begins none.
    fn operand(&mut self) -> Result<Option<Operand>> {
        let Some(operand) = self.term()? else { return Ok(None) };
        let first_field = self.peek();
        if first_field.kind != Kind::Field {
            return Ok(Some(operand));
        }
        let at = offset(first_field.at);
        let mut more = SmallVec::<[Str; 8]>::new();
        while self.peek().kind == Kind::Field {
            more.push(Str::from(&self.next().text[1..]));
        }
        let term = match operand.term {
            Term::Field(first) => {
                more.insert_many(0, first);
                Term::Field(boxed(more))
            }
            Term::Variable { name, slot, .. } => Term::Variable { name, slot, fields: boxed(more) },
            Term::Bool(_) | Term::String { .. } | Term::Number(_) | Term::Nil | Term::Dot => {
                return Err(self.error(format!("unexpected . after term {}", quote(operand.to_string().as_bytes()))));
            }
            _ => Term::Chain { operand: Box::new(operand), fields: boxed(more) },
        };
        Ok(Some(Operand { at, term }))
    }

    fn term(&mut self) -> Result<Option<Operand>> {
        let token = self.next_non_space();
        let term = match token.kind {
            Kind::Identifier => self.function(token)?,
            Kind::Dot => Term::Dot,
            Kind::Nil => Term::Nil,
            Kind::Variable => self.variable(token)?,
            Kind::Field => Term::Field([Str::from(&token.text[1..])].into()),
            Kind::Bool => Term::Bool(token.text == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => Term::Number(Box::new(self.number(token)?)),
            Kind::LeftParen => Term::Pipe(Box::new(self.nested(|parser| parser.pipeline("parenthesized pipeline", Kind::RightParen))?)),
            Kind::String | Kind::RawString => {
                let text = literal::unquote(token.text).ok_or_else(|| self.error("invalid syntax"))?;
                Term::String { quoted: token.text.into(), value: Value::Str(text) }
            }
            _ => {
                self.back();
                return Ok(None);
            }
        };
        let at = match &term {
            Term::Pipe(pipe) => pipe.at,
            _ => offset(token.at),
        };
        Ok(Some(Operand { at, term }))
    }

    fn function(&self, token: Token<'s>) -> Result<Term> {
        match find_function(self.functions, token.text) {
            Some((function, special)) => Ok(Term::Function { function, special }),
            None => Err(self.error(format!("function {} not defined", quote(token.text.as_bytes())))),
        }
    }

    fn variable(&self, token: Token<'s>) -> Result<Term> {
        match self.scope.find(token.text) {
            Some(slot) => Ok(Term::Variable { name: token.text.into(), slot, fields: Box::default() }),
            None => Err(self.error(format!("undefined variable {}", quote(token.text.as_bytes())))),
        }
    }

    fn number(&self, token: Token<'s>) -> Result<NumberTerm> {
        let number = match token.kind {
            Kind::CharConstant => Number::of_character(token.text),
            Kind::Complex => Number::of_complex(token.text),
            _ => Number::parse(token.text),
        };
        let number = number.map_err(|message| self.error(message))?;
        let ideal = ideal_value(&number, token.text);
        Ok(NumberTerm { text: token.text.into(), number, ideal })
    }
}

/// Moves items to memory of just their size: collecting them would take more and give some back.
fn boxed<A: smallvec::Array>(items: SmallVec<A>) -> Box<[A::Item]> {
    let mut exact = Vec::with_capacity(items.len());
    exact.extend(items);
    exact.into_boxed_slice()
}

/// Finds a function: the host's own come before Go's built-ins.
fn find_function(functions: &Functions, name: &str) -> Option<(&'static super::function::Function, Special)> {
    match functions.get(name) {
        Some(function) => Some((function, builtins::special(function))),
        None => builtins::find(name).map(|function| (function, builtins::special(function))),
    }
}

/// Returns the value of a constant where nothing says of which type it is: the way in which it is written decides.
fn ideal_value(number: &Number, text: &str) -> Option<Value> {
    if let Some((real, imaginary)) = number.complex {
        return Some(Value::Object(std::sync::Arc::new(Complex { real, imaginary })));
    }
    let is_character = text.starts_with('\'');
    let is_hexadecimal_int = (text.starts_with("0x") || text.starts_with("0X")) && text.len() > 2 && !text.contains(['p', 'P']);
    match number.float {
        Some(float) if !is_character && !is_hexadecimal_int && text.contains(['.', 'e', 'E', 'p', 'P']) => Some(Value::Float(float)),
        _ => number.int.map(Value::int),
    }
}
