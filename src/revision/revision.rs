//! One revision of a stack.

use super::id::ReleaseKey;
use crate::release::Time;
use serde::{Deserialize, Serialize};

/// What one run did to a stack, and what the stack was after it. Stored as JSON; fields that a later version adds have defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StackRevision {
    /// The stack's name.
    pub stack: String,
    /// The environment.
    pub environment: String,
    /// Its number, from 1.
    pub number: u32,
    /// What was asked for.
    pub operation: Operation,
    /// How far it got.
    pub state: RunState,
    /// When the run began.
    pub started: Time,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Time>,
    /// Who ran it.
    pub author: Author,
    /// The commit that the stack file was of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit>,
    /// A digest of everything that was planned.
    pub plan_digest: String,
    /// The version of this program.
    pub program: String,
    /// Every release of the stack, those that were not touched as well.
    pub releases: Vec<ReleaseEntry>,
}

impl StackRevision {
    /// Returns the entry of a release.
    pub fn entry(&self, key: &ReleaseKey) -> Option<&ReleaseEntry> {
        self.releases.iter().find(|entry| entry.key == *key)
    }

    /// Returns the releases that were there after this revision, or may have been.
    pub fn present(&self) -> impl Iterator<Item = &ReleaseEntry> {
        self.releases.iter().filter(|entry| entry.is_present())
    }

    /// Returns the entries that something was to be done with.
    pub fn steps(&self) -> impl Iterator<Item = &ReleaseEntry> {
        self.releases.iter().filter(|entry| entry.step != Step::Keep)
    }
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Operation {
    /// To bring the cluster to what the stack file says.
    Apply,
    /// To remove the stack's releases.
    Destroy,
    /// To bring the stack back to a revision; 0 is what was before the first one.
    Rollback {
        /// That revision.
        to: u32,
    },
    /// To take back what a revision changed, because it failed.
    Undo {
        /// That revision.
        of: u32,
    },
}

/// How far a run got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RunState {
    /// It goes on, or was ended by force.
    Running,
    /// All is as it was planned.
    Done,
    /// Something failed.
    Failed,
    /// It was told to stop, or was found ended by force.
    Interrupted,
}

impl RunState {
    /// Returns one word.
    pub fn word(self) -> &'static str {
        match self {
            RunState::Running => "running",
            RunState::Done => "done",
            RunState::Failed => "failed",
            RunState::Interrupted => "interrupted",
        }
    }
}

/// Who ran it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Author {
    /// The user as the API server knows them.
    pub cluster_user: String,
    /// The user of the machine.
    pub user: String,
    /// The machine.
    pub host: String,
}

/// A commit of git.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Commit {
    /// Its id, in full.
    pub id: String,
    /// The branch that was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Whether files were changed since; none where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_dirty: Option<bool>,
}

/// A deployed revision of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployed {
    /// Its number.
    pub revision: u32,
    /// What it was: see [`super::release_digest`].
    pub digest: String,
}

/// A release in a revision of its stack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseEntry {
    /// Which one.
    #[serde(flatten)]
    pub key: ReleaseKey,
    /// Its chart, as `NAME-VERSION`.
    #[serde(default)]
    pub chart: String,
    /// What was to be done.
    pub step: Step,
    /// How that went.
    pub result: StepResult,
    /// Why it went so, where it did not go well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was deployed before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Deployed>,
    /// What was deployed after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Deployed>,
    /// The releases of the stack that it needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<ReleaseKey>,
    /// What its hooks made and may have left, kept so that they can be removed with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leftovers: Vec<Leftover>,
}

impl ReleaseEntry {
    /// Says whether the release was there after the revision, or may have been: an install that failed leaves something.
    pub fn is_present(&self) -> bool {
        match (self.step, self.result) {
            (Step::Remove, StepResult::Done) => false,
            (Step::Install, StepResult::Skipped) => false,
            _ => true,
        }
    }

    /// Returns the entry as a later revision carries it on, which does nothing with the release.
    #[must_use]
    pub fn kept(&self) -> ReleaseEntry {
        ReleaseEntry { step: Step::Keep, result: StepResult::Done, reason: None, before: self.after.clone(), ..self.clone() }
    }
}

/// An object that a hook made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Leftover {
    /// `apiVersion`.
    pub api_version: String,
    /// `kind`.
    pub kind: String,
    /// The namespace, where it is not the release's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
}

/// What is done with a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// It is installed.
    Install,
    /// It is upgraded.
    Upgrade,
    /// It is brought back to an earlier revision.
    Rollback,
    /// It is removed.
    Remove,
    /// It stays as it is.
    Keep,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepResult {
    /// It has not ended, or nobody knows how.
    Pending,
    /// Well.
    Done,
    /// It failed.
    Failed,
    /// It was not begun.
    Skipped,
    /// It was not begun or not finished, because the run was told to stop.
    Interrupted,
}
