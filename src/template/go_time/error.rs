//! What can be wrong with the text of a time or a duration, in Go's words.

use std::fmt::Write as _;

/// What is wrong with the text of a time or a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text does not follow the layout (`time.ParseError`).
    #[error("parsing time {} as {}: cannot parse {} as {}", quote(.value), quote(.layout), quote(.rest), quote(.element))]
    Mismatch {
        /// The whole text.
        value: Vec<u8>,
        /// The whole layout.
        layout: Vec<u8>,
        /// What of the text was left.
        rest: Vec<u8>,
        /// The element of the layout that it should begin with.
        element: Vec<u8>,
    },
    /// A part of the text is impossible, such as the month 13 (`time.ParseError` with a message).
    #[error("parsing time {}: {problem}", quote(.value))]
    Impossible {
        /// The whole text.
        value: Vec<u8>,
        /// What is impossible.
        problem: String,
    },
    /// The text is no duration.
    #[error("time: {problem} {}", quote(.value))]
    Duration {
        /// The whole text.
        value: Vec<u8>,
        /// What is wrong with it.
        problem: String,
    },
}

/// Quotes as package time does: every byte outside of ASCII is escaped.
pub(super) fn quote(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for byte in text {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(*byte)]),
            b' '..=0x7f => out.push(char::from(*byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}
