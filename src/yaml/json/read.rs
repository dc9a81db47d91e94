//! JSON -> `Value`.

use crate::diag::Origin;
use crate::value::{Entry, List, Map, MapKind, Str, Value};
use crate::yaml::depth::{MAX_DEPTH, deeper};
use crate::yaml::error::{Error, Problem};

/// Reads a text as `json.Unmarshal` does into an `interface{}`: numbers are `float64`, of equal keys the last one counts.
///
/// # Errors
/// Go's error text.
pub fn parse(text: &str) -> Result<Value, Error> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, out_of_range: None };
    let value = reader.document().map_err(|words| Error::Json(Problem::of_value(words)))?;
    match reader.out_of_range {
        None => Ok(value),
        Some(number) => {
            Err(Error::Json(Problem::of_value(format!("json: cannot unmarshal number {number} into Go value of type float64"))))
        }
    }
}

/// Returns what k8s.io/apimachinery says of the first JSON value of a stream that is none; nothing for a sound value.
pub fn stream_error(text: &str) -> Option<String> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, out_of_range: None };
    reader.skip_blanks();
    let words = reader.value(0).err()?;
    let is_cut = words == END;
    Some(if is_cut { "unexpected EOF".to_owned() } else { format!("json: offset {}: {words}", reader.at + 1) })
}

/// Returns Go's words for a value that does not fit a Go type.
pub(in crate::yaml) fn mismatch(value: &Value, go_type: &str) -> String {
    let kind = match value {
        Value::Bool(_) => "bool",
        Value::Float(_) | Value::Int(..) => "number",
        Value::List(_) => "array",
        Value::Map(_) | Value::Object(_) => "object",
        _ => "string",
    };
    format!("json: cannot unmarshal {kind} into Go value of type {go_type}")
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// The first number beyond `float64`; Go reports it when the whole text is sound.
    out_of_range: Option<&'a str>,
}

const END: &str = "unexpected end of JSON input";
const VALUE: &str = "looking for beginning of value";

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Value, String> {
        self.skip_blanks();
        let value = self.value(0)?;
        self.skip_blanks();
        if self.at < self.bytes.len() { Err(self.unexpected("after top-level value")) } else { Ok(value) }
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        match self.peek() {
            Some(b'{') => deeper(|| self.object(depth)),
            Some(b'[') => deeper(|| self.array(depth)),
            Some(b'"') => self.string().map(Value::Str),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Nil),
            _ => Err(self.unexpected(VALUE)),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, String> {
        self.open(depth)?;
        let mut entries = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(Map::new()));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let key = self.string()?;
            self.skip_blanks();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("after object key"));
            }
            self.at += 1;
            self.skip_blanks();
            let value = self.value(depth + 1)?;
            entries.push(Entry { key, value, origin: Origin::NONE });
            if self.closes(b'}', "after object key:value pair")? {
                return Ok(Value::Map(Map::from_entries(MapKind::Any, entries)));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, String> {
        self.open(depth)?;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(List::new(items)));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.closes(b']', "after array element")? {
                return Ok(Value::List(List::new(items)));
            }
        }
    }

    fn open(&mut self, depth: usize) -> Result<(), String> {
        if depth >= MAX_DEPTH {
            return Err(self.unexpected("exceeded max depth"));
        }
        self.at += 1;
        self.skip_blanks();
        Ok(())
    }

    /// Takes a comma, or the bracket that closes the collection.
    fn closes(&mut self, bracket: u8, context: &str) -> Result<bool, String> {
        self.skip_blanks();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                self.skip_blanks();
                Ok(false)
            }
            Some(byte) if byte == bracket => {
                self.at += 1;
                Ok(true)
            }
            _ => Err(self.unexpected(context)),
        }
    }

    fn literal(&mut self, word: &'static str, value: Value) -> Result<Value, String> {
        for expected in word.chars() {
            if self.peek() != u8::try_from(expected).ok() {
                return Err(self.unexpected_inside(&format!("in literal {word} (expecting {})", quoted(expected))));
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            _ => self.digits("in numeric literal")?,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        let text = &self.text[start..self.at];
        let value: f64 = text.parse().unwrap_or(f64::INFINITY);
        if value.is_infinite() {
            self.out_of_range.get_or_insert(text);
        }
        Ok(Value::Float(value))
    }

    fn digits(&mut self, context: &str) -> Result<(), String> {
        let count = self.bytes[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.unexpected_inside(context));
        }
        self.at += count;
        Ok(())
    }

    fn string(&mut self) -> Result<Str, String> {
        self.at += 1;
        let mut out: Option<String> = None;
        loop {
            let length = self.bytes[self.at..].iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            let end = length.map_or(self.bytes.len(), |length| self.at + length);
            let run = &self.text[self.at..end];
            self.at = end;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(match out {
                        None => run.into(),
                        Some(out) => (out + run).into(),
                    });
                }
                Some(b'\\') => {
                    let out = out.get_or_insert_default();
                    out.push_str(run);
                    self.at += 1;
                    self.escape(out)?;
                }
                _ => return Err(self.unexpected("in string literal")),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), String> {
        let character = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(out),
            _ => return Err(self.unexpected_inside("in string escape code")),
        };
        self.at += 1;
        out.push(character);
        Ok(())
    }

    /// Reads `uXXXX`, and the second half of a surrogate pair; a half alone becomes U+FFFD.
    fn unicode_escape(&mut self, out: &mut String) -> Result<(), String> {
        let code = self.hex()?;
        let low = match code {
            0xD800..0xDC00 if self.bytes[self.at..].starts_with(b"\\u") => {
                let before = self.at;
                self.at += 1;
                let low = self.hex()?;
                if !(0xDC00..0xE000).contains(&low) {
                    self.at = before;
                }
                low
            }
            _ => 0,
        };
        let code = if (0xDC00..0xE000).contains(&low) { 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) } else { code };
        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(())
    }

    fn hex(&mut self) -> Result<u32, String> {
        self.at += 1;
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.unexpected_inside("in \\u hexadecimal character escape"));
            };
            code = (code << 4) | digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn skip_blanks(&mut self) {
        self.at += self.bytes[self.at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Returns Go's words for the byte that is next where no blank may be: Go takes the end of the text for a blank first.
    fn unexpected_inside(&self, context: &str) -> String {
        if self.peek().is_some() { self.unexpected(context) } else { format!("invalid character ' ' {context}") }
    }

    /// Returns Go's words for the byte that is next. Go looks at bytes, not characters.
    fn unexpected(&self, context: &str) -> String {
        match self.peek() {
            None => END.to_owned(),
            Some(byte) => format!("invalid character {} {context}", quoted(char::from(byte))),
        }
    }
}

/// encoding/json, `quoteChar`
fn quoted(character: char) -> String {
    match character {
        '\'' => r"'\''".to_owned(),
        '"' => "'\"'".to_owned(),
        character => {
            let quoted = crate::value::quote(character.encode_utf8(&mut [0; 4]).as_bytes());
            format!("'{}'", &quoted[1..quoted.len() - 1])
        }
    }
}
