//! What can be wrong with the revisions of a stack.

use crate::cluster;
use crate::diag::Diagnostic;

/// What can be wrong with the revisions of a stack.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The cluster refuses, or cannot be reached.
    #[error(transparent)]
    Cluster(#[from] cluster::Error),
    /// A Secret of ours holds something else.
    #[error("{object} in namespace {namespace} holds no {what}: {reason}")]
    Damaged {
        /// The namespace.
        namespace: String,
        /// The Secret.
        object: String,
        /// What it should hold.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Another run made the same revision.
    #[error("revision {number} of stack {stack} exists already: another run was quicker")]
    Exists {
        /// The stack.
        stack: String,
        /// The revision.
        number: u32,
    },
    /// Another run has the lock.
    #[error("stack {stack} is being worked on by {holder} since {since}")]
    Locked {
        /// The stack.
        stack: String,
        /// Who.
        holder: String,
        /// Since when.
        since: String,
    },
}

impl Error {
    /// Says whether we may not do what was asked for.
    pub fn is_forbidden(&self) -> bool {
        match self {
            Error::Cluster(error) => error.refusal().is_some_and(|refusal| refusal.kind == cluster::RefusalKind::Forbidden),
            _ => false,
        }
    }

    /// Returns the error as a diagnostic.
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.to_string());
        match self {
            Error::Cluster(error) if error.refusal().is_some_and(|refusal| refusal.kind == cluster::RefusalKind::Forbidden) => error
                .diagnostic()
                .note("revisions of a stack and its lock are kept in the namespace that `history.namespace` of the stack file names, else in the stack's, else in the context's"),
            Error::Cluster(error) => error.diagnostic(),
            Error::Damaged { object, .. } => diagnostic.help(format!("delete Secret {object}; the releases themselves are not touched by that")),
            Error::Exists { .. } => diagnostic.help("run again"),
            Error::Locked { .. } => diagnostic
                .help("wait for it with --lock-timeout 10m, or run again later; the lock of a run that died is taken over by itself"),
        }
    }
}
