//! What can be wrong with a template: Go's words, and the places as data.

use super::hint::hint;
use super::node::Place;
use super::stack;
use crate::diag::{Diagnostic, Source, Span};
use crate::value::{Str, quote};
use std::fmt;

/// What is wrong with a template. Its text is Go's, to the byte; `std::error::Error::source` gives the chain that Go's
/// `errors.Unwrap` gives.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A source could not be parsed.
    #[error(transparent)]
    Syntax(Box<SyntaxError>),
    /// A template failed while it was executed.
    #[error(transparent)]
    Execution(Box<ExecutionError>),
    /// A host asked for a template that is not in the set.
    #[error("template: no template {} associated with template {}", quote(name.as_bytes()), quote(root.as_bytes()))]
    NoTemplate {
        /// The name that was asked for.
        name: Str,
        /// The name of the set's root.
        root: Str,
    },
    /// An error with words of the host before it.
    #[error("{words}{source}")]
    Context {
        /// The words, with whatever separates them from the rest.
        words: String,
        /// The error behind them.
        source: Box<Error>,
    },
}

impl Error {
    pub(super) fn syntax(name: &str, source: &Source, error: ParseError) -> Error {
        Error::Syntax(Box::new(SyntaxError { name: name.into(), source: source.clone(), error }))
    }

    /// Returns the error with words before it, as Go's `fmt.Errorf("words%w", error)`.
    #[must_use]
    pub fn context(self, words: impl Into<String>) -> Error {
        Error::Context { words: words.into(), source: Box::new(self) }
    }

    /// Returns a syntax error under another name of the template: a parse result is kept for many of the same text.
    #[must_use]
    pub fn renamed(self, name: &str) -> Error {
        match self {
            Error::Syntax(error) => Error::Syntax(Box::new(SyntaxError { name: name.into(), ..*error })),
            other => other,
        }
    }

    /// Returns the places of execution that the error passed on its way out, outermost first.
    pub fn frames(&self) -> Vec<&Frame> {
        let mut frames = Vec::new();
        let mut error = Some(self);
        while let Some(current) = error {
            error = match current {
                Error::Execution(execution) => {
                    frames.push(&execution.frame);
                    execution.nested()
                }
                Error::Context { source, .. } => Some(source),
                Error::Syntax(_) | Error::NoTemplate { .. } => None,
            };
        }
        frames
    }

    /// Returns what finally went wrong, without any place: the innermost message.
    pub fn message(&self) -> String {
        match self.innermost() {
            Error::Syntax(error) => error.error.message.clone(),
            Error::Execution(execution) => match &execution.cause {
                Some(Cause::Text(text)) => text.clone(),
                _ => execution.frame.message.clone(),
            },
            other => other.to_string(),
        }
    }

    /// Returns the error that all others on the way out are about.
    fn innermost(&self) -> &Error {
        let mut error = self;
        loop {
            error = match error {
                Error::Context { source, .. } => source,
                Error::Execution(execution) => match execution.nested() {
                    Some(nested) => nested,
                    None => return error,
                },
                Error::Syntax(_) | Error::NoTemplate { .. } => return error,
            };
        }
    }

    /// Returns the error as data for `report`: the innermost place, and the way there.
    pub fn diagnostic(&self) -> Diagnostic {
        if let Some(error) = self.syntax_error() {
            let diagnostic = Diagnostic::error(error.error.message.clone()).at(error.span(), "");
            let hint = hint(&error.error.message, error.source.text(), error.error.place.at as usize);
            return self.trace(hint.into_iter().fold(diagnostic, Diagnostic::help), &self.frames());
        }
        let frames = self.frames();
        let Some((innermost, outer)) = frames.split_last() else {
            return Diagnostic::error(self.to_string());
        };
        let title = match innermost.function() {
            Some(function) => format!("{function}: {}", self.message()),
            None => self.message(),
        };
        self.trace(Diagnostic::error(title).at(innermost.span(), ""), outer)
    }

    fn trace(&self, diagnostic: Diagnostic, frames: &[&Frame]) -> Diagnostic {
        let via = |diagnostic: Diagnostic, frame: &&Frame| {
            diagnostic.via(Some(frame.span()), format!("{} in {}", frame.node, quote(frame.template.as_bytes())))
        };
        if frames.len() <= 2 * SHOWN_FRAMES {
            return frames.iter().fold(diagnostic, via);
        }
        let diagnostic = frames[..SHOWN_FRAMES].iter().fold(diagnostic, via);
        let diagnostic = diagnostic.via(None, format!("{} more calls", frames.len() - 2 * SHOWN_FRAMES));
        frames[frames.len() - SHOWN_FRAMES..].iter().fold(diagnostic, via)
    }

    fn syntax_error(&self) -> Option<&SyntaxError> {
        match self.innermost() {
            Error::Syntax(error) => Some(error),
            _ => None,
        }
    }
}

/// How many calls are shown of the beginning and of the end of a long way to an error.
const SHOWN_FRAMES: usize = 10;

/// A source that could not be parsed.
#[derive(Clone, Debug)]
pub struct SyntaxError {
    /// The name of the template.
    pub name: Str,
    source: Source,
    error: ParseError,
}

impl SyntaxError {
    /// Returns the line that Go reports, from 1.
    pub fn line(&self) -> u32 {
        self.error.place.line
    }

    /// Returns the message without name and line.
    pub fn message(&self) -> &str {
        &self.error.message
    }

    /// Returns the place of the token that could not be understood.
    pub fn span(&self) -> Span {
        let at = self.error.place.at as usize;
        named(&self.name, &self.source).span(at, end_of_word(self.source.text(), at))
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "template: {}:{}: {}", self.name, self.error.place.line, self.error.message)?;
        match self.error.action_line {
            None => Ok(()),
            // Go avoids "unclosed action in action started at".
            Some(line) if self.error.message.ends_with(" action") => write!(f, " started at {}:{line}", self.name),
            Some(line) => write!(f, " in action started at {}:{line}", self.name),
        }
    }
}

impl std::error::Error for SyntaxError {}

/// What the parser found wrong, before it is known under which name the source goes.
#[derive(Clone, Debug)]
pub(super) struct ParseError {
    place: Place,
    message: String,
    action_line: Option<u32>,
}

impl ParseError {
    pub(super) fn new(place: Place, message: impl Into<String>) -> ParseError {
        ParseError { place, message: message.into(), action_line: None }
    }

    pub(super) fn multiple_definition(place: Place, name: &Str) -> ParseError {
        Self::new(place, format!("template: multiple definition of template {}", quote(name.as_bytes())))
    }

    /// Sets the byte to point at; the line stays that of Go.
    pub(super) fn at(&mut self, at: u32) {
        self.place.at = at;
    }

    pub(super) fn in_action_started_at(&mut self, line: u32) {
        self.action_line = Some(line);
    }
}

/// A template that failed while it was executed.
#[derive(Clone, Debug)]
pub struct ExecutionError {
    /// Where, and what the interpreter itself has to say.
    pub frame: Frame,
    /// What a called function said, after the frame's message.
    pub cause: Option<Cause>,
}

/// What a function said that failed.
#[derive(Clone, Debug)]
pub enum Cause {
    /// A plain Go error.
    Text(String),
    /// The error of a template that the function executed.
    Nested(Box<Error>),
}

impl ExecutionError {
    fn nested(&self) -> Option<&Error> {
        match &self.cause {
            Some(Cause::Nested(error)) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for ExecutionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.frame)?;
        match &self.cause {
            None => Ok(()),
            Some(Cause::Text(text)) => f.write_str(text),
            // Templates nest deeper than a thread's stack may hold of these.
            Some(Cause::Nested(error)) => stack::grow(|| write!(f, "{error}")),
        }
    }
}

impl Drop for ExecutionError {
    fn drop(&mut self) {
        if let Some(cause @ Cause::Nested(_)) = self.cause.take() {
            stack::grow(|| drop(cause));
        }
    }
}

impl std::error::Error for ExecutionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.cause.as_ref()? {
            Cause::Text(_) => self.cause.as_ref().map(|cause| cause as &(dyn std::error::Error + 'static)),
            Cause::Nested(error) => Some(error.as_ref()),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cause::Text(text) => f.write_str(text),
            Cause::Nested(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Cause::Text(_) => None,
            Cause::Nested(error) => error.source(),
        }
    }
}

/// A place where execution was when it failed.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The name under which the source was added.
    pub file: Str,
    /// The name of the template that was executed: the file's, or that of a `define`.
    pub template: Str,
    /// The node, written as Go writes it.
    pub node: String,
    /// What went wrong, or `error calling NAME: ` where a function's error follows.
    pub message: String,
    pub(super) source: Source,
    pub(super) at: u32,
}

impl Frame {
    /// Returns line (from 1) and column (bytes, from 0) as Go reports them.
    pub fn line_column(&self) -> (usize, usize) {
        let place = self.source.line_column(self.at as usize);
        (place.line, place.column - 1)
    }

    /// Returns the bytes of the node.
    pub fn span(&self) -> Span {
        let text = self.source.text();
        let at = self.at as usize;
        // Go's place of a chain of fields is its second field; look back for the start of the node.
        let starts = (0..=self.node.len().min(at)).map(|back| at - back);
        let start = starts.into_iter().find(|start| text.as_bytes()[*start..].starts_with(self.node.as_bytes()));
        let (start, end) = match start {
            Some(start) if !self.node.is_empty() => (start, start + self.node.len()),
            _ => (at, end_of_word(text, at)),
        };
        named(&self.file, &self.source).span(start, end)
    }

    /// Returns the name of the function that failed.
    fn function(&self) -> Option<&str> {
        self.message.strip_prefix("error calling ")?.strip_suffix(": ")
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_column();
        let template = quote(self.template.as_bytes());
        write!(f, "template: {}:{line}:{column}: executing {template} at <{}>: {}", self.file, self.node, self.message)
    }
}

/// Returns the source under the name that a reader of this error knows it by.
fn named(name: &Str, source: &Source) -> Source {
    if *name == source.name() { source.clone() } else { Source::new(name.to_string(), source.text()) }
}

fn end_of_word(text: &str, at: usize) -> usize {
    let is_end = |character: char| character.is_whitespace() || matches!(character, ')' | '}' | '|');
    text.get(at..).map_or(at, |rest| at + rest.find(is_end).unwrap_or(rest.len()))
}
