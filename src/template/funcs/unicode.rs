//! Go's unicode package: categories, and case mappings of one rune to one rune.
//!
//! Rust's own mappings are the full ones (`ß` becomes `SS`) and follow a newer Unicode than Go's 15.0.

use regex_syntax::hir::{Class, HirKind};
use std::sync::LazyLock;

/// Returns Go's `unicode.ToUpper`.
pub(super) fn to_upper(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_uppercase();
    }
    match character {
        // Their full mapping splits off the iota; the simple one is the title case letter.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => shifted(character, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shifted(character, 9),
        newer if is_paired_after_unicode_15(newer) => newer,
        other => single(other.to_uppercase()).unwrap_or(other),
    }
}

/// Returns Go's `unicode.ToLower`.
pub(super) fn to_lower(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    match character {
        '\u{130}' => 'i',
        newer if is_paired_after_unicode_15(newer) => newer,
        other => single(other.to_lowercase()).unwrap_or(other),
    }
}

/// Returns Go's `unicode.ToTitle`: upper case, but for the two-letter ligatures and Georgian.
pub(super) fn to_title(character: char) -> char {
    match character {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => character,
        other => to_upper(other),
    }
}

/// Says whether the rune is an upper case letter (category Lu).
pub(super) fn is_upper(character: char) -> bool {
    if character.is_ascii() { character.is_ascii_uppercase() } else { UPPER.contains(character) }
}

/// Says whether the rune is a lower case letter (category Ll).
pub(super) fn is_lower(character: char) -> bool {
    if character.is_ascii() { character.is_ascii_lowercase() } else { LOWER.contains(character) }
}

/// Says whether the rune is a title case letter (category Lt).
pub(super) fn is_title(character: char) -> bool {
    !character.is_ascii() && TITLE.contains(character)
}

/// Says whether the rune is a letter (category L).
pub(super) fn is_letter(character: char) -> bool {
    if character.is_ascii() { character.is_ascii_alphabetic() } else { LETTER.contains(character) }
}

/// Says whether the rune is a decimal digit (category Nd).
pub(super) fn is_digit(character: char) -> bool {
    if character.is_ascii() { character.is_ascii_digit() } else { DIGIT.contains(character) }
}

/// Says whether the rune is punctuation (category P).
pub(super) fn is_punct(character: char) -> bool {
    PUNCT.contains(character)
}

fn shifted(character: char, by: u32) -> char {
    char::from_u32(character as u32 + by).unwrap_or(character)
}

fn single(mut mapping: impl Iterator<Item = char>) -> Option<char> {
    let first = mapping.next()?;
    mapping.next().is_none().then_some(first)
}

/// Says whether the letter got its partner of the other case only after Unicode 15.
fn is_paired_after_unicode_15(character: char) -> bool {
    matches!(character,
        '\u{19b}' | '\u{264}' | '\u{1c89}'..='\u{1c8a}' | '\u{a7cb}'..='\u{a7cf}' | '\u{a7d2}'..='\u{a7d5}'
        | '\u{a7da}'..='\u{a7dc}' | '\u{10d50}'..='\u{10d85}' | '\u{16ea0}'..='\u{16ed3}')
}

static UPPER: LazyLock<Category> = LazyLock::new(|| Category::named("Lu"));
static LOWER: LazyLock<Category> = LazyLock::new(|| Category::named("Ll"));
static TITLE: LazyLock<Category> = LazyLock::new(|| Category::named("Lt"));
static LETTER: LazyLock<Category> = LazyLock::new(|| Category::named("L"));
static DIGIT: LazyLock<Category> = LazyLock::new(|| Category::named("Nd"));
static PUNCT: LazyLock<Category> = LazyLock::new(|| Category::named("P"));

/// The runes of a general category, as sorted ranges.
struct Category(Vec<(char, char)>);

impl Category {
    fn named(name: &str) -> Category {
        let hir = regex_syntax::parse(&format!("\\p{{{name}}}")).expect("the names of general categories are known");
        match hir.kind() {
            HirKind::Class(Class::Unicode(class)) => Category(class.iter().map(|range| (range.start(), range.end())).collect()),
            _ => Category(Vec::new()),
        }
    }

    fn contains(&self, character: char) -> bool {
        let after = self.0.partition_point(|range| range.0 <= character);
        after > 0 && character <= self.0[after - 1].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_mapped_one_rune_to_one() {
        for (character, upper, lower, title) in [
            ('ß', 'ß', 'ß', 'ß'),
            ('é', 'É', 'é', 'É'),
            ('İ', 'İ', 'i', 'İ'),
            ('ǆ', 'Ǆ', 'ǆ', 'ǅ'),
            ('ა', 'Ა', 'ა', 'ა'),
            ('ᾳ', 'ᾼ', 'ᾳ', 'ᾼ'),
            ('ﬁ', 'ﬁ', 'ﬁ', 'ﬁ'),
            ('ƛ', 'ƛ', 'ƛ', 'ƛ'),
        ] {
            assert_eq!((to_upper(character), to_lower(character), to_title(character)), (upper, lower, title), "{character}");
        }
    }

    #[test]
    fn categories_are_go_s_and_not_the_wider_properties() {
        assert!(!is_upper('Ⅷ') && !is_lower('ª') && !is_letter('Ⅷ') && is_title('ǅ'));
        assert!(is_punct('_') && is_punct('-') && !is_punct('+') && is_punct('¿'));
        assert!(is_digit('٣') && !is_digit('²'));
    }
}
