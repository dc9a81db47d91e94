//! A fast reader of the most common kind of document: a block mapping written plainly.
//!
//! Values of charts and Kubernetes objects are nearly all written with block mappings and sequences, plain and quoted scalars
//! on one line, and block scalars. This reads just that, a line at a time, and gives up on everything else: tabs, anchors,
//! tags, flow collections, scalars of several lines, characters beyond ASCII. What it accepts, the scanner and parser accept,
//! and the builder makes the same of it.

use super::builder::Numbers;
use super::line::{self, Quote};
use crate::diag::{Origin, Source};
use crate::value::{Entry, List, Map, MapKind, Str, Value};
use crate::yaml::resolve::{Scalar, resolve};
use memchr::memchr;

/// More levels than this are left to the parser, which has a limit.
const MOST_LEVELS: usize = 100;

/// What is made of a document.
#[derive(Clone, Copy)]
pub(super) struct Reading<'s> {
    /// What entries come from, and where the text starts in it.
    pub(super) source: Option<(&'s Source, usize)>,
    pub(super) numbers: Numbers,
    /// The entries of the document's mapping that are kept; `None` for all.
    pub(super) wanted: Option<&'s [&'s str]>,
}

/// Reads a document; `None` where it is not of the plain kind, be it sound or not.
pub(super) fn document(text: &str, reading: Reading<'_>) -> Option<Value> {
    if !line::is_plain(text.as_bytes()) {
        return None;
    }
    let mut reader = Reader {
        text,
        at: 0,
        levels: Vec::new(),
        open: true,
        keeps: true,
        has_marker: false,
        entries: Vec::new(),
        items: Vec::new(),
        root: Value::Nil,
        reading,
    };
    while reader.at < text.len() {
        reader.line()?;
    }
    while !reader.levels.is_empty() {
        reader.close();
    }
    Some(reader.root)
}

/// An open block collection.
struct Level {
    column: usize,
    kind: Kind,
    /// The first of its items or entries.
    first: usize,
}

enum Kind {
    Sequence,
    /// Holds the key whose value is next, and its place.
    Mapping(Option<(Str, usize)>),
}

impl Level {
    fn is_sequence(&self) -> bool {
        matches!(self.kind, Kind::Sequence)
    }
}

struct Reader<'t, 's> {
    text: &'t str,
    /// Where the next line starts.
    at: usize,
    levels: Vec<Level>,
    /// Whether a value may come: a key or `-` stands without one.
    open: bool,
    /// Whether what is read belongs to a wanted entry.
    keeps: bool,
    /// Whether there was a `---` before the document.
    has_marker: bool,
    /// Entries of the mappings that are open.
    entries: Vec<Entry>,
    /// Items of the sequences that are open.
    items: Vec<Value>,
    root: Value,
    reading: Reading<'s>,
}

impl<'t> Reader<'t, '_> {
    /// Takes the next line, and the block scalar that starts on it.
    fn line(&mut self) -> Option<()> {
        let start = self.at;
        let line = self.next_line();
        let mut column = line::spaces(line);
        if matches!(line.as_bytes().get(column), None | Some(b'#')) {
            return Some(());
        }
        if column == 0 && (line.starts_with("---") || line.starts_with("...")) {
            return self.marker(line);
        }
        while let Some(gap) = line::dash(&line[column..]) {
            self.item(column)?;
            column += gap;
        }
        match line::key(&line[column..])? {
            Some((name, length)) => {
                self.key(column, name, start + column)?;
                self.value(&line[column + length..])
            }
            // An item of a sequence, or a value below its key.
            None if self.open && self.levels.last().is_some_and(|level| level.column < column) => self.value(&line[column..]),
            None => None,
        }
    }

    /// Takes a line that begins or ends the document; another document may not come.
    fn marker(&mut self, line: &str) -> Option<()> {
        let begins = line == "---" && self.levels.is_empty() && !self.has_marker;
        let ends = line == "..." && !self.levels.is_empty() && self.text[self.at..].trim().is_empty();
        self.has_marker = true;
        (begins || ends).then_some(())
    }

    fn next_line(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let length = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        self.at += (length + 1).min(rest.len());
        &rest[..length]
    }

    fn push(&mut self, column: usize, kind: Kind) -> Option<()> {
        let first = if matches!(kind, Kind::Sequence) { self.items.len() } else { self.entries.len() };
        self.levels.push(Level { column, kind, first });
        (self.levels.len() <= MOST_LEVELS).then_some(())
    }

    /// Goes to the sequence that has a `-` at this column.
    fn item(&mut self, column: usize) -> Option<()> {
        while self.levels.last().is_some_and(|level| level.column > column) {
            self.close();
        }
        match self.levels.last() {
            Some(level) if level.column == column && level.is_sequence() => {}
            // The `-` may stand below the first letter of the key.
            Some(level) if (level.column < column || level.column == column && !level.is_sequence()) && self.open => {
                self.push(column, Kind::Sequence)?;
            }
            _ => return None,
        }
        self.open = true;
        Some(())
    }

    /// Goes to the mapping that has a key at this column.
    fn key(&mut self, column: usize, name: &str, at: usize) -> Option<()> {
        while self.levels.last().is_some_and(|level| level.column > column || level.column == column && level.is_sequence()) {
            self.close();
        }
        match self.levels.last() {
            Some(level) if level.column == column => self.finish_entry(),
            Some(level) if level.column < column && self.open => self.push(column, Kind::Mapping(None))?,
            None if self.open => self.push(column, Kind::Mapping(None))?,
            _ => return None,
        }
        if self.levels.len() == 1 {
            self.keeps = self.reading.wanted.is_none_or(|wanted| wanted.contains(&name));
        }
        if self.keeps
            && let Some(Level { kind: Kind::Mapping(key), .. }) = self.levels.last_mut()
        {
            *key = Some((name.into(), at));
        }
        self.open = true;
        Some(())
    }

    /// Gives a key without a value null.
    fn finish_entry(&mut self) {
        if matches!(self.levels.last(), Some(Level { kind: Kind::Mapping(Some(_)), .. })) {
            self.place(Value::Nil);
        }
    }

    /// Closes the innermost collection.
    fn close(&mut self) {
        self.finish_entry();
        self.open = false;
        let Some(level) = self.levels.pop() else { return };
        // The document's own mapping is kept, whatever its last entry is.
        if !self.keeps && !self.levels.is_empty() {
            return;
        }
        let value = match level.kind {
            Kind::Sequence => Value::List(List::new(self.items.drain(level.first..).collect())),
            Kind::Mapping(_) => Value::Map(Map::from_entries(MapKind::Any, self.entries.drain(level.first..).collect())),
        };
        self.place(value);
    }

    /// Puts a value where the innermost collection wants it.
    fn place(&mut self, value: Value) {
        match self.levels.last_mut() {
            None => self.root = value,
            Some(Level { kind: Kind::Sequence, .. }) => self.items.push(value),
            Some(Level { kind: Kind::Mapping(pending), .. }) => {
                if let Some((key, at)) = pending.take() {
                    let origin = self.reading.source.map_or(Origin::NONE, |(source, offset)| source.origin(offset + at));
                    self.entries.push(Entry { key, value, origin });
                }
            }
        }
    }

    /// Reads what stands behind a key or `-`.
    fn value(&mut self, rest: &str) -> Option<()> {
        let value = &rest[line::spaces(rest)..];
        match value.as_bytes().first() {
            None => return Some(()),
            Some(b'#') if rest.len() > value.len() => return Some(()),
            Some(style @ (b'|' | b'>')) => self.block_scalar(*style == b'|', &value[1..])?,
            Some(b'"') => self.quoted(value, Quote::Double)?,
            Some(b'\'') => self.quoted(value, Quote::Single)?,
            Some(b'[') => self.flow_sequence(value)?,
            Some(b'{') if value.starts_with("{}") => {
                line::ends(&value[2..])?;
                if self.keeps {
                    self.place(Value::Map(Map::new()));
                }
            }
            Some(_) => self.plain(value)?,
        }
        self.open = false;
        Some(())
    }

    fn quoted(&mut self, value: &str, quote: Quote) -> Option<()> {
        let length = line::quoted_length(value, quote)?;
        line::ends(&value[length..])?;
        if self.keeps {
            self.place(Value::Str(line::unquoted(&value[1..length - 1], quote)));
        }
        Some(())
    }

    /// Reads a flow sequence of scalars that ends on its line.
    fn flow_sequence(&mut self, value: &str) -> Option<()> {
        let mut items = Vec::new();
        let mut at = 1 + line::spaces(&value[1..]);
        let byte = |at: usize| value.as_bytes().get(at).copied();
        while byte(at)? != b']' {
            let rest = &value[at..];
            let quote = Quote::of(byte(at)?);
            let length = match quote {
                Some(quote) => line::quoted_length(rest, quote)?,
                None => line::flow_plain_length(rest)?,
            };
            match quote {
                Some(quote) => items.push(Value::Str(line::unquoted(&rest[1..length - 1], quote))),
                None => items.push(self.scalar(&rest[..length])?),
            }
            at += length + line::spaces(&rest[length..]);
            match byte(at)? {
                b',' => at += 1 + line::spaces(&value[at + 1..]),
                b']' => {}
                _ => return None,
            }
        }
        line::ends(&value[at + 1..])?;
        if self.keeps {
            self.place(Value::List(List::new(items)));
        }
        Some(())
    }

    fn plain(&mut self, value: &str) -> Option<()> {
        let text = line::plain(value)?;
        let may_be_number = matches!(text.as_bytes()[0], b'0'..=b'9' | b'.' | b'+' | b'-');
        if self.keeps || may_be_number {
            let value = self.scalar(text)?;
            if self.keeps {
                self.place(value);
            }
        }
        Some(())
    }

    /// Returns the value of a plain scalar.
    fn scalar(&self, text: &str) -> Option<Value> {
        let scalar = resolve(text);
        let is_finite = !matches!(scalar, Scalar::Float(value) if !value.is_finite());
        is_finite.then(|| self.reading.numbers.value(scalar, || text.into()))
    }

    /// Reads a block scalar whose header is given.
    fn block_scalar(&mut self, is_literal: bool, header: &str) -> Option<()> {
        let (chomping, rest) = match header.as_bytes().first() {
            Some(b'-') => (Chomping::Strip, &header[1..]),
            Some(b'+') => (Chomping::Keep, &header[1..]),
            _ => (Chomping::Clip, header),
        };
        if line::spaces(rest) < rest.len() {
            return None;
        }
        let outer = self.levels.last()?.column;
        let mut scalar = BlockScalar { is_literal, ..BlockScalar::default() };
        let mut indent = None;
        let mut widest = 0;
        while self.at < self.text.len() {
            let start = self.at;
            let line = self.next_line();
            let blanks = line::spaces(line);
            match (line.as_bytes().get(blanks), indent) {
                (None, Some(indent)) if blanks > indent => {}
                (None, _) => {
                    widest = widest.max(blanks);
                    scalar.breaks += usize::from(self.at > start + line.len());
                    continue;
                }
                (Some(_), Some(indent)) if blanks >= indent => {}
                (Some(b'\t'), _) => return None,
                // Blanks on an empty line before the text make it look deeper than it is.
                (Some(_), None) if blanks > outer && widest > blanks => return None,
                (Some(_), None) if blanks > outer => indent = Some(blanks),
                (Some(_), _) => {
                    self.at = start;
                    break;
                }
            }
            if self.keeps {
                let end = start + line.len();
                scalar.add(&self.text[start + indent?..end], self.at > end);
            }
        }
        if self.keeps {
            self.place(Value::Str(scalar.finish(chomping).into()));
        }
        Some(())
    }
}

/// What to do with the line breaks at the end.
#[derive(Clone, Copy)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// The text of a block scalar, as it grows.
#[derive(Default)]
struct BlockScalar {
    text: String,
    is_literal: bool,
    /// Whether the last line with text ended with a line break.
    is_broken: bool,
    /// The empty lines since then.
    breaks: usize,
    /// Whether the last line with text began with a blank: its break is not folded.
    was_deeper: bool,
}

impl BlockScalar {
    /// Adds a line without its indentation and break.
    fn add(&mut self, line: &str, is_broken: bool) {
        let is_deeper = line.starts_with([' ', '\t']);
        let folds = !self.is_literal && !self.was_deeper && !is_deeper && self.is_broken;
        if folds && self.breaks == 0 {
            self.text.push(' ');
        } else if !folds && self.is_broken {
            self.text.push('\n');
        }
        self.end_lines();
        self.text.push_str(line);
        (self.is_broken, self.was_deeper) = (is_broken, is_deeper);
    }

    fn end_lines(&mut self) {
        self.text.extend(std::iter::repeat_n('\n', std::mem::take(&mut self.breaks)));
    }

    fn finish(mut self, chomping: Chomping) -> String {
        if self.is_broken && !matches!(chomping, Chomping::Strip) {
            self.text.push('\n');
        }
        if matches!(chomping, Chomping::Keep) {
            self.end_lines();
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, Reading, document};
    use crate::diag::Source;
    use crate::value::{Map, Value};
    use crate::yaml::expect_map;
    use crate::yaml::read::parse::parse_whole;
    use crate::yaml::scanner::Encoding;
    use proptest::prelude::{Strategy, any, prop, proptest};

    const WANTED: [&str; 2] = ["kind", "metadata"];

    /// Checks that what is accepted is what the parser reads, with the same places; says whether it was accepted.
    #[track_caller]
    fn check(text: &str) -> bool {
        let source = Source::new("text", text);
        let reading = Reading { source: Some((&source, 0)), numbers: Numbers::Floats, wanted: None };
        let fast = document(text, reading);
        let wanted = document(text, Reading { wanted: Some(&WANTED), ..reading });
        assert_eq!(fast.is_some(), wanted.is_some(), "{text}");
        let (Some(fast), Some(wanted)) = (fast, wanted) else { return false };
        let whole = parse_whole(text.as_bytes(), Encoding::of_text(text), Some(&source), 0, Numbers::Floats);
        let whole = whole.unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!((&fast, places(&fast)), (&whole, places(&whole)), "{text}");
        let whole = expect_map(whole).expect("a mapping");
        let only: Map = WANTED.iter().filter_map(|key| Some((*key, whole.get(key)?))).collect();
        assert_eq!(expect_map(wanted).map(Value::Map).expect("a mapping"), Value::Map(only), "{text}");
        true
    }

    /// Returns where the keys stand.
    fn places(value: &Value) -> Vec<Option<usize>> {
        match value {
            Value::Map(map) => {
                let of_entry = |entry: &crate::value::Entry| {
                    let place = entry.origin.place().map(|(_, at)| at);
                    [vec![place], places(&entry.value)].concat()
                };
                map.entries().iter().flat_map(of_entry).collect()
            }
            Value::List(list) => list.iter().flat_map(places).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn plain_documents_are_read() {
        for text in [
            "kind: A\n",
            "a: 1\nkind: \"B\" # note\nmetadata:\n  name: 'it''s'\n  labels: {}\nspec:\n- a: b\n  c: |\n    x: y\n\n   \n    z\n- d\nx: []\n",
            "metadata:\n  - a\n  - - b\n    - c: d\n      e: >-\n        text\n  # note\nkind: http://x:80/#y\n",
            "spec: |\n  kind: no\n   deeper\n\tno\n",
            "",
            "# note\n---\na: 1\n",
            "a:\nb: \"x\\n\\\"y\"\nc:\n- 'd'\n-   e: ~\n    f:\n  # note\n  \n- g\nh: 0x10\n",
            "a: >\n  x\n  y\n\n  z\n    w\n  v\n\n\nb: |+\n  x\n\n  \nc: >-\n\n  x\n     \n  y\nd: |\ne: |+\n  f",
            "a: [x, 'y, z', \"w\", 1, -2.5, true] # note\nb: []\nc: [ d ]\nd:\n- [a]\n- [null, 0x1f]\n",
            "a: |\n\n  \n  x\nb:c: 1\n00-base: x y z\nx y : z\nc+d: e#f\n",
            "a: 1\n...\n\n",
            "kind: 2001-01-01\na: 99999999999999999999\na: 2\nmetadata: {}\n",
        ] {
            assert_eq!(check(text), !text.contains('\t'), "{text}");
        }
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        for text in [
            "text",
            "- a\n",
            "a: b: c\n",
            "a: b\n  c\n",
            "a: &x b\n",
            "a: !t b\n",
            "a: *x\n",
            "a: [1\n",
            "a: [b: c]\n",
            "a: [[b]]\n",
            "a: [b,, c]\n",
            "a: [b #c]\n",
            "a: [.inf]\n",
            "<<: x\n",
            "1: x\n",
            "a: 1\n...\nb: 2\n",
            "...",
            "a: 1\n--- \n",
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
        const ENDS: [&str; 44] = [
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
            "a: [1, 'b', \"c\"]",
            "- [ ]",
            "a:b:c: d",
            "a b: c",
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
