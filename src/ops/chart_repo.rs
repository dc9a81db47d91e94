//! Helm's list of repositories: adding, removing, listing, and fetching their indexes.

use super::chart_dependency::{Say, refresh_indexes};
use super::charts::sources;
use crate::diag::{Diagnostic, Diagnostics, nearest};
use crate::source::{ConfigFiles, Error, Repository, RepositoryFile, redacted};
use std::collections::BTreeMap;

/// Repositories that are gone for good, and what is there instead (Helm pkg/cmd/repo_add.go).
const GONE: [(&str, &str); 2] = [
    ("//kubernetes-charts.storage.googleapis.com", "https://charts.helm.sh/stable"),
    ("//kubernetes-charts-incubator.storage.googleapis.com", "https://charts.helm.sh/incubator"),
];

/// What adding a repository did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is in the list now.
    Added,
    /// It was there, in just this way.
    Known,
}

/// How a repository is added.
#[derive(Clone, Debug)]
pub struct RepositoryAddition {
    /// The repository, with its name and how it is asked.
    pub repository: Repository,
    /// Whether another one of that name is replaced.
    pub replace: bool,
    /// Whether repositories that are gone are taken too.
    pub gone_is_fine: bool,
}

/// Returns the repositories of the list; one that cannot be read is empty, as for Helm.
pub fn repositories(variables: &BTreeMap<String, String>) -> Vec<Repository> {
    load(variables).map(|file| file.repositories).unwrap_or_default()
}

/// Adds a repository to the list, and fetches its index.
///
/// # Errors
/// The name is taken or has a slash; the repository does not answer; the list cannot be read or written.
pub async fn add_repository(addition: &RepositoryAddition, variables: &BTreeMap<String, String>) -> Result<Added, Diagnostics> {
    let Repository { name, url, .. } = &addition.repository;
    let replacement = GONE.iter().find(|(old, _)| url.contains(old)).filter(|_| !addition.gone_is_fine);
    if let Some((_, new)) = replacement {
        return Err(refused(format!("repo {url:?} is no longer available; try {new:?} instead"), "").into());
    }
    if name.contains('/') {
        let words = format!("repository name ({name}) contains '/', please specify a different name without '/'");
        return Err(refused(words, "").into());
    }
    let _lock = RepositoryFile::lock(&ConfigFiles::from_env(variables).repositories).map_err(problem)?;
    let mut file = load(variables)?;
    if let Some(known) = file.get(name).filter(|_| !addition.replace) {
        if *known == addition.repository {
            return Ok(Added::Known);
        }
        let words = format!("repository name ({name}) already exists, please specify a different name");
        return Err(refused(words, "--force-update replaces it").into());
    }
    sources(variables).update_index(&addition.repository).await.map_err(|error| {
        let url = redacted(url);
        let words = format!("looks like {url:?} is not a valid chart repository or cannot be reached: {}", error.words());
        Diagnostics::from(error.diagnostic().verbatim(words))
    })?;
    match file.repositories.iter_mut().find(|known| known.name == *name) {
        Some(known) => known.clone_from(&addition.repository),
        None => file.repositories.push(addition.repository.clone()),
    }
    save(&file, variables)?;
    Ok(Added::Added)
}

/// Removes repositories from the list, and their indexes from the cache; `say` is told each one.
///
/// # Errors
/// There is no such repository; those before it are removed.
pub fn remove_repositories(names: &[String], variables: &BTreeMap<String, String>, say: &mut Say<'_>) -> Result<(), Diagnostics> {
    let mut file = load(variables)?;
    if file.repositories.is_empty() {
        return Err(refused("no repositories configured".to_owned(), "").into());
    }
    for name in names {
        let before = file.repositories.len();
        file.repositories.retain(|repository| repository.name != *name);
        if file.repositories.len() == before {
            return Err(refused(format!("no repo named {name:?} found"), &did_you_mean(name, &file)).into());
        }
        save(&file, variables)?;
        sources(variables).forget_index(name).map_err(problem)?;
        say(&format!("{name:?} has been removed from your repositories"));
    }
    Ok(())
}

/// Fetches the indexes of the repositories of these names; of all, where there are none.
///
/// # Errors
/// There is no such repository, or one did not answer.
pub async fn update_repositories(names: &[String], variables: &BTreeMap<String, String>, say: &mut Say<'_>) -> Result<(), Diagnostics> {
    let file = load(variables)?;
    if file.repositories.is_empty() {
        let words = "no repositories found. You must add one before updating".to_owned();
        return Err(refused(words, "`stackwright chart repo add NAME URL`").into());
    }
    if let Some(unknown) = names.iter().find(|name| file.get(name).is_none()) {
        let words = format!("no repositories found matching '{unknown}'.  Nothing will be updated");
        return Err(refused(words, &did_you_mean(unknown, &file)).into());
    }
    let wanted = file.repositories.into_iter().filter(|repository| names.is_empty() || names.contains(&repository.name));
    let wanted: Vec<Repository> = wanted.collect();
    say("Hang tight while we grab the latest from your chart repositories...");
    let failed = refresh_indexes(&sources(variables), &wanted, say).await?;
    if !failed.is_empty() {
        let words = format!("failed to update the following repositories: [{}]", failed.join(" "));
        return Err(refused(words, "").into());
    }
    say("Update Complete. ⎈Happy Helming!⎈");
    Ok(())
}

fn did_you_mean(name: &str, file: &RepositoryFile) -> String {
    let near = nearest(name, file.repositories.iter().map(|repository| repository.name.as_str()));
    near.map(|near| format!("did you mean `{near}`?")).unwrap_or_default()
}

fn load(variables: &BTreeMap<String, String>) -> Result<RepositoryFile, Diagnostics> {
    RepositoryFile::load(&ConfigFiles::from_env(variables).repositories).map_err(problem)
}

fn save(file: &RepositoryFile, variables: &BTreeMap<String, String>) -> Result<(), Diagnostics> {
    file.save(&ConfigFiles::from_env(variables).repositories).map_err(problem)
}

fn problem(error: Error) -> Diagnostics {
    error.diagnostic().into()
}

/// Makes a problem of Helm's own words, with a way out.
fn refused(words: String, help: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(words.clone()).verbatim(words);
    if help.is_empty() { diagnostic } else { diagnostic.help(help) }
}
