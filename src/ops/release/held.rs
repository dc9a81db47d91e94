//! The lock of a release: who has it knows that a pending revision belongs to nobody.

use super::request::ReleaseWork;
use super::session::ReleaseSession;
use crate::cluster::{self, RefusalKind};
use crate::diag::{Diagnostic, Diagnostics};
use crate::ops::machine::holder;
use crate::release::History;
use crate::revision::{Error, Lease, StackId};
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// Helm's word about a release that somebody is at work on.
const IN_PROGRESS: &str = "another operation (install/upgrade/rollback) is in progress";

/// The lock of a release, or that there is none to be had here.
pub(super) struct Held(Option<Lease>);

impl Held {
    /// Takes the lock of a release. Where its namespace does not exist nobody is at work; whoever may not write Leases goes without.
    ///
    /// # Errors
    /// Somebody else has it; the cluster does not answer.
    pub(super) async fn take(work: &ReleaseWork, session: &ReleaseSession, name: &str) -> Result<Held, Diagnostics> {
        let (cluster, namespace) = (&session.cluster, session.cluster.namespace());
        if !cluster.has_namespace(namespace).await.map_err(|error| error.diagnostic())? {
            return Ok(Held(None));
        }
        let id = StackId { name: format!("release {name}"), environment: "default".to_owned(), namespace: namespace.to_owned() };
        let interrupt = work.interrupt.clone();
        let lease = Lease::acquire(
            cluster,
            &id,
            holder(&work.variables),
            Arc::new(Timestamp::now),
            Duration::ZERO,
            |_| {},
            move || interrupt.raise(),
        )
        .await;
        match lease {
            Ok(lease) => Ok(Held(Some(lease))),
            Err(Error::Cluster(error)) if is_forbidden(&error) => Ok(Held(None)),
            Err(Error::Locked { holder, since, .. }) => {
                let title = format!("release {name} is being worked on by {holder} since {since}");
                let problem = Diagnostic::error(title.clone()).verbatim(IN_PROGRESS).note(title);
                Err(problem.help("run again when it has ended; the lock of a command that died is taken over by itself").into())
            }
            Err(error) => Err(error.diagnostic().into()),
        }
    }

    /// Checks that a revision which is pending belongs to nobody: then an earlier command was interrupted, and this one goes on.
    ///
    /// # Errors
    /// It is pending, and the lock that would tell is not to be had.
    pub(super) fn check_pending(&self, history: &History) -> Result<(), Diagnostics> {
        match (history.pending(), &self.0) {
            (Some(pending), None) => {
                let title =
                    format!("revision {} is {}, and whether somebody is at work on it cannot be known", pending.revision, pending.status);
                let problem = Diagnostic::error(title).verbatim(IN_PROGRESS);
                Err(problem.help("with the right to write Leases in the namespace, interrupted work is told from work that goes on").into())
            }
            _ => Ok(()),
        }
    }

    /// Gives the lock back. That this fails is no matter: it ends by itself.
    pub(super) async fn give_back(self) {
        if let Some(lease) = self.0
            && let Err(error) = lease.release().await
        {
            tracing::debug!("the lock of the release cannot be given back: {error}");
        }
    }
}

fn is_forbidden(error: &cluster::Error) -> bool {
    error.refusal().is_some_and(|refusal| refusal.kind == RefusalKind::Forbidden)
}
