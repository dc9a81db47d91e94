//! A fast look at the most common kind of document: a block mapping written plainly.
//!
//! Kubernetes objects are nearly all written with block mappings and sequences, plain and quoted scalars on one line, and
//! block scalars. This reads just that, a line at a time, and gives up on everything else: tabs, anchors, tags, flow
//! collections, scalars of several lines, characters beyond ASCII. What it accepts, the scanner and parser accept, and they
//! see the same entries.

use crate::yaml::resolve::{Scalar, resolve};
use memchr::{memchr, memchr_iter};

/// More levels than this are left to the parser, which has a limit.
const MOST_LEVELS: usize = 100;
/// A simple key may have 1024 characters.
const LONGEST_KEY: usize = 1000;

/// Returns the text of those entries of a document's mapping that have one of these keys, in their order; `None` where the
/// document is not of the plain kind, be it sound or not.
pub(super) fn entries(text: &str, wanted: &[&str]) -> Option<String> {
    if !is_plain(text.as_bytes()) {
        return None;
    }
    let mut skim = Skim { text, at: 0, levels: Vec::new(), open: true, wanted, taken: String::new(), taking: None };
    while skim.at < text.len() {
        skim.line()?;
    }
    skim.finish_entry(text.len());
    // An open value at the end is null, unless there is no mapping at all.
    (!skim.levels.is_empty()).then_some(skim.taken)
}

/// Says whether there is nothing but printable ASCII, tabs and line feeds.
fn is_plain(bytes: &[u8]) -> bool {
    let is_strange = |byte: &u8| !matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    !bytes.chunks(64).any(|chunk| chunk.iter().fold(false, |strange, byte| strange | is_strange(byte)))
}

/// An open block collection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Mapping(usize),
    Sequence(usize),
}

impl Level {
    fn column(self) -> usize {
        match self {
            Level::Mapping(column) | Level::Sequence(column) => column,
        }
    }
}

struct Skim<'t, 'w> {
    text: &'t str,
    /// Where the next line starts.
    at: usize,
    levels: Vec<Level>,
    /// Whether a value may come: a key or `-` stands without one.
    open: bool,
    wanted: &'w [&'w str],
    taken: String,
    /// Where the wanted entry that is being read starts.
    taking: Option<usize>,
}

impl<'t> Skim<'t, '_> {
    /// Takes the next line, and the block scalar that starts on it.
    fn line(&mut self) -> Option<()> {
        let start = self.at;
        let line = self.next_line();
        let mut column = spaces(line);
        if matches!(line.get(column), None | Some(b'#')) {
            return Some(());
        }
        if column == 0 && (line.starts_with(b"---") || line.starts_with(b"...")) {
            return None;
        }
        while let Some(gap) = dash(&line[column..]) {
            self.item(column)?;
            column += gap;
        }
        match key(&line[column..])? {
            Some((name, length)) => {
                self.key(column, name, start)?;
                self.value(&line[column + length..])
            }
            // An item of a sequence, or a value below its key.
            None if self.open && self.levels.last().is_some_and(|level| level.column() < column) => self.value(&line[column..]),
            None => None,
        }
    }

    fn next_line(&mut self) -> &'t [u8] {
        let rest = &self.text.as_bytes()[self.at..];
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        self.at += (length + 1).min(rest.len());
        &rest[..length]
    }

    fn push(&mut self, level: Level) -> Option<()> {
        self.levels.push(level);
        (self.levels.len() <= MOST_LEVELS).then_some(())
    }

    /// Goes to the sequence that has a `-` at this column.
    fn item(&mut self, column: usize) -> Option<()> {
        while self.levels.last().is_some_and(|level| level.column() > column) {
            self.levels.pop();
            self.open = false;
        }
        match self.levels.last() {
            Some(Level::Sequence(at)) if *at == column => {}
            // The `-` may stand below the first letter of the key.
            Some(Level::Mapping(at)) if *at <= column && self.open => self.push(Level::Sequence(column))?,
            Some(Level::Sequence(at)) if *at < column && self.open => self.push(Level::Sequence(column))?,
            _ => return None,
        }
        self.open = true;
        Some(())
    }

    /// Goes to the mapping that has a key at this column.
    fn key(&mut self, column: usize, name: &str, line: usize) -> Option<()> {
        while self.levels.last().is_some_and(|level| level.column() > column || *level == Level::Sequence(column)) {
            self.levels.pop();
            self.open = false;
        }
        match self.levels.last() {
            Some(Level::Mapping(at)) if *at == column => {}
            Some(level) if level.column() < column && self.open => self.push(Level::Mapping(column))?,
            None if self.open => self.push(Level::Mapping(column))?,
            _ => return None,
        }
        if self.levels.len() == 1 {
            self.finish_entry(line);
            self.taking = self.wanted.contains(&name).then_some(line);
        }
        self.open = true;
        Some(())
    }

    fn finish_entry(&mut self, end: usize) {
        if let Some(start) = self.taking.take() {
            self.taken.push_str(&self.text[start..end]);
        }
    }

    /// Reads what stands behind a key or `-`.
    fn value(&mut self, rest: &[u8]) -> Option<()> {
        let value = &rest[spaces(rest)..];
        match value.first() {
            None => return Some(()),
            Some(b'#') if rest.len() > value.len() => return Some(()),
            Some(b'|' | b'>') => self.block_scalar(value)?,
            Some(b'"') => ends(&value[double_quoted(value)?..])?,
            Some(b'\'') => ends(&value[single_quoted(value)?..])?,
            Some(b'[') if value.starts_with(b"[]") => ends(&value[2..])?,
            Some(b'{') if value.starts_with(b"{}") => ends(&value[2..])?,
            Some(_) => plain(value)?,
        }
        self.open = false;
        Some(())
    }

    /// Goes over a block scalar whose header is given.
    fn block_scalar(&mut self, header: &[u8]) -> Option<()> {
        let header = header[1..].strip_prefix(b"-").or_else(|| header[1..].strip_prefix(b"+")).unwrap_or(&header[1..]);
        if spaces(header) < header.len() {
            return None;
        }
        let outer = self.levels.last()?.column();
        let mut indent = None;
        while self.at < self.text.len() {
            let start = self.at;
            let line = self.next_line();
            let blanks = spaces(line);
            match (line.get(blanks), indent) {
                // Blanks on an empty line before the text could make it look deeper than it is.
                (None, None) if blanks > 0 => return None,
                (None, _) => {}
                (Some(_), Some(indent)) if blanks >= indent => {}
                (Some(b'\t'), _) => return None,
                (Some(_), None) if blanks > outer => indent = Some(blanks),
                (Some(_), _) => {
                    self.at = start;
                    break;
                }
            }
        }
        Some(())
    }
}

fn spaces(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b' ').count()
}

/// Returns the length of a `-` and the blanks behind it, if that is how the line goes on.
fn dash(line: &[u8]) -> Option<usize> {
    let rest = line.strip_prefix(b"- ")?;
    let gap = 2 + spaces(rest);
    // Without anything behind it, it is not for this reader.
    (gap < line.len() && line[gap] != b'#').then_some(gap)
}

/// Returns the key that the line begins with, and its length with the colon; `Some(None)` where there is none, `None` where
/// that is hard to say.
fn key(line: &[u8]) -> Option<Option<(&str, usize)>> {
    let (name, length) = match line.first()? {
        quote @ (b'"' | b'\'') => {
            let length = 1 + memchr(*quote, &line[1..])?;
            if line[..length].contains(&b'\\') {
                return None;
            }
            (&line[1..length], length + 1)
        }
        _ => {
            let length =
                line.iter().take_while(|byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'/' | b'-')).count();
            (&line[..length], length)
        }
    };
    let is_key = line.get(length) == Some(&b':') && matches!(line.get(length + 1), None | Some(b' '));
    if !is_key {
        return Some(None);
    }
    let text = std::str::from_utf8(name).ok()?;
    let is_quoted = length > name.len();
    let is_plain = is_quoted || matches!(name.first()?, b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'/') && resolve(text) == Scalar::Str;
    (is_plain && length < LONGEST_KEY).then_some(Some((text, length + 1)))
}

/// Wants nothing but blanks and a comment.
fn ends(rest: &[u8]) -> Option<()> {
    let blanks = spaces(rest);
    (blanks == rest.len() || blanks > 0 && rest[blanks] == b'#').then_some(())
}

/// Returns the length of a double-quoted scalar that ends on its line and holds simple escapes only.
fn double_quoted(value: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match value.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if matches!(value.get(at + 1), Some(b'"' | b'\\' | b'n' | b't' | b'/' | b'r')) => at += 2,
            b'\\' | b'\t' => return None,
            _ => at += 1,
        }
    }
}

/// Returns the length of a single-quoted scalar that ends on its line.
fn single_quoted(value: &[u8]) -> Option<usize> {
    if value.contains(&b'\t') {
        return None;
    }
    let mut at = 1;
    loop {
        at += memchr(b'\'', &value[at..])? + 1;
        if value.get(at) != Some(&b'\'') {
            return Some(at);
        }
        at += 1;
    }
}

/// Checks a plain scalar, which goes to the end of the line or to a comment.
fn plain(value: &[u8]) -> Option<()> {
    let first = value[0];
    let starts_plain = matches!(first, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'$' | b'(' | b'.' | b'+' | b'~' | b'<' | b'=' | b'^' | b'\\' | b';')
        || first == b'-' && value.get(1).is_some_and(|next| *next != b' ');
    if !starts_plain || value.contains(&b'\t') {
        return None;
    }
    let comment = memchr_iter(b'#', value).find(|at| value[at - 1] == b' ');
    let text = value[..comment.unwrap_or(value.len())].trim_ascii_end();
    let is_key = |at: usize| matches!(text.get(at + 1), None | Some(b' '));
    if memchr_iter(b':', text).any(is_key) {
        return None;
    }
    let may_be_number = matches!(first, b'0'..=b'9' | b'.' | b'+' | b'-');
    let is_finite = |scalar| !matches!(scalar, Scalar::Float(value) if !value.is_finite());
    (!may_be_number || is_finite(resolve(std::str::from_utf8(text).ok()?))).then_some(())
}

#[cfg(test)]
mod tests {
    use super::entries;
    use crate::value::{Map, Value};
    use crate::yaml::{expect_map, parse_str};
    use proptest::prelude::{Strategy, any, prop, proptest};

    const WANTED: [&str; 2] = ["kind", "metadata"];

    /// Checks that what is accepted is what the parser reads; says whether it was accepted.
    #[track_caller]
    fn check(text: &str) -> bool {
        let Some(taken) = entries(text, &WANTED) else { return false };
        let read = |text: &str| parse_str(text).and_then(expect_map).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let whole = read(text);
        let wanted: Map = WANTED.iter().filter_map(|key| Some((*key, whole.get(key)?))).collect();
        assert_eq!(Value::Map(read(&taken)), Value::Map(wanted), "{text}");
        true
    }

    #[test]
    fn plain_documents_are_read() {
        for text in [
            "kind: A\n",
            "a: 1\nkind: \"B\" # note\nmetadata:\n  name: 'it''s'\n  labels: {}\nspec:\n- a: b\n  c: |\n    x: y\n\n   \n    z\n- d\nx: []\n",
            "metadata:\n  - a\n  - - b\n    - c: d\n      e: >-\n        text\n  # note\nkind: http://x:80/#y\n",
            "spec: |\n  kind: no\n   deeper\n\tno\n",
        ] {
            assert_eq!(check(text), !text.contains('\t'), "{text}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        for text in [
            "",
            "text",
            "- a\n",
            "a: b: c\n",
            "a: b\n  c\n",
            "a: &x b\n",
            "a: !t b\n",
            "a: *x\n",
            "a: [1]\n",
            "a: \"b\n",
            "a: 'b' c\n",
            "a: |2\n  b\n",
            "a: .inf\n",
            "null: 1\n",
            "a:\n    b: 1\n  c: 2\n",
            "a: 1\n  b: 2\n",
            "a: \u{e9}\n",
            "a: |\n    \n  b\n",
            "--- a: b\n",
            "a: - b\n",
            "a:\n  ? b\n",
        ] {
            assert!(!check(text), "{text}");
        }
    }

    /// Lines of the sorts that documents have, and some that they should not have.
    fn line() -> impl Strategy<Value = String> {
        const STARTS: [&str; 10] = ["", "- ", "- - ", "kind: ", "- kind: ", "metadata:", "-   ", "kind:  ", "\"kind\": ", "name : "];
        const ENDS: [&str; 40] = [
            "",
            "a: b",
            "kind:",
            "x",
            "# note",
            "|",
            ">-",
            "\"q\"",
            "'q'",
            "'q",
            "a: 'b' # c",
            "{}",
            "[]",
            "-",
            "a: |",
            "a: -1",
            "a:b",
            "~",
            "a: b:",
            "\ta",
            "a: 1e999",
            "y: n",
            "metadata: # c",
            "...",
            "---",
            "k#: v#",
            "a: b #c",
            "a: 'b''c'",
            "a: \"b\\n\"",
            "a: |-",
            "a: >+",
            "? a",
            "<<: {}",
            "a: {b: c}",
            "a: [b, c]",
            "a: b, c",
            "a: %b",
            "a: @b",
            "\u{feff}a: b",
            "a: b\r",
        ];
        let part = |parts: &'static [&'static str]| any::<prop::sample::Index>().prop_map(move |at| *at.get(parts));
        (0_usize..5, part(&STARTS), part(&ENDS)).prop_map(|(indent, start, end)| format!("{}{start}{end}\n", "  ".repeat(indent)))
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_what_the_parser_reads(lines in prop::collection::vec(line(), 1..16)) {
            check(&lines.concat());
        }
    }
}
