//! Goes through a script and collects its releases. Nothing is run.

use super::condition::holds;
use super::expand::{Substitution, Variables};
use super::helm::{self, Command};
use super::syntax::{Simple, Statement, plain};
use crate::import::draft::{Draft, Imported, ReleaseDraft};
use std::collections::{BTreeMap, BTreeSet};

/// Commands that change nothing of what is deployed: they are passed over.
const HARMLESS: [&str; 27] = [
    "set", "echo", "printf", "sleep", "cd", "true", "false", "exit", "return", "shift", ":", "[", "[[", "test", "local", "export",
    "readonly", "unset", "break", "continue", "trap", "date", "pwd", "cat", "wc", "grep", "awk",
];
/// More calls within calls than a script means.
const MOST_CALLS: usize = 20;

/// Whether the script goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    On,
    Ended,
}

pub(super) struct Interpreter {
    variables: Variables,
    functions: BTreeMap<String, Vec<Statement>>,
    /// Files that the script has written.
    files: BTreeMap<String, String>,
    draft: Draft,
    /// The overlays of each release: folder, chart and features.
    overlays: BTreeMap<String, Vec<Substitution>>,
    /// Releases since the script waited, and those before.
    current: Vec<String>,
    before: Vec<String>,
    calls: usize,
}

impl Interpreter {
    pub(super) fn new(variables: &BTreeMap<String, String>) -> Interpreter {
        Interpreter {
            variables: Variables { set: variables.clone(), ..Variables::default() },
            functions: BTreeMap::new(),
            files: BTreeMap::new(),
            draft: Draft { overlays_above: true, ..Draft::default() },
            overlays: BTreeMap::new(),
            current: Vec::new(),
            before: Vec::new(),
            calls: 0,
        }
    }

    pub(super) fn run(&mut self, statements: &[Statement]) {
        self.block(statements);
    }

    /// Decides what is the same for all releases, and writes the stack.
    pub(super) fn finish(mut self, name: &str) -> Imported {
        self.decide_overlays();
        let asked: BTreeSet<String> = std::mem::take(&mut self.variables.unset);
        for variable in asked.iter().filter(|name| self.variables.set.get(*name).is_none_or(String::is_empty)) {
            // Only those that a stack could differ by are worth a word.
            if variable == "FEATURES" || variable == "FEATURE_GATES" {
                self.draft
                    .leave(0, format!("{variable} is not set: give it with --variable {variable}=…, or write `features` into the stack"));
            }
        }
        self.draft.finish(name)
    }

    fn block(&mut self, statements: &[Statement]) -> Flow {
        for statement in statements {
            if self.statement(statement) == Flow::Ended {
                return Flow::Ended;
            }
        }
        Flow::On
    }

    fn statement(&mut self, statement: &Statement) -> Flow {
        match statement {
            Statement::Simple(simple) => self.simple(simple),
            Statement::Function { name, body } => {
                self.functions.insert(name.clone(), body.clone());
                Flow::On
            }
            Statement::If { line, branches, otherwise } => self.conditional(*line, branches, otherwise),
            Statement::For { line, variable, words, body } => self.repeated(*line, variable, words.as_deref(), body),
            Statement::Loose { line, what, body } => {
                if !matches!(*what, "{" | "(") && installs(body, &self.functions) {
                    self.draft.leave(*line, format!("`{what}`: what it installs is taken once"));
                }
                match (self.block(body), *what) {
                    (flow, "{") => flow,
                    _ => Flow::On,
                }
            }
        }
    }

    fn conditional(&mut self, line: usize, branches: &[(Vec<Statement>, Vec<Statement>)], otherwise: &[Statement]) -> Flow {
        for (condition, body) in branches {
            match self.holds(condition) {
                Some(true) => return self.block(body),
                Some(false) => {}
                None => {
                    let matters = |body: &[Statement], functions| installs(body, functions) || assigns(body);
                    if matters(body, &self.functions) || matters(otherwise, &self.functions) {
                        self.draft.leave(line, "`if`: its condition is not known without running it; the first branch is taken");
                    }
                    // An end that may not come is none.
                    self.block(body);
                    return Flow::On;
                }
            }
        }
        self.block(otherwise)
    }

    fn holds(&mut self, condition: &[Statement]) -> Option<bool> {
        let mut result = None;
        let mut joined = "";
        for statement in condition {
            let Statement::Simple(simple) = statement else { return None };
            if simple.then == "|" {
                return None;
            }
            let words: Vec<String> = simple.words.iter().flat_map(|word| self.condition_words(word)).collect();
            let this = match words.split_first() {
                Some((bang, rest)) if bang == "!" => holds(rest).map(|holds| !holds),
                _ => holds(&words),
            };
            result = match (joined, result, this) {
                ("&&", Some(false), _) | ("&&", _, Some(false)) => Some(false),
                ("||", Some(true), _) | ("||", _, Some(true)) => Some(true),
                ("&&" | "||", before, now) => before.and(now),
                (_, _, now) => now,
            };
            joined = simple.then;
        }
        result
    }

    /// In a condition a quoted word stays one, also where it is empty.
    fn condition_words(&mut self, word: &[super::lexer::Part]) -> Vec<String> {
        use super::lexer::Part;
        let quoted = word.iter().any(|part| matches!(part, Part::Text(_, true) | Part::Variable(_, true) | Part::Command(_, true)));
        if quoted { vec![self.variables.text(word)] } else { self.variables.words(word) }
    }

    fn repeated(&mut self, line: usize, variable: &str, words: Option<&[Vec<super::lexer::Part>]>, body: &[Statement]) -> Flow {
        let items: Vec<String> = words.unwrap_or_default().iter().flat_map(|word| self.variables.words(word)).collect();
        let known = items.iter().all(|item| self.variables.marked(item).is_empty());
        if !known || words.is_none() {
            if installs(body, &self.functions) {
                self.draft.leave(line, "`for`: what it goes through is not known without running it");
            }
            return Flow::On;
        }
        for item in items {
            self.variables.set.insert(variable.to_owned(), item);
            if self.block(body) == Flow::Ended {
                return Flow::Ended;
            }
        }
        Flow::On
    }

    fn simple(&mut self, simple: &Simple) -> Flow {
        let here = simple.here.as_ref().map(|(text, expands)| if *expands { self.variables.document(text) } else { text.clone() });
        let output = simple.output.as_ref().map(|word| self.variables.text(word));
        let mut raw = simple.words.as_slice();
        while let Some((name, value)) = raw.first().and_then(|word| assignment(word)) {
            let value = self.variables.text(&value);
            self.variables.set.insert(name, value);
            raw = &raw[1..];
        }
        let words: Vec<String> = match raw.first().and_then(|word| plain(word)) {
            // `export A=b` keeps the value in one piece.
            Some("export" | "local" | "readonly" | "declare") => {
                for word in &raw[1..] {
                    if let Some((name, value)) = assignment(word) {
                        let value = self.variables.text(&value);
                        self.variables.set.insert(name, value);
                    }
                }
                return Flow::On;
            }
            _ => raw.iter().flat_map(|word| self.variables.words(word)).collect(),
        };
        self.command(simple.line, &words, here, output)
    }

    fn command(&mut self, line: usize, words: &[String], here: Option<String>, output: Option<String>) -> Flow {
        let words = if words.first().is_some_and(|word| word == "sudo" || word == "time" || word == "exec") { &words[1..] } else { words };
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        match texts.as_slice() {
            [] => {}
            ["exit", ..] => return Flow::Ended,
            ["tee", rest @ ..] => {
                let text = here.unwrap_or_default();
                for file in rest.iter().filter(|word| !word.starts_with('-')).map(|word| (*word).to_owned()).chain(output) {
                    self.write(file, text.clone(), rest.contains(&"-a"));
                }
            }
            ["cat", ..] if here.is_some() => {
                if let Some(file) = output {
                    self.write(file, here.unwrap_or_default(), false);
                }
            }
            ["echo" | "printf", rest @ ..] => {
                if let Some(file) = output {
                    let text = rest.iter().filter(|word| !word.starts_with("-e")).copied().collect::<Vec<_>>().join(" ");
                    self.write(file, format!("{text}\n"), true);
                }
            }
            ["helm", "upgrade" | "install", ..] => self.install(line, &words[2..]),
            ["helm", "repo", "add", name, url, ..] => {
                if !self.draft.repositories.iter().any(|(known, _)| known == name) {
                    self.draft.repositories.push(((*name).to_owned(), (*url).to_owned()));
                }
            }
            ["helm", "osh", wait, rest @ ..] if wait.starts_with("wait-for") => {
                let timeout = rest.get(1).and_then(|seconds| seconds.parse().ok());
                let waiting = |release: &&mut ReleaseDraft| release.timeout.is_none();
                let current = &self.current;
                let own = self.draft.releases.iter_mut().filter(|release| current.contains(&release.name));
                own.filter(waiting).for_each(|release| release.timeout = timeout);
                self.barrier(true);
            }
            ["kubectl", "wait" | "rollout", ..] => self.barrier(false),
            ["helm", "test", release, ..] => {
                self.draft.leave(line, format!("the tests of {release}: run `stackwright release test {release}`"))
            }
            ["helm", "repo" | "dep" | "dependency" | "list" | "ls" | "status" | "get" | "history" | "plugin" | "version", ..] => {}
            [name, ..] if self.functions.contains_key(*name) => return self.call(name, &words[1..]),
            [name, ..] if HARMLESS.contains(name) => {}
            ["kubectl", "get" | "describe" | "logs" | "config" | "version", ..] => {}
            ["openstack", rest @ ..] if rest.contains(&"list") || rest.contains(&"show") => {}
            _ => {
                let text: String = self.variables.shown(&texts.join(" ")).chars().take(100).collect();
                self.draft.leave(line, format!("`{}`", text.replace('\n', " ")));
            }
        }
        Flow::On
    }

    fn write(&mut self, file: String, text: String, appends: bool) {
        if appends { self.files.entry(file).or_default().push_str(&text) } else { drop(self.files.insert(file, text)) }
    }

    fn call(&mut self, name: &str, arguments: &[String]) -> Flow {
        if self.calls >= MOST_CALLS {
            return Flow::On;
        }
        let body = self.functions.get(name).cloned().unwrap_or_default();
        let outer = self.variables.set.clone();
        for (at, argument) in arguments.iter().enumerate() {
            self.variables.set.insert((at + 1).to_string(), argument.clone());
        }
        self.variables.set.insert("@".to_owned(), arguments.join(" "));
        self.calls += 1;
        let flow = self.block(&body);
        self.calls -= 1;
        for at in (1..=arguments.len()).map(|at| at.to_string()).chain(["@".to_owned()]) {
            match outer.get(&at) {
                Some(value) => drop(self.variables.set.insert(at, value.clone())),
                None => drop(self.variables.set.remove(&at)),
            }
        }
        flow
    }

    /// The script waits for all that it has installed: what comes next needs it.
    fn barrier(&mut self, marks: bool) {
        if self.current.is_empty() {
            return;
        }
        if marks {
            for release in self.draft.releases.iter_mut().filter(|release| self.current.contains(&release.name)) {
                release.turn_on("wait");
            }
        }
        self.before = std::mem::take(&mut self.current);
    }

    fn install(&mut self, line: usize, arguments: &[String]) {
        if arguments.iter().any(|argument| argument.starts_with("--dry-run")) {
            return;
        }
        let Some(Command { mut release, overlays, waits }) = helm::read(arguments, line, &self.variables, &self.files, &mut self.draft)
        else {
            return;
        };
        release.remark = Some(format!("line {line}"));
        release.needs = self.before.iter().filter(|need| **need != release.name).map(|need| self.need(need, &release)).collect();
        let name = release.name.clone();
        self.overlays.insert(name.clone(), overlays);
        match self.draft.releases.iter().position(|known| known.name == name && known.namespace == release.namespace) {
            Some(at) => {
                self.draft.leave(line, format!("{name} is installed a second time: only this command counts"));
                let needs = std::mem::take(&mut self.draft.releases[at].needs);
                self.draft.releases[at] = ReleaseDraft { needs, ..release };
            }
            None => {
                self.draft.releases.push(release);
                self.current.push(name);
            }
        }
        if waits {
            self.barrier(false);
        }
    }

    /// Names another release as `needs` does: with its namespace where it is another one.
    fn need(&self, name: &str, release: &ReleaseDraft) -> String {
        let needed = self.draft.releases.iter().find(|known| known.name == name);
        match needed.and_then(|needed| needed.namespace.as_deref()) {
            Some(namespace) if release.namespace.as_deref() != Some(namespace) => format!("{namespace}/{name}"),
            _ => name.to_owned(),
        }
    }

    /// The features that most releases have are the stack's; others are the releases' own.
    fn decide_overlays(&mut self) {
        let mut counted: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        let mut folders: BTreeMap<String, usize> = BTreeMap::new();
        for overlay in self.overlays.values().flatten() {
            if let Substitution::Overlays { folder, features, .. } = overlay {
                *counted.entry(features.clone()).or_default() += 1;
                *folders.entry(folder.clone().unwrap_or_else(|| ".".to_owned())).or_default() += 1;
            }
        }
        let most = |counts: &BTreeMap<String, usize>| counts.iter().max_by_key(|(_, count)| **count).map(|(key, _)| key.clone());
        let Some(folder) = most(&folders) else { return };
        let features = counted.iter().max_by_key(|(_, count)| **count).map(|(features, _)| features.clone()).unwrap_or_default();
        self.draft.overlays = Some(format!("{}/{{chart}}", folder.trim_end_matches('/')));
        let overlays = std::mem::take(&mut self.overlays);
        for at in 0..self.draft.releases.len() {
            let release = &self.draft.releases[at];
            let own_chart = release.chart.rsplit('/').next().unwrap_or_default().to_owned();
            let line: usize = release.remark.as_deref().and_then(|remark| remark.strip_prefix("line ")?.parse().ok()).unwrap_or(0);
            let own = overlays.get(&release.name).and_then(|overlays| overlays.first());
            let own_features = match own {
                Some(Substitution::Overlays { chart, features, folder: own_folder }) => {
                    if *chart != own_chart || own_folder.as_ref().is_some_and(|own| *own != folder) {
                        self.draft.leave(line, format!("the overlays of {chart} in another folder, for {own_chart}"));
                    }
                    features.clone()
                }
                _ => Vec::new(),
            };
            if own_features != features {
                self.draft.releases[at].features = Some(own_features);
            }
        }
        self.draft.features = features;
    }
}

/// Reads `NAME=VALUE`.
fn assignment(word: &[super::lexer::Part]) -> Option<(String, Vec<super::lexer::Part>)> {
    use super::lexer::Part;
    let (Part::Text(first, false), rest) = word.split_first()? else { return None };
    let (name, value) = first.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
    let starts = !name.starts_with(|first: char| first.is_ascii_digit());
    (is_name && starts).then(|| {
        let value = (!value.is_empty()).then(|| Part::Text(value.to_owned(), false));
        (name.to_owned(), value.into_iter().chain(rest.iter().cloned()).collect())
    })
}

/// Says whether statements set variables.
fn assigns(statements: &[Statement]) -> bool {
    statements.iter().any(|statement| match statement {
        Statement::Simple(simple) => simple.words.first().is_some_and(|word| assignment(word).is_some()),
        Statement::If { branches, otherwise, .. } => branches.iter().any(|(_, body)| assigns(body)) || assigns(otherwise),
        Statement::For { body, .. } | Statement::Loose { body, .. } | Statement::Function { body, .. } => assigns(body),
    })
}

/// Says whether statements may install something.
fn installs(statements: &[Statement], functions: &BTreeMap<String, Vec<Statement>>) -> bool {
    statements.iter().any(|statement| match statement {
        Statement::Simple(simple) => {
            let words: Vec<&str> = simple.words.iter().filter_map(|word| plain(word)).collect();
            matches!(words.as_slice(), ["helm", "upgrade" | "install", ..])
                || words.first().is_some_and(|name| functions.get(*name).is_some_and(|body| installs(body, &BTreeMap::new())))
        }
        Statement::If { branches, otherwise, .. } => {
            branches.iter().any(|(_, body)| installs(body, functions)) || installs(otherwise, functions)
        }
        Statement::For { body, .. } | Statement::Loose { body, .. } | Statement::Function { body, .. } => installs(body, functions),
    })
}
