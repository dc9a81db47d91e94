//! The patterns of `.Files.Glob` (github.com/gobwas/glob 0.2.3 with the separator `/`).

/// A pattern: `*` stays within a segment, `**` crosses, `?`, `[abc]`, `[!a-z]`, `{a,b}`.
#[derive(Debug)]
pub(super) struct Glob(Vec<Node>);

#[derive(Debug)]
enum Node {
    Text(char),
    /// `*`
    Segment,
    /// `**`
    Everything,
    /// `?`
    Single,
    /// `[...]`
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// `{...}`
    AnyOf(Vec<Vec<Node>>),
}

impl Glob {
    /// Compiles a pattern; a malformed one matches everything, as Helm has it.
    pub(super) fn new(pattern: &str) -> Glob {
        let mut parser = Parser { rest: pattern.chars().peekable() };
        Glob(parser.nodes(0).unwrap_or_else(|| vec![Node::Everything]))
    }

    /// Says whether the whole name matches.
    pub(super) fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        Chain { nodes: &self.0, next: None }.matches(&name)
    }
}

struct Parser<'p> {
    rest: std::iter::Peekable<std::str::Chars<'p>>,
}

impl Parser<'_> {
    /// Reads nodes up to the end, or inside braces up to a comma or a closing brace, which stay unread.
    fn nodes(&mut self, braces: usize) -> Option<Vec<Node>> {
        let mut nodes = Vec::new();
        while let Some(&character) = self.rest.peek() {
            if braces > 0 && matches!(character, ',' | '}') {
                break;
            }
            self.rest.next();
            nodes.push(match character {
                '*' if self.rest.next_if_eq(&'*').is_some() => Node::Everything,
                '*' => Node::Segment,
                '?' => Node::Single,
                '[' => self.class()?,
                '{' => self.alternatives(braces + 1)?,
                '\\' => match self.rest.next() {
                    Some(escaped) => Node::Text(escaped),
                    None => break,
                },
                text => Node::Text(text),
            });
        }
        Some(nodes)
    }

    fn alternatives(&mut self, braces: usize) -> Option<Node> {
        let mut alternatives = vec![self.nodes(braces)?];
        loop {
            match self.rest.next() {
                Some(',') => alternatives.push(self.nodes(braces)?),
                // An open brace at the end of the pattern closes itself.
                _ => return Some(Node::AnyOf(alternatives)),
            }
        }
    }

    /// Reads what follows `[`: a range, or a list of characters.
    fn class(&mut self) -> Option<Node> {
        let negated = self.rest.next_if_eq(&'!').is_some();
        let first = self.rest.next()?;
        if self.rest.next_if_eq(&'-').is_some() {
            let last = self.rest.next()?;
            let is_closed = self.rest.next() == Some(']');
            return (is_closed && first <= last).then(|| Node::Class { negated, ranges: vec![(first, last)] });
        }
        let mut ranges = Vec::new();
        let mut character = Some(first);
        loop {
            match character? {
                ']' => break,
                '\\' => ranges.extend(self.rest.next().map(|escaped| (escaped, escaped))),
                plain => ranges.push((plain, plain)),
            }
            character = self.rest.next();
        }
        (!ranges.is_empty()).then_some(Node::Class { negated, ranges })
    }
}

/// Nodes, and what comes after them.
struct Chain<'a> {
    nodes: &'a [Node],
    next: Option<&'a Chain<'a>>,
}

impl Chain<'_> {
    fn matches(&self, name: &[char]) -> bool {
        let Some((node, nodes)) = self.nodes.split_first() else {
            return self.next.map_or(name.is_empty(), |next| next.matches(name));
        };
        let rest = Chain { nodes, next: self.next };
        match node {
            Node::Everything => (0..=name.len()).any(|skip| rest.matches(&name[skip..])),
            Node::Segment => {
                let segment = name.iter().take_while(|character| **character != '/').count();
                (0..=segment).any(|skip| rest.matches(&name[skip..]))
            }
            Node::AnyOf(alternatives) => alternatives.iter().any(|nodes| Chain { nodes, next: Some(&rest) }.matches(name)),
            Node::Single => rest.one(name, |character| character != '/'),
            Node::Text(text) => rest.one(name, |character| character == *text),
            Node::Class { negated, ranges } => {
                rest.one(name, |character| ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *negated)
            }
        }
    }

    /// Matches one character and then the rest.
    fn one(&self, name: &[char], fits: impl Fn(char) -> bool) -> bool {
        name.split_first().is_some_and(|(character, name)| fits(*character) && self.matches(name))
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
