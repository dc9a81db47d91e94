//! Which releases a label selector finds.

use super::error::Error;
use std::collections::BTreeMap;

/// A label selector as Kubernetes has it: `team=a,tier!=web,region in (x,y),!old,size>3`. The empty one finds everything.
///
/// Rule: k8s.io/apimachinery pkg/labels/selector.go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Exists,
    Missing,
    OneOf(Vec<String>),
    NoneOf(Vec<String>),
    Above(i64),
    Below(i64),
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// [`Error::Selector`], in Kubernetes' words.
    pub fn parse(text: &str) -> Result<Selector, Error> {
        let parser = Parser { tokens: tokens(text), at: 0 };
        parser.requirements().map(|requirements| Selector { requirements }).map_err(|reason| Error::Selector { reason })
    }

    /// Says whether everything that is required of labels holds.
    pub fn finds(&self, labels: &BTreeMap<String, String>) -> bool {
        self.requirements.iter().all(|requirement| requirement.test.holds(labels.get(&requirement.key).map(String::as_str)))
    }
}

impl Test {
    fn holds(&self, value: Option<&str>) -> bool {
        let is_listed = |list: &[String]| value.is_some_and(|value| list.iter().any(|listed| listed == value));
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Test::Exists => value.is_some(),
            Test::Missing => value.is_none(),
            Test::OneOf(list) => is_listed(list),
            Test::NoneOf(list) => !is_listed(list),
            Test::Above(limit) => number().is_some_and(|number| number > *limit),
            Test::Below(limit) => number().is_some_and(|number| number < *limit),
        }
    }
}

/// What a selector is written of; the end is the empty text.
type Token<'t> = &'t str;

const END: Token<'static> = "";

fn tokens(text: &str) -> Vec<Token<'_>> {
    let is_special = |character: char| "=!(),<>".contains(character);
    let mut rest = text;
    let mut tokens = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let Some(first) = rest.chars().next() else { break };
        let length = match first {
            '=' | '!' if rest[1..].starts_with('=') => 2,
            first if is_special(first) => 1,
            _ => rest.find(|character: char| is_special(character) || " \t\r\n".contains(character)).unwrap_or(rest.len()),
        };
        tokens.push(&rest[..length]);
        rest = &rest[length..];
    }
    tokens
}

fn is_identifier(token: Token<'_>) -> bool {
    !token.is_empty() && !matches!(token, "=" | "==" | "!=" | "!" | "(" | ")" | "," | "<" | ">")
}

struct Parser<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
}

impl<'t> Parser<'t> {
    fn requirements(mut self) -> Result<Vec<Requirement>, String> {
        let mut requirements = Vec::new();
        loop {
            match self.ahead() {
                END => return Ok(requirements),
                token if is_identifier(token) || token == "!" => {}
                token => return Err(format!("found '{token}', expected: !, identifier, or 'end of string'")),
            }
            requirements.push(self.requirement().map_err(|words| format!("unable to parse requirement: {words}"))?);
            match self.next() {
                END => return Ok(requirements),
                "," => {
                    let token = self.ahead();
                    if !is_identifier(token) && token != "!" {
                        return Err(format!("found '{token}', expected: identifier after ','"));
                    }
                }
                token => return Err(format!("found '{token}', expected: ',' or 'end of string'")),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let mut token = self.next();
        let is_missing = token == "!";
        if is_missing {
            token = self.next();
        }
        if !is_identifier(token) {
            return Err(format!("found '{token}', expected: identifier"));
        }
        let key = token.to_owned();
        let test = match self.ahead() {
            _ if is_missing => Test::Missing,
            END | "," => Test::Exists,
            _ => self.test()?,
        };
        Ok(Requirement { key, test })
    }

    fn test(&mut self) -> Result<Test, String> {
        match self.next() {
            "in" => self.list().map(Test::OneOf),
            "notin" => self.list().map(Test::NoneOf),
            "=" | "==" => self.exact().map(|value| Test::OneOf(vec![value])),
            "!=" => self.exact().map(|value| Test::NoneOf(vec![value])),
            ">" => self.number().map(Test::Above),
            "<" => self.number().map(Test::Below),
            token => Err(format!("found '{token}', expected: in, notin, =, ==, !=, gt, lt")),
        }
    }

    fn exact(&mut self) -> Result<String, String> {
        match self.ahead() {
            END | "," => Ok(String::new()),
            token if is_identifier(token) => Ok(self.next().to_owned()),
            token => Err(format!("found '{token}', expected: identifier")),
        }
    }

    fn number(&mut self) -> Result<i64, String> {
        let value = self.exact()?;
        value.parse().map_err(|_| format!("values[0]: Invalid value: {value:?}: for 'Gt', 'Lt' operators, the value must be an integer"))
    }

    /// Reads `(a,b)`; where nothing stands between commas and parentheses the empty value is meant.
    fn list(&mut self) -> Result<Vec<String>, String> {
        let token = self.next();
        if token != "(" {
            return Err(format!("found '{token}' expected: '('"));
        }
        let mut values = Vec::new();
        loop {
            let value = if is_identifier(self.ahead()) { self.next() } else { "" };
            values.push(value.to_owned());
            match self.next() {
                ")" => return Ok(values),
                "," => {}
                token if value.is_empty() => return Err(format!("found '{token}', expected: ',', ')' or identifier")),
                token => return Err(format!("found '{token}', expected: ',' or ')'")),
            }
        }
    }

    fn ahead(&self) -> Token<'t> {
        self.tokens.get(self.at).copied().unwrap_or(END)
    }

    fn next(&mut self) -> Token<'t> {
        let token = self.ahead();
        self.at += 1;
        token
    }
}

#[cfg(test)]
mod tests {
    use super::Selector;

    #[track_caller]
    fn check(selector: &str, labels: &[(&str, &str)], expected: bool) {
        let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        assert_eq!(Selector::parse(selector).map(|selector| selector.finds(&labels)), Ok(expected), "{selector}");
    }

    #[test]
    fn everything_that_is_required_must_hold() {
        let labels = [("team", "a"), ("tier", "web"), ("size", "4"), ("in", "x")];
        for found in
            ["", "team=a", "team == a , tier!=db", "tier in (db, web)", "other notin (x)", "!other", "team", "size>3,size<5", "in in (x)"]
        {
            check(found, &labels, true);
        }
        for not_found in ["team=b", "team!=a", "tier notin (web)", "!team", "other", "size>4", "other>1", "team=", "team in ()"] {
            check(not_found, &labels, false);
        }
    }

    #[test]
    fn mistakes_are_told_in_the_words_of_kubernetes() {
        let words = |selector: &str| Selector::parse(selector).expect_err("is no selector").to_string();
        assert_eq!(words("a=("), "unable to parse requirement: found '(', expected: identifier");
        assert_eq!(words("a b"), "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt");
        assert_eq!(words("a,"), "found '', expected: identifier after ','");
        assert_eq!(words("=a"), "found '=', expected: !, identifier, or 'end of string'");
        assert_eq!(words("a in b"), "unable to parse requirement: found 'b' expected: '('");
    }
}
