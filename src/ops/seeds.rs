//! The seeds of a run: what the generated values of each release come from.

use super::apply::namespace_of;
use super::render::ReleaseSeed;
use super::secrets::StackSecrets;
use super::seed::new_seed;
use crate::diag::Diagnostics;
use crate::execute::Clusters;
use crate::release::SeedStore;
use crate::stack::Release;
use crate::template::seed::KeptValues;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How values are made up by templates that draw (`randAlphaNum`, `genCA`, `uuidv4`, `now`…).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GeneratedValues {
    /// As they were when the release first drew: from the seed that is kept with it.
    #[default]
    Stable,
    /// New ones once, which then stay: from a new seed.
    Rotated,
    /// Others in every render, as Helm has it.
    Random,
}

impl GeneratedValues {
    /// Returns the seed to render with: the kept one of the release, else a new one.
    pub(super) fn seed(self, kept: Option<&KeptValues>) -> Option<ReleaseSeed> {
        match (self, kept) {
            (GeneratedValues::Random, _) => None,
            (GeneratedValues::Stable, Some(kept)) => Some(ReleaseSeed { values: kept.clone(), is_new: false, adopts: false }),
            (mode, _) => Some(ReleaseSeed { values: new_seed().into(), is_new: true, adopts: mode == GeneratedValues::Stable }),
        }
    }
}

/// The seeds that clusters keep, and what is asked for.
pub(super) struct Seeds {
    mode: GeneratedValues,
    kept: BTreeMap<(Option<String>, String, String), KeptValues>,
    /// The secrets of the stack.
    pub(super) secrets: Arc<StackSecrets>,
}

impl Seeds {
    /// Reads the seeds of all releases, one list for each namespace.
    ///
    /// # Errors
    /// A cluster does not tell.
    pub(super) async fn read(
        mode: GeneratedValues,
        clusters: &Clusters,
        releases: &[&Release],
        secrets: StackSecrets,
    ) -> Result<Seeds, Diagnostics> {
        let mut kept = BTreeMap::new();
        for (context, cluster) in clusters.iter().filter(|_| mode == GeneratedValues::Stable) {
            let own = releases.iter().filter(|release| release.id.kube_context == *context);
            let namespaces: BTreeSet<String> = own.map(|release| namespace_of(release, clusters)).collect();
            let found = SeedStore::new(cluster).of_namespaces(&namespaces).await.map_err(|error| error.diagnostic())?;
            kept.extend(found.into_iter().map(|((namespace, name), seed)| ((context.clone(), namespace, name), seed)));
        }
        Ok(Seeds { mode, kept, secrets: Arc::new(secrets) })
    }

    /// Returns the same seeds, with other values for secrets that are kept nowhere yet.
    pub(super) fn with_other_secrets(&self) -> Seeds {
        Seeds { mode: self.mode, kept: self.kept.clone(), secrets: Arc::new(self.secrets.made_anew()) }
    }

    /// Returns the seed of a release: the kept one, else a new one. A release that is not installed begins with a new one, whatever
    /// an earlier one of its name has left.
    pub(super) fn of(&self, release: &Release, namespace: &str, is_installed: bool) -> Option<ReleaseSeed> {
        let key = (release.id.kube_context.clone(), namespace.to_owned(), release.id.name.clone());
        self.mode.seed(self.kept.get(&key).filter(|_| is_installed))
    }
}
