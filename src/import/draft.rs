//! A stack that is being put together.

use super::write::write;

/// A stack file made of something else.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The stack file.
    pub text: String,
    /// How many releases it has.
    pub releases: usize,
    /// What could not be carried over.
    pub left: Vec<Left>,
}

/// Something that could not be carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Its line, from 1.
    pub line: usize,
    /// What it is, and why.
    pub what: String,
}

/// The stack before it is written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) repositories: Vec<(String, String)>,
    /// The folder of files that features choose, with `{chart}`.
    pub(super) overlays: Option<String>,
    /// Whether such files lie above the releases' own.
    pub(super) overlays_above: bool,
    pub(super) features: Vec<String>,
    pub(super) releases: Vec<ReleaseDraft>,
    pub(super) left: Vec<Left>,
}

/// A release before it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct ReleaseDraft {
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) chart: String,
    pub(super) version: Option<String>,
    pub(super) description: Option<String>,
    pub(super) kube_context: Option<String>,
    pub(super) needs: Vec<String>,
    /// Its own features, where they are not the stack's.
    pub(super) features: Option<Vec<String>>,
    pub(super) values: Vec<ValuesDraft>,
    pub(super) set: Vec<SetDraft>,
    pub(super) set_string: Vec<SetDraft>,
    /// Keys that are on.
    pub(super) flags: Vec<&'static str>,
    pub(super) timeout: Option<u64>,
    pub(super) history_max: Option<u64>,
    /// A remark above it.
    pub(super) remark: Option<String>,
}

impl ReleaseDraft {
    /// Turns a key on.
    pub(super) fn turn_on(&mut self, key: &'static str) {
        if !self.flags.contains(&key) {
            self.flags.push(key);
        }
    }
}

#[derive(Clone, Debug)]
pub(super) enum ValuesDraft {
    File(String),
    /// YAML.
    Inline(String),
}

#[derive(Clone, Debug)]
pub(super) struct SetDraft {
    pub(super) name: String,
    pub(super) value: SetValueDraft,
}

#[derive(Clone, Debug)]
pub(super) enum SetValueDraft {
    One(String),
    File(String),
    List(Vec<String>),
}

impl Draft {
    pub(super) fn leave(&mut self, line: usize, what: impl Into<String>) {
        let left = Left { line, what: what.into() };
        if !self.left.contains(&left) {
            self.left.push(left);
        }
    }

    /// Writes the stack file; `from` says what it is made of.
    pub(super) fn finish(mut self, from: &str) -> Imported {
        self.left.sort_by_key(|left| left.line);
        Imported { text: write(&self, from), releases: self.releases.len(), left: self.left }
    }
}
