//! Character classes: `[a-z]`, `[[:alpha:]]`, `\d`, `\p{Greek}`.

use super::error::{Code, Error};
use super::parser::Flags;
use super::{escape, unicode};
use regex_syntax::hir::{self, ClassUnicode, ClassUnicodeRange, Hir};

/// A set of characters.
#[derive(Debug)]
pub(super) struct Class(ClassUnicode);

impl Default for Class {
    fn default() -> Self {
        Class(ClassUnicode::empty())
    }
}

impl Class {
    /// Reads a class in brackets at the start of the text; returns it and the rest.
    ///
    /// # Errors
    /// The first mistake in the class.
    pub(super) fn parse(start: &str, flags: Flags) -> Result<(Class, &str), Error> {
        let mut class = Class::default();
        let negated = start[1..].starts_with('^');
        let mut rest = &start[1 + usize::from(negated)..];
        // A bracket that comes first is a literal.
        let mut first = true;
        while first || !rest.starts_with(']') {
            first = false;
            rest = match Self::parse_group(rest, flags)? {
                Some((group, after)) => {
                    class.0.union(&group.0);
                    after
                }
                None => class.parse_range(rest, start, flags)?,
            };
        }
        if negated {
            class.0.negate();
        }
        Ok((class, &rest[1..]))
    }

    /// Reads `\d`, `\pL`, `\p{Greek}` and the like at the start of the text.
    ///
    /// # Errors
    /// A Unicode class that Go does not know.
    pub(super) fn parse_escape(start: &str, flags: Flags) -> Result<Option<(Class, &str)>, Error> {
        if start.starts_with("\\p") || start.starts_with("\\P") {
            return parse_unicode(start, flags).map(Some);
        }
        let Some(name) = start.strip_prefix('\\').and_then(|name| name.as_bytes().first()) else { return Ok(None) };
        let ranges: &[(char, char)] = match name.to_ascii_lowercase() {
            b'd' => &[('0', '9')],
            b's' => &[('\t', '\n'), ('\x0c', '\r'), (' ', ' ')],
            b'w' => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
            _ => return Ok(None),
        };
        Ok(Some((Self::group(ranges, name.is_ascii_uppercase(), flags), &start[2..])))
    }

    /// Adds a range of code points, and what they fold to.
    pub(super) fn push(&mut self, low: u32, high: u32, flags: Flags) {
        // Surrogates are in no text.
        let low = if (0xd800..0xe000).contains(&low) { 0xe000 } else { low };
        let high = if (0xd800..0xe000).contains(&high) { 0xd7ff } else { high };
        let (Some(low), Some(high)) = (char::from_u32(low), char::from_u32(high)) else { return };
        if low > high {
            return;
        }
        let range = ClassUnicodeRange::new(low, high);
        if flags.fold_case {
            self.0.union(&folded(ClassUnicode::new([range])));
        } else {
            self.0.push(range);
        }
    }

    /// Returns the class as an expression.
    pub(super) fn into_hir(self) -> Hir {
        Hir::class(hir::Class::Unicode(self.0))
    }

    fn group(ranges: &[(char, char)], negated: bool, flags: Flags) -> Class {
        let class = ClassUnicode::new(ranges.iter().map(|(low, high)| ClassUnicodeRange::new(*low, *high)));
        Self::finished(class, negated, flags)
    }

    /// Folding comes before negation: `(?i)\W` leaves out what folds to a word character.
    fn finished(class: ClassUnicode, negated: bool, flags: Flags) -> Class {
        let mut class = if flags.fold_case { folded(class) } else { class };
        if negated {
            class.negate();
        }
        Class(class)
    }

    /// Reads a named class inside brackets.
    fn parse_group(start: &str, flags: Flags) -> Result<Option<(Class, &str)>, Error> {
        if let Some(end) = start.strip_prefix("[:").and_then(|name| name.find(":]")) {
            let (name, rest) = start.split_at(end + 4);
            return match posix(&name[2..end + 2], flags) {
                Some(class) => Ok(Some((class, rest))),
                None => Err(Error { code: Code::InvalidCharRange, part: name.into() }),
            };
        }
        Self::parse_escape(start, flags)
    }

    /// Reads a character or a range of two; returns the rest.
    fn parse_range<'p>(&mut self, start: &'p str, whole: &str, flags: Flags) -> Result<&'p str, Error> {
        let (low, rest) = parse_character(start, whole)?;
        let to = rest.strip_prefix('-').filter(|to| !to.is_empty() && !to.starts_with(']'));
        let (high, rest) = to.map_or(Ok((low, rest)), |to| parse_character(to, whole))?;
        if high < low {
            return Err(Error { code: Code::InvalidCharRange, part: start[..start.len() - rest.len()].into() });
        }
        self.push(low, high, flags);
        Ok(rest)
    }
}

fn parse_character<'p>(start: &'p str, whole: &str) -> Result<(u32, &'p str), Error> {
    let mut characters = start.chars();
    match characters.next() {
        None => Err(Error { code: Code::MissingBracket, part: whole.into() }),
        Some('\\') => escape::parse(start),
        Some(character) => Ok((character as u32, characters.as_str())),
    }
}

/// Reads `\pN`, `\p{Name}`, `\p{^Name}` and their `\P` forms.
fn parse_unicode(start: &str, flags: Flags) -> Result<(Class, &str), Error> {
    let unknown = |part: &str| Error { code: Code::InvalidCharRange, part: part.into() };
    let end = match start[2..].chars().next() {
        Some('{') => start.find('}').ok_or_else(|| unknown(start))? + 1,
        other => 2 + other.map_or(0, char::len_utf8),
    };
    let (part, rest) = start.split_at(end);
    let name = part[2..].strip_prefix('{').map_or(&part[2..], |name| &name[..name.len() - 1]);
    let (name, inverted) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
    let class = unicode::class(name).ok_or_else(|| unknown(part))?;
    let negated = part.starts_with("\\P") != inverted;
    Ok((Class::finished(class, negated, flags), rest))
}

fn posix(name: &str, flags: Flags) -> Option<Class> {
    let (name, negated) = name.strip_prefix('^').map_or((name, false), |name| (name, true));
    let ranges: &[(char, char)] = match name {
        "alnum" => &[('0', '9'), ('A', 'Z'), ('a', 'z')],
        "alpha" => &[('A', 'Z'), ('a', 'z')],
        "ascii" => &[('\0', '\x7f')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "cntrl" => &[('\0', '\x1f'), ('\x7f', '\x7f')],
        "digit" => &[('0', '9')],
        "graph" => &[('!', '~')],
        "lower" => &[('a', 'z')],
        "print" => &[(' ', '~')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "upper" => &[('A', 'Z')],
        "word" => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        "xdigit" => &[('0', '9'), ('A', 'F'), ('a', 'f')],
        _ => return None,
    };
    Some(Class::group(ranges, negated, flags))
}

fn folded(mut class: ClassUnicode) -> ClassUnicode {
    class.try_case_fold_simple().expect("the tables of case folding are compiled in");
    class
}
