//! The system's words as Go programs show them.

use std::io;

/// Returns what the system says: in lower case, without the number.
pub(super) fn words_of(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split_once(" (os error").map_or(text.as_str(), |(words, _)| words);
    let mut characters = words.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}
