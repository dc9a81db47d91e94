//! Upper and lower case, titles and identifiers: sprig's functions over Go's strings and unicode, goutils and xstrings.

use super::arguments::{Returned, any, bytes, string};
use super::runes::map_runes;
use super::unicode::{is_digit, is_letter, is_lower, is_title, is_upper, to_lower, to_title, to_upper};
use super::words::{pascal_case, separated_case};
use crate::template::function::{Call, Function, Ty};
use crate::value::Value;

/// The functions of this family.
pub static FAMILY: [Function; 8] = [
    Function::pure("camelcase", &[Ty::Str], camelcase),
    Function::pure("kebabcase", &[Ty::Str], kebabcase),
    Function::pure("lower", &[Ty::Str], lower),
    Function::pure("snakecase", &[Ty::Str], snakecase),
    Function::pure("swapcase", &[Ty::Str], swapcase),
    Function::pure("title", &[Ty::Str], title),
    Function::pure("untitle", &[Ty::Str], untitle),
    Function::pure("upper", &[Ty::Str], upper),
];

fn camelcase(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(pascal_case(bytes(args, 0)))
}

fn kebabcase(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(separated_case(bytes(args, 0), '-'))
}

fn snakecase(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    string(separated_case(bytes(args, 0), '_'))
}

fn lower(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let text = bytes(args, 0);
    if text.is_ascii() {
        return if text.iter().any(u8::is_ascii_uppercase) { string(text.to_ascii_lowercase()) } else { Ok(any(args, 0).clone()) };
    }
    string(map_runes(text, to_lower))
}

fn upper(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let text = bytes(args, 0);
    if text.is_ascii() {
        return if text.iter().any(u8::is_ascii_lowercase) { string(text.to_ascii_uppercase()) } else { Ok(any(args, 0).clone()) };
    }
    string(map_runes(text, to_upper))
}

/// Go's `strings.Title`: the first letter after anything that is no letter, digit or underscore.
fn title(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let mut previous = ' ';
    string(map_runes(bytes(args, 0), |character| {
        let starts_word = is_separator(std::mem::replace(&mut previous, character));
        if starts_word { to_title(character) } else { character }
    }))
}

fn is_separator(character: char) -> bool {
    match character {
        '0'..='9' | 'a'..='z' | 'A'..='Z' | '_' => false,
        character if character.is_ascii() => true,
        character => !is_letter(character) && !is_digit(character) && character.is_whitespace(),
    }
}

/// goutils' `Uncapitalize`: the first letter of each word that blanks separate.
fn untitle(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let mut starts_word = true;
    string(map_runes(bytes(args, 0), |character| {
        if character.is_whitespace() {
            starts_word = true;
            return character;
        }
        if std::mem::take(&mut starts_word) { to_lower(character) } else { character }
    }))
}

/// goutils' `SwapCase`: a small letter at the start of a word becomes title case, any other upper case.
fn swapcase(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let mut after_blank = true;
    string(map_runes(bytes(args, 0), |character| match character {
        character if is_upper(character) || is_title(character) => {
            after_blank = false;
            to_lower(character)
        }
        character if is_lower(character) => {
            if std::mem::take(&mut after_blank) {
                to_title(character)
            } else {
                to_upper(character)
            }
        }
        character => {
            after_blank = character.is_whitespace();
            character
        }
    }))
}
