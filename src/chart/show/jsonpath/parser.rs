//! Text -> nodes.

use super::node::{Filter, Node, Slice};
use crate::template::unescape;

/// How deep filters and unions may stand within each other.
const MOST_NESTED: usize = 100;

/// Reads a template.
///
/// # Errors
/// What is wrong, in client-go's words.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, String> {
    parse_at(text, 0)
}

fn parse_at(text: &str, depth: usize) -> Result<Vec<Node>, String> {
    if depth > MOST_NESTED {
        return Err("filters are nested too deep".into());
    }
    let mut nodes = Vec::new();
    let mut rest = text;
    while let Some(brace) = rest.find('{') {
        if brace > 0 {
            nodes.push(Node::Text(rest[..brace].to_owned()));
        }
        let mut path = Path { rest: &rest[brace + 1..], nodes: Vec::new(), depth };
        path.read()?;
        rest = path.rest;
        nodes.push(Node::Path(path.nodes));
    }
    if !rest.is_empty() {
        nodes.push(Node::Text(rest.to_owned()));
    }
    Ok(nodes)
}

/// Reads the nodes of a path that stands without braces.
fn parse_path(text: &str, depth: usize) -> Result<Vec<Node>, String> {
    match parse_at(&format!("{{{text}}}"), depth + 1)?.into_iter().next() {
        Some(Node::Path(nodes)) => Ok(nodes),
        _ => Ok(Vec::new()),
    }
}

struct Path<'t> {
    rest: &'t str,
    nodes: Vec<Node>,
    depth: usize,
}

impl<'t> Path<'t> {
    /// Reads up to and including the closing brace.
    fn read(&mut self) -> Result<(), String> {
        loop {
            if let Some(rest) = self.rest.strip_prefix('}') {
                self.rest = rest;
                return Ok(());
            }
            if let Some(rest) = self.rest.strip_prefix("[?(") {
                self.rest = rest;
                self.filter()?;
                continue;
            }
            if let Some(rest) = self.rest.strip_prefix("..") {
                self.rest = rest;
                self.recursive()?;
                continue;
            }
            match self.rest.chars().next() {
                None | Some('\r' | '\n') => return Err("unclosed action".into()),
                Some(' ' | '@' | '$') => self.skip(1),
                Some('[') => self.array()?,
                Some(quote @ ('"' | '\'')) => self.quoted(quote)?,
                Some('.') => {
                    self.skip(1);
                    self.field();
                }
                Some(character) if character == '+' || character == '-' || is_digit(character) => self.number()?,
                Some(character) if is_alphanumeric(character) => self.identifier(),
                Some(character) => {
                    let code = u32::from(character);
                    return Err(format!("unrecognized character in action: U+{code:04X} '{character}'"));
                }
            }
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    fn identifier(&mut self) {
        let end = self.rest.find(is_terminator).unwrap_or(self.rest.len());
        let node = match self.take(end) {
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            word => Node::Identifier(word.to_owned()),
        };
        self.nodes.push(node);
    }

    fn recursive(&mut self) -> Result<(), String> {
        if self.nodes.last() == Some(&Node::Recursive) {
            return Err("invalid multiple recursive descent".into());
        }
        self.nodes.push(Node::Recursive);
        if self.rest.starts_with(is_alphanumeric) {
            self.field();
        }
        Ok(())
    }

    fn field(&mut self) {
        let mut characters = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((at, character)) = characters.next() {
            if character == '\\' {
                characters.next();
            } else if is_terminator(character) {
                end = at;
                break;
            }
        }
        let name = self.take(end);
        self.nodes.push(if name == "*" { Node::Wildcard } else { Node::Field(name.replace('\\', "")) });
    }

    fn number(&mut self) -> Result<(), String> {
        let sign = usize::from(self.rest.starts_with(['+', '-']));
        let digits = self.rest[sign..].find(|character| character != '.' && !is_digit(character));
        let text = self.take(digits.map_or(self.rest.len(), |end| end + sign));
        let node = match (text.parse(), text.parse()) {
            (Ok(number), _) => Node::Int(number),
            (_, Ok(number)) => Node::Float(number),
            _ => return Err(format!("cannot parse number {text}")),
        };
        self.nodes.push(node);
        Ok(())
    }

    fn quoted(&mut self, quote: char) -> Result<(), String> {
        let end = self.end_of_quote(quote).ok_or("unterminated quoted string")?;
        let text = self.take(end);
        let inside = &text[1..text.len() - 1];
        let unquoted = if inside.contains(['\\', quote]) { unescape(inside, quote) } else { Some(inside.into()) };
        let unquoted = unquoted.ok_or_else(|| format!("unquote string {text} error invalid syntax"))?;
        self.nodes.push(Node::Text(unquoted.to_text().into_owned()));
        Ok(())
    }

    /// Returns where the text after the closing quote begins; the rest starts with the opening one.
    fn end_of_quote(&self, quote: char) -> Option<usize> {
        let bytes = self.rest.as_bytes();
        for (at, character) in self.rest.char_indices().skip(1) {
            match character {
                '\n' => return None,
                other if other == quote && bytes[at - 1] != b'\\' => return Some(at + 1),
                _ => {}
            }
        }
        None
    }

    fn array(&mut self) -> Result<(), String> {
        let end = self.rest.find([']', '\n']).filter(|end| self.rest.as_bytes()[*end] == b']').ok_or("unterminated array")?;
        let text = &self.take(end + 1)[1..end];
        let text = if text == "*" { ":" } else { text };
        if text.contains(',') {
            let parts = text.split(',').map(|part| parse_path(&format!("[{}]", part.trim_matches(' ')), self.depth));
            self.nodes.push(Node::Union(parts.collect::<Result<_, _>>()?));
            return Ok(());
        }
        let key = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).filter(|key| !key.contains('\''));
        if let Some(key) = key {
            self.nodes.extend(parse_path(&format!(".{key}"), self.depth)?);
            return Ok(());
        }
        self.nodes.push(Node::Slice(slice(text)?));
        Ok(())
    }

    fn filter(&mut self) -> Result<(), String> {
        let end = self.end_of_filter().ok_or("unterminated filter")?;
        let text = self.take(end);
        self.skip(1);
        self.rest = self.rest.strip_prefix(']').ok_or("unclosed array expect ]")?;
        let filter = match operator(text) {
            None => Filter { left: parse_path(text, self.depth)?, right: Vec::new(), operator: "exists".into() },
            Some((left, operator, right)) => {
                let (left, right) = (parse_path(left, self.depth)?, parse_path(right, self.depth)?);
                Filter { left, right, operator: operator.to_owned() }
            }
        };
        self.nodes.push(Node::Filter(Box::new(filter)));
        Ok(())
    }

    /// Returns where the parenthesis is that closes a filter: the first one outside its first pair of quotes.
    fn end_of_filter(&self) -> Option<usize> {
        let bytes = self.rest.as_bytes();
        let (mut quote, mut closed) = (None, false);
        for (at, character) in self.rest.char_indices() {
            match character {
                '\n' => return None,
                '"' | '\'' if quote.is_none() => quote = Some(character),
                '"' | '\'' if quote == Some(character) && bytes[at - 1] != b'\\' => closed = true,
                ')' if quote.is_some() == closed => return Some(at),
                _ => {}
            }
        }
        None
    }
}

/// Takes `left operator right` apart.
fn operator(text: &str) -> Option<(&str, &str, &str)> {
    const SIGNS: [char; 4] = ['!', '<', '>', '='];
    let start = text.find(SIGNS).filter(|start| *start > 0)?;
    let length = text[start..].find(|character| !SIGNS.contains(&character));
    // All of it signs: the last one is what is compared with.
    let end = length.map_or_else(|| text.len() - 1, |length| start + length);
    (end > start).then(|| (&text[..start], &text[start..end], &text[end..]))
}

/// Reads `start:end:step`.
fn slice(text: &str) -> Result<Slice, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let is_number = |part: &&str| part.strip_prefix('-').unwrap_or(part).bytes().all(|byte| byte.is_ascii_digit());
    if parts.len() > 3 || !parts.iter().all(is_number) {
        return Err(format!("invalid array index {text}"));
    }
    let number = |index: usize| match parts.get(index) {
        None | Some(&"") => Ok(None),
        Some(part) => part.parse().map(Some).map_err(|_| format!("array index {part} is not a number")),
    };
    let single = parts.len() == 1;
    let start: Option<i64> = number(0)?;
    let end = if single { Some(start.unwrap_or(0).saturating_add(1)) } else { number(1)? };
    Ok(Slice { start, end, single, step: number(2)? })
}

fn is_terminator(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}')
}

fn is_digit(character: char) -> bool {
    crate::value::is_digit(character)
}

fn is_alphanumeric(character: char) -> bool {
    character == '_' || crate::value::is_letter_or_digit(character)
}
