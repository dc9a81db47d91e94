//! helmfile's lock file: versions that `helmfile deps` fixed.

use super::error::Error;
use super::file::LoadedFile;
use super::load::Loader;
use super::model::Release;
use super::raw::{RawLock, Reader, Spanned};
use crate::diag::Source;
use crate::source::{Repository, join};
use crate::template::semver::{Constraint, Version};
use std::path::{Path, PathBuf};

impl Loader<'_> {
    /// Gives releases whose chart is of a repository the version that the lock file fixes, where there is one.
    ///
    /// Rule: helmfile pkg/state/chart_dependency.go `resolveDependencies`: of the charts of that name the first whose version
    /// the release's range takes.
    pub(super) fn lock_versions(&mut self, file: &LoadedFile, releases: &mut [Release]) {
        let path = lock_path(file);
        if !self.request.world.files.is_file(&path) {
            return;
        }
        let Ok(text) = self.read_text(&path, None) else { return };
        let source = Source::new(path.display().to_string(), text);
        let Some(lock) = self.read_lock(&source) else { return };
        for release in releases {
            let Some(chart) = remote_chart(release) else { continue };
            let range = release.version.clone().unwrap_or_default();
            match lock.dependencies.iter().find_map(|locked| version(&locked.value, &chart, &range)) {
                Some(version) => release.version = Some(version),
                None => {
                    let (name, span) = (release.id.clone(), release.chart_span.clone());
                    self.diagnostics.push(Error::NotLocked { release: name, chart, path: path.clone(), span }.diagnostic());
                }
            }
        }
    }

    fn read_lock(&mut self, source: &Source) -> Option<RawLock> {
        let nodes = crate::yaml::nodes(source).map_err(|error| self.diagnostics.push(error.diagnostic())).ok()?;
        let mut reader = Reader::new(None);
        let lock: Option<Spanned<RawLock>> = nodes.first().and_then(|node| reader.record(node));
        self.diagnostics.extend(reader.finish());
        lock.map(|lock| lock.value)
    }
}

/// Returns where the lock file of a stack file is: `lockFilePath`, else the file's name with `.lock` for its extensions.
fn lock_path(file: &LoadedFile) -> PathBuf {
    if let Some(path) = file.raw.lock_file_path.as_ref().filter(|path| !path.value.is_empty()) {
        return join(&file.base_dir, Path::new(&path.value));
    }
    let name = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.strip_suffix(".gotmpl").unwrap_or(name);
    let stem = stem.strip_suffix(".yaml").unwrap_or(stem);
    let stem = stem.strip_suffix(".yml").unwrap_or(stem);
    join(&file.base_dir, Path::new(&format!("{stem}.lock")))
}

/// Returns the name of a chart of one of the state's repositories; in a registry only its last part counts.
fn remote_chart(release: &Release) -> Option<String> {
    let is_path = release.chart.starts_with(['.', '/']) || release.chart.contains("://");
    let (repository, chart) = release.chart.split_once('/').filter(|_| !is_path)?;
    let repository: &Repository = release.state.repositories.iter().find(|known| known.name == repository)?;
    let last = chart.rsplit('/').next().unwrap_or(chart);
    Some(if repository.oci { last } else { chart }.to_owned())
}

fn version(locked: &super::raw::RawLocked, chart: &str, range: &str) -> Option<String> {
    locked.name.as_ref().filter(|name| name.value == chart)?;
    let version = &locked.version.as_ref()?.value;
    let constraint = Constraint::parse(if range.is_empty() { "*" } else { range }).ok()?;
    constraint.matches(&Version::parse(version).ok()?).then(|| version.clone())
}
