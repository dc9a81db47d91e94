//! What lint has to say.

use crate::diag::{Diagnostic, Label, Span};
use std::fmt;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Against a convention; it will probably work.
    Warning,
    /// It will not work.
    Error,
}

impl Severity {
    /// Returns Helm's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "INFO",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// How bad it is.
    pub severity: Severity,
    /// The file or folder, as Helm names it.
    pub path: String,
    /// What is wrong, in Helm's words.
    pub text: String,
    /// The place, the way there, and how to mend it, as far as they are known. The title is the first line of the text.
    pub diagnostic: Diagnostic,
}

impl Message {
    pub(super) fn new(severity: Severity, path: impl Into<String>, text: impl Into<String>) -> Message {
        let text = text.into();
        let title = text.lines().next().unwrap_or_default().trim_end_matches(':').to_owned();
        let diagnostic = if severity == Severity::Error { Diagnostic::error(title) } else { Diagnostic::warning(title) };
        Message { severity, path: path.into(), text, diagnostic }
    }

    /// Makes a warning of what was to be an error, told by the words before it. Where it has no place it is told of `path`.
    pub fn warning(path: &str, words: &str, diagnostic: Diagnostic) -> Message {
        let mut message = Message::new(Severity::Warning, path, format!("{words}: {}", diagnostic.title));
        message.explained_by(diagnostic);
        if let Some(place) = message.span().map(ToString::to_string) {
            message.path = place;
        }
        message
    }

    /// Adds the place, where it is known.
    pub(super) fn at(&mut self, span: Option<Span>) -> &mut Message {
        self.label(span, "")
    }

    /// Adds a place with a few words.
    pub(super) fn label(&mut self, span: Option<Span>, text: impl Into<String>) -> &mut Message {
        self.diagnostic.labels.extend(span.map(|span| Label { span, text: text.into(), primary: true }));
        self
    }

    /// Adds a way to mend it.
    pub(super) fn help(&mut self, text: impl Into<String>) -> &mut Message {
        self.diagnostic.help.push(text.into());
        self
    }

    /// Takes places, steps, reasons and help of another diagnostic.
    pub(super) fn explained_by(&mut self, other: Diagnostic) -> &mut Message {
        let Diagnostic { labels, trace, notes, help, .. } = other;
        self.diagnostic.labels.extend(labels);
        self.diagnostic.trace.extend(trace);
        self.diagnostic.notes.extend(notes);
        self.diagnostic.help.extend(help);
        self
    }

    /// Returns the place of the mistake, where it is known.
    pub fn span(&self) -> Option<&Span> {
        let label = self.diagnostic.labels.iter().find(|label| label.primary).map(|label| &label.span);
        label.or_else(|| self.diagnostic.trace.iter().find_map(|frame| frame.span.as_ref()))
    }
}

impl fmt::Display for Message {
    /// Writes Helm's line (or lines).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}: {}", self.severity.word(), self.path, self.text)
    }
}
