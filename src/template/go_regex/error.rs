//! What can be wrong with a pattern, in Go's words.

/// What is wrong with a pattern, and the part of it that shows it. Printed as Go's `*syntax.Error`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("error parsing regexp: {code}: `{part}`")]
pub struct Error {
    /// The kind of mistake.
    pub code: Code,
    /// The part of the pattern.
    pub part: String,
}

/// The kind of mistake in a pattern (`syntax.ErrorCode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Code {
    /// A range or a named class that does not exist.
    #[error("invalid character class range")]
    InvalidCharRange,
    /// A backslash before something that has no escape.
    #[error("invalid escape sequence")]
    InvalidEscape,
    /// A capture name with foreign characters, or without an end.
    #[error("invalid named capture")]
    InvalidNamedCapture,
    /// `(?` with something else than flags, `:` or a name: look-around is not supported.
    #[error("invalid or unsupported Perl syntax")]
    InvalidPerlOp,
    /// A repetition of a repetition, as in `a**`.
    #[error("invalid nested repetition operator")]
    InvalidRepeatOp,
    /// Counts out of order or above 1000.
    #[error("invalid repeat count")]
    InvalidRepeatSize,
    /// Bytes that are not UTF-8.
    #[error("invalid UTF-8")]
    InvalidUtf8,
    /// A class without its end.
    #[error("missing closing ]")]
    MissingBracket,
    /// A group without its end.
    #[error("missing closing )")]
    MissingParen,
    /// A repetition of nothing.
    #[error("missing argument to repetition operator")]
    MissingRepeatArgument,
    /// A backslash at the end.
    #[error("trailing backslash at end of expression")]
    TrailingBackslash,
    /// A `)` that closes nothing.
    #[error("unexpected )")]
    UnexpectedParen,
    /// More than a thousand levels of nesting.
    #[error("expression nests too deeply")]
    NestingDepth,
    /// The compiled pattern would take too much memory.
    #[error("expression too large")]
    Large,
}
