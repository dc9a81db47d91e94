//! Collects what the rules find.

use super::message::{Message, Severity};
use crate::chart::Notice;

/// The findings so far, in order.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) messages: Vec<Message>,
    /// What Helm logs beside them.
    pub(super) notices: Vec<Notice>,
    /// What Helm does not look at.
    pub(super) values: Vec<Message>,
}

impl Findings {
    pub(super) fn add(&mut self, severity: Severity, path: impl Into<String>, text: impl Into<String>) -> &mut Message {
        self.messages.push(Message::new(severity, path, text));
        let last = self.messages.len() - 1;
        &mut self.messages[last]
    }

    pub(super) fn error(&mut self, path: impl Into<String>, text: impl Into<String>) -> &mut Message {
        self.add(Severity::Error, path, text)
    }

    pub(super) fn warning(&mut self, path: impl Into<String>, text: impl Into<String>) -> &mut Message {
        self.add(Severity::Warning, path, text)
    }

    pub(super) fn info(&mut self, path: impl Into<String>, text: impl Into<String>) -> &mut Message {
        self.add(Severity::Info, path, text)
    }
}
