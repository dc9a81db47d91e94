//! Fetches the archives of dependencies into a folder beside `charts/`.

use super::repositories::{Home, local_path};
use super::request::{Work, load_chart, refused};
use crate::chart::package::{archive, archive_name};
use crate::chart::{self, Dependency};
use crate::diag::{Diagnostic, Diagnostics};
use crate::ops::chart_package::{entry_time, write};
use crate::ops::chart_provenance::verify_fetched;
use crate::ops::chart_source::pulled_lines;
use crate::source::{Archive, ChartRef, ChartRequest, Error, Repository, archive_url};
use crate::template::semver::{Constraint, Version};
use std::path::Path;

impl Work<'_, '_> {
    /// Fetches the archive of every dependency into a folder, and sets the versions of those that come from folders.
    ///
    /// Rule: Helm pkg/downloader `downloadAll`.
    ///
    /// # Errors
    /// The first one that cannot be had.
    pub(super) async fn fetch_all(&mut self, dependencies: &mut [Dependency], homes: &[Home], into: &Path) -> Result<(), Diagnostics> {
        (self.say)(&format!("Saving {} charts", dependencies.len()));
        let mut fetched = Vec::new();
        for (dependency, home) in dependencies.iter_mut().zip(homes) {
            let done = match home {
                Home::Charts => {
                    let line = "did not declare a repository. Assuming it exists in the charts directory";
                    (self.say)(&format!("Dependency {} {line}", dependency.name));
                    let version = self.version_in_charts(dependency)?;
                    check_version(dependency, &version)
                }
                Home::Folder => self.pack(dependency, into),
                Home::Registry => self.pull(dependency, into).await,
                Home::Known(repository) | Home::Unknown(repository) => self.download(dependency, repository, &mut fetched, into).await,
            };
            if let Err(problem) = done {
                let words = problem.iter().next().map(|first| first.verbatim.clone().unwrap_or_else(|| first.title.clone()));
                (self.say)(&format!("Save error occurred:  {}", words.unwrap_or_default()));
                return Err(problem);
            }
        }
        Ok(())
    }

    fn version_in_charts(&self, dependency: &Dependency) -> Result<String, Diagnostics> {
        let path = self.folder.join("charts").join(&dependency.name);
        let chart = chart::load(&path).map_err(|error| {
            let words = format!("unable to load chart '{}': {error}", path.display());
            Diagnostics::from(error.diagnostic().verbatim(words))
        })?;
        Ok(chart.metadata.version)
    }

    fn pack(&self, dependency: &mut Dependency, into: &Path) -> Result<(), Diagnostics> {
        let path = local_path(&dependency.repository, &self.folder)?;
        let chart = load_chart(&path)?;
        let constraint = constraint(dependency)?;
        if !Version::parse(&chart.metadata.version).is_ok_and(|version| constraint.matches(&version)) {
            return Err(refused(format!("can't get a valid version for dependency {}", dependency.name), ""));
        }
        let time = entry_time(&self.request.variables)?;
        let bytes = archive(&chart, time).map_err(|error| Diagnostics::from(error.diagnostic()))?;
        write(&into.join(archive_name(&chart)), &bytes)?;
        dependency.version = chart.metadata.version;
        Ok(())
    }

    async fn pull(&mut self, dependency: &Dependency, into: &Path) -> Result<(), Diagnostics> {
        let Dependency { name, version, repository, .. } = dependency;
        (self.say)(&format!("Downloading {name} from repo {repository}"));
        let chart = format!("{repository}/{name}");
        let access = self.registry(repository);
        let name = chart.strip_prefix("oci://").unwrap_or(&chart).to_owned();
        let reference = ChartRef::Oci { name, tag: None, digest: None, repository: Box::new(access) };
        let request =
            ChartRequest { reference: &reference, version, devel: false, repositories: &[], skip_dependencies: true, patches: None };
        let asked = self.sources.download(&request, self.request.keyring.is_some()).await;
        let archive = asked.map_err(|error| not_downloaded(&chart, &error))?;
        if let Some(pulled) = &archive.pulled {
            (self.say)(&pulled_lines(pulled));
        }
        self.keep(&chart, archive, into)
    }

    async fn download(
        &mut self,
        dependency: &Dependency,
        repository: &Repository,
        fetched: &mut Vec<String>,
        into: &Path,
    ) -> Result<(), Diagnostics> {
        let index = self.sources.kept_index(&repository.name).await.map_err(|error| not_found(&error.words()))?;
        let entries = index.versions(&dependency.name).ok_or_else(|| not_found("entry not found"))?;
        let entry = entries.iter().find(|entry| !entry.urls.is_empty() && is_version(&dependency.version, &entry.version));
        let entry = entry.ok_or_else(|| not_found("no matching version"))?;
        let url = archive_url(&dependency.repository, &dependency.name, entry).map_err(|error| not_found(&error.words()))?;
        if fetched.contains(&url) {
            (self.say)(&format!("Already downloaded {} from repo {}", dependency.name, dependency.repository));
            return Ok(());
        }
        (self.say)(&format!("Downloading {} from repo {}", dependency.name, dependency.repository));
        let digest = entry.archive_digest();
        let asked = self.sources.download_web(&url, digest, repository, self.request.keyring.is_some()).await;
        self.keep(&url, asked.map_err(|error| not_downloaded(&url, &error))?, into)?;
        fetched.push(url);
        Ok(())
    }

    /// Writes an archive that is a chart, and whose signature is right where that is asked.
    fn keep(&mut self, from: &str, archive: Archive, into: &Path) -> Result<(), Diagnostics> {
        match (&self.request.keyring, &archive.provenance) {
            (Some(_), Some(Err(error))) if self.unsigned_is_fine => {
                (self.say)(&format!("WARNING: Verification not found for {from}: {}", error.words()));
            }
            (Some(keyring), Some(_)) => {
                verify_fetched(&archive, keyring).map_err(|problem| prefixed(from, problem))?;
            }
            _ => {}
        }
        chart::load_archive(&archive.bytes).map_err(|source| not_downloaded(from, &Error::Chart { from: from.to_owned(), source }))?;
        write(&into.join(&archive.name), &archive.bytes)
    }
}

fn constraint(dependency: &Dependency) -> Result<Constraint, Diagnostics> {
    Constraint::parse(&dependency.version)
        .map_err(|error| refused(format!("dependency {} has an invalid version/constraint format: {error}", dependency.name), ""))
}

fn check_version(dependency: &Dependency, version: &str) -> Result<(), Diagnostics> {
    let constraint = constraint(dependency)?;
    let Dependency { name, version: wanted, .. } = dependency;
    let parsed =
        Version::parse(version).map_err(|error| refused(format!("invalid version {wanted} for dependency {name}: {error}"), ""))?;
    if constraint.matches(&parsed) {
        return Ok(());
    }
    Err(refused(format!("dependency {name} at version {version} does not satisfy the constraint {wanted}"), ""))
}

/// Says whether two texts are the same version, however they are written.
fn is_version(wanted: &str, version: &str) -> bool {
    match (Version::parse(wanted), Version::parse(version)) {
        _ if wanted.is_empty() => true,
        (Err(_), _) => wanted == version,
        (Ok(wanted), Ok(version)) => wanted.compare(&version).is_eq(),
        _ => false,
    }
}

fn not_found(words: &str) -> Diagnostics {
    refused(format!("could not find : {words}"), "`chart dependency update` chooses among the versions that are there now")
}

fn not_downloaded(from: &str, error: &Error) -> Diagnostics {
    let words = format!("could not download {}: {}", crate::source::redacted(from), error.words());
    error.diagnostic().verbatim(words).into()
}

fn prefixed(from: &str, problem: Diagnostics) -> Diagnostics {
    let put = |mut diagnostic: Diagnostic| {
        let words = diagnostic.verbatim.clone().unwrap_or_else(|| diagnostic.title.clone());
        diagnostic.verbatim = Some(format!("could not download {}: {words}", crate::source::redacted(from)));
        diagnostic
    };
    let mut problems = Diagnostics::new();
    problem.into_iter().map(put).for_each(|diagnostic| problems.push(diagnostic));
    problems
}
