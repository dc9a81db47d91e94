//! The status of a revision.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The status of a revision. Rule: helm pkg/release/common/status.go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is what runs.
    Deployed,
    /// It was deleted, its record kept.
    Uninstalled,
    /// A later one took its place.
    Superseded,
    /// It did not become what it should.
    Failed,
    /// It is being deleted.
    Uninstalling,
    /// It is being installed, or the one who did was interrupted.
    PendingInstall,
    /// It is being upgraded to, or the one who did was interrupted.
    PendingUpgrade,
    /// It is being rolled back to, or the one who did was interrupted.
    PendingRollback,
    /// Nobody knows; also what a status that we do not know is read as.
    #[default]
    #[serde(other)]
    Unknown,
}

impl Status {
    /// Every status, in Helm's order.
    pub const ALL: [Status; 9] = [
        Status::Unknown,
        Status::Deployed,
        Status::Uninstalled,
        Status::Superseded,
        Status::Failed,
        Status::Uninstalling,
        Status::PendingInstall,
        Status::PendingUpgrade,
        Status::PendingRollback,
    ];

    /// Returns Helm's word, as in labels and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Unknown => "unknown",
            Status::Deployed => "deployed",
            Status::Uninstalled => "uninstalled",
            Status::Superseded => "superseded",
            Status::Failed => "failed",
            Status::Uninstalling => "uninstalling",
            Status::PendingInstall => "pending-install",
            Status::PendingUpgrade => "pending-upgrade",
            Status::PendingRollback => "pending-rollback",
        }
    }

    /// Returns the status of Helm's word; a word that is not known is `Unknown`.
    pub fn of_word(word: &str) -> Status {
        Status::ALL.into_iter().find(|status| status.as_str() == word).unwrap_or_default()
    }

    /// Says whether somebody is at work on the revision, or was interrupted.
    pub fn is_pending(self) -> bool {
        matches!(self, Status::PendingInstall | Status::PendingUpgrade | Status::PendingRollback)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
