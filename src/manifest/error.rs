//! What can be wrong with rendered text.

use crate::diag::{Diagnostic, Span};

/// A document that cannot be read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("YAML parse error on {file}: {message}")]
pub struct Error {
    /// The template that the document came from.
    pub file: String,
    /// What Go's reader says.
    pub message: String,
    /// The place in the rendered text of the document, where it is known.
    pub span: Option<Span>,
}

impl Error {
    /// Returns the error for people.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(format!("the template renders to something that is no Kubernetes document: {}", self.message))
            .at_maybe(self.span.clone(), "in this rendered text")
            .note(format!("rendered from {}", self.file))
    }
}
