//! What can be wrong with a text or a value, in the words of Go's libraries.

use crate::diag::{Diagnostic, Source, Span};
use std::borrow::Cow;
use std::fmt;

/// Why a text could not be read, or a value not be written. `Display` is the text of Go's error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is not YAML that go-yaml reads, or a scalar does not fit its tag (sigs.k8s.io/yaml `Unmarshal`).
    #[error("error converting YAML to JSON: yaml: {0}")]
    Read(Problem),
    /// The text is YAML but has no JSON form: a null key, an infinite number (sigs.k8s.io/yaml `Unmarshal`).
    #[error("error converting YAML to JSON: {0}")]
    Convert(Problem),
    /// The text is not of the kind that was asked for (sigs.k8s.io/yaml `Unmarshal` into a typed target).
    #[error("error unmarshaling JSON: while decoding JSON: {0}")]
    Decode(Problem),
    /// A line that starts with `---` holds something else (the document reader of k8s.io/apimachinery).
    #[error("invalid Yaml document separator: {0}")]
    Separator(Problem),
    /// go-yaml's own error, as its `Unmarshal` and `Marshal` return it.
    #[error("yaml: {0}")]
    Yaml(Problem),
    /// The value has no JSON form (sigs.k8s.io/yaml `Marshal`).
    #[error("error marshaling into JSON: {0}")]
    Marshal(Problem),
    /// encoding/json's own error.
    #[error("{0}")]
    Json(Problem),
}

impl Error {
    /// Returns the place of the mistake, where there is a text that holds it.
    pub fn span(&self) -> Option<&Span> {
        self.problem().span.as_ref()
    }

    /// Returns the words without what the layers of Go put before them.
    pub fn words(&self) -> &str {
        &self.problem().words
    }

    /// Returns the error as one thing that is wrong, with its place and how to mend it.
    pub fn diagnostic(&self) -> Diagnostic {
        let problem = self.problem();
        let mut diagnostic = Diagnostic::error(self.to_string()).at_maybe(problem.span.clone(), problem.words.clone());
        if let Some((text, span)) = &problem.context {
            diagnostic = diagnostic.see(span.clone(), *text);
        }
        match help(&problem.words) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }

    fn problem(&self) -> &Problem {
        match self {
            Error::Read(problem)
            | Error::Convert(problem)
            | Error::Decode(problem)
            | Error::Separator(problem)
            | Error::Yaml(problem)
            | Error::Marshal(problem)
            | Error::Json(problem) => problem,
        }
    }
}

/// The words of an error and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line in Go's message. Not always that of `span`: Go counts the lines of parser errors from 0.
    line: Option<u32>,
    words: String,
    span: Option<Span>,
    context: Option<(&'static str, Span)>,
}

impl Problem {
    /// Makes a problem of a value, which has no place in a text.
    pub(super) fn of_value(words: impl Into<String>) -> Problem {
        Problem { line: None, words: words.into(), span: None, context: None }
    }

    /// Makes a problem of a text.
    pub(super) fn at(words: impl Into<String>, span: Option<Span>) -> Problem {
        Problem { line: None, words: words.into(), span, context: None }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.words)
    }
}

/// A mistake found by the scanner, the parser or a builder, before the source is known.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    pub(super) words: Cow<'static, str>,
    /// The line that Go names; none for mistakes on the first line.
    pub(super) line: Option<u32>,
    /// The byte where it was found.
    pub(super) at: usize,
    /// What was being read, and where it began.
    pub(super) context: Option<(&'static str, usize)>,
}

impl Failure {
    /// Makes a failure that names no line.
    pub(super) fn new(words: impl Into<Cow<'static, str>>, at: usize) -> Failure {
        Failure { words: words.into(), line: None, at, context: None }
    }

    /// Adds the source; `offset` is where the scanned text starts in it.
    pub(super) fn into_problem(self, source: Option<&Source>, offset: usize) -> Problem {
        let span = |at: usize| source.map(|source| source.span(offset + at, offset + at));
        Problem {
            line: self.line,
            words: self.words.into_owned(),
            span: span(self.at),
            context: self.context.and_then(|(text, at)| Some((text, span(at)?))),
        }
    }
}

/// Returns how to mend the mistakes that people make most.
fn help(words: &str) -> Option<&'static str> {
    Some(match words {
        "mapping values are not allowed in this context" => {
            "put the text in quotes if it holds `: `, or check the indentation of this line"
        }
        "found character that cannot start any token" => {
            "indent with spaces, not tabs, and put a text that starts with @, ` or % in quotes"
        }
        "did not find expected key" => "align this line with the other keys of its mapping",
        "did not find expected '-' indicator" => "align this line with the other items of its list",
        "could not find expected ':'" => "add `:` after the key, or put a text of several lines in quotes",
        "control characters are not allowed" => "remove the control character, or write it as an escape in double quotes",
        "found unexpected end of stream" => "close the quote",
        "found unknown escape character" => "double the backslash, or use single quotes",
        _ => return None,
    })
}
