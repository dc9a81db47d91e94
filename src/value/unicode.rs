//! Go's classes of characters. They follow Unicode 15.0, whatever Rust's own tables have come to.

use regex_syntax::hir::{Class, ClassUnicodeRange, HirKind};
use std::sync::LazyLock;

/// Says whether Go prints the character as it is (`strconv.IsPrint`): letters, marks, numbers, punctuation, symbols and the
/// blank.
pub fn is_printable(character: char) -> bool {
    static PRINTABLE: LazyLock<Ranges> = LazyLock::new(|| Ranges::of(r"[\p{L}\p{M}\p{N}\p{P}\p{S}&&\p{Age=15.0}]"));
    if character.is_ascii() { matches!(character, ' '..='~') } else { PRINTABLE.contains(character) }
}

/// Says whether Go takes the character for a letter or digit (`unicode.IsLetter`, `unicode.IsDigit`).
pub fn is_letter_or_digit(character: char) -> bool {
    static ALPHANUMERIC: LazyLock<Ranges> = LazyLock::new(|| Ranges::of(r"[\p{L}\p{Nd}&&\p{Age=15.0}]"));
    if character.is_ascii() { character.is_ascii_alphanumeric() } else { ALPHANUMERIC.contains(character) }
}

/// Says whether Go takes the character for a letter (`unicode.IsLetter`).
pub fn is_letter(character: char) -> bool {
    static LETTERS: LazyLock<Ranges> = LazyLock::new(|| Ranges::of(r"[\p{L}&&\p{Age=15.0}]"));
    if character.is_ascii() { character.is_ascii_alphabetic() } else { LETTERS.contains(character) }
}

/// Says whether Go takes the character for a decimal digit (`unicode.IsDigit`).
pub fn is_digit(character: char) -> bool {
    static DIGITS: LazyLock<Ranges> = LazyLock::new(|| Ranges::of(r"[\p{Nd}&&\p{Age=15.0}]"));
    if character.is_ascii() { character.is_ascii_digit() } else { DIGITS.contains(character) }
}

/// Sorted ranges of characters.
struct Ranges(Vec<ClassUnicodeRange>);

impl Ranges {
    fn of(class: &str) -> Ranges {
        let parsed = regex_syntax::parse(class).map(regex_syntax::hir::Hir::into_kind);
        match parsed {
            Ok(HirKind::Class(Class::Unicode(class))) => Ranges(class.ranges().to_vec()),
            _ => unreachable!("{class} is a class of characters that regex-syntax knows"),
        }
    }

    fn contains(&self, character: char) -> bool {
        let at = self.0.partition_point(|range| range.end() < character);
        self.0.get(at).is_some_and(|range| range.start() <= character)
    }
}
