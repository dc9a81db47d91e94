//! What a value carries with it.

/// Where a value came from; a number that the tracer knows the meaning of. Zero is nothing known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tag(u32);

/// The bit of tags that stand for a text with a set a line.
const TEXT: u32 = 1 << 31;

/// What a tag stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A set of sources, for all of the value.
    Set(u32),
    /// A text whose lines have their own sources.
    Text(u32),
}

impl Tag {
    /// Nothing known.
    pub(in crate::template) const NONE: Tag = Tag(0);

    pub(super) fn of_set(set: u32) -> Tag {
        Tag(set)
    }

    pub(super) fn of_text(text: u32) -> Tag {
        Tag(text | TEXT)
    }

    pub(super) fn meaning(self) -> Meaning {
        if self.0 & TEXT == 0 { Meaning::Set(self.0) } else { Meaning::Text(self.0 & !TEXT) }
    }

    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }
}
