//! Nodes: aliases, scalars, and the starts of collections, with their anchors and tags.

use super::event::{Event, EventKind, Properties};
use super::state::{Parser, State};
use crate::yaml::error::Failure;
use crate::yaml::scanner::{Mark, ScalarStyle, Tag, Text, TokenKind};

impl<'a> Parser<'a> {
    pub(super) fn parse_node(&mut self, block: bool, indentless_sequence: bool) -> Result<Event<'a>, Failure> {
        let token = self.scanner.peek()?;
        let (mut start, mut end) = (token.start, token.end);
        if let TokenKind::Alias(name) = token.kind {
            self.pop_state();
            self.scanner.take();
            return Ok(self.with_comments(Event::new(EventKind::Alias(name), start, end)));
        }
        let properties = match token.kind {
            TokenKind::Anchor(_) | TokenKind::Tag(_) => self.parse_properties(&mut start, &mut end)?,
            _ => None,
        };
        let (kind, end) = self.parse_content(block, indentless_sequence, properties.as_deref(), start, end)?;
        let event = Event { kind, start, end, properties, comments: None };
        Ok(match self.state {
            State::BlockSequenceFirstEntry | State::BlockMappingFirstKey => self.with_stem(event),
            State::IndentlessSequenceEntry if matches!(event.kind, EventKind::SequenceStart) => event,
            _ => self.with_comments(event),
        })
    }

    /// Parses what stands after the properties, of which `end` is the end.
    fn parse_content(
        &mut self,
        block: bool,
        indentless_sequence: bool,
        properties: Option<&Properties<'a>>,
        start: Mark,
        end: Mark,
    ) -> Result<(EventKind<'a>, Mark), Failure> {
        let token = self.scanner.peek()?;
        let (token_start, token_end) = (token.start, token.end);
        let (kind, state) = match token.kind {
            TokenKind::BlockEntry if indentless_sequence => (EventKind::SequenceStart, State::IndentlessSequenceEntry),
            TokenKind::Scalar { .. } => return Ok((self.parse_scalar(properties), token_end)),
            TokenKind::FlowSequenceStart => (EventKind::SequenceStart, State::FlowSequenceFirstEntry),
            TokenKind::FlowMappingStart => (EventKind::MappingStart, State::FlowMappingFirstKey),
            TokenKind::BlockSequenceStart if block => (EventKind::SequenceStart, State::BlockSequenceFirstEntry),
            TokenKind::BlockMappingStart if block => (EventKind::MappingStart, State::BlockMappingFirstKey),
            _ => {
                let Some(properties) = properties else {
                    let context = if block { "while parsing a block node" } else { "while parsing a flow node" };
                    return Err(self.failure("did not find expected node content", token_start, Some((context, start))));
                };
                self.pop_state();
                let implicit = properties.tag.is_empty();
                return Ok((EventKind::Scalar { text: Text::Borrowed(""), implicit, style: ScalarStyle::Plain }, end));
            }
        };
        self.state = state;
        Ok((kind, token_end))
    }

    fn parse_scalar(&mut self, properties: Option<&Properties<'a>>) -> EventKind<'a> {
        self.pop_state();
        let TokenKind::Scalar { text, style } = self.scanner.take().kind else {
            unreachable!("the token was looked at before");
        };
        let tag = properties.map_or("", |properties| &properties.tag);
        EventKind::Scalar { text, implicit: (style == ScalarStyle::Plain && tag.is_empty()) || tag == "!", style }
    }

    /// Parses an anchor, a tag, or both in either order.
    fn parse_properties(&mut self, start: &mut Mark, end: &mut Mark) -> Result<Option<Box<Properties<'a>>>, Failure> {
        let mut anchor = None;
        let mut tag: Option<(Box<Tag>, Mark)> = None;
        *start = self.scanner.peek()?.start;
        loop {
            match self.scanner.peek()?.kind {
                TokenKind::Anchor(name) if anchor.is_none() => {
                    anchor = Some(name);
                    *end = self.scanner.take().end;
                }
                TokenKind::Tag(_) if tag.is_none() => {
                    let token = self.scanner.take();
                    *end = token.end;
                    if let TokenKind::Tag(name) = token.kind {
                        tag = Some((name, token.start));
                    }
                }
                _ => break,
            }
        }
        let tag = match tag {
            Some((tag, mark)) => self.resolve_tag(*tag, *start, mark)?,
            None => String::new(),
        };
        Ok(Some(Box::new(Properties { anchor, tag })))
    }

    /// Puts the prefix of a handle before the suffix. `!` and `!!` have prefixes of their own, unless a directive says otherwise.
    fn resolve_tag(&self, tag: Tag, start: Mark, mark: Mark) -> Result<String, Failure> {
        if tag.handle.is_empty() {
            return Ok(tag.suffix);
        }
        let declared =
            self.tag_directives.iter().find(|directive| directive.handle == tag.handle).map(|directive| directive.prefix.as_str());
        let standard = match tag.handle.as_str() {
            "!" => Some("!"),
            "!!" => Some("tag:yaml.org,2002:"),
            _ => None,
        };
        match declared.or(standard) {
            Some(prefix) => Ok(format!("{prefix}{}", tag.suffix)),
            None => Err(self.failure("found undefined tag handle", mark, Some(("while parsing a node", start)))),
        }
    }
}
