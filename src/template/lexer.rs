//! Splits a template's source into tokens.

use memchr::memmem;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The source is wrong here; the lexer's `error` says how.
    Error,
    /// `true` or `false`
    Bool,
    /// Any other printable ASCII character, such as a comma.
    Char,
    /// A character constant with its quotes.
    CharConstant,
    /// A complex constant such as `1+2i`.
    Complex,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// End of the source.
    Eof,
    /// `.name`
    Field,
    /// A name without a point.
    Identifier,
    /// `{{`
    LeftDelim,
    /// `(`
    LeftParen,
    /// A simple number, imaginary ones included.
    Number,
    /// `|`
    Pipe,
    /// A raw string with its quotes.
    RawString,
    /// `}}`
    RightDelim,
    /// `)`
    RightParen,
    /// A run of blanks between operands.
    Space,
    /// A quoted string with its quotes.
    String,
    /// Text outside of actions.
    Text,
    /// `$` or `$name`
    Variable,
    /// The keyword of that name, up to `With`.
    Block,
    Break,
    Continue,
    Dot,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Kind {
    fn keyword(word: &str) -> Option<Kind> {
        Some(match word {
            "." => Kind::Dot,
            "block" => Kind::Block,
            "break" => Kind::Break,
            "continue" => Kind::Continue,
            "define" => Kind::Define,
            "else" => Kind::Else,
            "end" => Kind::End,
            "if" => Kind::If,
            "range" => Kind::Range,
            "nil" => Kind::Nil,
            "template" => Kind::Template,
            "with" => Kind::With,
            _ => return None,
        })
    }

    /// Says whether this is a keyword, which error messages write in angle brackets.
    pub(super) fn is_keyword(self) -> bool {
        use Kind::{Block, Break, Continue, Define, Dot, Else, End, If, Nil, Range, Template, With};
        matches!(self, Block | Break | Continue | Dot | Define | Else | End | If | Nil | Range | Template | With)
    }
}

/// One token: what, where, and the line on which it starts. Small, for it is handed around much; sources above 4 GiB are refused
/// before they get here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) line: u32,
    pub(super) at: u32,
    end: u32,
}

impl Token {
    /// The end of an empty source.
    pub(super) const NONE: Token = Token { kind: Kind::Eof, line: 0, at: 0, end: 0 };

    /// Returns the token's text; `source` is what it was read from.
    pub(super) fn text(self, source: &str) -> &str {
        &source[self.at as usize..self.end as usize]
    }

    /// Returns the token's bytes as a range of the source.
    pub(super) fn range(self) -> (u32, u32) {
        (self.at, self.end)
    }
}

/// Returns a place in a source as tokens hold it.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The lexer. A template's text is one mode, the inside of an action the other; trimming is done here, so that the parser
/// never sees it.
pub(super) struct Lexer<'s> {
    source: &'s str,
    at: usize,
    start: usize,
    line: u32,
    start_line: u32,
    open_parens: u32,
    inside_action: bool,
    /// `break` and `continue` are keywords unless functions of these names exist.
    loop_keywords: (bool, bool),
    /// What is wrong, once an `Error` token came; nothing but `Eof` comes after it.
    pub(super) error: String,
}

const LONGEST_KEYWORD: usize = "continue".len();
const TRIM_BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

impl<'s> Lexer<'s> {
    /// Makes a lexer; `break_keyword` and `continue_keyword` say whether the words are keywords.
    pub(super) fn new(source: &'s str, break_keyword: bool, continue_keyword: bool) -> Self {
        Lexer {
            source,
            at: 0,
            start: 0,
            line: 1,
            start_line: 1,
            open_parens: 0,
            inside_action: false,
            loop_keywords: (break_keyword, continue_keyword),
            error: String::new(),
        }
    }

    /// Returns the next token; `Eof` for ever at the end.
    pub(super) fn next_token(&mut self) -> Token {
        if self.inside_action { self.action_token() } else { self.text_token() }
    }

    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        let byte = *self.source.as_bytes().get(self.at)?;
        if byte < 0x80 { Some(char::from(byte)) } else { self.rest().chars().next() }
    }

    fn bump(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        if character == '\n' {
            self.line += 1;
        }
        Some(character)
    }

    fn accept(&mut self, valid: impl Fn(char) -> bool) -> bool {
        let accepted = self.peek().is_some_and(valid);
        if accepted {
            self.bump();
        }
        accepted
    }

    fn accept_run(&mut self, valid: impl Fn(char) -> bool) {
        while self.accept(&valid) {}
    }

    /// Takes letters, digits and underscores; nearly all are ASCII.
    fn accept_name(&mut self) {
        let rest = &self.source.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if self.source.as_bytes().get(self.at).is_some_and(|byte| !byte.is_ascii()) {
            self.accept_run(is_alphanumeric);
        }
    }

    /// Takes blanks.
    fn accept_blanks(&mut self) {
        for byte in &self.source.as_bytes()[self.at..] {
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                _ => break,
            }
            self.at += 1;
        }
    }

    fn token(&mut self, kind: Kind) -> Token {
        let token = Token { kind, line: self.start_line, at: place(self.start), end: place(self.at) };
        self.start = self.at;
        self.start_line = self.line;
        token
    }

    /// Moves to `to` over text that no token holds.
    fn skip_to(&mut self, to: usize) {
        self.count_lines(self.at, to);
        self.at = to;
        self.start = to;
        self.start_line = self.line;
    }

    fn count_lines(&mut self, from: usize, to: usize) {
        let newlines = memchr::memchr_iter(b'\n', &self.source.as_bytes()[from..to]).count();
        self.line += u32::try_from(newlines).unwrap_or(u32::MAX);
    }

    fn fail(&mut self, message: impl Into<String>) -> Token {
        let at = place(self.start);
        let token = Token { kind: Kind::Error, line: self.start_line, at, end: at };
        self.error = message.into();
        self.source = "";
        self.at = 0;
        self.start = 0;
        self.inside_action = false;
        token
    }

    fn text_token(&mut self) -> Token {
        let Some(open) = find_left_delim(self.rest().as_bytes()) else {
            let kind = if self.at < self.source.len() { Kind::Text } else { Kind::Eof };
            self.count_lines(self.at, self.source.len());
            self.at = self.source.len();
            return self.token(kind);
        };
        let text_end = self.at + open;
        if open > 0 {
            let text = &self.source[self.at..text_end];
            let kept = if has_left_trim(&self.source[text_end + 2..]) { text.trim_end_matches(TRIM_BLANKS) } else { text };
            if !kept.is_empty() {
                let kept_end = self.at + kept.len();
                self.count_lines(self.at, kept_end);
                self.at = kept_end;
                let token = self.token(Kind::Text);
                self.skip_to(text_end);
                return token;
            }
            self.skip_to(text_end);
        }
        self.left_delim()
    }

    fn left_delim(&mut self) -> Token {
        let after = self.at + 2;
        let inside = if has_left_trim(&self.source[after..]) { after + 2 } else { after };
        if self.source[inside..].starts_with("/*") {
            self.skip_to(inside);
            return self.comment();
        }
        self.at = after;
        let token = self.token(Kind::LeftDelim);
        self.inside_action = true;
        self.open_parens = 0;
        self.skip_to(inside);
        token
    }

    fn comment(&mut self) -> Token {
        let Some(length) = memmem::find(&self.rest().as_bytes()[2..], b"*/") else {
            return self.fail("unclosed comment");
        };
        let end = self.at + 2 + length + 2;
        let Some(delim) = right_delim(&self.source.as_bytes()[end..]) else {
            return self.fail("comment ends before closing delimiter");
        };
        self.skip_to(self.after_right_delim(end, delim));
        self.text_token()
    }

    /// Returns where text goes on after the right delimiter at `at`.
    fn after_right_delim(&self, at: usize, delim: RightDelim) -> usize {
        match delim {
            RightDelim::Plain => at + 2,
            RightDelim::Trim => {
                let rest = &self.source[at + 4..];
                self.source.len() - rest.trim_start_matches(TRIM_BLANKS).len()
            }
        }
    }

    fn right_delim(&mut self, delim: RightDelim) -> Token {
        let next = self.after_right_delim(self.at, delim);
        if delim == RightDelim::Trim {
            self.skip_to(self.at + 2);
        }
        self.at += 2;
        let token = self.token(Kind::RightDelim);
        self.skip_to(next);
        self.inside_action = false;
        token
    }

    fn action_token(&mut self) -> Token {
        let rest = &self.source.as_bytes()[self.at..];
        if let [b'}' | b' ' | b'\t' | b'\r' | b'\n', ..] = rest
            && let Some(delim) = right_delim(rest)
        {
            return if self.open_parens == 0 { self.right_delim(delim) } else { self.fail("unclosed left paren") };
        }
        let Some(character) = self.bump() else {
            return self.fail("unclosed action");
        };
        match character {
            ' ' | '\t' | '\r' | '\n' => self.space(),
            '=' => self.token(Kind::Assign),
            ':' if self.accept(|next| next == '=') => self.token(Kind::Declare),
            ':' => self.fail("expected :="),
            '|' => self.token(Kind::Pipe),
            '"' => self.quoted('"', Kind::String, "unterminated quoted string"),
            '\'' => self.quoted('\'', Kind::CharConstant, "unterminated character constant"),
            '`' => self.raw_string(),
            '$' => self.name_after_sign(Kind::Variable, Kind::Variable),
            '.' if !self.peek().is_some_and(|next| next.is_ascii_digit()) && self.at < self.source.len() => {
                self.name_after_sign(Kind::Field, Kind::Dot)
            }
            '.' | '+' | '-' | '0'..='9' => self.number(),
            '(' => {
                self.open_parens += 1;
                self.token(Kind::LeftParen)
            }
            ')' if self.open_parens == 0 => self.fail("unexpected right paren"),
            ')' => {
                self.open_parens -= 1;
                self.token(Kind::RightParen)
            }
            first if is_alphanumeric(first) => self.word(),
            '!'..='~' => self.token(Kind::Char),
            other => self.fail(format!("unrecognized character in action: {}", unicode_name(other))),
        }
    }

    /// Scans a run of blanks, whose first is consumed; the last one may belong to a trimming right delimiter.
    fn space(&mut self) -> Token {
        self.accept_blanks();
        let last = self.at - 1;
        if right_delim(&self.source.as_bytes()[last..]) == Some(RightDelim::Trim) {
            if self.source.as_bytes()[last] == b'\n' {
                self.line -= 1;
            }
            self.at = last;
            if self.at == self.start {
                return self.right_delim(RightDelim::Trim);
            }
        }
        self.token(Kind::Space)
    }

    fn quoted(&mut self, quote: char, kind: Kind, unterminated: &str) -> Token {
        loop {
            // Everything up to one of these is text of the constant.
            let rest = &self.source.as_bytes()[self.at..];
            self.at += memchr::memchr3(quote as u8, b'\\', b'\n', rest).unwrap_or(rest.len());
            match self.bump() {
                Some('\\') if !matches!(self.bump(), None | Some('\n')) => {}
                None | Some('\\' | '\n') => return self.fail(unterminated),
                Some(character) if character == quote => return self.token(kind),
                Some(_) => {}
            }
        }
    }

    fn raw_string(&mut self) -> Token {
        loop {
            match self.bump() {
                None => return self.fail("unterminated raw quoted string"),
                Some('`') => return self.token(Kind::RawString),
                Some(_) => {}
            }
        }
    }

    /// Scans what follows `.` or `$`; `alone` is the kind where nothing does.
    fn name_after_sign(&mut self, named: Kind, alone: Kind) -> Token {
        if self.at_terminator() {
            return self.token(alone);
        }
        self.accept_name();
        if self.at_terminator() { self.token(named) } else { self.bad_character() }
    }

    fn word(&mut self) -> Token {
        self.accept_name();
        let word = &self.source[self.start..self.at];
        if !self.at_terminator() {
            return self.bad_character();
        }
        if word.len() > LONGEST_KEYWORD {
            return self.token(Kind::Identifier);
        }
        let kind = match Kind::keyword(word) {
            Some(Kind::Break) if !self.loop_keywords.0 => Kind::Identifier,
            Some(Kind::Continue) if !self.loop_keywords.1 => Kind::Identifier,
            Some(keyword) => keyword,
            None if word == "true" || word == "false" => Kind::Bool,
            None => Kind::Identifier,
        };
        self.token(kind)
    }

    fn bad_character(&mut self) -> Token {
        let found = self.peek().map_or_else(String::new, unicode_name);
        self.fail(format!("bad character {found}"))
    }

    /// Says whether a name may end here: `.X.Y` falls into two, `$x+2` is refused.
    fn at_terminator(&self) -> bool {
        matches!(
            &self.source.as_bytes()[self.at..],
            [] | [b' ' | b'\t' | b'\r' | b'\n' | b'.' | b',' | b'|' | b':' | b')' | b'(', ..] | [b'}', b'}', ..]
        )
    }

    /// Scans a number loosely; the parser notices what is none.
    fn number(&mut self) -> Token {
        self.at = self.start;
        if !self.scan_number() {
            return self.bad_number();
        }
        if matches!(self.peek(), Some('+' | '-')) {
            if !self.scan_number() || !self.source[..self.at].ends_with('i') {
                return self.bad_number();
            }
            return self.token(Kind::Complex);
        }
        self.token(Kind::Number)
    }

    fn bad_number(&mut self) -> Token {
        let text = crate::value::quote(&self.source.as_bytes()[self.start..self.at]);
        self.fail(format!("bad number syntax: {text}"))
    }

    fn scan_number(&mut self) -> bool {
        let is_sign = |character| matches!(character, '+' | '-');
        let is_decimal = |character: char| character.is_ascii_digit() || character == '_';
        self.accept(is_sign);
        let mut digits: fn(char) -> bool = |character| character.is_ascii_digit() || character == '_';
        let mut exponent = ['e', 'E'].as_slice();
        if self.accept(|character| character == '0') {
            if self.accept(|character| matches!(character, 'x' | 'X')) {
                digits = |character| character.is_ascii_hexdigit() || character == '_';
                exponent = &['p', 'P'];
            } else if self.accept(|character| matches!(character, 'o' | 'O')) {
                digits = |character| matches!(character, '0'..='7' | '_');
                exponent = &[];
            } else if self.accept(|character| matches!(character, 'b' | 'B')) {
                digits = |character| matches!(character, '0' | '1' | '_');
                exponent = &[];
            }
        }
        self.accept_run(digits);
        if self.accept(|character| character == '.') {
            self.accept_run(digits);
        }
        if self.accept(|character| exponent.contains(&character)) {
            self.accept(is_sign);
            self.accept_run(is_decimal);
        }
        self.accept(|character| character == 'i');
        let ends = !self.peek().is_some_and(is_alphanumeric);
        if !ends {
            self.bump();
        }
        ends
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RightDelim {
    Plain,
    /// A blank, `-}}`: text after it loses its leading blanks.
    Trim,
}

/// Braces are rare outside of actions, so looking for one is the quickest way to two.
fn find_left_delim(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'{', text).find(|at| text.get(at + 1) == Some(&b'{'))
}

fn right_delim(text: &[u8]) -> Option<RightDelim> {
    match text {
        [b'}', b'}', ..] => Some(RightDelim::Plain),
        [b' ' | b'\t' | b'\r' | b'\n', b'-', b'}', b'}', ..] => Some(RightDelim::Trim),
        _ => None,
    }
}

fn has_left_trim(after_delim: &str) -> bool {
    matches!(after_delim.as_bytes(), [b'-', b' ' | b'\t' | b'\r' | b'\n', ..])
}

fn is_alphanumeric(character: char) -> bool {
    character == '_' || crate::value::is_letter_or_digit(character)
}

/// Go's `%#U`.
fn unicode_name(character: char) -> String {
    if crate::value::is_printable(character) {
        format!("U+{:04X} '{character}'", character as u32)
    } else {
        format!("U+{:04X}", character as u32)
    }
}
