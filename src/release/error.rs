//! What can be wrong with releases and their records.

use crate::cluster;
use crate::diag::Diagnostic;

/// What can be wrong with releases and their records.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// A record cannot be unpacked.
    #[error("the record is damaged: {reason}")]
    Damaged {
        /// What is wrong with it.
        reason: String,
    },
    /// A record that was read from the cluster cannot be unpacked.
    #[error("the record {object} in namespace {namespace} is damaged: {reason}")]
    DamagedObject {
        /// The namespace.
        namespace: String,
        /// The object: its kind and name.
        object: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A record is larger than the cluster takes.
    #[error("the record of release {name:?} takes {size} bytes, and the cluster stores at most {limit}")]
    TooLarge {
        /// The release.
        name: String,
        /// Its size, packed.
        size: usize,
        /// What the cluster takes.
        limit: usize,
    },
    /// A record of this name and revision exists: somebody else is at work on the release.
    #[error("revision {revision} of release {name:?} exists already")]
    Exists {
        /// The release.
        name: String,
        /// The revision.
        revision: u32,
    },
    /// There is no such record.
    #[error("release {name:?} has no revision {revision}")]
    NotFound {
        /// The release.
        name: String,
        /// The revision.
        revision: u32,
    },
    /// The record was changed by somebody else since it was read.
    #[error("revision {revision} of release {name:?} was changed by somebody else")]
    Changed {
        /// The release.
        name: String,
        /// The revision.
        revision: u32,
    },
    /// A release name that Helm does not take.
    #[error("invalid release name {name:?}")]
    Name {
        /// The name.
        name: String,
    },
    /// A label selector that cannot be read.
    #[error("{reason}")]
    Selector {
        /// What is wrong with it, in Kubernetes' words.
        reason: String,
    },
    /// Labels of Helm's own were given by the user.
    #[error("user supplied labels contains system reserved label name. System labels: [name owner status version createdAt modifiedAt]")]
    SystemLabel {
        /// The first of them.
        label: String,
    },
    /// The cluster refused.
    #[error(transparent)]
    Cluster(#[from] cluster::Error),
}

impl Error {
    /// Returns the error as a diagnostic.
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.to_string());
        match self {
            Error::Cluster(error) => error.diagnostic(),
            Error::Damaged { .. } | Error::NotFound { .. } => diagnostic,
            Error::DamagedObject { object, .. } => {
                diagnostic.help(format!("if an older revision is good, delete {object} and the older one counts as the last"))
            }
            Error::TooLarge { .. } => diagnostic
                .note("a record holds the chart's files, its templates, its values and everything that was rendered")
                .help("exclude files from the chart with .helmignore, or split the release"),
            Error::Exists { .. } | Error::Changed { .. } => diagnostic.help("wait until the other one is finished, then run again"),
            Error::Selector { reason } => {
                Diagnostic::error(format!("the label selector cannot be read: {reason}")).verbatim(reason.clone())
            }
            Error::Name { name } => name_diagnostic(diagnostic, name),
            Error::SystemLabel { label } => diagnostic.help(format!("rename the label {label:?}")),
        }
    }

    pub(super) fn damaged(error: impl std::fmt::Display) -> Error {
        Error::Damaged { reason: error.to_string() }
    }
}

fn name_diagnostic(diagnostic: Diagnostic, name: &str) -> Diagnostic {
    let diagnostic = if name.len() > super::name::LONGEST_NAME {
        diagnostic.note(format!("it has {} characters, and at most {} are allowed", name.len(), super::name::LONGEST_NAME))
    } else {
        diagnostic
    };
    diagnostic.help("use lower-case letters, digits, - and ., beginning and ending with a letter or digit")
}
