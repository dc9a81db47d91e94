//! Flow collections: `[...]` and `{...}`.

use super::event::{Event, EventKind};
use super::state::{Parser, State};
use crate::yaml::error::Failure;
use crate::yaml::scanner::TokenKind;

impl<'a> Parser<'a> {
    pub(super) fn parse_flow_sequence_entry(&mut self, first: bool) -> Result<Event<'a>, Failure> {
        if first {
            self.open()?;
        }
        self.parse_flow_separator(first, TokenKind::FlowSequenceEnd)?;
        let token = self.scanner.peek()?;
        let (start, end) = (token.start, token.end);
        match token.kind {
            TokenKind::FlowSequenceEnd => {
                self.scanner.take();
                let event = self.close(EventKind::SequenceEnd, start, end);
                Ok(self.with_comments(event))
            }
            TokenKind::Key => {
                self.state = State::FlowSequenceEntryMappingKey;
                self.scanner.take();
                Ok(Event::new(EventKind::MappingStart, start, end))
            }
            _ => {
                self.states.push(State::FlowSequenceEntry);
                self.parse_node(false, false)
            }
        }
    }

    /// Takes the comma that must stand before every entry but the first, unless the collection ends here.
    fn parse_flow_separator(&mut self, first: bool, closing: TokenKind<'static>) -> Result<(), Failure> {
        let token = self.scanner.peek()?;
        let start = token.start;
        let closes = std::mem::discriminant(&token.kind) == std::mem::discriminant(&closing);
        if first || closes {
            return Ok(());
        }
        if matches!(token.kind, TokenKind::FlowEntry) {
            self.scanner.take();
            self.scanner.peek()?;
            return Ok(());
        }
        Err(match closing {
            TokenKind::FlowSequenceEnd => self.failure_in("while parsing a flow sequence", "did not find expected ',' or ']'", start),
            _ => self.failure_in("while parsing a flow mapping", "did not find expected ',' or '}'", start),
        })
    }

    pub(super) fn parse_flow_sequence_entry_mapping_key(&mut self) -> Result<Event<'a>, Failure> {
        let token = self.scanner.peek()?;
        if matches!(token.kind, TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
            let mark = token.end;
            self.scanner.take();
            self.state = State::FlowSequenceEntryMappingValue;
            return Ok(Event::empty_scalar(mark));
        }
        self.states.push(State::FlowSequenceEntryMappingValue);
        self.parse_node(false, false)
    }

    pub(super) fn parse_flow_sequence_entry_mapping_value(&mut self) -> Result<Event<'a>, Failure> {
        let token = self.scanner.peek()?;
        let start = token.start;
        if matches!(token.kind, TokenKind::Value) {
            self.scanner.take();
            if !matches!(self.scanner.peek()?.kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                self.states.push(State::FlowSequenceEntryMappingEnd);
                return self.parse_node(false, false);
            }
        }
        self.state = State::FlowSequenceEntryMappingEnd;
        Ok(Event::empty_scalar(start))
    }

    pub(super) fn parse_flow_sequence_entry_mapping_end(&mut self) -> Result<Event<'a>, Failure> {
        let start = self.scanner.peek()?.start;
        self.state = State::FlowSequenceEntry;
        Ok(Event::new(EventKind::MappingEnd, start, start))
    }

    pub(super) fn parse_flow_mapping_key(&mut self, first: bool) -> Result<Event<'a>, Failure> {
        if first {
            self.open()?;
        }
        self.parse_flow_separator(first, TokenKind::FlowMappingEnd)?;
        let token = self.scanner.peek()?;
        let (start, end) = (token.start, token.end);
        match token.kind {
            TokenKind::FlowMappingEnd => {
                self.scanner.take();
                let event = self.close(EventKind::MappingEnd, start, end);
                Ok(self.with_comments(event))
            }
            TokenKind::Key => {
                self.scanner.take();
                let token = self.scanner.peek()?;
                if matches!(token.kind, TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                    let mark = token.start;
                    self.state = State::FlowMappingValue;
                    return Ok(Event::empty_scalar(mark));
                }
                self.states.push(State::FlowMappingValue);
                self.parse_node(false, false)
            }
            _ => {
                self.states.push(State::FlowMappingEmptyValue);
                self.parse_node(false, false)
            }
        }
    }

    pub(super) fn parse_flow_mapping_value(&mut self, empty: bool) -> Result<Event<'a>, Failure> {
        let token = self.scanner.peek()?;
        let mut start = token.start;
        if !empty && matches!(token.kind, TokenKind::Value) {
            self.scanner.take();
            let token = self.scanner.peek()?;
            if !matches!(token.kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                self.states.push(State::FlowMappingKey);
                return self.parse_node(false, false);
            }
            start = token.start;
        }
        self.state = State::FlowMappingKey;
        Ok(Event::empty_scalar(start))
    }
}
