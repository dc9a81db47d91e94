//! What can be wrong with a stack.

use super::help;
use super::identity::ReleaseId;
use crate::diag::{Diagnostic, Severity, Span, nearest};
use std::path::PathBuf;

/// One thing that is wrong with a stack file, a flag, or what they say together.
#[derive(Clone, Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message of a variant says what it is, and its fields are named for what they hold")]
pub enum Error {
    // Flags.
    #[error("`{text}` is no selector")]
    Selector { text: String },
    #[error("`{pair}` cannot be set: {reason}")]
    StateValue { pair: String, reason: &'static str },
    #[error("`{key}` is set in the file and forced by {flag}")]
    ForcedTwice { key: &'static str, flag: &'static str, span: Span },
    // Files.
    #[error("{}", no_stack_file(path))]
    NoStackFile { path: Option<PathBuf> },
    #[error("several stack files could be meant: {}", paths(found))]
    SeveralStackFiles { found: Vec<PathBuf> },
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String, span: Option<Span> },
    #[error("{what} file `{path}` does not exist in {}", show_folder(folder))]
    MissingFile { what: &'static str, path: String, folder: PathBuf, near: Option<String>, span: Option<Span> },
    #[error("values file `{path}` stands for several files")]
    SeveralFiles { path: String, span: Option<Span> },
    #[error("`{path}` is not fetched: values are read from this machine only")]
    RemoteFile { path: String, scheme: String, span: Option<Span> },
    #[error("{} is HCL, which is not read", path.display())]
    Hcl { path: PathBuf, span: Span },
    #[error("{} cannot be decrypted: {reason}", path.display())]
    Secret { path: PathBuf, reason: String, span: Option<Span> },
    // The form of a file.
    #[error("`{key}` must stand before `releases`")]
    LateKey { key: String, span: Span, releases: Span },
    #[error("`environments` and `releases` stand in the same part of the file")]
    SamePart { releases: Span, environments: Span },
    #[error("unknown key `{key}` in a {noun}")]
    UnknownKey { noun: &'static str, key: String, near: Option<String>, of_release: bool, span: Span },
    #[error("key `{key}` is there twice")]
    DuplicateKey { key: String, first: Span, span: Span },
    #[error("expected {expected}, found {found}")]
    Mismatch { expected: String, found: &'static str, span: Span },
    #[error("`{given}` is no value of `{key}`")]
    Choice { key: &'static str, given: String, choices: Vec<&'static str>, span: Span },
    #[error("{number} is less than nothing")]
    Negative { number: i64, span: Span },
    #[error("`{key}` came out as `{text}`, which is neither true nor false")]
    NoFlag { key: &'static str, text: String, span: Span },
    #[error("`{key}` ({noun}) has no effect here")]
    Unsupported { noun: &'static str, key: &'static str, help: &'static str, span: Span },
    #[error("`inherit` is a mapping")]
    OldInherit { span: Span },
    // Bases, sub-stacks, environments.
    #[error("a base has bases of its own")]
    NestedBase { span: Span },
    #[error("base {} does not exist", path.display())]
    NoBase { path: PathBuf, span: Span },
    #[error("a sub-stack has no path")]
    NoSubStackPath { span: Span },
    #[error("{} leads back to itself", path.display())]
    StackCycle { path: PathBuf, span: Span },
    #[error("environment `{environment}` is defined in none of {}", paths(files))]
    NoEnvironment { environment: String, files: Vec<PathBuf>, known: Vec<String> },
    // Releases.
    #[error("a release has no {key}")]
    IncompleteRelease { key: &'static str, span: Span },
    #[error("a repository has no name or no url")]
    IncompleteRepository { span: Span },
    #[error("`{name}` is no name of a release")]
    BadName { name: String, span: Span },
    #[error("unknown template `{name}`")]
    UnknownTemplate { name: String, near: Option<String>, names: Vec<String>, span: Span },
    #[error("templates inherit each other in a circle: {}", path.join(" -> "))]
    TemplateCycle { path: Vec<String>, span: Span },
    #[error("fields of release `{name}` refer to each other in a circle")]
    RecursiveFields { name: String, span: Option<Span> },
    #[error("`{one}` and `{other}` are both on")]
    Contradiction { one: &'static str, other: &'static str, span: Option<Span> },
    #[error("a rule of `fieldManagers` has no `{missing}`")]
    IncompleteFieldRule { missing: &'static str, span: Span },
    #[error("a need has no name")]
    NamelessNeed { span: Span },
    #[error("`{text}` is no percentage")]
    Percentage { text: String, span: Span },
    #[error("condition `{text}` cannot be decided: {reason}")]
    Condition { text: String, reason: String, near: Option<String>, span: Span },
    #[error("release `{release}` has chart `{chart}`, of which {} has no version that fits", path.display())]
    NotLocked { release: ReleaseId, chart: String, path: PathBuf, span: Option<Span> },
    #[error("environment variable `{variable}` is not set")]
    NoVariable { variable: String, span: Span },
    #[error("secrets stand in the stack file itself")]
    InlineSecret { span: Span },
    #[error("`{event}` is no event")]
    UnknownEvent { event: String, near: Option<String>, span: Span },
    #[error("a hook has nothing to do")]
    EmptyHook { span: Span },
    #[error("`{text}` cannot be set: {reason}")]
    Set { text: String, reason: String, span: Option<Span> },
    #[error("`{reference}` cannot be resolved: {reason}")]
    Reference { reference: String, reason: String, span: Option<Span> },
    // Secrets of the stack.
    #[error("`{name}` is no name of a secret")]
    BadSecretName { name: String, span: Span },
    #[error("nothing says how this secret is made")]
    EmptySecret { span: Span },
    #[error("a secret cannot have {length} characters")]
    SecretLength { length: i64, span: Span },
    #[error("`{key}` is missing in `fromObject`")]
    IncompleteObject { key: &'static str, span: Option<Span> },
    #[error("`{key}` stands with other keys")]
    MixedValue { key: &'static str, span: Option<Span> },
    // Features.
    #[error("unknown feature `{feature}`")]
    UnknownFeature { feature: String, near: Option<String>, known: Vec<String>, folders: Vec<PathBuf>, span: Option<Span> },
    #[error("feature `{feature}` changes nothing: {}", of_others(charts))]
    UnusedFeature { feature: String, charts: Vec<String>, span: Option<Span> },
    #[error("features are asked for, and nothing says what they choose")]
    NoOverlays { span: Option<Span> },
    #[error("nothing stands for `%%%REPLACE_{name}%%%`")]
    OverlayVariable { name: String, span: Span },
    // Releases among each other.
    #[error("release `{id}` is there twice")]
    DuplicateRelease { id: ReleaseId, first: Option<Span>, span: Option<Span> },
    #[error("release `{from}` needs `{need}`, which is not defined")]
    UnknownNeed { from: ReleaseId, need: ReleaseId, near: Option<String>, span: Option<Span> },
    #[error("releases need each other in a circle: {}", ids(path))]
    NeedCycle { path: Vec<ReleaseId>, spans: Vec<Option<Span>> },
    #[error("release `{from}` needs `{need}`, which is not to be installed")]
    AbsentNeed { from: ReleaseId, need: ReleaseId, span: Option<Span> },
    #[error("release `{from}` needs `{need}`, which is not selected")]
    UnselectedNeed { from: ReleaseId, need: ReleaseId, span: Option<Span> },
}

impl Error {
    /// Makes the error for a text that is none of a few.
    pub(super) fn choice(key: &'static str, given: &str, choices: &[&'static str], span: &Span) -> Error {
        Error::Choice { key, given: given.to_owned(), choices: choices.to_vec(), span: span.clone() }
    }

    /// Makes the error for a template that is not there.
    pub(super) fn unknown_template<'n>(name: &str, names: impl Iterator<Item = &'n String>, span: &Span) -> Error {
        let names: Vec<String> = names.cloned().collect();
        let near = nearest(name, names.iter().map(String::as_str)).map(ToOwned::to_owned);
        Error::UnknownTemplate { name: name.to_owned(), near, names, span: span.clone() }
    }

    /// Returns the error as a diagnostic, with its places and how to mend it.
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = self.places().into_iter().fold(Diagnostic::error(self.to_string()), |diagnostic, (span, text, primary)| {
            match (span, primary) {
                (None, _) => diagnostic,
                (Some(span), true) => diagnostic.at(span, text),
                (Some(span), false) => diagnostic.see(span, text),
            }
        });
        help::of(self).into_iter().fold(diagnostic, Diagnostic::help)
    }

    /// Returns the error as a warning.
    pub(super) fn warning(&self) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..self.diagnostic() }
    }

    /// Returns the error as a note.
    pub(super) fn note(&self) -> Diagnostic {
        Diagnostic { severity: Severity::Note, ..self.diagnostic() }
    }

    /// Returns the places: where, what to say there, and whether it is the place of the mistake itself.
    fn places(&self) -> Vec<(Option<Span>, &'static str, bool)> {
        match self {
            Error::LateKey { span, releases, .. } => vec![
                (Some(span.clone()), "it is read too late for the releases above", true),
                (Some(releases.clone()), "the releases begin here", false),
            ],
            Error::SamePart { releases, environments } => vec![
                (Some(releases.clone()), "what is here cannot see the environments of its own part", true),
                (Some(environments.clone()), "the environments are here", false),
            ],
            Error::DuplicateKey { first, span, .. } => {
                vec![(Some(span.clone()), "", true), (Some(first.clone()), "it is here, too", false)]
            }
            Error::DuplicateRelease { first, span, .. } => {
                vec![(span.clone(), "", true), (first.clone(), "it is here, too", false)]
            }
            Error::NeedCycle { spans, .. } => {
                let places = spans.iter().enumerate();
                places.map(|(index, span)| (span.clone(), if index == 0 { "" } else { "and this one" }, index == 0)).collect()
            }
            other => vec![(other.span().cloned(), "", true)],
        }
    }

    fn span(&self) -> Option<&Span> {
        match self {
            Error::ForcedTwice { span, .. }
            | Error::Hcl { span, .. }
            | Error::UnknownKey { span, .. }
            | Error::Mismatch { span, .. }
            | Error::Choice { span, .. }
            | Error::Negative { span, .. }
            | Error::NoFlag { span, .. }
            | Error::Unsupported { span, .. }
            | Error::OldInherit { span }
            | Error::NestedBase { span }
            | Error::NoBase { span, .. }
            | Error::NoSubStackPath { span }
            | Error::StackCycle { span, .. }
            | Error::IncompleteRelease { span, .. }
            | Error::IncompleteRepository { span }
            | Error::BadName { span, .. }
            | Error::UnknownTemplate { span, .. }
            | Error::TemplateCycle { span, .. }
            | Error::IncompleteFieldRule { span, .. }
            | Error::NamelessNeed { span }
            | Error::Percentage { span, .. }
            | Error::Condition { span, .. }
            | Error::NoVariable { span, .. }
            | Error::InlineSecret { span }
            | Error::UnknownEvent { span, .. }
            | Error::OverlayVariable { span, .. }
            | Error::BadSecretName { span, .. }
            | Error::EmptySecret { span }
            | Error::SecretLength { span, .. }
            | Error::EmptyHook { span } => Some(span),
            Error::Unreadable { span, .. }
            | Error::MissingFile { span, .. }
            | Error::SeveralFiles { span, .. }
            | Error::RemoteFile { span, .. }
            | Error::Secret { span, .. }
            | Error::RecursiveFields { span, .. }
            | Error::Contradiction { span, .. }
            | Error::NotLocked { span, .. }
            | Error::Set { span, .. }
            | Error::Reference { span, .. }
            | Error::UnknownFeature { span, .. }
            | Error::UnusedFeature { span, .. }
            | Error::NoOverlays { span }
            | Error::IncompleteObject { span, .. }
            | Error::MixedValue { span, .. }
            | Error::UnknownNeed { span, .. }
            | Error::AbsentNeed { span, .. }
            | Error::UnselectedNeed { span, .. } => span.as_ref(),
            _ => None,
        }
    }
}

fn no_stack_file(path: &Option<PathBuf>) -> String {
    match path {
        Some(path) => format!("there is no stack file at {}", path.display()),
        None => "there is no stack file here".to_owned(),
    }
}

fn show_folder(folder: &std::path::Path) -> String {
    if folder.as_os_str().is_empty() { "the current folder".to_owned() } else { folder.display().to_string() }
}

fn paths(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn of_others(charts: &[String]) -> String {
    format!("no release here has a file for it, but there is one for {}", charts.join(", "))
}

fn ids(ids: &[ReleaseId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" -> ")
}
