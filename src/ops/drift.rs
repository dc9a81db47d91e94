//! Compares the live objects of a stack's releases with what their last revisions made, without rendering and without changing anything.

use super::apply::plan_recorded;
use super::live::{Ask, LiveObjects, read_live};
use super::session::Session;
use crate::diag::Diagnostics;
use crate::diff::Change;
use crate::plan::{Plan, drift_of};

/// The releases of a stack, and what has been changed of their objects.
pub struct Drift {
    /// The selected releases that are installed, in the order of the stack file.
    pub releases: Vec<DriftedRelease>,
}

/// A release, and what has been changed of its objects since its last revision.
pub struct DriftedRelease {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The context of its cluster, where the stack names one.
    pub kube_context: Option<String>,
    /// The revision.
    pub revision: u32,
    /// How many objects were compared.
    pub objects: usize,
    /// From what the revision made to what is there.
    pub changes: Vec<Change>,
}

impl Drift {
    /// Says whether anything has been changed.
    pub fn is_any(&self) -> bool {
        self.releases.iter().any(|release| !release.changes.is_empty())
    }
}

/// Reads the records and the live objects of the selected releases, and compares them.
///
/// # Errors
/// The stack file has mistakes; a cluster cannot be reached; a record is damaged.
pub async fn drift(session: &Session) -> Result<Drift, Diagnostics> {
    let (plan, clusters) = plan_recorded(session).await?;
    let live = read_live(&plan, &clusters, Ask::Recorded).await?;
    Ok(compared(&plan, &live))
}

fn compared(plan: &Plan, live: &LiveObjects) -> Drift {
    let releases = plan.releases.iter().zip(&live.objects).filter_map(|(release, objects)| {
        Some(DriftedRelease {
            name: release.name.clone(),
            namespace: release.namespace.clone(),
            kube_context: release.id.kube_context.clone(),
            revision: release.history.deployed()?.revision,
            objects: objects.before.len(),
            changes: drift_of(release, &objects.before, live.of(release)),
        })
    });
    Drift { releases: releases.collect() }
}
