//! Kubeconfig files: which are read, how they merge, which context is meant.

use super::error::Error;
use kube::config::{Context, Kubeconfig};
use std::path::{Path, PathBuf};

/// Kubeconfig files, merged, with the paths that were read.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) merged: Kubeconfig,
    pub(super) read: Vec<PathBuf>,
}

/// Reads and merges files as kubectl does: `only` must exist; of `list` those that are missing are left out, and the first file
/// that sets a name wins. Returns nothing when no file of the list exists.
///
/// # Errors
/// A file that cannot be read or parsed.
pub(super) fn read(only: Option<&Path>, list: &[PathBuf]) -> Result<Option<Files>, Error> {
    let paths: Vec<PathBuf> = match only {
        Some(path) => vec![path.to_owned()],
        None => list.iter().filter(|path| path.exists()).cloned().collect(),
    };
    let mut merged: Option<Kubeconfig> = None;
    for path in &paths {
        let next = Kubeconfig::read_from(path).map_err(|error| Error::Kubeconfig { path: path.clone(), reason: reason(&error) })?;
        merged = Some(match merged {
            None => next,
            Some(before) => before.merge(next).map_err(|error| Error::Kubeconfig { path: path.clone(), reason: reason(&error) })?,
        });
    }
    Ok(merged.map(|merged| Files { merged, read: paths }))
}

/// Finds the context that is meant, and checks that its cluster exists.
///
/// # Errors
/// No context is selected, or a name does not exist; the error lists those that do.
pub(super) fn context<'a>(files: &'a Files, wanted: Option<&'a str>) -> Result<(&'a str, &'a Context), Error> {
    let contexts = || files.merged.contexts.iter().map(|context| context.name.clone()).collect();
    let current = files.merged.current_context.as_deref().filter(|name| !name.is_empty());
    let Some(name) = wanted.or(current) else {
        return Err(Error::NoContext { existing: contexts(), files_read: files.read.clone() });
    };
    let unknown = |what, name: &str, existing| Error::UnknownName { what, name: name.to_owned(), existing, files_read: files.read.clone() };
    let named = files.merged.contexts.iter().find(|context| context.name == name);
    let Some(context) = named.and_then(|named| named.context.as_ref()) else {
        return Err(unknown("context", name, contexts()));
    };
    if !files.merged.clusters.iter().any(|cluster| cluster.name == context.cluster) {
        let existing = files.merged.clusters.iter().map(|cluster| cluster.name.clone()).collect();
        return Err(unknown("cluster", &context.cluster, existing));
    }
    Ok((name, context))
}

/// kube's errors repeat the path that ours carries; the cause is what is wrong.
fn reason(error: &kube::config::KubeconfigError) -> String {
    match error {
        kube::config::KubeconfigError::ReadConfig(error, _) => error.to_string(),
        kube::config::KubeconfigError::Parse(error) => error.to_string(),
        other => other.to_string(),
    }
}
