//! The comments of events, where the scanner keeps them.
//!
//! Rule: go.yaml.in/yaml/v3 parserc.go.

use super::event::{Event, EventComments};
use super::state::Parser;
use crate::yaml::error::Failure;
use crate::yaml::scanner::TokenKind;

impl<'a> Parser<'a> {
    /// Keeps comments from here on.
    pub(in crate::yaml) fn keep_comments(&mut self) {
        self.scanner.keep_comments();
    }

    /// Gives an event the comments that were found up to the token that was peeked at.
    #[inline]
    pub(super) fn with_comments(&mut self, event: Event<'a>) -> Event<'a> {
        let Some(comments) = self.scanner.comments() else { return event };
        let of_event = EventComments {
            head: std::mem::take(&mut comments.head),
            line: std::mem::take(&mut comments.line),
            foot: std::mem::take(&mut comments.foot),
        };
        comments.stem = None;
        Event { comments: Some(Box::new(of_event)), ..event }
    }

    /// Gives the start of a block collection the comment that was set aside for it.
    #[inline]
    pub(super) fn with_stem(&mut self, event: Event<'a>) -> Event<'a> {
        match self.scanner.comments().and_then(|comments| comments.stem.take()) {
            Some(head) => Event { comments: Some(Box::new(EventComments { head, ..EventComments::default() })), ..event },
            None => event,
        }
    }

    /// Gives a document's start the part of the comment before it that stands before its last empty line.
    pub(super) fn with_document_head(&mut self, event: Event<'a>) -> Event<'a> {
        let Some(comments) = self.scanner.comments() else { return event };
        let bytes = comments.head.as_bytes();
        let ends_there = |at: &usize| bytes[*at] == b'\n' && (*at == bytes.len() - 1 || bytes[at - 1] == b'\n');
        let Some(at) = (1..bytes.len()).rev().find(ends_there) else { return event };
        let end = if at == bytes.len() - 1 { at } else { at - 1 };
        let rest = comments.head.split_off(at + 1);
        comments.head.truncate(end);
        let head = std::mem::replace(&mut comments.head, rest);
        Event { comments: Some(Box::new(EventComments { head, ..EventComments::default() })), ..event }
    }

    /// Gives a document's end its comments: all of them stand after the document.
    pub(super) fn with_document_foot(&mut self, event: Event<'a>) -> Event<'a> {
        let mut event = self.with_comments(event);
        if let Some(comments) = event.comments.as_deref_mut().filter(|comments| comments.foot.is_empty()) {
            comments.foot = std::mem::take(&mut comments.head);
        }
        event
    }

    /// Returns the length of the comment before the next event, as it is before the `-` of a sequence is taken.
    #[inline]
    pub(super) fn head_length(&mut self) -> usize {
        self.scanner.comments().map_or(0, |comments| comments.head.len())
    }

    /// After a `-`: where a collection follows, the comment before the `-` is that of the collection as a whole.
    #[inline]
    pub(super) fn split_stem(&mut self, length: usize) -> Result<(), Failure> {
        if length == 0 || !matches!(self.scanner.peek()?.kind, TokenKind::BlockSequenceStart | TokenKind::BlockMappingStart) {
            return Ok(());
        }
        if let Some(comments) = self.scanner.comments() {
            comments.split_stem(length);
        }
        Ok(())
    }

    /// Says whether the collection whose start came last is written in flow style.
    pub(in crate::yaml) fn is_flow(&self) -> bool {
        self.state.is_flow()
    }
}
