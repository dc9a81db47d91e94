//! Puts tokens together to statements.

use super::lexer::{Part, Token, TokenKind};

/// A statement, with its line.
#[derive(Clone, Debug)]
pub(super) enum Statement {
    Simple(Simple),
    If {
        line: usize,
        branches: Vec<(Vec<Statement>, Vec<Statement>)>,
        otherwise: Vec<Statement>,
    },
    For {
        line: usize,
        variable: String,
        words: Option<Vec<Vec<Part>>>,
        body: Vec<Statement>,
    },
    /// `while`, `until`, `case`, and what else is not followed: what it may run.
    Loose {
        line: usize,
        what: &'static str,
        body: Vec<Statement>,
    },
    Function {
        name: String,
        body: Vec<Statement>,
    },
}

/// A command.
#[derive(Clone, Debug, Default)]
pub(super) struct Simple {
    pub(super) line: usize,
    pub(super) words: Vec<Vec<Part>>,
    pub(super) here: Option<(String, bool)>,
    /// The file that it writes.
    pub(super) output: Option<Vec<Part>>,
    /// The operator behind it.
    pub(super) then: &'static str,
}

/// Reads all statements; what is out of place is passed over.
pub(super) fn parse(tokens: Vec<Token>) -> Vec<Statement> {
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let mut all = Vec::new();
    while parser.at < parser.tokens.len() {
        all.extend(parser.block(&[]));
        parser.at += 1;
    }
    all
}

/// Deeper nesting than any script has.
const MOST_NESTED: usize = 100;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    /// Returns the word at the current place, if it is plain text.
    fn keyword(&self) -> Option<&str> {
        match self.tokens.get(self.at).map(|token| &token.kind) {
            Some(TokenKind::Word(parts)) => plain(parts),
            Some(TokenKind::Operator(operator)) => Some(operator),
            _ => None,
        }
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |token| token.line)
    }

    fn skip_separators(&mut self) {
        while matches!(self.tokens.get(self.at).map(|token| &token.kind), Some(TokenKind::Newline | TokenKind::Operator(";" | "&"))) {
            self.at += 1;
        }
    }

    /// Reads statements up to one of the words, which is left.
    fn block(&mut self, until: &[&str]) -> Vec<Statement> {
        let mut statements = Vec::new();
        self.depth += 1;
        loop {
            self.skip_separators();
            if self.at >= self.tokens.len() || self.depth > MOST_NESTED || self.keyword().is_some_and(|word| until.contains(&word)) {
                break;
            }
            let before = self.at;
            statements.extend(self.statement());
            if self.at == before {
                self.at += 1;
            }
        }
        self.depth -= 1;
        statements
    }

    fn statement(&mut self) -> Option<Statement> {
        let line = self.line();
        match self.keyword() {
            Some("if") => Some(self.conditional(line)),
            Some("for") => Some(self.repeated(line)),
            Some(what @ ("while" | "until")) => {
                let what = if what == "while" { "while" } else { "until" };
                self.at += 1;
                self.block(&["do"]);
                self.at += 1;
                let body = self.block(&["done"]);
                self.at += 1;
                Some(Statement::Loose { line, what, body })
            }
            Some("case") => {
                self.at += 1;
                let body = self.block(&["esac"]);
                self.at += 1;
                Some(Statement::Loose { line, what: "case", body })
            }
            Some("{") => {
                self.at += 1;
                let body = self.block(&["}"]);
                self.at += 1;
                Some(Statement::Loose { line, what: "{", body })
            }
            Some("(") => {
                self.at += 1;
                let body = self.block(&[")"]);
                self.at += 1;
                Some(Statement::Loose { line, what: "(", body })
            }
            Some("function") => {
                self.at += 1;
                self.function()
            }
            Some(_) if self.is_function() => self.function(),
            _ => self.simple(line),
        }
    }

    fn conditional(&mut self, line: usize) -> Statement {
        let (mut branches, mut otherwise) = (Vec::new(), Vec::new());
        while matches!(self.keyword(), Some("if" | "elif")) {
            self.at += 1;
            let condition = self.block(&["then"]);
            self.at += 1;
            let body = self.block(&["elif", "else", "fi"]);
            branches.push((condition, body));
        }
        if self.keyword() == Some("else") {
            self.at += 1;
            otherwise = self.block(&["fi"]);
        }
        self.at += 1;
        Statement::If { line, branches, otherwise }
    }

    fn repeated(&mut self, line: usize) -> Statement {
        self.at += 1;
        let variable = self.keyword().unwrap_or_default().to_owned();
        self.at += 1;
        let mut words = None;
        if self.keyword() == Some("in") {
            self.at += 1;
            let mut list = Vec::new();
            while let Some(TokenKind::Word(parts)) = self.tokens.get(self.at).map(|token| &token.kind) {
                list.push(parts.clone());
                self.at += 1;
            }
            words = Some(list);
        }
        self.block(&["do"]);
        self.at += 1;
        let body = self.block(&["done"]);
        self.at += 1;
        Statement::For { line, variable, words, body }
    }

    /// Says whether `NAME ( )` stands here.
    fn is_function(&self) -> bool {
        let operator = |at: usize, wanted: &str| matches!(self.tokens.get(at).map(|token| &token.kind), Some(TokenKind::Operator(found)) if *found == wanted);
        operator(self.at + 1, "(") && operator(self.at + 2, ")")
    }

    fn function(&mut self) -> Option<Statement> {
        let name = self.keyword()?.to_owned();
        self.at += 1;
        while matches!(self.keyword(), Some("(" | ")")) {
            self.at += 1;
        }
        self.skip_separators();
        self.at += 1;
        let body = self.block(&["}"]);
        self.at += 1;
        Some(Statement::Function { name, body })
    }

    fn simple(&mut self, line: usize) -> Option<Statement> {
        let mut simple = Simple { line, ..Simple::default() };
        // In [[ … ]] operators are text.
        let is_test = self.keyword() == Some("[[");
        while let Some(token) = self.tokens.get(self.at) {
            match &token.kind {
                TokenKind::Word(parts) => {
                    simple.words.push(parts.clone());
                    let ends = is_test && plain(parts) == Some("]]");
                    self.at += 1;
                    if ends {
                        continue;
                    }
                }
                TokenKind::Operator(operator) if is_test && !simple.words.iter().any(|word| plain(word) == Some("]]")) => {
                    simple.words.push(vec![Part::Text((*operator).to_owned(), true)]);
                    self.at += 1;
                }
                TokenKind::Here(text, expands) => {
                    simple.here = Some((text.clone(), *expands));
                    self.at += 1;
                }
                TokenKind::Redirect(redirect) => {
                    let target = match self.tokens.get(self.at + 1).map(|token| &token.kind) {
                        Some(TokenKind::Word(parts)) => Some(parts.clone()),
                        _ => None,
                    };
                    self.at += 1 + usize::from(target.is_some());
                    let is_stderr = simple.words.last().is_some_and(|word| plain(word) == Some("2"));
                    if is_stderr {
                        simple.words.pop();
                    } else if matches!(*redirect, ">" | ">|" | ">>") {
                        simple.output = target;
                    }
                }
                TokenKind::Operator(operator @ ("&&" | "||" | "|" | ";" | "&" | ";;")) => {
                    simple.then = operator;
                    self.at += 1;
                    break;
                }
                TokenKind::Operator(_) | TokenKind::Newline => break,
            }
        }
        (!simple.words.is_empty() || simple.here.is_some()).then_some(Statement::Simple(simple))
    }
}

/// Returns a word that is one unquoted text.
pub(super) fn plain(parts: &[Part]) -> Option<&str> {
    match parts {
        [Part::Text(text, false)] => Some(text),
        _ => None,
    }
}
