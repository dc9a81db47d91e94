//! Go's `filepath.Match`.

/// A pattern that ends in the middle of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct BadPattern;

#[derive(Debug)]
pub(super) enum Token {
    /// `*`: any characters but `/`.
    Star,
    /// `?`: one character but `/`.
    Any,
    /// `[a-z]`: one character, `/` included.
    Class { negated: bool, ranges: Vec<(char, char)> },
    /// A character that stands for itself.
    Plain(char),
}

/// Says whether a whole name matches a pattern of `*`, `?`, `[a-z]`, `[^a-z]` and `\x`.
///
/// # Errors
/// A malformed pattern, wherever the mistake is.
pub fn path_match(pattern: &str, name: &str) -> Result<bool, BadPattern> {
    Pattern::parse(pattern).map(|pattern| pattern.matches(name))
}

/// A pattern that many names are held against.
#[derive(Debug)]
pub(super) enum Pattern {
    /// Every character stands for itself.
    Plain(String),
    Tokens(Vec<Token>),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A malformed pattern, wherever the mistake is.
    pub(super) fn parse(pattern: &str) -> Result<Pattern, BadPattern> {
        if pattern.contains(['*', '?', '[', '\\']) { parse(pattern).map(Pattern::Tokens) } else { Ok(Pattern::Plain(pattern.to_owned())) }
    }

    /// Says whether a whole name matches.
    pub(super) fn matches(&self, name: &str) -> bool {
        match self {
            Pattern::Plain(plain) => plain == name,
            Pattern::Tokens(tokens) => ends_alike(tokens, name) && matches(tokens, &name.chars().collect::<Vec<char>>()),
        }
    }
}

/// Says whether a name ends with the character that the pattern ends with, where that is one that stands for itself.
fn ends_alike(tokens: &[Token], name: &str) -> bool {
    match tokens.last() {
        Some(Token::Plain(last)) => name.ends_with(*last),
        _ => true,
    }
}

fn parse(pattern: &str) -> Result<Vec<Token>, BadPattern> {
    let mut tokens = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        tokens.push(match character {
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' => Token::Plain(rest.next().ok_or(BadPattern)?),
            '[' => parse_class(&mut rest)?,
            plain => Token::Plain(plain),
        });
    }
    Ok(tokens)
}

type Rest<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn parse_class(rest: &mut Rest<'_>) -> Result<Token, BadPattern> {
    let negated = rest.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && rest.next_if_eq(&']').is_some() {
            return Ok(Token::Class { negated, ranges });
        }
        let low = class_character(rest)?;
        let high = if rest.next_if_eq(&'-').is_some() { class_character(rest)? } else { low };
        ranges.push((low, high));
    }
}

fn class_character(rest: &mut Rest<'_>) -> Result<char, BadPattern> {
    match rest.next() {
        None | Some('-' | ']') => Err(BadPattern),
        Some('\\') => rest.next().ok_or(BadPattern),
        Some(character) => Ok(character),
    }
}

/// Matches as Go does: what stands between two stars is taken where it is found first. Only the last star is tried again.
fn matches(tokens: &[Token], name: &[char]) -> bool {
    let (mut at, mut place) = (0, 0);
    // The token after the last star, and the place up to which that star reaches.
    let mut star: Option<(usize, usize)> = None;
    while at < tokens.len() || place < name.len() {
        match (tokens.get(at), name.get(place)) {
            (Some(Token::Star), _) => {
                at += 1;
                star = Some((at, place));
            }
            (Some(token), Some(character)) if token.fits(*character) => (at, place) = (at + 1, place + 1),
            _ => match star {
                Some((after, reached)) if name.get(reached).is_some_and(|character| *character != '/') => {
                    (at, place) = (after, reached + 1);
                    star = Some((after, reached + 1));
                }
                _ => return false,
            },
        }
    }
    true
}

impl Token {
    /// Says whether the token stands for this one character.
    fn fits(&self, character: char) -> bool {
        match self {
            Token::Star => false,
            Token::Any => character != '/',
            Token::Class { negated, ranges } => ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *negated,
            Token::Plain(plain) => character == *plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, name: &str, expected: Result<bool, BadPattern>) {
        assert_eq!(path_match(pattern, name), expected, "{pattern} {name}");
    }

    #[test]
    fn goes_own_table() {
        for (pattern, name, matched) in [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*", "a", true),
            ("a*", "ab/c", false),
            ("a*/b", "abc/b", true),
            ("a*/b", "a/c/b", false),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", true),
            ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", false),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("ab[c]", "abc", true),
            ("ab[b-d]", "abc", true),
            ("ab[^b-d]", "abc", false),
            ("a\\*b", "a*b", true),
            ("a[^a]b", "a☺b", true),
            ("a???b", "a☺b", false),
            ("[a-ζ]*", "α", true),
            ("*[a-ζ]", "A", false),
            ("a?b", "a/b", false),
            ("a*b", "a/b", false),
            ("[\\]a]", "]", true),
            ("[x\\-]", "-", true),
            ("*x", "xxx", true),
        ] {
            check(pattern, name, Ok(matched));
        }
        for pattern in ["[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "\\"] {
            check(pattern, "a", Err(BadPattern));
        }
    }
}
