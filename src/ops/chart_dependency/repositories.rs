//! Which repository each dependency is of, and what is known of it.

use super::request::{Say, Work, refused};
use crate::chart::Dependency;
use crate::diag::Diagnostics;
use crate::source::{Digest, Repository, Sources, clean, join};
use futures_util::future::join_all;
use std::path::{Path, PathBuf};

/// Where a dependency comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// It is a folder in `charts/`.
    Charts,
    /// A folder on this machine.
    Folder,
    /// A registry.
    Registry,
    /// A repository of Helm's list.
    Known(Repository),
    /// A repository that only Chart.yaml names, called by its digest in the cache.
    Unknown(Repository),
}

/// Finds out where each dependency comes from, and writes addresses where Chart.yaml has `@NAME` or `alias:NAME`.
///
/// Rule: Helm pkg/downloader `resolveRepoNames`, `ensureMissingRepos`.
///
/// # Errors
/// In Helm's words: a folder or a repository that is not there.
pub(super) fn homes(dependencies: &mut [Dependency], known: &[Repository], folder: &Path) -> Result<Vec<Home>, Diagnostics> {
    let mut missing = Vec::new();
    let mut homes = Vec::new();
    for dependency in dependencies {
        if dependency.repository.starts_with("file://") {
            local_path(&dependency.repository, folder)?;
        }
        match home(dependency, known) {
            Some(home) => homes.push(home),
            None => missing.push(dependency.repository.clone()),
        }
    }
    if missing.is_empty() { Ok(homes) } else { Err(no_definition(&missing)) }
}

fn home(dependency: &mut Dependency, known: &[Repository]) -> Option<Home> {
    let address = dependency.repository.clone();
    if address.is_empty() {
        return Some(Home::Charts);
    }
    if address.starts_with("file://") {
        return Some(Home::Folder);
    }
    if address.starts_with("oci://") {
        return Some(Home::Registry);
    }
    let alias = address.strip_prefix('@').or_else(|| address.strip_prefix("alias:"));
    for repository in known {
        if alias == Some(repository.name.as_str()) {
            dependency.repository.clone_from(&repository.url);
            return Some(Home::Known(repository.clone()));
        }
        if same_address(&repository.url, &address) {
            return Some(Home::Known(repository.clone()));
        }
    }
    let is_address = url::Url::parse(&address).is_ok() || address.starts_with('/');
    let name = format!("{MANAGER}{}", Digest::of(address.as_bytes()));
    is_address.then(|| Home::Unknown(Repository { name, ..Repository::at(address) }))
}

/// What the names of repositories begin with that only a chart names.
const MANAGER: &str = "helm-manager-";

fn no_definition(missing: &[String]) -> Diagnostics {
    let mut words = format!("no repository definition for {}. Please add them via 'helm repo add'", missing.join(", "));
    let is_name = |repository: &String| !repository.contains("//") && !repository.starts_with('@') && !repository.starts_with("alias:");
    if missing.iter().any(is_name) {
        words.push_str(
            "\nNote that repositories must be URLs or aliases. For example, to refer to the \"example\"\n\
             repository, use \"https://charts.example.com/\" or \"@example\" instead of\n\
             \"example\". Don't forget to add the repo, too ('helm repo add').",
        );
    }
    refused(words, "write the repository's address into Chart.yaml, or add the name to Helm's repositories.yaml")
}

/// Returns the folder that a `file://` address, or a path, means.
///
/// Rule: Helm internal/resolver `GetLocalPath`.
pub(super) fn local_path(address: &str, folder: &Path) -> Result<PathBuf, Diagnostics> {
    let path = Path::new(address.strip_prefix("file://").unwrap_or(address));
    let path = if path.is_absolute() { clean(path) } else { join(folder, path) };
    if path.exists() { Ok(path) } else { Err(refused(format!("directory {} not found", path.display()), "")) }
}

/// Says whether two addresses are the same but for slashes.
///
/// Rule: Helm internal/urlutil `Equal`.
pub(super) fn same_address(a: &str, b: &str) -> bool {
    let tidy = |text: &str| {
        let mut url = url::Url::parse(text).ok()?;
        let path = clean(Path::new(url.path())).display().to_string();
        url.set_path(&path);
        Some(url)
    };
    match (tidy(a), tidy(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => clean(Path::new(a)) == clean(Path::new(b)),
        _ => false,
    }
}

impl Work<'_, '_> {
    /// Fetches the indexes of the repositories that Helm does not know.
    pub(super) async fn refresh_unknown(&mut self, homes: &[Home]) -> Result<(), Diagnostics> {
        let mut repositories: Vec<Repository> = Vec::new();
        for home in homes {
            if let Home::Unknown(repository) = home {
                repositories.push(repository.clone());
            }
        }
        if self.request.skip_refresh || repositories.is_empty() {
            return Ok(());
        }
        (self.say)("Getting updates for unmanaged Helm repositories...");
        self.refresh(&repositories).await
    }

    /// Fetches the indexes of all repositories of Helm's list.
    pub(super) async fn refresh_known(&mut self) -> Result<(), Diagnostics> {
        if self.request.skip_refresh || self.known.is_empty() {
            return Ok(());
        }
        (self.say)("Hang tight while we grab the latest from your chart repositories...");
        self.refresh(&self.known.clone()).await?;
        (self.say)("Update Complete. ⎈Happy Helming!⎈");
        Ok(())
    }

    /// A repository that does not answer is told, and is an error only where it is needed.
    async fn refresh(&mut self, repositories: &[Repository]) -> Result<(), Diagnostics> {
        refresh_indexes(&self.sources, repositories, self.say).await.map(drop)
    }
}

/// Fetches the indexes of repositories into Helm's cache; returns the addresses of those that did not answer.
///
/// # Errors
/// An address that is not of the web.
pub(in crate::ops) async fn refresh_indexes(
    sources: &Sources,
    repositories: &[Repository],
    say: &mut Say<'_>,
) -> Result<Vec<String>, Diagnostics> {
    let mut distinct: Vec<&Repository> = Vec::new();
    for repository in repositories {
        let scheme = repository.url.split_once(':').map_or("", |(scheme, _)| scheme);
        if !matches!(scheme, "http" | "https" | "oci") {
            let words = format!("could not find protocol handler for: {scheme}");
            return Err(refused(words, "repositories have http:// or https:// addresses"));
        }
        if !distinct.iter().any(|other| other.name == repository.name) {
            distinct.push(repository);
        }
    }
    let answers = join_all(distinct.iter().map(|repository| sources.update_index(repository))).await;
    let mut failed = Vec::new();
    for (repository, answer) in distinct.into_iter().zip(answers) {
        if answer.is_err() {
            failed.push(crate::source::redacted(&repository.url));
        }
        say(&news(repository, answer.err().map(|error| error.words())));
    }
    Ok(failed)
}

/// Returns what Helm says of an index that was fetched, or was not.
fn news(repository: &Repository, failure: Option<String>) -> String {
    let shown = crate::source::redacted(&repository.url);
    let is_unknown = repository.name.starts_with(MANAGER);
    match (failure, is_unknown) {
        (None, true) => format!("...Successfully got an update from the {shown:?} chart repository"),
        (None, false) => format!("...Successfully got an update from the {:?} chart repository", repository.name),
        (Some(words), true) => format!("...Unable to get an update from the {shown:?} chart repository:\n\t{words}"),
        (Some(words), false) => format!("...Unable to get an update from the {:?} chart repository ({shown}):\n\t{words}", repository.name),
    }
}

#[cfg(test)]
mod tests {
    use super::same_address;

    #[test]
    fn addresses_are_the_same_but_for_slashes() {
        assert!(same_address("http://charts.example", "http://charts.example/"));
        assert!(same_address("http://charts.example/a//b", "http://charts.example/a/b/"));
        assert!(!same_address("http://charts.example/a", "http://charts.example/b"));
        assert!(!same_address("http://charts.example", "stable"));
    }
}
