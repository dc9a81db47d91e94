//! Where a stack's revisions are kept, and what they say.

use super::session::Session;
use crate::diag::Diagnostics;
use crate::execute::Clusters;
use crate::revision::{ReleaseKey, RevisionStore, RunState, StackId, StackRevision};
use crate::stack::{Keeping, Release, ReleaseId, Stack};
use std::path::PathBuf;

/// A stack's revisions, as they were read.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub(super) store: RevisionStore,
    pub(super) keeping: Keeping,
    /// The folder of the stack file.
    pub(super) folder: PathBuf,
    /// Oldest first.
    pub(super) revisions: Vec<StackRevision>,
    /// The context of the cluster that keeps them.
    pub(super) context: Option<String>,
    /// Why they may not be read; there are none then.
    pub(super) denied: Option<Diagnostics>,
}

impl Home {
    /// Returns the revisions that are kept in the cluster of the stack's own context. That they may not be read stops no planning:
    /// preflight tells it with all other rights that are missing.
    ///
    /// # Errors
    /// The cluster does not tell.
    pub(super) async fn open(stack: &Stack, clusters: &Clusters) -> Result<Home, Diagnostics> {
        let context = home_context(stack);
        // `home_context` is among those that were connected to.
        let Some(cluster) = clusters.get(&context).or_else(|| clusters.values().next()) else {
            return Err(crate::diag::Diagnostic::error("no cluster keeps the revisions of this stack").into());
        };
        let keeping = stack.keeping.clone();
        let id = StackId {
            name: keeping.name.clone(),
            environment: stack.environment.clone(),
            namespace: keeping.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned()),
        };
        let (store, folder) = (RevisionStore::new(cluster, id), stack.base_dir.clone());
        let (revisions, denied) = match store.list().await {
            Ok(revisions) => (revisions, None),
            Err(error) if error.is_forbidden() => (Vec::new(), Some(error.diagnostic().into())),
            Err(error) => return Err(error.diagnostic().into()),
        };
        Ok(Home { store, keeping, folder, revisions, context, denied })
    }

    /// Returns the revisions for whoever has nothing to do without them.
    ///
    /// # Errors
    /// They may not be read.
    pub(super) fn readable(self) -> Result<Home, Diagnostics> {
        match self.denied {
            Some(denied) => Err(denied),
            None => Ok(self),
        }
    }

    /// Reads the revisions anew.
    pub(super) async fn read(&mut self) -> Result<(), Diagnostics> {
        self.revisions = self.store.list().await.map_err(|error| error.diagnostic())?;
        Ok(())
    }

    pub(super) fn last(&self) -> Option<&StackRevision> {
        self.revisions.last()
    }

    /// Says whether the last run has left no word about its end.
    pub(super) fn is_unsettled(&self) -> bool {
        self.last().is_some_and(|revision| revision.state == RunState::Running)
    }
}

/// Returns the context of the cluster that keeps a stack's revisions: the stack's own, as long as one of its releases is there.
pub(super) fn home_context(stack: &Stack) -> Option<String> {
    let own = &stack.keeping.kube_context;
    let mut contexts: Vec<&Option<String>> = stack.releases.iter().map(|release| &release.id.kube_context).collect();
    contexts.sort();
    if contexts.is_empty() || contexts.contains(&own) {
        return own.clone();
    }
    contexts[0].clone()
}

/// Returns the identity of a release that a revision names.
pub(super) fn release_id(key: &ReleaseKey) -> ReleaseId {
    ReleaseId { kube_context: key.context.clone(), namespace: Some(key.namespace.clone()), name: key.name.clone() }
}

/// Connects to the clusters of its revisions and of `releases`.
pub(super) async fn connect_all(session: &Session, stack: &Stack, releases: &[&Release]) -> Result<Clusters, Diagnostics> {
    let home = ReleaseId { kube_context: home_context(stack), ..ReleaseId::default() };
    super::clusters::connect(session, releases.iter().map(|release| &release.id).chain([&home])).await
}
