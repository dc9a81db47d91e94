//! Brings `charts/` and Chart.lock to what Chart.yaml wants, or `charts/` to what Chart.lock says.

use super::charts_folder::Staging;
use super::lock::{List, digest, helm_2_digest, lock_file, write_lock};
use super::repositories::{Home, homes, same_address};
use super::request::{ChartDependencyRequest, Say, Work, refused};
use crate::chart::{Dependency, Lock};
use crate::diag::Diagnostics;
use std::collections::BTreeSet;

/// Chooses the newest versions that fit Chart.yaml, fetches them into `charts/`, and writes Chart.lock.
///
/// Rule: Helm pkg/downloader `Update`. Nothing is changed unless all can be had.
///
/// # Errors
/// The chart does not load; a repository, a version or an archive cannot be had.
pub async fn chart_dependency_update(request: &ChartDependencyRequest, say: &mut Say<'_>) -> Result<(), Diagnostics> {
    Work::start(request, say)?.update().await
}

/// Fetches the versions of Chart.lock into `charts/`; without a lock, updates.
///
/// Rule: Helm pkg/downloader `Build`.
///
/// # Errors
/// As for an update; or the lock does not belong to Chart.yaml, or names a repository that is not in Helm's list.
pub async fn chart_dependency_build(request: &ChartDependencyRequest, say: &mut Say<'_>) -> Result<(), Diagnostics> {
    let mut work = Work::start(request, say)?;
    work.unsigned_is_fine = true;
    match work.chart.lock.clone() {
        Some(lock) => work.build(&lock).await,
        None => work.update().await,
    }
}

impl Work<'_, '_> {
    async fn update(mut self) -> Result<(), Diagnostics> {
        let Some(wanted) = &self.chart.metadata.dependencies else { return Ok(()) };
        let mut wanted: Vec<Dependency> = wanted.iter().flatten().cloned().collect();
        let homes = homes(&mut wanted, &self.known, &self.folder)?;
        self.refresh_unknown(&homes).await?;
        self.refresh_known().await?;
        let mut locked = self.resolve(&wanted, &homes).await?;
        let file = lock_file(&self.folder, &self.chart.metadata.api_version)?;
        self.fetch_and_publish(&mut locked, &homes).await?;
        let (wanted, locked) = (as_list(wanted), as_list(locked));
        let digest = digest(&wanted, &locked);
        if self.chart.lock.as_ref().is_some_and(|lock| lock.digest == digest) {
            return Ok(());
        }
        write_lock(&file, &Lock { generated: String::new(), digest, dependencies: locked })
    }

    async fn build(mut self, lock: &Lock) -> Result<(), Diagnostics> {
        let old = self.chart.metadata.dependencies.clone();
        let mut wanted: Vec<Dependency> = old.iter().flatten().flatten().cloned().collect();
        homes(&mut wanted, &self.known, &self.folder)?;
        self.check_lock(lock, &old, old.is_some().then_some(wanted).and_then(as_list))?;
        let mut locked: Vec<Dependency> = lock.dependencies.iter().flatten().flatten().cloned().collect();
        self.check_repositories(&locked)?;
        self.refresh_known().await?;
        let homes = homes(&mut locked, &self.known, &self.folder)?;
        self.fetch_and_publish(&mut locked, &homes).await
    }

    fn check_lock(&mut self, lock: &Lock, old: &List, wanted: List) -> Result<(), Diagnostics> {
        if digest(&wanted, &lock.dependencies) == lock.digest {
            return Ok(());
        }
        let help = "run `stackwright chart dependency update`, which chooses versions and writes the lock anew";
        if self.chart.metadata.api_version != "v1" {
            let words = "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). \
                         Please update the dependencies with 'helm dependency update'";
            return Err(refused(words, help));
        }
        if helm_2_digest(old) == lock.digest {
            return Ok(());
        }
        let words = "the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). \
                     Please update the dependencies";
        Err(refused(words, help))
    }

    /// Rule: Helm pkg/downloader `hasAllRepos`.
    fn check_repositories(&self, locked: &[Dependency]) -> Result<(), Diagnostics> {
        let is_elsewhere = |address: &str| address.is_empty() || address.starts_with("file://") || address.starts_with("oci://");
        let is_known = |address: &str| self.known.iter().any(|known| same_address(&known.url, address));
        let addresses = locked.iter().map(|dependency| dependency.repository.as_str());
        let missing: Vec<&str> = addresses.filter(|address| !is_elsewhere(address) && !is_known(address)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let words = format!("no repository definition for {}. Please add the missing repos via 'helm repo add'", missing.join(", "));
        Err(refused(words, "`stackwright chart dependency update` asks repositories that are not in Helm's list too"))
    }

    async fn fetch_and_publish(&mut self, locked: &mut [Dependency], homes: &[Home]) -> Result<(), Diagnostics> {
        let staging = Staging::new(&self.folder)?;
        self.fetch_all(locked, homes, &staging.path()).await?;
        let local: BTreeSet<&str> =
            locked.iter().filter(|dependency| dependency.repository.is_empty()).map(|dependency| dependency.name.as_str()).collect();
        staging.publish(self, &local)
    }
}

fn as_list(dependencies: Vec<Dependency>) -> List {
    Some(dependencies.into_iter().map(Some).collect())
}
