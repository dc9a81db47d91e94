//! Sends the custom resource definitions of a chart's `crds/`.

use super::error::Error;
use super::event::EventKind;
use super::objects::Prepared;
use super::task::Task;
use crate::cluster::status::Rule;
use crate::cluster::{ApplyOptions, Awaited, Goal, Outcome};
use crate::manifest::{Document, definition_dangers};
use futures_util::future::try_join_all;
use std::time::Duration;

/// How long new custom resource definitions may take until they are served (Helm waits as long).
const CRD_WAIT: Duration = Duration::from_secs(60);

impl Task<'_> {
    /// Makes the definitions that are not there, and changes the others where the release wants that; waits until they are served.
    ///
    /// Rule: Helm 4.3.1 pkg/action/install.go (`installCRDs`), which leaves those that are there as they are.
    ///
    /// # Errors
    /// [`Error::UnsafeDefinition`] before anything is sent, where a change would lose objects.
    pub(super) async fn apply_crds(&self) -> Result<(), Error> {
        let crds: Vec<&Document> = self.release.desired.iter().flat_map(|desired| &desired.crds).collect();
        if crds.is_empty() {
            return Ok(());
        }
        let objects = self.prepare(&crds, false).await?;
        let mut calls = Vec::with_capacity(objects.len());
        for object in &objects {
            calls.push(self.is_sent(object));
        }
        let sent = try_join_all(calls).await?;
        let mut awaited = Vec::with_capacity(objects.len());
        for (object, _) in objects.iter().zip(sent).filter(|(_, is_sent)| *is_sent) {
            let applied = self.cluster.apply(&object.body, &ApplyOptions { force: true, ..ApplyOptions::default() }).await?;
            awaited.push(Awaited::written(&applied.object).unwrap_or_else(|| Awaited::of(object.id.clone())));
        }
        if awaited.is_empty() {
            return Ok(());
        }
        let count = awaited.len();
        let settled = self.settle(&awaited, Goal::Ready(Rule::Ready), CRD_WAIT).await?;
        if settled.outcome != Outcome::Reached {
            return Err(Error::NotReady { reason: settled.message().into() });
        }
        self.progress.tell(EventKind::CrdsApplied(count));
        Ok(())
    }

    /// Says whether a definition is sent: it is not there, or is to be updated and may.
    async fn is_sent(&self, object: &Prepared) -> Result<bool, Error> {
        let Some(live) = self.cluster.get(&object.id).await? else { return Ok(true) };
        if !self.release.settings.update_crds {
            return Ok(false);
        }
        let dangers = definition_dangers(&live, &object.body);
        if dangers.is_empty() {
            Ok(true)
        } else {
            Err(Error::UnsafeDefinition { name: object.id.name.clone(), dangers: dangers.join("; ") })
        }
    }
}
