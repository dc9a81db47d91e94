//! The parser's state machine: stream, documents, block collections.

use super::event::{Event, EventKind};
use crate::yaml::error::Failure;
use crate::yaml::scanner::{Encoding, Mark, Scanner, TagDirective, TokenKind};

/// What is expected next.
#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    StreamStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirstEntry,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingFirstKey,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowSequenceEntryMappingKey,
    FlowSequenceEntryMappingValue,
    FlowSequenceEntryMappingEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

impl State {
    pub(super) fn is_flow(self) -> bool {
        matches!(self, State::FlowSequenceFirstEntry | State::FlowMappingFirstKey | State::FlowSequenceEntryMappingKey)
    }
}

/// Makes events from a text, one at a time.
pub(in crate::yaml) struct Parser<'a> {
    pub(super) scanner: Scanner<'a>,
    pub(super) state: State,
    /// What to go back to at the end of the current collections.
    pub(super) states: Vec<State>,
    /// Where the current collections began.
    pub(super) marks: Vec<Mark>,
    pub(super) tag_directives: Vec<TagDirective>,
}

impl<'a> Parser<'a> {
    pub(in crate::yaml) fn new(encoding: Encoding<'a>) -> Parser<'a> {
        Parser {
            scanner: Scanner::new(encoding),
            state: State::StreamStart,
            states: Vec::new(),
            marks: Vec::new(),
            tag_directives: Vec::new(),
        }
    }

    /// Returns the next event; after the end of the stream, that end again.
    ///
    /// # Errors
    /// What is wrong with the text up to the end of the event.
    pub(in crate::yaml) fn next_event(&mut self) -> Result<Event<'a>, Failure> {
        match self.state {
            State::StreamStart => {
                self.scanner.peek()?;
                self.scanner.take();
                self.parse_document_start(true)
            }
            State::DocumentStart => self.parse_document_start(false),
            State::DocumentContent => self.parse_document_content(),
            State::DocumentEnd => self.parse_document_end(),
            State::BlockNode => self.parse_node(true, false),
            State::BlockSequenceFirstEntry => self.parse_block_sequence_entry(true),
            State::BlockSequenceEntry => self.parse_block_sequence_entry(false),
            State::IndentlessSequenceEntry => self.parse_indentless_sequence_entry(),
            State::BlockMappingFirstKey => self.parse_block_mapping_key(true),
            State::BlockMappingKey => self.parse_block_mapping_key(false),
            State::BlockMappingValue => self.parse_block_mapping_value(),
            State::FlowSequenceFirstEntry => self.parse_flow_sequence_entry(true),
            State::FlowSequenceEntry => self.parse_flow_sequence_entry(false),
            State::FlowSequenceEntryMappingKey => self.parse_flow_sequence_entry_mapping_key(),
            State::FlowSequenceEntryMappingValue => self.parse_flow_sequence_entry_mapping_value(),
            State::FlowSequenceEntryMappingEnd => self.parse_flow_sequence_entry_mapping_end(),
            State::FlowMappingFirstKey => self.parse_flow_mapping_key(true),
            State::FlowMappingKey => self.parse_flow_mapping_key(false),
            State::FlowMappingValue => self.parse_flow_mapping_value(false),
            State::FlowMappingEmptyValue => self.parse_flow_mapping_value(true),
            State::End => {
                let token = self.scanner.peek()?;
                Ok(Event::new(EventKind::StreamEnd, token.start, token.end))
            }
        }
    }

    /// Goes back to what was expected around the collection or node that ended.
    pub(super) fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// Takes the token that opens a collection and remembers where it is.
    pub(super) fn open(&mut self) -> Result<(), Failure> {
        let start = self.scanner.peek()?.start;
        self.marks.push(start);
        self.scanner.take();
        Ok(())
    }

    /// Ends the current collection.
    pub(super) fn close(&mut self, kind: EventKind<'a>, start: Mark, end: Mark) -> Event<'a> {
        self.pop_state();
        self.marks.pop();
        Event::new(kind, start, end)
    }

    /// Makes the error of the token at `mark`. Go counts the lines of parser errors from 0 and names no line for the first.
    #[cold]
    pub(super) fn failure(&self, words: &'static str, mark: Mark, context: Option<(&'static str, Mark)>) -> Failure {
        let line = [Some(mark), context.map(|(_, mark)| mark)].into_iter().flatten().map(|mark| mark.line).find(|line| *line > 0);
        Failure { words: words.into(), line, at: mark.at as usize, context: context.map(|(text, mark)| (text, mark.at as usize)) }
    }

    /// Makes the error of the token at `mark` in the current collection.
    #[cold]
    pub(super) fn failure_in(&self, context: &'static str, words: &'static str, mark: Mark) -> Failure {
        self.failure(words, mark, self.marks.last().map(|opened| (context, *opened)))
    }

    fn parse_document_start(&mut self, implicit: bool) -> Result<Event<'a>, Failure> {
        if !implicit {
            while matches!(self.scanner.peek()?.kind, TokenKind::DocumentEnd) {
                self.scanner.take();
            }
        }
        let token = self.scanner.peek()?;
        let (start, end) = (token.start, token.end);
        match token.kind {
            TokenKind::StreamEnd => {
                self.state = State::End;
                Ok(Event::new(EventKind::StreamEnd, start, end))
            }
            TokenKind::VersionDirective { .. } | TokenKind::TagDirective(_) | TokenKind::DocumentStart => {
                self.parse_explicit_document(start)
            }
            _ if implicit => {
                self.process_directives()?;
                self.states.push(State::DocumentEnd);
                self.state = State::BlockNode;
                Ok(self.with_document_head(Event::new(EventKind::DocumentStart, start, end)))
            }
            _ => self.parse_explicit_document(start),
        }
    }

    fn parse_explicit_document(&mut self, start: Mark) -> Result<Event<'a>, Failure> {
        self.process_directives()?;
        let token = self.scanner.peek()?;
        let (mark, end) = (token.start, token.end);
        if !matches!(token.kind, TokenKind::DocumentStart) {
            return Err(self.failure("did not find expected <document start>", mark, None));
        }
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        self.scanner.take();
        Ok(Event::new(EventKind::DocumentStart, start, end))
    }

    fn parse_document_content(&mut self) -> Result<Event<'a>, Failure> {
        let token = self.scanner.peek()?;
        let start = token.start;
        match token.kind {
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective(_)
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                self.pop_state();
                Ok(Event::empty_scalar(start))
            }
            _ => self.parse_node(true, false),
        }
    }

    fn parse_document_end(&mut self) -> Result<Event<'a>, Failure> {
        let token = self.scanner.peek()?;
        let (start, end) = (token.start, token.end);
        let explicit = matches!(token.kind, TokenKind::DocumentEnd);
        if explicit {
            self.scanner.take();
        }
        self.tag_directives.clear();
        self.state = State::DocumentStart;
        Ok(self.with_document_foot(Event::new(EventKind::DocumentEnd, start, if explicit { end } else { start })))
    }

    fn process_directives(&mut self) -> Result<(), Failure> {
        let mut version_seen = false;
        loop {
            let mark = self.scanner.peek()?.start;
            match &self.scanner.peek()?.kind {
                TokenKind::VersionDirective { .. } if version_seen => {
                    return Err(self.failure("found duplicate %YAML directive", mark, None));
                }
                TokenKind::VersionDirective { major: 1, minor: 1 } => version_seen = true,
                TokenKind::VersionDirective { .. } => {
                    return Err(self.failure("found incompatible YAML document", mark, None));
                }
                TokenKind::TagDirective(directive) => {
                    let directive = directive.as_ref().clone();
                    if self.tag_directives.iter().any(|known| known.handle == directive.handle) {
                        return Err(self.failure("found duplicate %TAG directive", mark, None));
                    }
                    self.tag_directives.push(directive);
                }
                _ => return Ok(()),
            }
            self.scanner.take();
        }
    }

    fn parse_block_sequence_entry(&mut self, first: bool) -> Result<Event<'a>, Failure> {
        if first {
            self.open()?;
        }
        let token = self.scanner.peek()?;
        let (start, end) = (token.start, token.end);
        match token.kind {
            TokenKind::BlockEntry => {
                let head = self.head_length();
                self.scanner.take();
                self.split_stem(head)?;
                if matches!(self.scanner.peek()?.kind, TokenKind::BlockEntry | TokenKind::BlockEnd) {
                    self.state = State::BlockSequenceEntry;
                    return Ok(Event::empty_scalar(end));
                }
                self.states.push(State::BlockSequenceEntry);
                self.parse_node(true, false)
            }
            TokenKind::BlockEnd => {
                self.scanner.take();
                Ok(self.close(EventKind::SequenceEnd, start, end))
            }
            _ => Err(self.failure_in("while parsing a block collection", "did not find expected '-' indicator", start)),
        }
    }

    /// A sequence whose `-` stand at the column of the key that it belongs to.
    fn parse_indentless_sequence_entry(&mut self) -> Result<Event<'a>, Failure> {
        let token = self.scanner.peek()?;
        let (start, end) = (token.start, token.end);
        if !matches!(token.kind, TokenKind::BlockEntry) {
            self.pop_state();
            return Ok(Event::new(EventKind::SequenceEnd, start, start));
        }
        let head = self.head_length();
        self.scanner.take();
        self.split_stem(head)?;
        if matches!(self.scanner.peek()?.kind, TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd) {
            self.state = State::IndentlessSequenceEntry;
            return Ok(Event::empty_scalar(end));
        }
        self.states.push(State::IndentlessSequenceEntry);
        self.parse_node(true, false)
    }

    fn parse_block_mapping_key(&mut self, first: bool) -> Result<Event<'a>, Failure> {
        if first {
            self.open()?;
        }
        let token = self.scanner.peek()?;
        let (start, end) = (token.start, token.end);
        match token.kind {
            TokenKind::Key => {
                self.scanner.take();
                self.parse_block_mapping_part(State::BlockMappingValue, end)
            }
            TokenKind::BlockEnd => {
                self.scanner.take();
                let event = self.close(EventKind::MappingEnd, start, end);
                Ok(self.with_comments(event))
            }
            _ => Err(self.failure_in("while parsing a block mapping", "did not find expected key", start)),
        }
    }

    fn parse_block_mapping_value(&mut self) -> Result<Event<'a>, Failure> {
        let token = self.scanner.peek()?;
        let (start, end) = (token.start, token.end);
        if !matches!(token.kind, TokenKind::Value) {
            self.state = State::BlockMappingKey;
            return Ok(Event::empty_scalar(start));
        }
        self.scanner.take();
        self.parse_block_mapping_part(State::BlockMappingKey, end)
    }

    /// Parses the key or value after its indicator, which ends at `mark`; `next` is what is expected after it.
    fn parse_block_mapping_part(&mut self, next: State, mark: Mark) -> Result<Event<'a>, Failure> {
        if matches!(self.scanner.peek()?.kind, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd) {
            self.state = next;
            return Ok(Event::empty_scalar(mark));
        }
        self.states.push(next);
        self.parse_node(true, true)
    }
}
