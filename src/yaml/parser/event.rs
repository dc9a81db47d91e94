//! What a document is made of, in its order.

use crate::yaml::scanner::{Mark, ScalarStyle, Text};

#[derive(Debug)]
pub(in crate::yaml) struct Event<'a> {
    pub(in crate::yaml) kind: EventKind<'a>,
    pub(in crate::yaml) start: Mark,
    pub(in crate::yaml) end: Mark,
    /// Anchor and tag of a scalar or collection, where it has one.
    pub(in crate::yaml) properties: Option<Box<Properties<'a>>>,
    /// Its comments, where they are kept and there are any.
    pub(in crate::yaml) comments: Option<Box<EventComments>>,
}

/// The comments of one event.
#[derive(Debug, Default)]
pub(in crate::yaml) struct EventComments {
    /// On the lines before it.
    pub(in crate::yaml) head: String,
    /// On its own line.
    pub(in crate::yaml) line: String,
    /// On the lines after what came before.
    pub(in crate::yaml) foot: String,
}

#[derive(Debug)]
pub(in crate::yaml) enum EventKind<'a> {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias(&'a str),
    /// `implicit`: plain without a tag, or tagged `!`.
    Scalar {
        text: Text<'a>,
        implicit: bool,
        style: ScalarStyle,
    },
    SequenceStart,
    SequenceEnd,
    MappingStart,
    MappingEnd,
}

#[derive(Debug, Default)]
pub(in crate::yaml) struct Properties<'a> {
    pub(in crate::yaml) anchor: Option<&'a str>,
    /// The whole tag; empty for none.
    pub(in crate::yaml) tag: String,
}

impl<'a> Event<'a> {
    pub(super) fn new(kind: EventKind<'a>, start: Mark, end: Mark) -> Event<'a> {
        Event { kind, start, end, properties: None, comments: None }
    }

    /// A plain scalar without any text: what a key or value is that is not there.
    pub(super) fn empty_scalar(mark: Mark) -> Event<'a> {
        Self::new(EventKind::Scalar { text: Text::Borrowed(""), implicit: true, style: ScalarStyle::Plain }, mark, mark)
    }

    /// Returns the anchor.
    pub(in crate::yaml) fn anchor(&self) -> Option<&'a str> {
        self.properties.as_ref().and_then(|properties| properties.anchor)
    }

    /// Returns the tag; empty for none.
    pub(in crate::yaml) fn tag(&self) -> &str {
        self.properties.as_ref().map_or("", |properties| &properties.tag)
    }
}
