//! The patterns of `.Files.Glob` (github.com/gobwas/glob 0.2.3 with the separator `/`).

use crate::template::go_regex::Regex;

/// A pattern: `*` stays within a segment, `**` crosses, `?`, `[abc]`, `[!a-z]`, `{a,b}`. It is matched as a regular expression,
/// so that no pattern takes longer than another.
#[derive(Debug)]
pub(super) struct Glob(Option<Regex>);

/// How deep braces may be nested.
const MOST_BRACES: usize = 100;

impl Glob {
    /// Compiles a pattern; a malformed one matches everything, as Helm has it.
    pub(super) fn new(pattern: &str) -> Glob {
        let mut parser = Parser { rest: pattern.chars().peekable(), regex: "(?s)^".into() };
        Glob(parser.nodes(0).and_then(|()| Regex::new(&(parser.regex + "$")).ok()))
    }

    /// Says whether the whole name matches.
    pub(super) fn matches(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|regex| regex.is_match(name.as_bytes()))
    }
}

struct Parser<'p> {
    rest: std::iter::Peekable<std::str::Chars<'p>>,
    /// The regular expression so far.
    regex: String,
}

impl Parser<'_> {
    /// Reads up to the end, or inside braces up to a comma or a closing brace, which stay unread.
    fn nodes(&mut self, braces: usize) -> Option<()> {
        if braces > MOST_BRACES {
            return None;
        }
        while let Some(&character) = self.rest.peek() {
            if braces > 0 && matches!(character, ',' | '}') {
                break;
            }
            self.rest.next();
            match character {
                '*' if self.rest.next_if_eq(&'*').is_some() => self.regex.push_str(".*"),
                '*' => self.regex.push_str("[^/]*"),
                '?' => self.regex.push_str("[^/]"),
                '[' => self.class()?,
                '{' => self.alternatives(braces + 1)?,
                '\\' => match self.rest.next() {
                    Some(escaped) => self.literal(escaped),
                    None => break,
                },
                text => self.literal(text),
            }
        }
        Some(())
    }

    fn literal(&mut self, character: char) {
        self.regex.push_str(&format!("\\x{{{:x}}}", u32::from(character)));
    }

    fn alternatives(&mut self, braces: usize) -> Option<()> {
        self.regex.push_str("(?:");
        self.nodes(braces)?;
        // An open brace at the end of the pattern closes itself.
        while self.rest.next() == Some(',') {
            self.regex.push('|');
            self.nodes(braces)?;
        }
        self.regex.push(')');
        Some(())
    }

    /// Reads what follows `[`: a range, or a list of characters.
    fn class(&mut self) -> Option<()> {
        self.regex.push_str(if self.rest.next_if_eq(&'!').is_some() { "[^" } else { "[" });
        let first = self.rest.next()?;
        if self.rest.next_if_eq(&'-').is_some() {
            let last = self.rest.next()?;
            self.literal(first);
            self.regex.push('-');
            self.literal(last);
            self.regex.push(']');
            return (self.rest.next() == Some(']') && first <= last).then_some(());
        }
        let (mut character, mut is_empty) = (Some(first), true);
        loop {
            match character? {
                ']' => break,
                '\\' => {
                    if let Some(escaped) = self.rest.next() {
                        self.literal(escaped);
                        is_empty = false;
                    }
                }
                plain => {
                    self.literal(plain);
                    is_empty = false;
                }
            }
            character = self.rest.next();
        }
        self.regex.push(']');
        (!is_empty).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[track_caller]
    fn check(pattern: &str, name: &str, matched: bool) {
        assert_eq!(Glob::new(pattern).matches(name), matched, "{pattern} {name}");
    }

    #[test]
    fn patterns_as_gobwas_reads_them() {
        check("*.txt", "a.txt", true);
        check("*.txt", "a/b.txt", false);
        check("**.txt", "a/b.txt", true);
        check("story/**", "story/a/b.txt", true);
        check("story/*", "story/.hidden", true);
        check("{a,b}/*.{yaml,yml}", "b/x.yml", true);
        check("{a,{b,c}}d", "cd", true);
        check("a?c", "a/c", false);
        check("[abc]x", "bx", true);
        check("[!abc]x", "bx", false);
        check("[a-c]x", "cx", true);
        check("a\\*", "a*", true);
        check("a,b", "a,b", true);
        check("{a,b", "b", true);
    }

    #[test]
    fn a_malformed_pattern_matches_everything() {
        check("[", "a/b", true);
        check("[]", "a/b", true);
        check("[z-a]", "a/b", true);
    }
}
