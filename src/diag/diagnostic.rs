//! One thing that is wrong, and a collector of many.

use super::source::Span;
use std::fmt;

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what was meant; work goes on.
    Warning,
    /// The work cannot be done.
    Error,
}

/// A place with a few words beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The bytes to underline.
    pub span: Span,
    /// What to say there; may be empty.
    pub text: String,
    /// Whether this is the place of the mistake itself (else: a place that explains it).
    pub primary: bool,
}

/// One step of how the place was reached: an include, a sub-stack, a needs chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The place of the step, where it is known.
    pub span: Option<Span>,
    /// The step in words.
    pub text: String,
}

/// One thing that is wrong: what, where, why, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line without a full stop.
    pub title: String,
    /// Places, the primary ones first.
    pub labels: Vec<Label>,
    /// How the place was reached, outermost step first.
    pub trace: Vec<Frame>,
    /// Why it is wrong.
    pub notes: Vec<String>,
    /// How to mend it.
    pub help: Vec<String>,
    /// The same in the words of the tool whose part we take, to the byte, for programs that read them; none where it has no words.
    pub verbatim: Option<String>,
}

impl Diagnostic {
    /// Makes an error.
    pub fn error(title: impl Into<String>) -> Self {
        Self::new(Severity::Error, title)
    }

    /// Makes a warning.
    pub fn warning(title: impl Into<String>) -> Self {
        Self::new(Severity::Warning, title)
    }

    fn new(severity: Severity, title: impl Into<String>) -> Self {
        Diagnostic {
            severity,
            title: title.into(),
            labels: Vec::new(),
            trace: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            verbatim: None,
        }
    }

    /// Adds the place of the mistake.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Adds the place of the mistake, where it is known.
    #[must_use]
    pub fn at_maybe(self, span: Option<Span>, text: impl Into<String>) -> Self {
        match span {
            Some(span) => self.at(span, text),
            None => self,
        }
    }

    /// Adds a place that explains the mistake.
    #[must_use]
    pub fn see(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Adds a step of how the place was reached.
    #[must_use]
    pub fn via(mut self, span: Option<Span>, text: impl Into<String>) -> Self {
        self.trace.push(Frame { span, text: text.into() });
        self
    }

    /// Adds a reason.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Sets the words of the tool whose part we take.
    #[must_use]
    pub fn verbatim(mut self, text: impl Into<String>) -> Self {
        self.verbatim = Some(text.into());
        self
    }

    /// Adds a way to mend it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// Writes one plain line, `FILE:LINE:COLUMN: TITLE`, for logs and machine output; `report` draws the rest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = self.labels.iter().find(|label| label.primary) {
            write!(f, "{}: ", label.span)?;
        }
        f.write_str(&self.title)
    }
}

/// Several diagnostics, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Makes an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds many.
    pub fn extend(&mut self, other: impl IntoIterator<Item = Diagnostic>) {
        self.0.extend(other);
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Says whether one of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Returns the diagnostics in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Returns `value` when nothing in the collection is an error, else the collection.
    ///
    /// # Errors
    /// The collection itself, when it holds an error.
    pub fn check<T>(self, value: T) -> Result<(T, Diagnostics), Diagnostics> {
        if self.has_errors() { Err(self) } else { Ok((value, self)) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Diagnostics(vec![diagnostic])
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Diagnostics(diagnostics.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
