//! Splits a script into words and operators.

/// A word or an operator, with its line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) line: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Word(Vec<Part>),
    /// `;`, `&&`, `||`, `|`, `&`, `(`, `)`, `;;`.
    Operator(&'static str),
    Newline,
    /// A redirection; its target is the next word.
    Redirect(&'static str),
    /// A here-document: its text, and whether variables in it count.
    Here(String, bool),
}

/// A piece of a word.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// Text; whether it is in quotes.
    Text(String, bool),
    /// `${…}` or `$NAME`, without dollar and braces.
    Variable(String, bool),
    /// `$(…)` or `` `…` ``.
    Command(String, bool),
    /// `<(…)` and arithmetic: what is not read.
    Opaque(String),
}

/// Splits a script; what is cut short ends with the script.
pub(super) fn lex(script: &str) -> Vec<Token> {
    Lexer { text: script.as_bytes(), script, at: 0, line: 1, tokens: Vec::new(), here: Vec::new() }.run()
}

/// Splits the text of a here-document or of a default into its parts, all of them as if in double quotes or not.
pub(super) fn parts_of(text: &str, quoted: bool) -> Vec<Part> {
    let mut lexer = Lexer { text: text.as_bytes(), script: text, at: 0, line: 1, tokens: Vec::new(), here: Vec::new() };
    let mut parts = Vec::new();
    while lexer.at < lexer.text.len() {
        let before = lexer.at;
        if quoted {
            lexer.in_quotes(&mut parts, None)
        } else {
            lexer.word_piece(&mut parts, true)
        }
        if lexer.at == before {
            break;
        }
    }
    parts
}

struct Lexer<'s> {
    text: &'s [u8],
    script: &'s str,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
    /// Here-documents whose text begins behind this line: the token to fill, the end word, whether variables count, whether tabs go.
    here: Vec<(usize, String, bool)>,
}

const OPERATORS: [&str; 8] = ["&&", "||", ";;", ";", "|", "&", "(", ")"];
const REDIRECTS: [&str; 9] = ["&>>", "&>", ">>", ">&", ">|", ">", "<<<", "<&", "<"];

impl Lexer<'_> {
    fn run(mut self) -> Vec<Token> {
        while self.at < self.text.len() {
            self.token();
        }
        self.push(TokenKind::Newline);
        self.tokens
    }

    fn push(&mut self, kind: TokenKind) {
        self.tokens.push(Token { kind, line: self.line });
    }

    fn rest(&self) -> &str {
        self.script.get(self.at..).unwrap_or_default()
    }

    fn starts(&self, text: &str) -> bool {
        self.text[self.at..].starts_with(text.as_bytes())
    }

    fn token(&mut self) {
        match self.text[self.at] {
            b' ' | b'\t' | b'\r' => self.at += 1,
            b'\\' if self.starts("\\\n") => self.newline_in_line(2),
            b'\n' => {
                self.push(TokenKind::Newline);
                self.at += 1;
                self.line += 1;
                self.read_here();
            }
            b'#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
            b'<' if self.starts("<<") && !self.starts("<<<") => self.here_begins(),
            _ if self.starts("<(") || self.starts(">(") => self.word(),
            _ => match (find(&REDIRECTS, self), find(&OPERATORS, self)) {
                (Some(redirect), _) => {
                    self.push(TokenKind::Redirect(redirect));
                    self.at += redirect.len();
                }
                (None, Some(operator)) => {
                    self.push(TokenKind::Operator(operator));
                    self.at += operator.len();
                }
                (None, None) => self.word(),
            },
        }
    }

    fn newline_in_line(&mut self, length: usize) {
        self.at += length;
        self.line += 1;
    }

    fn here_begins(&mut self) {
        self.at += 2;
        if self.text.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        while matches!(self.text.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let word: String = self.rest().chars().take_while(|character| !character.is_whitespace() && !";|&)".contains(*character)).collect();
        self.at += word.len();
        let end: String = word.chars().filter(|character| !"'\"\\".contains(*character)).collect();
        let expands = end == word;
        self.here.push((self.tokens.len(), end, expands));
        self.push(TokenKind::Here(String::new(), expands));
    }

    /// Reads the here-documents that the line before has announced.
    fn read_here(&mut self) {
        for (token, end, expands) in std::mem::take(&mut self.here) {
            let mut text = String::new();
            while self.at < self.text.len() {
                let line = self.rest().split('\n').next().unwrap_or_default().to_owned();
                self.at = (self.at + line.len() + 1).min(self.text.len());
                self.line += 1;
                if line.trim_start_matches('\t') == end {
                    break;
                }
                text.push_str(&line);
                text.push('\n');
            }
            self.tokens[token].kind = TokenKind::Here(text, expands);
        }
    }

    fn word(&mut self) {
        let line = self.line;
        let mut parts = Vec::new();
        loop {
            let before = self.at;
            self.word_piece(&mut parts, false);
            if self.at == before {
                break;
            }
        }
        if self.at < self.text.len() && parts.is_empty() {
            self.at += 1;
        }
        self.tokens.push(Token { kind: TokenKind::Word(parts), line });
    }

    /// Reads one piece of a word; nothing where the word ends. With `all` blanks and operators are text.
    fn word_piece(&mut self, parts: &mut Vec<Part>, all: bool) {
        let Some(&byte) = self.text.get(self.at) else { return };
        match byte {
            b'\'' => {
                self.at += 1;
                let end = self.rest().find('\'').unwrap_or(self.rest().len());
                let text = self.rest()[..end].to_owned();
                self.line += text.matches('\n').count();
                self.at = (self.at + end + 1).min(self.text.len());
                parts.push(Part::Text(text, true));
            }
            b'"' => {
                self.at += 1;
                parts.push(Part::Text(String::new(), true));
                self.in_quotes(parts, Some(b'"'));
            }
            b'\\' if self.starts("\\\n") => self.newline_in_line(2),
            b'\\' => {
                self.at += 1;
                let next = self.rest().chars().next();
                self.at += next.map_or(0, char::len_utf8);
                parts.extend(next.map(|next| Part::Text(next.to_string(), true)));
            }
            b'$' | b'`' => self.dollar(parts, false),
            b'<' | b'>' if self.text.get(self.at + 1) == Some(&b'(') => {
                self.at += 1;
                let inner = self.balanced(b'(', b')');
                parts.push(Part::Opaque(format!("<({inner})")));
            }
            b' ' | b'\t' | b'\n' | b'\r' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>' if !all => {}
            _ => {
                let stop = |character: char| match all {
                    true => "'\"\\$`".contains(character),
                    false => " \t\r\n;|&()<>'\"\\$`".contains(character),
                };
                let first = self.rest().chars().next().map_or(1, char::len_utf8);
                let end = self.rest()[first..].find(stop).map_or(self.rest().len(), |end| end + first);
                let text = self.rest()[..end].to_owned();
                self.line += text.matches('\n').count();
                self.at += end;
                parts.push(Part::Text(text, false));
            }
        }
    }

    /// Reads what is in double quotes (or in a here-document), up to `end`.
    fn in_quotes(&mut self, parts: &mut Vec<Part>, end: Option<u8>) {
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                _ if Some(byte) == end => {
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    let next = self.text.get(self.at + 1).copied();
                    match next {
                        Some(b'\n') => self.newline_in_line(2),
                        Some(escaped @ (b'$' | b'`' | b'\\' | b'"')) if escaped != b'"' || end.is_some() => {
                            parts.push(Part::Text(char::from(escaped).to_string(), true));
                            self.at += 2;
                        }
                        _ => {
                            parts.push(Part::Text("\\".to_owned(), true));
                            self.at += 1;
                        }
                    }
                }
                b'$' | b'`' => self.dollar(parts, true),
                _ => {
                    let stop = |character: char| "\\$`".contains(character) || end.is_some_and(|end| character == char::from(end));
                    let length = self.rest().find(stop).unwrap_or(self.rest().len()).max(1);
                    let text = self.rest().get(..length).unwrap_or_default().to_owned();
                    self.line += text.matches('\n').count();
                    self.at += length;
                    parts.push(Part::Text(text, true));
                }
            }
        }
    }

    fn dollar(&mut self, parts: &mut Vec<Part>, quoted: bool) {
        if self.text[self.at] == b'`' {
            self.at += 1;
            let end = self.rest().find('`').unwrap_or(self.rest().len());
            let inner = self.rest()[..end].to_owned();
            self.line += inner.matches('\n').count();
            self.at = (self.at + end + 1).min(self.text.len());
            parts.push(Part::Command(inner, quoted));
            return;
        }
        self.at += 1;
        match self.text.get(self.at) {
            Some(b'(') if self.starts("((") => {
                let inner = self.balanced(b'(', b')');
                parts.push(Part::Opaque(format!("$({inner})")));
            }
            Some(b'(') => {
                let inner = self.balanced(b'(', b')');
                parts.push(Part::Command(inner, quoted));
            }
            Some(b'{') => {
                let inner = self.balanced(b'{', b'}');
                parts.push(Part::Variable(inner, quoted));
            }
            Some(first) if first.is_ascii_alphanumeric() || b"_@*#?!".contains(first) => {
                let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                let length = if first.is_ascii_alphabetic() || *first == b'_' {
                    self.text[self.at..].iter().take_while(|byte| is_name(byte)).count()
                } else {
                    1
                };
                let name = self.rest()[..length].to_owned();
                self.at += length;
                parts.push(Part::Variable(name, quoted));
            }
            _ => parts.push(Part::Text("$".to_owned(), quoted)),
        }
    }

    /// Returns what is between a bracket at the current place and its other half. Quotes hold brackets.
    fn balanced(&mut self, open: u8, close: u8) -> String {
        let start = self.at + 1;
        let mut depth = 0usize;
        let mut quote: Option<u8> = None;
        let mut at = self.at;
        while let Some(&byte) = self.text.get(at) {
            match (quote, byte) {
                (_, b'\\') if quote != Some(b'\'') => at += 1,
                (Some(mark), _) if mark == byte => quote = None,
                (Some(b'\''), _) => {}
                (None, b'\'' | b'"') => quote = Some(byte),
                _ if byte == open => depth += 1,
                _ if byte == close => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        let end = at.min(self.text.len());
        let inner = self.script.get(start..end).unwrap_or_default().to_owned();
        self.line += inner.matches('\n').count();
        self.at = (end + 1).min(self.text.len());
        inner
    }
}

fn find(texts: &'static [&'static str], lexer: &Lexer<'_>) -> Option<&'static str> {
    texts.iter().find(|text| lexer.starts(text)).copied()
}
