//! Reads Go's regexp syntax into the regex crates' intermediate form.
//!
//! The parser keeps a stack, as Go's does, so that patterns of any depth are read without recursion.

use super::class::Class;
use super::error::{Code, Error};
use super::escape;
use regex_syntax::hir::{Capture, Dot, Hir, Look, Repetition};

/// Go's limit for the size of a compiled pattern, in instructions (128 MB of 40 bytes each).
const MAX_SIZE: u64 = (128 << 20) / 40;
const MAX_HEIGHT: u32 = 1000;
const MAX_REPEAT: u32 = 1000;

/// A pattern that was understood.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) hir: Hir,
    /// The name of each group; the first is that of the whole match and empty, as those of groups without a name are.
    pub(super) group_names: Vec<String>,
}

/// Parses a pattern.
///
/// # Errors
/// The first mistake, as Go reports it.
pub(super) fn parse(pattern: &str) -> Result<Parsed, Error> {
    let mut parser =
        Parser { pattern, rest: pattern, flags: Flags::default(), stack: Vec::new(), group_names: vec![String::new()], last_repeat: None };
    while let Some(first) = parser.rest.chars().next() {
        let repeat = parser.step(first)?;
        parser.last_repeat = repeat;
    }
    let node = parser.alternation();
    match parser.stack.pop() {
        None => Ok(Parsed { hir: node.hir, group_names: parser.group_names }),
        Some(_) => Err(parser.error(Code::MissingParen, pattern)),
    }
}

/// What `(?imsU)` switches.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    pub(super) fold_case: bool,
    multi_line: bool,
    dot_all: bool,
    swap_greed: bool,
}

struct Parser<'p> {
    pattern: &'p str,
    rest: &'p str,
    flags: Flags,
    stack: Vec<Item>,
    group_names: Vec<String>,
    /// The rest of the pattern from the repetition operator on that has just been read, if one has.
    last_repeat: Option<&'p str>,
}

enum Item {
    /// An open group with the flags to return to; it captures if it has an index.
    Group {
        index: Option<u32>,
        flags: Flags,
    },
    Bar,
    Node(Node),
}

/// A parsed part, with what Go's limits are counted in.
struct Node {
    hir: Hir,
    height: u32,
    size: u64,
    /// How often nested counted repetitions copy the innermost part.
    copies: u32,
}

impl Node {
    fn leaf(hir: Hir) -> Node {
        Node { hir, height: 1, size: 1, copies: 1 }
    }

    fn over(nodes: Vec<Node>, extra_size: u64, join: fn(Vec<Hir>) -> Hir) -> Node {
        Node {
            height: 1 + nodes.iter().map(|node| node.height).max().unwrap_or(0),
            size: nodes.iter().map(|node| node.size).sum::<u64>() + extra_size,
            copies: nodes.iter().map(|node| node.copies).max().unwrap_or(1),
            hir: join(nodes.into_iter().map(|node| node.hir).collect()),
        }
    }
}

impl<'p> Parser<'p> {
    /// Reads one element. Returns where it began if it was a repetition operator.
    fn step(&mut self, first: char) -> Result<Option<&'p str>, Error> {
        let start = self.rest;
        match first {
            '(' if start.starts_with("(?") => self.perl_group()?,
            '(' => {
                self.open_group(Some(""));
                self.advance(1);
            }
            '|' => {
                let node = self.concatenation();
                self.stack.extend([Item::Node(node), Item::Bar]);
                self.advance(1);
            }
            ')' => {
                self.close_group()?;
                self.advance(1);
            }
            '^' => self.element(1, Hir::look(if self.flags.multi_line { Look::StartLF } else { Look::Start }))?,
            '$' => self.element(1, Hir::look(if self.flags.multi_line { Look::EndLF } else { Look::End }))?,
            '.' => self.element(1, Hir::dot(if self.flags.dot_all { Dot::AnyChar } else { Dot::AnyCharExceptLF }))?,
            '[' => {
                let (class, rest) = Class::parse(start, self.flags)?;
                self.push(Node::leaf(class.into_hir()))?;
                self.rest = rest;
            }
            '*' => return self.repetition(1, 0, None),
            '+' => return self.repetition(1, 1, None),
            '?' => return self.repetition(1, 0, Some(1)),
            '{' => match parse_counts(start) {
                Some(counts) => return self.counted(counts),
                None => self.literal(first)?,
            },
            '\\' => self.escape()?,
            other => self.literal(other)?,
        }
        Ok(None)
    }

    fn error(&self, code: Code, part: &str) -> Error {
        Error { code, part: part.into() }
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn element(&mut self, bytes: usize, hir: Hir) -> Result<(), Error> {
        self.advance(bytes);
        self.push(Node::leaf(hir))
    }

    fn literal(&mut self, character: char) -> Result<(), Error> {
        self.advance(character.len_utf8());
        self.push_character(character as u32)
    }

    fn push_character(&mut self, code_point: u32) -> Result<(), Error> {
        let hir = match char::from_u32(code_point) {
            // A surrogate: no text holds one.
            None => Hir::fail(),
            Some(character) if self.flags.fold_case => {
                let mut class = Class::default();
                class.push(character as u32, character as u32, self.flags);
                class.into_hir()
            }
            Some(character) => Hir::literal(character.encode_utf8(&mut [0; 4]).as_bytes().to_vec()),
        };
        self.push(Node::leaf(hir))
    }

    fn push(&mut self, node: Node) -> Result<(), Error> {
        self.check_limits(&node)?;
        self.stack.push(Item::Node(node));
        Ok(())
    }

    fn check_limits(&self, node: &Node) -> Result<(), Error> {
        if node.size > MAX_SIZE {
            return Err(self.error(Code::Large, self.pattern));
        }
        if node.height > MAX_HEIGHT {
            return Err(self.error(Code::NestingDepth, self.pattern));
        }
        Ok(())
    }

    /// Takes what stands above the last `|` or `(`, joined.
    fn concatenation(&mut self) -> Node {
        let from = self.stack.iter().rposition(|item| !matches!(item, Item::Node(_))).map_or(0, |at| at + 1);
        let mut nodes = self.take_nodes(from);
        match nodes.len() {
            1 => nodes.remove(0),
            _ => Node::over(nodes, 0, Hir::concat),
        }
    }

    /// Takes what stands above the last `(`, as alternatives.
    fn alternation(&mut self) -> Node {
        let last = self.concatenation();
        let from = self.stack.iter().rposition(|item| matches!(item, Item::Group { .. })).map_or(0, |at| at + 1);
        let mut nodes = self.take_nodes(from);
        if nodes.is_empty() {
            return last;
        }
        nodes.push(last);
        let bars = nodes.len() as u64 - 1;
        Node::over(nodes, bars, Hir::alternation)
    }

    fn take_nodes(&mut self, from: usize) -> Vec<Node> {
        let node = |item| match item {
            Item::Node(node) => Some(node),
            Item::Bar | Item::Group { .. } => None,
        };
        self.stack.drain(from..).filter_map(node).collect()
    }

    /// Opens a group; `name` is `None` for one that does not capture.
    fn open_group(&mut self, name: Option<&str>) {
        let index = name.map(|name| {
            self.group_names.push(name.into());
            self.group_names.len() as u32 - 1
        });
        self.stack.push(Item::Group { index, flags: self.flags });
    }

    fn close_group(&mut self) -> Result<(), Error> {
        let node = self.alternation();
        let Some(Item::Group { index, flags }) = self.stack.pop() else {
            return Err(self.error(Code::UnexpectedParen, self.pattern));
        };
        self.flags = flags;
        match index {
            None => self.push(node),
            Some(index) => self.push(Node {
                height: node.height + 1,
                size: node.size + 2,
                copies: node.copies,
                hir: Hir::capture(Capture { index, name: None, sub: Box::new(node.hir) }),
            }),
        }
    }

    /// Reads `(?flags)`, `(?flags:`, `(?P<name>` or `(?<name>`.
    fn perl_group(&mut self) -> Result<(), Error> {
        let start = self.rest;
        let named = (start.len() > 4 && start.starts_with("(?P<")).then_some(4);
        if let Some(name_at) = named.or((start.len() > 3 && start.starts_with("(?<")).then_some(3)) {
            return self.named_group(name_at);
        }
        let mut flags = self.flags;
        let (mut on, mut saw_flag, mut saw_minus) = (true, false, false);
        let mut read = 2;
        for character in start[2..].chars() {
            read += character.len_utf8();
            match character {
                'i' => flags.fold_case = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_all = on,
                'U' => flags.swap_greed = on,
                '-' if on => (on, saw_minus, saw_flag) = (false, true, false),
                ':' | ')' if saw_flag || !saw_minus => {
                    if character == ':' {
                        self.open_group(None);
                    }
                    self.flags = flags;
                    self.advance(read);
                    return Ok(());
                }
                _ => break,
            }
            saw_flag |= character != '-';
        }
        Err(self.error(Code::InvalidPerlOp, &start[..read]))
    }

    fn named_group(&mut self, name_at: usize) -> Result<(), Error> {
        let start = self.rest;
        let Some(end) = start.find('>') else {
            return Err(self.error(Code::InvalidNamedCapture, start));
        };
        let name = &start[name_at..end];
        let sound = !name.is_empty() && name.chars().all(|character| character == '_' || character.is_ascii_alphanumeric());
        if !sound {
            return Err(self.error(Code::InvalidNamedCapture, &start[..=end]));
        }
        self.open_group(Some(name));
        self.advance(end + 1);
        Ok(())
    }

    fn counted(&mut self, counts: Counts) -> Result<Option<&'p str>, Error> {
        let Counts { min, max, bytes } = counts;
        if min > MAX_REPEAT || max.is_some_and(|max| max > MAX_REPEAT || min > max) {
            return Err(self.error(Code::InvalidRepeatSize, &self.rest[..bytes]));
        }
        let start = self.rest;
        let repeat = self.repetition(bytes, min, max)?;
        let Some(Item::Node(node)) = self.stack.last_mut() else { return Ok(repeat) };
        node.copies = match max {
            Some(0) => 1,
            max => node.copies.saturating_mul(max.unwrap_or(min).max(1)),
        };
        if node.copies > MAX_REPEAT && (min >= 2 || max.is_some_and(|max| max >= 2)) {
            let read = start.len() - self.rest.len();
            return Err(self.error(Code::InvalidRepeatSize, &start[..read]));
        }
        Ok(repeat)
    }

    /// Repeats the last element; the operator takes `bytes` of the pattern, a `?` after it not counted.
    fn repetition(&mut self, bytes: usize, min: u32, max: Option<u32>) -> Result<Option<&'p str>, Error> {
        let start = self.rest;
        self.advance(bytes);
        let lazy = self.rest.starts_with('?');
        self.advance(usize::from(lazy));
        if let Some(last) = self.last_repeat {
            return Err(self.error(Code::InvalidRepeatOp, &last[..last.len() - self.rest.len()]));
        }
        let Some(Item::Node(node)) = self.stack.pop_if(|item| matches!(item, Item::Node(_))) else {
            return Err(self.error(Code::MissingRepeatArgument, &start[..start.len() - self.rest.len()]));
        };
        let greedy = lazy == self.flags.swap_greed;
        let node = Node {
            height: node.height + 1,
            size: repeated_size(node.size, min, max),
            copies: node.copies,
            hir: Hir::repetition(Repetition { min, max, greedy, sub: Box::new(node.hir) }),
        };
        self.push(node)?;
        Ok(Some(start))
    }

    fn escape(&mut self) -> Result<(), Error> {
        let start = self.rest;
        match start.as_bytes().get(1) {
            Some(b'A') => return self.element(2, Hir::look(Look::Start)),
            Some(b'z') => return self.element(2, Hir::look(Look::End)),
            Some(b'b') => return self.element(2, Hir::look(Look::WordAscii)),
            Some(b'B') => return self.element(2, Hir::look(Look::WordAsciiNegate)),
            Some(b'C') => return Err(self.error(Code::InvalidEscape, &start[..2])),
            Some(b'Q') => return self.quoted(),
            _ => {}
        }
        if let Some((class, rest)) = Class::parse_escape(start, self.flags)? {
            self.rest = rest;
            return self.push(Node::leaf(class.into_hir()));
        }
        let (code_point, rest) = escape::parse(start)?;
        self.rest = rest;
        self.push_character(code_point)
    }

    /// Reads `\Q...\E`, or to the end.
    fn quoted(&mut self) -> Result<(), Error> {
        let text = &self.rest[2..];
        let (text, rest) = text.split_once("\\E").unwrap_or((text, ""));
        for character in text.chars() {
            self.push_character(character as u32)?;
        }
        self.rest = rest;
        Ok(())
    }
}

/// Go's count of instructions for a repetition.
fn repeated_size(size: u64, min: u32, max: Option<u32>) -> u64 {
    let (min, max) = (u64::from(min), max.map(u64::from));
    let repeated = match max {
        None if min == 0 => 2 + size,
        None => 1 + min * size,
        Some(max) => max * size + (max - min),
    };
    repeated.max(1)
}

struct Counts {
    min: u32,
    /// `None` is without end.
    max: Option<u32>,
    /// How much of the pattern it takes.
    bytes: usize,
}

/// Reads `{min}`, `{min,}` or `{min,max}`; anything else is a literal brace.
fn parse_counts(start: &str) -> Option<Counts> {
    let rest = start.strip_prefix('{')?;
    let (min, rest) = parse_count(rest)?;
    let (max, rest) = match rest.strip_prefix(',') {
        None => (Some(min), rest),
        Some(rest) if rest.starts_with('}') => (None, rest),
        Some(rest) => parse_count(rest).map(|(max, rest)| (Some(max), rest))?,
    };
    let rest = rest.strip_prefix('}')?;
    Some(Counts { min, max, bytes: start.len() - rest.len() })
}

/// Reads a number without leading zeros; a huge one becomes the largest.
fn parse_count(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().unwrap_or(u32::MAX), rest))
}
