//! From ranges of versions to versions.

use super::repositories::{Home, local_path};
use super::request::{Work, load_chart, refused};
use crate::chart::Dependency;
use crate::diag::Diagnostics;
use crate::source::Repository;
use crate::template::semver::{Constraint, Version};
use std::path::Path;

impl Work<'_, '_> {
    /// Returns the dependencies with the newest versions that fit.
    ///
    /// Rule: Helm internal/resolver `Resolve`.
    ///
    /// # Errors
    /// In Helm's words: a range that is none, an index that is not there, and all that nothing fits.
    pub(super) async fn resolve(&self, dependencies: &[Dependency], homes: &[Home]) -> Result<Vec<Dependency>, Diagnostics> {
        let mut locked = Vec::with_capacity(dependencies.len());
        let mut missing = Vec::new();
        for (dependency, home) in dependencies.iter().zip(homes) {
            match self.version(dependency, home).await? {
                Some(version) => locked.push(Dependency {
                    name: dependency.name.clone(),
                    repository: dependency.repository.clone(),
                    version,
                    ..Dependency::default()
                }),
                None => missing.push(unresolved(dependency)),
            }
        }
        if missing.is_empty() {
            return Ok(locked);
        }
        let words = format!(
            "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version exists in the repo, or change the \
             version constraint in Chart.yaml",
            missing.len(),
            missing.join(", ")
        );
        Err(refused(words, ""))
    }

    async fn version(&self, dependency: &Dependency, home: &Home) -> Result<Option<String>, Diagnostics> {
        let Dependency { name, version, repository, .. } = dependency;
        let constraint = Constraint::parse(version)
            .map_err(|error| refused(format!("dependency {name:?} has an invalid version/constraint format: {error}"), ""))?;
        match home {
            Home::Charts => {
                local_path(&Path::new("charts").join(name).display().to_string(), &self.folder)?;
                Ok(Some(version.clone()))
            }
            Home::Folder => {
                let path = local_path(repository, &self.folder)?;
                let chart = load_chart(&path)?;
                let version = chart.metadata.version;
                Ok(Some(version.clone()).filter(|_| fits(&constraint, &version)))
            }
            Home::Known(known) | Home::Unknown(known) => self.in_index(dependency, known, &constraint).await,
            Home::Registry if Version::parse(version).is_ok() => Ok(Some(version.clone())),
            Home::Registry => {
                let chart = format!("{}/{name}", repository.strip_prefix("oci://").unwrap_or(repository).trim_end_matches('/'));
                let access = self.registry(repository);
                let versions = self.sources.registry_versions(&chart, &access).await.map_err(|error| {
                    let words = format!("could not retrieve list of tags for repository {repository}: {}", error.words());
                    Diagnostics::from(error.diagnostic().verbatim(words))
                })?;
                // Where nothing fits, fetching the range says so.
                Ok(Some(versions.into_iter().find(|version| fits(&constraint, version)).unwrap_or_else(|| version.clone())))
            }
        }
    }

    async fn in_index(
        &self,
        dependency: &Dependency,
        repository: &Repository,
        constraint: &Constraint,
    ) -> Result<Option<String>, Diagnostics> {
        let index = self.sources.kept_index(&repository.name).await.map_err(|error| {
            let words = format!("no cached repository for {} found. (try 'helm repo update'): {}", repository.name, error.words());
            Diagnostics::from(error.diagnostic().verbatim(words).help("the repository must answer once, without --skip-refresh"))
        })?;
        let Some(versions) = index.versions(&dependency.name) else {
            let near = crate::diag::nearest(&dependency.name, index.names());
            let help = near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
            return Err(refused(format!("{} chart not found in repo {}", dependency.name, dependency.repository), &help));
        };
        let found = versions.iter().find(|entry| !entry.urls.is_empty() && fits(constraint, &entry.version));
        Ok(found.map(|entry| entry.version.clone()))
    }
}

fn fits(constraint: &Constraint, version: &str) -> bool {
    Version::parse(version).is_ok_and(|version| constraint.matches(&version))
}

fn unresolved(dependency: &Dependency) -> String {
    let quoted = |text: &str| crate::value::quote(text.as_bytes());
    let Dependency { name, repository, version, .. } = dependency;
    format!("{} (repository {}, version {})", quoted(name), quoted(repository), quoted(version))
}
