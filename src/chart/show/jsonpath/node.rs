//! What a JSONPath template is made of.

/// A step of a path, or what stands beside paths.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    /// Text outside braces, or in quotes.
    Text(String),
    /// What stands in one pair of braces.
    Path(Vec<Node>),
    /// `.name`
    Field(String),
    /// `[start:end:step]`, `[index]`
    Slice(Slice),
    /// `[?(left operator right)]`
    Filter(Box<Filter>),
    /// `[a,b]`: each part is a path of its own.
    Union(Vec<Vec<Node>>),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// `true` or `false`
    Bool(bool),
    /// `*`
    Wildcard,
    /// `..`
    Recursive,
    /// A word: `range`, `end`.
    Identifier(String),
}

/// The numbers of `[start:end:step]`; `None` where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
    /// Whether the end follows from the start: `[index]`.
    pub(super) single: bool,
    pub(super) step: Option<i64>,
}

/// A condition on the items of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filter {
    pub(super) left: Vec<Node>,
    pub(super) right: Vec<Node>,
    /// `<`, `==`, ..., or `exists`.
    pub(super) operator: String,
}
