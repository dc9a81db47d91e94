//! Texts that were read, and places in them.

use std::fmt;
use std::sync::Arc;

/// One text that was read: a file, a flag, standard input. Cheap to clone.
#[derive(Clone)]
pub struct Source(Arc<Inner>);

struct Inner {
    name: String,
    text: String,
}

impl Source {
    /// Makes a source. `name` is what a reader knows it by: a path as the user wrote it, `--set`, `<stdin>`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Source(Arc::new(Inner { name: name.into(), text: text.into() }))
    }

    /// Returns the name that a reader knows this text by.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns the whole text.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// Returns the span of the bytes `start..end`.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span { source: self.clone(), start: to_u32(start), end: to_u32(end.max(start)) }
    }

    /// Returns the place of one byte as an origin.
    pub fn origin(&self, at: usize) -> Origin {
        Origin(Some((self.clone(), to_u32(at))))
    }

    /// Returns line and column (both from 1, the column in bytes) of a byte offset; an offset past the end is the end.
    pub fn line_column(&self, at: usize) -> LineColumn {
        let bytes = self.text().as_bytes();
        let before = &bytes[..at.min(bytes.len())];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        LineColumn { line, column: before.len() - start + 1 }
    }
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.0.name == other.0.name && self.0.text == other.0.text)
    }
}

impl Eq for Source {}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?}, {} bytes)", self.0.name, self.0.text.len())
    }
}

/// Texts above 4 GiB are refused long before; saturating keeps a span valid all the same.
fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Bytes `start..end` of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text that the bytes are of.
    pub source: Source,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Returns the bytes as a range for slicing `source.text()`, cut to the text's length.
    pub fn range(&self) -> std::ops::Range<usize> {
        let length = self.source.text().len();
        (self.start as usize).min(length)..(self.end as usize).min(length)
    }

    /// Returns line and column of the first byte.
    pub fn line_column(&self) -> LineColumn {
        self.source.line_column(self.start as usize)
    }

    /// Returns the start of this span as an origin.
    pub fn origin(&self) -> Origin {
        self.source.origin(self.start as usize)
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source.name(), self.line_column())
    }
}

/// Line and column, both counted from 1, the column in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in bytes, from 1.
    pub column: usize,
}

impl fmt::Display for LineColumn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Where a value was written: a byte of a source, or nowhere (made by a template or a default of the program).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin(Option<(Source, u32)>);

impl Origin {
    /// The origin of what nobody wrote.
    pub const NONE: Origin = Origin(None);

    /// Returns the source and the byte offset, if the value was written somewhere.
    pub fn place(&self) -> Option<(&Source, usize)> {
        self.0.as_ref().map(|(source, at)| (source, *at as usize))
    }

    /// Returns an empty span at this place.
    pub fn span(&self) -> Option<Span> {
        self.place().map(|(source, at)| source.span(at, at))
    }
}

impl fmt::Display for Origin {
    /// Writes `FILE:LINE`, or `-` for a value that nobody wrote.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place() {
            Some((source, at)) => write!(f, "{}:{}", source.name(), source.line_column(at).line),
            None => f.write_str("-"),
        }
    }
}
