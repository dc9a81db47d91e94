//! Tokens and places.

use crate::value::Str;
use smol_str::SmolStr;

/// A place in the text: byte, line and column, all from 0. The column counts characters, as indentation does.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::yaml) struct Mark {
    pub(in crate::yaml) at: u32,
    pub(in crate::yaml) line: u32,
    pub(in crate::yaml) column: u32,
}

/// The content of a scalar: a part of the text where it could be taken as it is.
#[derive(Clone, Debug)]
pub(in crate::yaml) enum Text<'a> {
    Borrowed(&'a str),
    Owned(SmolStr),
}

impl Text<'_> {
    pub(in crate::yaml) fn as_str(&self) -> &str {
        match self {
            Text::Borrowed(text) => text,
            Text::Owned(text) => text,
        }
    }

    pub(in crate::yaml) fn into_str(self) -> Str {
        match self {
            Text::Borrowed(text) => text.into(),
            Text::Owned(text) => text.into(),
        }
    }
}

#[derive(Clone, Debug)]
pub(in crate::yaml) struct Token<'a> {
    pub(in crate::yaml) kind: TokenKind<'a>,
    pub(in crate::yaml) start: Mark,
    pub(in crate::yaml) end: Mark,
}

#[derive(Clone, Debug)]
pub(in crate::yaml) enum TokenKind<'a> {
    StreamStart,
    StreamEnd,
    VersionDirective { major: u8, minor: u8 },
    TagDirective(Box<TagDirective>),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'a str),
    Anchor(&'a str),
    Tag(Box<Tag>),
    Scalar { text: Text<'a>, style: ScalarStyle },
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum ScalarStyle {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

/// `%TAG handle prefix`
#[derive(Clone, Debug)]
pub(in crate::yaml) struct TagDirective {
    pub(in crate::yaml) handle: String,
    pub(in crate::yaml) prefix: String,
}

/// `!handle!suffix`; a verbatim tag and `!` alone have an empty handle.
#[derive(Clone, Debug)]
pub(in crate::yaml) struct Tag {
    pub(in crate::yaml) handle: String,
    pub(in crate::yaml) suffix: String,
}
