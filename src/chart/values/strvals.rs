//! The grammar of `--set` and its sisters.

use super::reader::Reader;
use crate::diag::{Diagnostic, Source, Span};
use crate::value::{Entry, List, Map, Quoting, Value, quote, quote_rune};

/// The largest index that a list may be set at.
const MAX_INDEX: i64 = 65_536;
/// The most dots that a name may have.
const MAX_NESTING: usize = 30;
/// How deep lists may be nested in each other; Helm has no limit but its stack.
const MOST_LISTS: usize = 300;

/// How the right side of `=` is read.
pub(super) enum Form<'f> {
    /// `--set`: true, false, null and whole numbers are what they look like.
    Typed,
    /// `--set-string`: everything is text.
    Text,
    /// `--set-file`: the text names a file.
    File(&'f dyn Fn(&str) -> Result<Value, String>),
    /// `--set-json`: a JSON value.
    Json,
    /// `--set-literal`: all the rest of the argument is one text, without escapes.
    Literal,
}

/// A text that cannot be set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SetError {
    /// Helm's message.
    pub message: String,
    /// Where reading stopped.
    pub span: Span,
}

impl SetError {
    /// Returns the error for people.
    pub fn diagnostic(&self) -> Diagnostic {
        Diagnostic::error(format!("cannot set a value: {}", self.message))
            .at(self.span.clone(), "here")
            .help("write KEY=VALUE; in keys and values put a backslash before , . = [ and {")
    }
}

/// Sets what a `--set` text says in a map.
///
/// # Errors
/// A text that does not follow the grammar; what was read before it is set.
pub fn parse_into(source: &Source, values: &Map) -> Result<(), SetError> {
    Parser::parse(source, values, Form::Typed)
}

/// Sets what a `--set-string` text says in a map.
///
/// # Errors
/// As `parse_into`.
pub fn parse_string_into(source: &Source, values: &Map) -> Result<(), SetError> {
    Parser::parse(source, values, Form::Text)
}

/// Sets what a `--set-file` text says in a map; `read` gives the contents of a file.
///
/// # Errors
/// As `parse_into`, and what `read` says.
pub fn parse_file_into(source: &Source, values: &Map, read: &dyn Fn(&str) -> Result<Value, String>) -> Result<(), SetError> {
    Parser::parse(source, values, Form::File(read))
}

/// Sets what a `--set-json` text of the form `KEY=JSON` says in a map.
///
/// # Errors
/// As `parse_into`.
pub fn parse_json_into(source: &Source, values: &Map) -> Result<(), SetError> {
    Parser::parse(source, values, Form::Json)
}

/// Sets what a `--set-literal` text says in a map.
///
/// # Errors
/// As `parse_into`.
pub fn parse_literal_into(source: &Source, values: &Map) -> Result<(), SetError> {
    Parser::parse(source, values, Form::Literal)
}

/// Why a key was not read to its end.
enum Stop {
    /// The text ended: nothing more to do.
    End,
    /// It is malformed.
    Bad(String),
}

impl From<String> for Stop {
    fn from(message: String) -> Stop {
        Stop::Bad(message)
    }
}

struct Parser<'a, 'f> {
    reader: Reader<'a>,
    form: Form<'f>,
    /// How many lists are being read within each other.
    lists: usize,
}

impl<'a> Parser<'a, '_> {
    fn parse(source: &'a Source, values: &Map, form: Form<'_>) -> Result<(), SetError> {
        let mut parser = Parser { reader: Reader::new(source), form, lists: 0 };
        loop {
            match parser.key(values, 0) {
                Ok(()) => {}
                Err(Stop::End) => return Ok(()),
                Err(Stop::Bad(message)) => {
                    let at = parser.reader.offset();
                    return Err(SetError { message, span: source.span(at, at) });
                }
            }
        }
    }

    fn is_literal(&self) -> bool {
        matches!(self.form, Form::Literal)
    }

    fn until(&mut self, stops: &str) -> (String, Option<char>) {
        let escapes = !self.is_literal();
        self.reader.until(stops, escapes)
    }

    /// Reads one key with what it is set to.
    fn key(&mut self, values: &Map, nesting: usize) -> Result<(), Stop> {
        let origin = self.reader.origin();
        let (key, stop) = self.until(if self.is_literal() { "=[." } else { "=[,." });
        let set = |value: Value| {
            if !key.is_empty() {
                values.insert_entry(Entry { key: key.as_str().into(), value, origin: origin.clone() });
            }
        };
        match stop {
            None if key.is_empty() => Err(Stop::End),
            None => Err(Stop::Bad(format!("key {} has no value", quote(key.as_bytes())))),
            Some('[') => {
                let index = self.index()?;
                let list = match values.get(&key) {
                    Some(found) => as_list(&found)?,
                    None => Vec::new(),
                };
                let (list, result) = self.item(list, index, nesting)?;
                set(Value::list(list));
                result
            }
            Some('=') => match self.value()? {
                Some(value) => {
                    set(value);
                    Ok(())
                }
                None => {
                    set(Value::from(""));
                    Err(Stop::End)
                }
            },
            Some('.') => self.nested(values, &key, nesting, set),
            Some(_) => Err(Stop::Bad(format!("key {} has no value (cannot end with ,)", quote(key.as_bytes())))),
        }
    }

    /// Reads what follows `KEY.`.
    fn nested(&mut self, values: &Map, key: &str, nesting: usize, set: impl Fn(Value)) -> Result<(), Stop> {
        let nesting = nesting + 1;
        if nesting > MAX_NESTING {
            let message = format!("value name nested level is greater than maximum supported nested level of {MAX_NESTING}");
            return Err(Stop::Bad(message));
        }
        let inner = match values.get(key) {
            Some(Value::Map(inner)) => inner,
            Some(other) => return Err(conversion(&other, "map[string]interface {}")),
            None => Map::new(),
        };
        let result = self.key(&inner, nesting);
        if inner.is_empty() {
            return match result {
                Ok(()) => Err(Stop::Bad(format!("key map {} has no value", quote(key.as_bytes())))),
                stop => stop,
            };
        }
        set(Value::Map(inner));
        result
    }

    /// Reads `INDEX]`.
    fn index(&mut self) -> Result<i64, Stop> {
        let (text, stop) = self.until("]");
        if stop.is_none() {
            return Err(Stop::End);
        }
        text.parse().map_err(|_| {
            // Go stops at the digit that is too much, and does not see what is wrong after it.
            let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
            let leading = &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()];
            let is_number = !leading.is_empty() && (leading.len() == digits.len() || leading.parse::<u64>().is_err());
            let why = if is_number { "value out of range" } else { "invalid syntax" };
            Stop::Bad(format!("error parsing index: strconv.Atoi: parsing {}: {why}", quote(text.as_bytes())))
        })
    }

    /// Reads what follows `[INDEX]` and puts it into the list. The list comes back even when reading stops early, for Helm
    /// sets it all the same; only what makes Go panic loses it.
    fn item(&mut self, list: Vec<Value>, index: i64, nesting: usize) -> Result<(Vec<Value>, Result<(), Stop>), Stop> {
        let Ok(place) = usize::try_from(index) else {
            return Ok((list, Err(Stop::Bad(format!("negative {index} index not allowed")))));
        };
        if self.lists >= MOST_LISTS {
            return Ok((list, Err(Stop::Bad(format!("lists are nested more than {MOST_LISTS} deep")))));
        }
        self.lists += 1;
        let read = self.item_within(list, place, nesting);
        self.lists -= 1;
        read
    }

    fn item_within(&mut self, mut list: Vec<Value>, place: usize, nesting: usize) -> Result<(Vec<Value>, Result<(), Stop>), Stop> {
        let (key, stop) = self.until("[.=");
        if !key.is_empty() {
            return Ok((list, Err(Stop::Bad(format!("unexpected data at end of array index: {}", quoted_runes(&key))))));
        }
        let value = match stop {
            None => return Ok((list, Err(Stop::End))),
            Some('=') => self.value().map(|value| value.unwrap_or_else(|| Value::from(""))),
            Some('[') => match self.index() {
                Ok(next) => {
                    let current = match list.get(place) {
                        None | Some(Value::Nil) => Vec::new(),
                        Some(found) => as_list(found)?,
                    };
                    let (inner, result) = self.item(current, next, nesting)?;
                    result.map(|()| Value::list(inner))
                }
                Err(stop) => Err(stop),
            },
            Some(_) => {
                let inner = match list.get(place) {
                    Some(Value::Map(inner)) => inner.clone(),
                    _ => Map::new(),
                };
                if let Some(item) = list.get_mut(place) {
                    *item = Value::Map(inner.clone());
                }
                self.key(&inner, nesting).map(|()| Value::Map(inner))
            }
        };
        let result = match value {
            Ok(value) => set_index(&mut list, place, value),
            Err(stop) => Err(stop),
        };
        Ok((list, result))
    }

    /// Reads the right side of `=`; `None` when the text ends there.
    fn value(&mut self) -> Result<Option<Value>, Stop> {
        match self.form {
            Form::Json => self.json().map(Some),
            Form::Literal => Ok(Some(Value::Str(self.until("").0.into()))),
            _ if self.reader.rest().is_empty() => Ok(None),
            _ if self.reader.take('{') => self.list().map(Some),
            _ => {
                let (text, _) = self.until(",");
                self.convert(text).map(Some)
            }
        }
    }

    /// Reads `A,B}`.
    fn list(&mut self) -> Result<Value, Stop> {
        let mut items = Vec::new();
        loop {
            let (text, stop) = self.until(",}");
            match stop {
                None => return Err(Stop::Bad("list must terminate with '}'".into())),
                Some('}') => {
                    self.reader.take(',');
                    items.push(self.convert(text)?);
                    return Ok(Value::List(List::new(items)));
                }
                Some(_) => items.push(self.convert(text)?),
            }
        }
    }

    fn convert(&self, text: String) -> Result<Value, Stop> {
        match self.form {
            Form::Typed => Ok(typed(text)),
            Form::File(read) => read(&text).map_err(Stop::Bad),
            _ => Ok(text.into()),
        }
    }

    /// Reads a JSON value and the blanks and the comma behind it. No value at all is null.
    fn json(&mut self) -> Result<Value, Stop> {
        if self.blank() {
            return Ok(Value::Nil);
        }
        let (value, length) = json_prefix(self.reader.rest())?;
        self.reader.skip(length);
        self.blank();
        Ok(value)
    }

    /// Skips blanks up to and including a comma; says whether there was nothing else before the comma or the end.
    fn blank(&mut self) -> bool {
        loop {
            match self.reader.rest().chars().next() {
                None => return true,
                Some(',') => {
                    self.reader.skip(1);
                    return true;
                }
                Some(character) if character.is_whitespace() => self.reader.skip(character.len_utf8()),
                Some(_) => return false,
            }
        }
    }
}

/// Reads the JSON value that a text begins with; returns it and its length.
///
/// A number or a word ends where its grammar ends, whatever follows: `1b=2` is `1`, as Go's decoder reads it.
fn json_prefix(text: &str) -> Result<(Value, usize), Stop> {
    let scalar = json_scalar_length(text);
    let text = if scalar > 0 { &text[..scalar] } else { text };
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    match values.next() {
        Some(Ok(value)) => Ok((Value::from(&value), values.byte_offset())),
        Some(Err(error)) => Err(Stop::Bad(error.to_string())),
        None => Err(Stop::Bad("unexpected end of JSON input".into())),
    }
}

fn json_scalar_length(text: &str) -> usize {
    if let Some(word) = ["true", "false", "null"].into_iter().find(|word| text.starts_with(word)) {
        return word.len();
    }
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    at += if bytes.get(at) == Some(&b'0') { 1 } else { digits(at) };
    if bytes.get(at) == Some(&b'.') {
        at += 1 + digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) && at > 0 {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at += digits(at);
    }
    at
}

/// Gives a text its type: true, false, null, a whole number, or text.
fn typed(text: String) -> Value {
    for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Nil)] {
        if text.eq_ignore_ascii_case(word) {
            return value;
        }
    }
    match text.parse() {
        Ok(number) if text == "0" || !text.starts_with('0') => Value::int64(number),
        _ => text.into(),
    }
}

fn set_index(list: &mut Vec<Value>, place: usize, value: Value) -> Result<(), Stop> {
    if place > MAX_INDEX as usize {
        return Err(Stop::Bad(format!("index of {place} is greater than maximum supported index of {MAX_INDEX}")));
    }
    if list.len() <= place {
        list.resize(place + 1, Value::Nil);
    }
    list[place] = value;
    Ok(())
}

fn as_list(value: &Value) -> Result<Vec<Value>, Stop> {
    match value {
        Value::List(list) => Ok(list.items().to_vec()),
        other => Err(conversion(other, "[]interface {}")),
    }
}

/// What Go says when a value of one type is taken for another.
fn conversion(found: &Value, wanted: &str) -> Stop {
    let found = if found.is_nil() { "nil".to_owned() } else { found.type_name() };
    Stop::Bad(format!("unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}"))
}

/// Go's `%q` of a slice of runes.
fn quoted_runes(text: &str) -> String {
    let runes: Vec<String> = text.chars().map(|rune| quote_rune(rune, Quoting::Printable)).collect();
    format!("[{}]", runes.join(" "))
}
