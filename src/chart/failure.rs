//! The words of Helm for a template that fails.

use super::functions::ERROR_MARKERS;
use crate::diag::Diagnostic;
use crate::template;
use std::fmt::{self, Write as _};

/// A template that cannot be parsed or executed: Helm's text, and the error with its places.
#[derive(Clone, Debug)]
pub struct Failure {
    text: String,
    error: template::Error,
}

impl Failure {
    /// Takes an error of parsing.
    pub(super) fn of_parsing(file: &str, error: template::Error) -> Failure {
        Failure { text: parse_text(file, &error.to_string()), error }
    }

    /// Takes an error of execution.
    pub(super) fn of_execution(file: &str, error: template::Error) -> Failure {
        Failure { text: execution_text(file, &error), error }
    }

    /// Returns the error of the template room.
    pub fn error(&self) -> &template::Error {
        &self.error
    }

    /// Returns the error for people: the place, the way there, and what `fail` or `required` had to say.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = self.error.diagnostic();
        let (start, end) = ERROR_MARKERS;
        diagnostic.title = diagnostic.title.replace(start, "").replace(end, "");
        diagnostic
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Failure {}

/// Returns place and last words of a parse error (pkg/engine, `cleanupParseError`).
fn parse_text(file: &str, error: &str) -> String {
    let parts: Vec<&str> = error.split(": ").collect();
    match parts.as_slice() {
        [_, place, .., message] => format!("parse error at ({place}): {message}"),
        [_, place] => format!("parse error at ({place}): {place}"),
        _ => format!("parse error in ({file}): {error}"),
    }
}

/// Returns the error of a template's execution as Helm shows it (pkg/engine, `reformatExecErrorMsg`).
fn execution_text(file: &str, error: &template::Error) -> String {
    let text = error.to_string();
    if error.frames().is_empty() {
        return text;
    }
    let mut parts = text.splitn(3, ": ");
    let (Some(_), Some(place), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return format!("execution error in ({file}): {text}");
    };
    if let Some(message) = marked_message(rest) {
        return format!("execution error at ({place}): {message}");
    }
    trace(error).unwrap_or(text)
}

/// Returns what stands between the first start marker and the last end marker.
fn marked_message(text: &str) -> Option<&str> {
    let (start, end) = ERROR_MARKERS;
    let from = text.find(start)? + start.len();
    let to = text.rfind(end).filter(|to| *to >= from)?;
    Some(&text[from..to])
}

/// Returns one paragraph for each error of the chain, or `None` where one of them has not the form of a template's error.
fn trace(error: &template::Error) -> Option<String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut next: Option<&dyn std::error::Error> = Some(error);
    while let Some(current) = next {
        let step = Step::parse(&head(current))?;
        if steps.last() != Some(&step) {
            steps.push(step);
        }
        next = current.source();
    }
    let text: String = steps.iter().map(ToString::to_string).collect();
    Some(text.trim().to_owned())
}

/// Returns the beginning of an error's text: an error on its way out of many templates holds all their errors, and only what is
/// said before the next one is wanted.
fn head(error: &dyn std::error::Error) -> String {
    const LONGEST: usize = 64 << 10;
    struct Head(String);
    impl fmt::Write for Head {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.push_str(text);
            if self.0.len() > LONGEST { Err(fmt::Error) } else { Ok(()) }
        }
    }
    let mut head = Head(String::new());
    // What fails is only what is too long.
    let _ = write!(head, "{error}");
    head.0
}

#[derive(PartialEq, Eq)]
struct Step {
    place: String,
    executed: String,
    message: String,
}

impl Step {
    fn parse(text: &str) -> Option<Step> {
        let rest = text.strip_prefix("template: ")?;
        if rest.starts_with("no template ") {
            return Some(Step { place: String::new(), executed: String::new(), message: text.to_owned() });
        }
        Self::executing(rest).or_else(|| Self::simple(rest))
    }

    /// `PLACE: executing "NAME" at <NODE>: MESSAGE`
    fn executing(rest: &str) -> Option<Step> {
        let (place, rest) = rest.split_once(": executing ")?;
        let (name, rest) = rest.strip_prefix('"')?.split_once('"')?;
        let (node, message) = rest.strip_prefix(" at <")?.split_once(">: ")?;
        let executed = format!("executing \"{name}\" at <{node}>:");
        Some(Step { place: place.to_owned(), executed, message: without_next(message) })
    }

    /// `PLACE: MESSAGE`
    fn simple(rest: &str) -> Option<Step> {
        let (place, message) = rest.rsplit_once(": ")?;
        Some(Step { place: place.to_owned(), executed: String::new(), message: without_next(message) })
    }
}

/// Cuts the error that follows in the chain.
fn without_next(message: &str) -> String {
    message.split(" template:").next().unwrap_or(message).to_owned()
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}\n  ", self.place)?;
        }
        if !self.executed.is_empty() {
            write!(f, "{}\n    ", self.executed)?;
        }
        if !self.message.is_empty() {
            writeln!(f, "{}", self.message)?;
        }
        Ok(())
    }
}
