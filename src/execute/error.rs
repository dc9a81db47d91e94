//! What can go wrong while a plan runs.

use crate::diag::Diagnostic;
use crate::manifest::{HookEvent, ObjectId};
use crate::{cluster, manifest, release};
use std::fmt;

/// What can go wrong with one release.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refuses, or cannot be reached.
    #[error(transparent)]
    Cluster(#[from] cluster::Error),
    /// The release's record cannot be read or written.
    #[error(transparent)]
    Release(#[from] release::Error),
    /// A document is no YAML.
    #[error("{}: {}", .0.file, .0.message)]
    Manifest(manifest::Error),
    /// A document names no object.
    #[error("{template} has a document without apiVersion, kind or metadata.name")]
    NoIdentity {
        /// The template that made it.
        template: String,
    },
    /// A hook failed, or was not done in time.
    #[error("{}{reason}", hook_words(*.event))]
    HookFailed {
        /// The event that it ran for.
        event: HookEvent,
        /// Why, as far as the cluster tells.
        reason: Reason,
    },
    /// What an earlier run of a hook left cannot be removed.
    #[error("{id} of an earlier run is still there; something keeps it from being deleted (finalizers?)")]
    StillThere {
        /// The hook's object.
        id: ObjectId,
    },
    /// Objects did not become ready.
    #[error("{reason}")]
    NotReady {
        /// Which, and why, as far as the cluster tells.
        reason: Reason,
    },
    /// The release failed, and was brought back to what it was before.
    #[error("release {name} failed, and has been {done} due to rollback-on-failure being set: {because}")]
    Undone {
        /// The release.
        name: String,
        /// `uninstalled` or `rolled back`.
        done: &'static str,
        /// Why it failed.
        because: String,
    },
    /// The release failed, and could not be brought back to what it was before either.
    #[error("{because}\nit could not be {done}: {reason}")]
    NotUndone {
        /// `uninstalled` or `rolled back`.
        done: &'static str,
        /// Why it failed.
        because: String,
        /// Why it could not be undone.
        reason: String,
    },
    /// A custom resource definition would change in a way that loses objects.
    #[error("custom resource definition {name} is not changed: {dangers}")]
    UnsafeDefinition {
        /// Its name.
        name: String,
        /// What would be lost.
        dangers: String,
    },
    /// What a record holds cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// An object belongs to somebody else.
    #[error("{0}")]
    Owned(String),
    /// The run was asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// Why objects did not reach a goal.
#[derive(Clone, Debug, Default)]
pub struct Reason {
    /// Helm's words: a line for each object, and one where the time was up.
    pub words: String,
    /// What the cluster tells of the causes, a line each.
    pub causes: Vec<String>,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)?;
        self.causes.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl From<String> for Reason {
    fn from(words: String) -> Reason {
        Reason { words, causes: Vec::new() }
    }
}

/// Returns what Helm says before the reason of a hook's failure (pkg/action/install.go, upgrade.go; elsewhere it says nothing).
fn hook_words(event: HookEvent) -> String {
    match event {
        HookEvent::PreInstall | HookEvent::PostInstall => format!("failed {event}: "),
        HookEvent::PreUpgrade | HookEvent::PostUpgrade => format!("{event} hooks failed: "),
        _ => String::new(),
    }
}

impl From<manifest::Error> for Error {
    fn from(error: manifest::Error) -> Self {
        Error::Manifest(error)
    }
}

impl Error {
    /// Returns what a release's record says of the error: Helm's words, without the causes that the cluster tells.
    pub fn for_record(&self) -> String {
        match self {
            Error::HookFailed { event, reason } => format!("{}{}", hook_words(*event), reason.words),
            Error::NotReady { reason } => reason.words.clone(),
            other => other.to_string(),
        }
    }

    /// Returns the error with what is known about its place.
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Error::Cluster(error) => error.diagnostic(),
            Error::Manifest(error) => error.diagnostic(),
            other => Diagnostic::error(other.to_string()),
        }
    }
}
