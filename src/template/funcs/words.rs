//! Splits identifiers into words and joins them in another style, as huandu/xstrings 1.5.0 does.

use super::runes::{first_rune, push_rune, runes};
use super::unicode::{is_letter, is_punct, is_upper, to_lower, to_upper};

/// Returns xstrings' `ToPascalCase`: connectors vanish and the letter after each becomes upper case; leading ones stay.
pub(super) fn pascal_case(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut characters = runes(text).map(|(character, _)| character);
    let mut last_connector = None;
    let first = loop {
        match characters.next() {
            Some(character) if is_connector(character) => {
                push_rune(&mut out, character);
                last_connector = Some(character);
            }
            Some(character) => break character,
            None => {
                // xstrings repeats the last of nothing but connectors.
                out.extend(last_connector.map(|connector| connector.to_string().into_bytes()).unwrap_or_default());
                return out;
            }
        }
    };
    let mut lowering = is_upper(first);
    let mut previous = to_upper(first);
    for character in characters {
        let mut current = character;
        if is_connector(previous) && is_connector(character) {
            push_rune(&mut out, previous);
        } else if is_connector(previous) {
            lowering = is_upper(character);
            current = to_upper(character);
        } else {
            lowering = lowering && is_upper(character);
            if lowering {
                current = to_lower(character);
            }
            push_rune(&mut out, previous);
        }
        previous = current;
    }
    push_rune(&mut out, previous);
    out
}

/// Returns xstrings' `ToSnakeCase` (connector `_`) and `ToKebabCase` (`-`).
pub(super) fn separated_case(text: &[u8], connector: char) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 4);
    if text.is_empty() {
        return out;
    }
    let (mut word, mut rest) = next_word(text);
    while !rest.is_empty() {
        if word.kind != WordKind::Connector {
            word.write(&mut out, connector);
        }
        let previous = word;
        (word, rest) = next_word(rest);
        match previous.kind {
            WordKind::Connector => previous.write(&mut out, connector),
            WordKind::Punct => {}
            WordKind::Number => {
                (word, rest) = write_letters_and_numbers(word, rest, &mut out, connector);
                separate(word, &[WordKind::Invalid, WordKind::Punct, WordKind::Connector], &mut out, connector);
            }
            _ if word.kind != WordKind::Number => {
                separate(word, &[WordKind::Connector, WordKind::Punct], &mut out, connector);
            }
            // The last word: a number at the end belongs to the letters before it.
            _ if rest.is_empty() => {}
            _ => {
                let number = word;
                (word, rest) = next_word(rest);
                if word.kind == WordKind::Alphabet {
                    // Small letters after a number belong to it: "HTTP2xx" is "http_2xx".
                    push_rune(&mut out, connector);
                    number.write(&mut out, connector);
                    (word, rest) = write_letters_and_numbers(word, rest, &mut out, connector);
                    separate(word, &[WordKind::Invalid, WordKind::Connector, WordKind::Punct], &mut out, connector);
                } else {
                    number.write(&mut out, connector);
                    separate(word, &[WordKind::Connector, WordKind::Punct], &mut out, connector);
                }
            }
        }
    }
    word.write(&mut out, connector);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum WordKind {
    /// No rune at all, or nothing but wrong bytes.
    Invalid,
    Number,
    Upper,
    Alphabet,
    Connector,
    Punct,
    Other,
}

#[derive(Clone, Copy)]
struct Word<'a> {
    kind: WordKind,
    text: &'a [u8],
}

impl Word<'_> {
    fn write(self, out: &mut Vec<u8>, connector: char) {
        if !matches!(self.kind, WordKind::Upper | WordKind::Connector) {
            out.extend_from_slice(self.text);
            return;
        }
        for (character, _) in runes(self.text) {
            match character {
                character if is_connector(character) => push_rune(out, connector),
                character if is_upper(character) => push_rune(out, to_lower(character)),
                character => push_rune(out, character),
            }
        }
    }
}

fn write_letters_and_numbers<'a>(mut word: Word<'a>, mut rest: &'a [u8], out: &mut Vec<u8>, connector: char) -> (Word<'a>, &'a [u8]) {
    while matches!(word.kind, WordKind::Alphabet | WordKind::Number) {
        word.write(out, connector);
        (word, rest) = next_word(rest);
    }
    (word, rest)
}

fn separate(next: Word<'_>, except: &[WordKind], out: &mut Vec<u8>, connector: char) {
    if !except.contains(&next.kind) {
        push_rune(out, connector);
    }
}

/// Cuts the first word off; both parts are empty at the end.
fn next_word(text: &[u8]) -> (Word<'_>, &[u8]) {
    let (first, size) = valid_rune(text, char::REPLACEMENT_CHARACTER);
    let (kind, length) = match first {
        char::REPLACEMENT_CHARACTER => (WordKind::Invalid, size),
        first if is_connector(first) => (WordKind::Connector, run(text, size, first, is_connector)),
        first if is_punct(first) => (WordKind::Punct, run(text, size, first, is_punct)),
        first if is_upper(first) => (WordKind::Upper, upper_word(text, size, first)),
        first if is_alphabet(first) => (WordKind::Alphabet, run(text, size, first, is_small)),
        first if first.is_numeric() => (WordKind::Number, run(text, size, first, char::is_numeric)),
        first => (WordKind::Other, run(text, size, first, is_other)),
    };
    (Word { kind, text: &text[..length] }, &text[length..])
}

/// Returns where the run of runes for which `belongs` holds ends; it starts at `from`, after the rune `previous`.
fn run(text: &[u8], from: usize, previous: char, belongs: impl Fn(char) -> bool) -> usize {
    let (mut end, mut character) = (from, previous);
    while end < text.len() {
        let size;
        (character, size) = valid_rune(&text[end..], character);
        if !belongs(character) {
            break;
        }
        end += size;
    }
    end
}

/// Returns the end of a word that starts with an upper case letter: "Status", or "HTTP" of "HTTPStatus".
fn upper_word(text: &[u8], from: usize, first: char) -> usize {
    if from == text.len() {
        return from;
    }
    let (second, _) = valid_rune(&text[from..], first);
    if !is_upper(second) {
        return if is_alphabet(second) { run(text, from, first, is_small) } else { from };
    }
    let (mut end, mut last_size, mut character) = (from, 0, first);
    while end < text.len() {
        let size;
        (character, size) = valid_rune(&text[end..], character);
        if !is_upper(character) {
            break;
        }
        last_size = size;
        end += size;
    }
    if end < text.len() && is_alphabet(character) { end - last_size } else { end }
}

/// Decodes the first rune that is not wrong, with the width of all that was passed; `previous` where there is none.
fn valid_rune(text: &[u8], previous: char) -> (char, usize) {
    let mut size = 0;
    while size < text.len() {
        let (character, width) = first_rune(&text[size..]);
        size += width;
        if character != char::REPLACEMENT_CHARACTER {
            return (character, size);
        }
    }
    (previous, size)
}

fn is_connector(character: char) -> bool {
    matches!(character, '-' | '_') || character.is_whitespace()
}

/// A letter, but no Chinese character.
fn is_alphabet(character: char) -> bool {
    let chinese = matches!(character, '\u{3400}'..='\u{4d85}' | '\u{4e00}'..='\u{9fcc}' | '\u{20000}'..='\u{2b81d}');
    is_letter(character) && !chinese
}

fn is_small(character: char) -> bool {
    is_alphabet(character) && !is_upper(character)
}

fn is_other(character: char) -> bool {
    !(is_connector(character) || is_alphabet(character) || character.is_numeric() || is_punct(character))
}
