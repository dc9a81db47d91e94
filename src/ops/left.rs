//! Releases that a stack has deployed and does not name any more.

use super::apply::{Histories, RunOverrides, histories_of};
use super::home::{Home, release_id};
use super::rollback::default_settings;
use super::session::Session;
use crate::diag::{Diagnostic, Diagnostics};
use crate::execute::Clusters;
use crate::plan::{Candidate, GivenNeed};
use crate::revision::{ReleaseEntry, ReleaseKey, StackRevision};
use crate::stack::{Release, Stack};
use std::collections::BTreeSet;

/// Releases that left the stack and are still installed.
#[derive(Default)]
pub(super) struct Left<'a> {
    entries: Vec<&'a ReleaseEntry>,
    histories: Histories,
}

impl<'a> Left<'a> {
    /// Finds them, and connects to their clusters. With selectors there are none: a part of a stack says nothing about the rest.
    ///
    /// # Errors
    /// A cluster cannot be reached or does not tell; `prune` is asked for, and the stack has no name of its own.
    pub(super) async fn find(
        session: &Session,
        stack: &Stack,
        home: &'a Home,
        clusters: &mut Clusters,
        overrides: &RunOverrides,
    ) -> Result<Left<'a>, Diagnostics> {
        if is_pruned(stack, overrides) && !stack.keeping.is_named {
            return Err(Diagnostic::error("a stack without a name cannot prune")
                .note(format!("it is called {} after its file or folder, and another stack may be, too", stack.keeping.name))
                .help("give the stack file a name of its own: `name: NAME`")
                .into());
        }
        if !session.request.selectors.is_empty() || stack.states.is_empty() {
            return Ok(Left::default());
        }
        let of_stack = |entry: &&ReleaseEntry| stack.releases.iter().any(|release| is_of(&entry.key, release));
        let mut entries: Vec<&ReleaseEntry> =
            home.last().into_iter().flat_map(StackRevision::present).filter(|entry| !of_stack(entry)).collect();
        let elsewhere: Vec<_> =
            entries.iter().filter(|entry| !clusters.contains_key(&entry.key.context)).map(|entry| release_id(&entry.key)).collect();
        clusters.extend(super::clusters::connect(session, &elsewhere).await?);
        let keys: BTreeSet<_> = entries.iter().map(|entry| place(&entry.key)).collect();
        let histories = if keys.is_empty() { Histories::new() } else { histories_of(session, clusters, &keys).await? };
        entries.retain(|entry| histories.get(&place(&entry.key)).is_some_and(|history| history.is_installed()));
        Ok(Left { entries, histories })
    }

    /// Returns their removals as candidates, whose first one will have the index `first` in the plan.
    pub(super) fn removals(&self, first: usize, overrides: &RunOverrides) -> Vec<Candidate> {
        let index = |key: &ReleaseKey| self.entries.iter().position(|entry| entry.key == *key).map(|at| GivenNeed::plain(first + at, None));
        let candidate = |entry: &&ReleaseEntry| Candidate {
            id: release_id(&entry.key),
            namespace: entry.key.namespace.clone(),
            desired: None,
            restore: None,
            leftovers: Vec::new(),
            history: self.histories.get(&place(&entry.key)).cloned().unwrap_or_default(),
            settings: default_settings(overrides),
            needs: entry.needs.iter().filter_map(index).collect(),
            auto_needs: false,
        };
        self.entries.iter().map(candidate).collect()
    }

    /// Returns which they are.
    pub(super) fn keys(&self) -> Vec<ReleaseKey> {
        self.entries.iter().map(|entry| entry.key.clone()).collect()
    }
}

/// Says whether releases that left the stack are removed.
pub(super) fn is_pruned(stack: &Stack, overrides: &RunOverrides) -> bool {
    stack.keeping.prune || overrides.prune
}

/// Says whether a release that was deployed is this one of the stack. One that names no namespace may be in any.
fn is_of(key: &ReleaseKey, release: &Release) -> bool {
    release.id.name == key.name
        && release.id.kube_context == key.context
        && release.id.namespace.as_ref().is_none_or(|namespace| *namespace == key.namespace)
}

fn place(key: &ReleaseKey) -> (Option<String>, String, String) {
    (key.context.clone(), key.namespace.clone(), key.name.clone())
}
