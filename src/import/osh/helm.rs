//! The arguments of `helm upgrade --install` and `helm install`, as a release.

use super::expand::{MARK, Substitution, Variables};
use crate::import::draft::{Draft, ReleaseDraft, SetDraft, SetValueDraft, ValuesDraft};
use std::collections::BTreeMap;

/// A release of a command, and the files of values that features choose for it.
pub(super) struct Command {
    pub(super) release: ReleaseDraft,
    pub(super) overlays: Vec<Substitution>,
    /// Whether helm would wait for its objects.
    pub(super) waits: bool,
}

/// Flags with a value that have no meaning for a stack.
const PASSED_OVER_WITH_VALUE: [&str; 4] = ["--kubeconfig", "--burst-limit", "--qps", "--registry-config"];
/// Flags without a value that change nothing of the release.
const PASSED_OVER: [&str; 9] = [
    "--install",
    "-i",
    "--debug",
    "--dependency-update",
    "--render-subchart-notes",
    "--hide-notes",
    "--reset-values",
    "--no-hooks=false",
    "--replace",
];
/// Flags that are keys of a release.
const KEYS: [(&str, &str); 14] = [
    ("--create-namespace", "createNamespace"),
    ("--wait", "wait"),
    ("--wait-for-jobs", "waitForJobs"),
    ("--atomic", "atomic"),
    ("--rollback-on-failure", "rollbackOnFailure"),
    ("--force", "force"),
    ("--force-replace", "force"),
    ("--devel", "devel"),
    ("--reuse-values", "reuseValues"),
    ("--cleanup-on-fail", "cleanupOnFail"),
    ("--skip-schema-validation", "skipSchemaValidation"),
    ("--enable-dns", "enableDNS"),
    ("--take-ownership", "takeOwnership"),
    ("--disable-openapi-validation", "disableOpenAPIValidation"),
];

/// Reads the arguments behind `upgrade` or `install`; files that the script writes become values in place.
pub(super) fn read(
    arguments: &[String],
    line: usize,
    variables: &Variables,
    files: &BTreeMap<String, String>,
    draft: &mut Draft,
) -> Option<Command> {
    let mut reader = Reader {
        variables,
        files,
        draft,
        line,
        positional: Vec::new(),
        repository: None,
        command: Command { release: ReleaseDraft::default(), overlays: Vec::new(), waits: false },
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        reader.argument(argument, &mut rest);
    }
    reader.finish()
}

struct Reader<'a> {
    variables: &'a Variables,
    files: &'a BTreeMap<String, String>,
    draft: &'a mut Draft,
    line: usize,
    positional: Vec<String>,
    repository: Option<String>,
    command: Command,
}

impl Reader<'_> {
    fn leave(&mut self, what: impl Into<String>) {
        self.draft.leave(self.line, what);
    }

    fn argument<'w>(&mut self, argument: &'w str, rest: &mut impl Iterator<Item = &'w String>) {
        if let [Substitution::Overlays { .. }] = self.variables.marked(argument).as_slice()
            && argument.starts_with(MARK)
            && argument.ends_with(MARK)
        {
            self.command.overlays.extend(self.variables.marked(argument).into_iter().cloned());
            return;
        }
        if !argument.starts_with('-') {
            match self.variables.marked(argument).first() {
                Some(_) => self.leave(format!("`{}` is not known without running it", self.variables.shown(argument))),
                None => self.positional.push(argument.to_owned()),
            }
            return;
        }
        let (flag, value) = match argument.split_once('=') {
            Some((flag, value)) => (flag, Some(value.to_owned())),
            None => (argument, None),
        };
        if let Some((_, key)) = KEYS.iter().find(|(name, _)| *name == flag) {
            if value.as_deref() != Some("false") {
                self.command.release.turn_on(key);
                self.command.waits |= matches!(*key, "wait" | "atomic" | "rollbackOnFailure");
            }
            return;
        }
        if PASSED_OVER.contains(&argument) {
            return;
        }
        let short = ["-n", "-f"].iter().find(|short| flag.starts_with(**short) && !flag.starts_with("--") && flag.len() > 2);
        let (flag, value) = match short {
            Some(short) => (*short, Some(argument[2..].trim_start_matches('=').to_owned())),
            None => (flag, value),
        };
        if !takes_value(flag) {
            self.leave(format!("flag `{argument}`"));
            return;
        }
        let Some(value) = value.or_else(|| rest.next().cloned()) else {
            self.leave(format!("flag `{flag}` has no value"));
            return;
        };
        if self.variables.marked(&value).is_empty() {
            self.flag(flag, value);
        } else {
            self.leave(format!("`{flag} {}` is not known without running it", self.variables.shown(&value)));
        }
    }

    fn flag(&mut self, flag: &str, value: String) {
        let release = &mut self.command.release;
        match flag {
            "-n" | "--namespace" => release.namespace = Some(value),
            // Helm 2 named releases so.
            "--name" => self.positional.insert(0, value),
            "--version" => release.version = Some(value),
            "--description" => release.description = Some(value),
            "--kube-context" => release.kube_context = Some(value),
            "--repo" => self.repository = Some(value),
            "--history-max" => release.history_max = value.parse().ok(),
            "--timeout" => match seconds(&value) {
                Some(seconds) => release.timeout = Some(seconds),
                None => self.leave(format!("`--timeout {value}` is no duration")),
            },
            "-f" | "--values" => {
                for file in value.split(',').filter(|file| !file.is_empty()) {
                    let values = match self.files.get(file) {
                        Some(text) if text.trim().is_empty() => continue,
                        Some(text) => ValuesDraft::Inline(text.clone()),
                        None => ValuesDraft::File(file.to_owned()),
                    };
                    self.command.release.values.push(values);
                }
            }
            "--set" => self.command.release.set.extend(pairs(&value)),
            "--set-string" | "--set-literal" => self.command.release.set_string.extend(pairs(&value)),
            "--set-file" => {
                let file = |pair: SetDraft| match pair.value {
                    SetValueDraft::One(path) => SetDraft { value: SetValueDraft::File(path), ..pair },
                    other => SetDraft { value: other, ..pair },
                };
                self.command.release.set.extend(pairs(&value).into_iter().map(file));
            }
            flag if PASSED_OVER_WITH_VALUE.contains(&flag) => {}
            flag => self.leave(format!("flag `{flag} {value}`")),
        }
    }

    fn finish(mut self) -> Option<Command> {
        let mut positional = std::mem::take(&mut self.positional).into_iter();
        let (Some(name), Some(chart)) = (positional.next(), positional.next()) else {
            self.leave("a helm command whose release or chart is not known");
            return None;
        };
        positional.for_each(|extra| self.leave(format!("`{extra}`, which is no flag")));
        self.command.release.name = name;
        self.command.release.chart = match self.repository.take() {
            Some(url) => {
                let known = self.draft.repositories.iter().find(|(_, known)| *known == url).map(|(name, _)| name.clone());
                let repository = known.unwrap_or_else(|| {
                    let name = format!("{chart}-repository");
                    self.draft.repositories.push((name.clone(), url));
                    name
                });
                format!("{repository}/{chart}")
            }
            None => chart,
        };
        Some(self.command)
    }
}

fn takes_value(flag: &str) -> bool {
    const FLAGS: [&str; 19] = [
        "--name",
        "-n",
        "--namespace",
        "--version",
        "--description",
        "--kube-context",
        "--repo",
        "--history-max",
        "--timeout",
        "-f",
        "--values",
        "--set",
        "--set-string",
        "--set-literal",
        "--set-file",
        "--set-json",
        "--post-renderer",
        "--post-renderer-args",
        "--labels",
    ];
    FLAGS.contains(&flag) || PASSED_OVER_WITH_VALUE.contains(&flag)
}

/// Reads seconds, or Go's form (`10m`, `1h30m`).
fn seconds(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    let (mut total, mut number) = (0u64, String::new());
    for character in text.chars() {
        match character {
            digit if digit.is_ascii_digit() => number.push(digit),
            unit => {
                let factor = match unit {
                    'h' => 3600,
                    'm' => 60,
                    's' => 1,
                    _ => return None,
                };
                total = total.checked_add(std::mem::take(&mut number).parse::<u64>().ok()?.checked_mul(factor)?)?;
            }
        }
    }
    number.is_empty().then_some(total)
}

/// Splits `a=b,c={d,e}` in Helm's grammar of `--set`; a backslash takes the next character as it is.
pub(super) fn pairs(text: &str) -> Vec<SetDraft> {
    let mut found = Vec::new();
    for pair in split(text) {
        let Some((name, value)) = pair.split_once('=') else { continue };
        let value = match value.strip_prefix('{').and_then(|value| value.strip_suffix('}')) {
            Some(items) => SetValueDraft::List(split(items).iter().map(|item| unescaped(item)).collect()),
            None => SetValueDraft::One(unescaped(value)),
        };
        found.push(SetDraft { name: name.to_owned(), value });
    }
    found
}

/// Splits at commas that are neither escaped nor in braces.
fn split(text: &str) -> Vec<String> {
    let (mut pieces, mut depth, mut escaped) = (vec![String::new()], 0usize, false);
    for character in text.chars() {
        let last = pieces.last_mut().expect("there is always one");
        match character {
            ',' if !escaped && depth == 0 => {
                pieces.push(String::new());
                continue;
            }
            '{' if !escaped => depth += 1,
            '}' if !escaped => depth = depth.saturating_sub(1),
            _ => {}
        }
        last.push(character);
        escaped = character == '\\' && !escaped;
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Takes the backslashes before commas, braces and backslashes away; those before dots are part of a key.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        if character == '\\' && next.is_some_and(|next| ",{}\\=".contains(next)) {
            plain.extend(characters.next());
        } else {
            plain.push(character);
        }
    }
    plain
}
