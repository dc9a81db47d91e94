//! Where a call stands, in words that stay the same when something else is added to the chart.
//!
//! A place is the way to the call: the file that is rendered, and from there each template, call and iteration. A call within
//! a template is known by the text around it, never by its line. Only a seed needs places; without one none are kept.

use super::function::Function;
use super::set::Template;
use crate::diag::Source;
use crate::value::{Str, Value, display};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

/// The way to what is being executed, and how often each place has drawn.
#[derive(Debug, Default)]
pub(super) struct Places {
    steps: Vec<Step>,
    drawn: FxHashMap<[u8; 32], u64>,
}

/// How many bytes before a call are looked at.
const WINDOW: usize = 16 * 1024;

/// One step of the way.
#[derive(Debug)]
enum Step {
    /// A call of a function, or of a template by an action.
    Call { template: Str, source: Source, at: u32, function: &'static str },
    /// One iteration of a loop.
    Item(Str),
}

impl Places {
    /// Begins anew: nothing is being executed.
    pub(super) fn restart(&mut self) {
        self.steps.clear();
    }

    /// A call begins, at a byte of the template.
    pub(super) fn enter_call(&mut self, template: &Template, at: u32, function: &Function) {
        self.enter(template, at, function.name);
    }

    /// An action begins that executes a template.
    pub(super) fn enter_template(&mut self, template: &Template, at: u32) {
        self.enter(template, at, "template");
    }

    fn enter(&mut self, template: &Template, at: u32, function: &'static str) {
        let (name, source) = (template.name.clone(), template.compiled.source.clone());
        self.steps.push(Step::Call { template: name, source, at, function });
    }

    /// An iteration begins.
    pub(super) fn enter_item(&mut self, key: &Value, item: &Value) {
        self.steps.push(Step::Item(name_of_item(key, item)));
    }

    /// What was entered last ends.
    pub(super) fn leave(&mut self) {
        self.steps.pop();
    }

    /// Returns what a draw is known by. `purpose` tells apart what one call draws.
    pub(super) fn draw(&mut self, purpose: &str, arguments: &[Value]) -> [u8; 40] {
        let place = self.digest(purpose, arguments);
        let drawn = self.drawn.entry(place).or_insert(0);
        let mut draw = [0; 40];
        draw[..32].copy_from_slice(&place);
        draw[32..].copy_from_slice(&drawn.to_be_bytes());
        *drawn += 1;
        draw
    }

    fn digest(&self, purpose: &str, arguments: &[Value]) -> [u8; 32] {
        let mut digest = Parts(Sha256::new());
        for step in &self.steps {
            match step {
                Step::Call { template, source, at, function } => {
                    let (lead, before) = surroundings(source.text(), *at as usize);
                    digest.add(&[b"call", template.as_bytes(), function.as_bytes(), lead.as_bytes(), before.as_bytes()]);
                }
                Step::Item(name) => digest.add(&[b"item", name.as_bytes()]),
            }
        }
        for argument in arguments {
            digest.add(&[b"argument", argument.type_name().as_bytes(), display(argument).as_bytes()]);
        }
        digest.add(&[b"purpose", purpose.as_bytes()]);
        digest.0.finalize().into()
    }
}

/// A digest of parts that are told apart by their lengths.
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, parts: &[&[u8]]) {
        for part in parts {
            self.0.update((part.len() as u64).to_be_bytes());
            self.0.update(part);
        }
    }
}

/// Returns what an iteration is known by when others are added before it: the key of a map; of a list the item itself where it
/// is no collection, or its name. Others are only known by their number, which the counting of draws takes care of.
fn name_of_item(key: &Value, item: &Value) -> Str {
    match (key, item) {
        (Value::Str(key), _) => key.clone(),
        (_, Value::Str(text)) => text.clone(),
        (_, Value::Int(..) | Value::Float(_) | Value::Bool(_)) => display(item).into(),
        (_, Value::Map(map)) => match map.get("name") {
            Some(Value::Str(name)) => name,
            _ => Str::default(),
        },
        _ => Str::default(),
    }
}

/// Returns what a call is known by within its template: what the action is written after, and the action up to the call.
///
/// The first is the text at the start of the line, up to its first action (`password: "`). Where a line begins with an action or
/// a dash, it is all before the call's own action if that makes a key (`{{ .name }}: `), else the nearest line above that ends
/// like a key (`password:`).
fn surroundings(text: &str, at: usize) -> (String, String) {
    let before = text.get(..at).unwrap_or(text);
    let before = &before[before.floor_char_boundary(before.len().saturating_sub(WINDOW))..];
    let action = before.rfind("{{").unwrap_or(0);
    let line = before[..action].rfind('\n').map_or(0, |newline| newline + 1);
    let prefix = &before[line..action];
    let start = prefix.split("{{").next().unwrap_or_default();
    let lead = match start {
        start if has_words(start) => start,
        _ if makes_key(prefix) => prefix,
        _ => key_above(&before[..line]),
    };
    (words(lead), words(before[action..].trim_start_matches("{{").trim_start_matches('-')))
}

/// Says whether the text between the actions has a colon.
fn makes_key(prefix: &str) -> bool {
    prefix.split("{{").filter_map(|part| part.split_once("}}")).any(|(_, text)| text.contains(':'))
}

fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Returns the text with one space for every run of space.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the last line that ends like a key, from its last action on.
fn key_above(text: &str) -> &str {
    text.lines()
        .rev()
        .find_map(|line| {
            let key = line.rsplit("}}").next().filter(|rest| has_words(rest)).unwrap_or(line);
            let end = key.trim_end().trim_end_matches(['|', '>', '-', '+']).trim_end();
            (end.ends_with(':') && !end.trim_start().starts_with('#') && has_words(end)).then_some(key)
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, lead: &str, before: &str) {
        let at = text.find("rand").unwrap();
        assert_eq!(surroundings(text, at), (lead.to_owned(), before.to_owned()), "{text}");
    }

    #[test]
    fn a_call_is_known_by_the_text_before_it() {
        check("a: b\n  password: {{ randAlpha 5 }}", "password:", "");
        check("password: \"{{ .x }}-{{- printf  \"%s\"\n (randAlpha 5) }}\"", "password: \"", "printf \"%s\" (");
        check("{{ .key }}: {{ randAlpha 5 }}", "{{ .key }}:", "");
        check("{{- $a := randAlpha 5 }}", "", "$a :=");
        check("{{ $b := uuidv4 }}{{- $a := randAlpha 5 }}", "", "$a :=");
        check("x: 1\na:\n  # note:\n  - {{ randAlpha 5 }}", "a:", "");
        check("a: |-\n  {{ randAlpha 5 }}", "a: |-", "");
        check("randAlpha", "", "");
    }
}
