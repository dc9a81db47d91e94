//! What Helm writes into the description of a revision.

use std::fmt;

/// What Helm writes into the description of a revision. Rule: helm 4.3.1 pkg/action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Description<'a> {
    /// An install has begun.
    InitialInstall,
    /// An install has succeeded.
    InstallComplete,
    /// An install has failed.
    InstallFailed {
        /// The release.
        name: &'a str,
        /// Why.
        error: &'a str,
    },
    /// An install has failed before anything was sent.
    RenderFailed {
        /// Why.
        error: &'a str,
    },
    /// An upgrade has begun.
    PreparingUpgrade,
    /// An upgrade has succeeded.
    UpgradeComplete,
    /// An upgrade has failed.
    UpgradeFailed {
        /// The release.
        name: &'a str,
        /// Why.
        error: &'a str,
    },
    /// A rollback was made.
    Rollback {
        /// The revision that it went back to.
        to: u32,
    },
    /// A rollback has failed.
    RollbackFailed {
        /// The release.
        name: &'a str,
        /// Why.
        error: &'a str,
    },
    /// A deletion has begun.
    Deletion,
    /// A deletion has succeeded.
    UninstallComplete,
    /// An install took the place of a record that was kept.
    Superseded,
    /// Nothing was done.
    DryRun,
}

impl fmt::Display for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Description::InitialInstall => f.write_str("Initial install underway"),
            Description::InstallComplete => f.write_str("Install complete"),
            Description::InstallFailed { name, error } => write!(f, "Release {name:?} failed: {error}"),
            Description::RenderFailed { error } => write!(f, "failed to render resource: {error}"),
            Description::PreparingUpgrade => f.write_str("Preparing upgrade"),
            Description::UpgradeComplete => f.write_str("Upgrade complete"),
            Description::UpgradeFailed { name, error } => write!(f, "Upgrade {name:?} failed: {error}"),
            Description::Rollback { to } => write!(f, "Rollback to {to}"),
            Description::RollbackFailed { name, error } => write!(f, "Rollback {name:?} failed: {error}"),
            Description::Deletion => f.write_str("Deletion in progress (or silently failed)"),
            Description::UninstallComplete => f.write_str("Uninstallation complete"),
            Description::Superseded => f.write_str("superseded by new release"),
            Description::DryRun => f.write_str("Dry run complete"),
        }
    }
}
