//! Parses pipelines: declarations, commands and operands.

use super::complex::Complex;
use super::error::ParseError;
use super::funcs::builtins;
use super::function::Functions;
use super::lexer::{Kind, Token};
use super::literal::{self, Number};
use super::node::{Command, Declared, NumberTerm, Operand, Pipe, Special, Term};
use super::parser::Parser;
use crate::value::{Str, Value, quote};
use smallvec::SmallVec;

type Result<T> = std::result::Result<T, ParseError>;

impl<'s> Parser<'s> {
    /// Parses a pipeline up to a token of kind `end`, which is consumed. `context` is what error messages call it.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Result<Pipe> {
        let at = self.peek_non_space().at;
        let (names, assigns) = self.declarations(context)?;
        self.announce(&names);
        let first = self.commands.len();
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
                    let command = self.command()?;
                    self.commands.push(command);
                }
                _ => return Err(self.unexpected(token, context)),
            }
        }
        self.check_commands(&self.commands[first..], context)?;
        let variables = names.into_iter().map(|name| self.declared(name, assigns)).collect();
        Ok(Pipe { at, assigns, variables, commands: self.commands.drain(first..).collect() })
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
                    names.push(self.text(variable));
                    break;
                }
                Kind::Char if self.text(next) == "," => {
                    self.next_non_space();
                    names.push(self.text(variable));
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
        let at = self.peek_non_space().at;
        let first = self.operands.len();
        loop {
            if let Some(operand) = self.operand()? {
                self.operands.push(operand);
            }
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
        if self.operands.len() == first {
            return Err(self.error("empty command"));
        }
        Ok(Command { at, operands: self.operands.drain(first..).collect() })
    }

    /// Parses a term and the fields behind it; `None` where the next token begins none.
    fn operand(&mut self) -> Result<Option<Operand>> {
        let first = self.peek_non_space();
        if first.kind == Kind::Field {
            self.next();
            let at = self.peek();
            let fields = self.fields(Some(first));
            return Ok(Some(Operand { at: if fields.len() > 1 { at.at } else { first.at }, term: Term::Field(fields) }));
        }
        let Some(operand) = self.term()? else { return Ok(None) };
        let first_field = self.peek();
        if first_field.kind != Kind::Field {
            return Ok(Some(operand));
        }
        let fields = self.fields(None);
        let term = match operand.term {
            Term::Variable { name, slot, .. } => Term::Variable { name, slot, fields },
            Term::Bool(_) | Term::String { .. } | Term::Number(_) | Term::Nil | Term::Dot => {
                return Err(self.error(format!("unexpected . after term {}", quote(operand.to_string().as_bytes()))));
            }
            _ => Term::Chain { operand: Box::new(operand), fields },
        };
        Ok(Some(Operand { at: first_field.at, term }))
    }

    /// Takes the names of the fields that come next, after `first`.
    fn fields(&mut self, first: Option<Token>) -> Box<[Str]> {
        let name = |parser: &Self, token: Token| Str::from(&parser.text(token)[1..]);
        let mut names = SmallVec::<[Str; 8]>::new();
        names.extend(first.map(|first| name(self, first)));
        while self.peek().kind == Kind::Field {
            let token = self.next();
            names.push(name(self, token));
        }
        names.drain(..).collect()
    }

    fn term(&mut self) -> Result<Option<Operand>> {
        let token = self.next_non_space();
        let term = match token.kind {
            Kind::Identifier => self.function(token)?,
            Kind::Dot => Term::Dot,
            Kind::Nil => Term::Nil,
            Kind::Variable => self.variable(token)?,
            Kind::Bool => Term::Bool(self.text(token) == "true"),
            Kind::CharConstant | Kind::Complex | Kind::Number => Term::Number(Box::new(self.number(token)?)),
            Kind::LeftParen => Term::Pipe(Box::new(self.nested(|parser| parser.pipeline("parenthesized pipeline", Kind::RightParen))?)),
            Kind::String | Kind::RawString => {
                let text = literal::unquote(self.text(token)).ok_or_else(|| self.error("invalid syntax"))?;
                Term::String { quoted: self.text(token).into(), value: Value::Str(text) }
            }
            _ => {
                self.back();
                return Ok(None);
            }
        };
        let at = match &term {
            Term::Pipe(pipe) => pipe.at,
            _ => token.at,
        };
        Ok(Some(Operand { at, term }))
    }

    fn function(&self, token: Token) -> Result<Term> {
        let name = self.text(token);
        match find_function(self.functions, name) {
            Some((function, special)) => Ok(Term::Function { function, special }),
            None => Err(self.error(format!("function {} not defined", quote(name.as_bytes())))),
        }
    }

    fn variable(&self, token: Token) -> Result<Term> {
        let name = self.text(token);
        match self.scope.find(name) {
            Some(slot) => Ok(Term::Variable { name: name.into(), slot, fields: Box::default() }),
            None => Err(self.error(format!("undefined variable {}", quote(name.as_bytes())))),
        }
    }

    fn number(&self, token: Token) -> Result<NumberTerm> {
        let text = self.text(token);
        let number = match token.kind {
            Kind::CharConstant => Number::of_character(text),
            Kind::Complex => Number::of_complex(text),
            _ => Number::parse(text),
        };
        let number = number.map_err(|message| self.error(message))?;
        let ideal = ideal_value(&number, text);
        Ok(NumberTerm { text: text.into(), number, ideal })
    }
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
