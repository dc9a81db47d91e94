//! Words as they come out: variables put in, command substitutions marked.

use super::lexer::{Part, lex, parts_of};
use super::syntax::{Statement, parse};
use std::collections::{BTreeMap, BTreeSet};

/// Begins and ends the mark of a command substitution in a text; its number is between them.
pub(super) const MARK: char = '\u{1}';

/// What a command substitution in a text stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Substitution {
    /// Files of values that features choose.
    Overlays {
        /// The folder with a folder for each chart.
        folder: Option<String>,
        chart: String,
        features: Vec<String>,
    },
    /// Something that would have to be run.
    Unknown(String),
}

/// The variables of a script, and what its substitutions stand for.
#[derive(Debug, Default)]
pub(super) struct Variables {
    pub(super) set: BTreeMap<String, String>,
    pub(super) substitutions: Vec<Substitution>,
    /// Variables that were read and never set.
    pub(super) unset: BTreeSet<String>,
}

impl Variables {
    /// Expands a word into the words that it becomes: what is not in quotes is split at blanks.
    pub(super) fn words(&mut self, parts: &[Part]) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut open = false;
        for part in parts {
            let (text, splits) = self.part(part);
            if !splits {
                append(&mut words, &mut open, &text);
                continue;
            }
            let mut pieces = text.split([' ', '\t', '\n']).peekable();
            while let Some(piece) = pieces.next() {
                if !piece.is_empty() {
                    append(&mut words, &mut open, piece);
                }
                open &= pieces.peek().is_none();
            }
        }
        words
    }

    /// Expands a word into one text.
    pub(super) fn text(&mut self, parts: &[Part]) -> String {
        parts.iter().map(|part| self.part(part).0).collect()
    }

    /// Expands a here-document.
    pub(super) fn document(&mut self, text: &str) -> String {
        self.text(&parts_of(text, true))
    }

    /// Expands a part; also says whether the result is split at blanks.
    fn part(&mut self, part: &Part) -> (String, bool) {
        match part {
            Part::Text(text, _) => (text.clone(), false),
            Part::Variable(expression, quoted) => (self.variable(expression), !quoted),
            Part::Command(command, quoted) => (self.command(command), !quoted),
            Part::Opaque(text) => (self.mark(Substitution::Unknown(text.clone())), false),
        }
    }

    /// Expands what is in `${…}`.
    fn variable(&mut self, expression: &str) -> String {
        let name_end =
            expression.find(|character: char| !character.is_ascii_alphanumeric() && character != '_').unwrap_or(expression.len());
        let (name, rest) = expression.split_at(name_end.max(usize::from(!expression.is_empty() && name_end == 0)));
        let value = self.set.get(name).cloned();
        let filled = value.clone().filter(|value| !value.is_empty());
        if let Some(default) = rest.strip_prefix(":=").or_else(|| rest.strip_prefix('=')) {
            let present = if rest.starts_with(':') { filled } else { value };
            return present.unwrap_or_else(|| {
                let default = self.text(&parts_of(default, false));
                self.set.insert(name.to_owned(), default.clone());
                default
            });
        }
        if let Some(default) = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-')) {
            let present = if rest.starts_with(':') { filled } else { value };
            return present.unwrap_or_else(|| self.text(&parts_of(default, false)));
        }
        if let Some(other) = rest.strip_prefix(":+") {
            return if filled.is_some() { self.text(&parts_of(other, false)) } else { String::new() };
        }
        if value.is_none() {
            self.unset.insert(name.to_owned());
        }
        let value = value.unwrap_or_default();
        if let Some((pattern, replacement)) = rest.strip_prefix('/').and_then(|rest| rest.trim_start_matches('/').split_once('/')) {
            return match rest.starts_with("//") {
                true => value.replace(pattern, replacement),
                false => value.replacen(pattern, replacement, 1),
            };
        }
        match rest {
            "" => value,
            _ => self.mark(Substitution::Unknown(format!("${{{expression}}}"))),
        }
    }

    fn command(&mut self, command: &str) -> String {
        let words: Vec<String> = match parse(lex(command)).as_slice() {
            [Statement::Simple(simple)] => simple.words.iter().flat_map(|word| self.words(word)).collect(),
            _ => Vec::new(),
        };
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        let substitution = match texts.as_slice() {
            ["helm", "osh", "get-values-overrides", arguments @ ..] => overlays(arguments),
            ["pwd"] => return ".".to_owned(),
            ["echo", rest @ ..] => return rest.join(" "),
            _ => None,
        };
        self.mark(substitution.unwrap_or_else(|| Substitution::Unknown(format!("$({})", command.trim()))))
    }

    fn mark(&mut self, substitution: Substitution) -> String {
        let number = self.substitutions.iter().position(|known| *known == substitution).unwrap_or_else(|| {
            self.substitutions.push(substitution);
            self.substitutions.len() - 1
        });
        format!("{MARK}{number}{MARK}")
    }

    /// Returns the substitutions that are marked in a text.
    pub(super) fn marked(&self, text: &str) -> Vec<&Substitution> {
        text.split(MARK).skip(1).step_by(2).filter_map(|number| self.substitutions.get(number.parse::<usize>().ok()?)).collect()
    }

    /// Returns a text with its marks written as they stood in the script.
    pub(super) fn shown(&self, text: &str) -> String {
        let pieces = text.split(MARK).enumerate().map(|(at, piece)| match (at % 2, piece.parse::<usize>()) {
            (1, Ok(number)) => match self.substitutions.get(number) {
                Some(Substitution::Unknown(text)) => text.clone(),
                _ => "$(helm osh get-values-overrides …)".to_owned(),
            },
            _ => piece.to_owned(),
        });
        pieces.collect()
    }
}

/// Joins a text to the word that is open, or begins one.
fn append(words: &mut Vec<String>, open: &mut bool, text: &str) {
    match words.last_mut().filter(|_| *open) {
        Some(word) => word.push_str(text),
        None => words.push(text.to_owned()),
    }
    *open = true;
}

/// Reads the arguments of `helm osh get-values-overrides`.
fn overlays(arguments: &[&str]) -> Option<Substitution> {
    let (mut folder, mut chart, mut features) = (None, None, Vec::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let (flag, value) = argument.split_once('=').map_or((*argument, None), |(flag, value)| (flag, Some(value)));
        let mut value = || value.or_else(|| arguments.next().copied()).map(ToOwned::to_owned);
        match flag {
            "-p" | "--path" => folder = value(),
            "-c" | "--chart" => chart = value(),
            "-u" | "--url" => drop(value()),
            // A subchart's files are elsewhere.
            "-s" | "--subchart" => return None,
            flag if flag.starts_with('-') => {}
            _ => features.extend(argument.split(',').filter(|feature| !feature.is_empty()).map(ToOwned::to_owned)),
        }
    }
    Some(Substitution::Overlays { folder, chart: chart?, features })
}
