//! The dependencies of a chart folder, added in memory where `charts/` does not have them.

use super::error::Error;
use super::event::Event;
use super::fetch::{ChartRequest, Sources, canonical};
use super::files::join;
use super::reference::ChartRef;
use super::repository::Repository;
use crate::chart::{self, Chart, Dependency, Patches};
use crate::template::semver::{Constraint, Version};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

/// A dependency on its way, and where it comes from. Boxed, because charts nest.
type Pending<'a> = Pin<Box<dyn Future<Output = Result<(Arc<Chart>, String), Error>> + Send + 'a>>;

impl Sources {
    /// Loads a chart folder (or archive) and adds the dependencies that it lists and does not hold; theirs too.
    ///
    /// Rule: Helm pkg/downloader/manager.go `Build`, without a file written: `file://` is relative to the chart's folder, a
    /// repository may be `@NAME` or `alias:NAME`, the version of Chart.lock counts where it fits Chart.yaml.
    pub(super) async fn complete_folder(&self, path: &Path, repositories: &[Repository], chain: &[PathBuf]) -> Result<Arc<Chart>, Error> {
        let folder = canonical(path);
        let mut chain = chain.to_vec();
        chain.push(folder.clone());
        if chain[..chain.len() - 1].contains(&folder) {
            return Err(Error::DependencyCycle { path: chain });
        }
        let key = folder.display().to_string();
        self.folders.get(&key, || async { self.completed(path, repositories, &chain, Patches::default()).await.map(Arc::new) }).await
    }

    /// Loads as `complete_folder` does, for nobody else. The folder is the last one of the chain.
    pub(super) async fn completed(
        &self,
        path: &Path,
        repositories: &[Repository],
        chain: &[PathBuf],
        patches: Patches,
    ) -> Result<Chart, Error> {
        let to_load = path.to_owned();
        let mut chart = self.load(path.display().to_string(), move |cache| chart::load_patched(&to_load, cache, &patches)).await?;
        if chain.last().is_some_and(|folder| folder.is_dir()) {
            self.add_missing(&mut chart, path, repositories, chain).await?;
        }
        Ok(chart)
    }

    async fn add_missing(&self, chart: &mut Chart, path: &Path, repositories: &[Repository], chain: &[PathBuf]) -> Result<(), Error> {
        let wanted: Vec<Dependency> = chart.metadata.dependencies.iter().flatten().flatten().cloned().collect();
        let missing: Vec<String> = chart.missing_dependencies().into_iter().map(str::to_owned).collect();
        for dependency in wanted {
            if chart.dependencies.iter().any(|there| there.name() == dependency.name) {
                continue;
            }
            let version = locked_version(chart, &dependency);
            let (found, from) = self.dependency(&dependency, &version, path, repositories, chain).await.map_err(|source| match source {
                cycle @ (Error::DependencyCycle { .. } | Error::NoDependency { .. }) => cycle,
                source => Error::Dependency {
                    chart: path.to_owned(),
                    name: dependency.name.clone(),
                    missing: missing.clone(),
                    source: Box::new(source),
                },
            })?;
            self.emit(Event::Dependency { chart: path.to_owned(), name: dependency.name.clone(), from });
            chart.dependencies.push(found);
        }
        Ok(())
    }

    fn dependency<'a>(
        &'a self,
        dependency: &'a Dependency,
        version: &'a str,
        chart: &'a Path,
        repositories: &'a [Repository],
        chain: &'a [PathBuf],
    ) -> Pending<'a> {
        Box::pin(async move {
            let reference = dependency_reference(dependency, chart, repositories)?;
            if let ChartRef::Local(path) = &reference {
                let found = self.complete_folder(path, repositories, chain).await?;
                check_version(&dependency.name, &dependency.version, &found)?;
                return Ok((found, path.display().to_string()));
            }
            let request =
                ChartRequest { reference: &reference, version, devel: false, repositories, skip_dependencies: true, patches: None };
            let fetched = self.fetch(&request).await?;
            Ok((fetched.chart, fetched.from))
        })
    }
}

/// Finds out where a dependency is.
fn dependency_reference(dependency: &Dependency, chart: &Path, repositories: &[Repository]) -> Result<ChartRef, Error> {
    let name = dependency.name.as_str();
    let address = dependency.repository.as_str();
    if address.is_empty() {
        return Err(Error::NoDependency { chart: chart.to_owned(), name: name.to_owned() });
    }
    if let Some(path) = address.strip_prefix("file://") {
        return Ok(ChartRef::Local(join(chart, Path::new(path))));
    }
    let repository = match address.strip_prefix('@').or_else(|| address.strip_prefix("alias:")) {
        Some(alias) => {
            repositories.iter().find(|repository| repository.name == alias).cloned().ok_or_else(|| Error::UnknownRepository {
                chart: name.to_owned(),
                name: alias.to_owned(),
                near: None,
                names: repositories.iter().map(|repository| repository.name.clone()).collect(),
            })?
        }
        None => {
            let same = |repository: &&Repository| repository.url.trim_end_matches('/') == address.trim_end_matches('/');
            repositories.iter().find(same).cloned().unwrap_or_else(|| Repository::at(address))
        }
    };
    if repository.oci {
        let host = repository.url.strip_prefix("oci://").unwrap_or(&repository.url).trim_end_matches('/').to_owned();
        return Ok(ChartRef::Oci { name: format!("{host}/{name}"), tag: None, digest: None, repository: Box::new(repository) });
    }
    Ok(ChartRef::Repository { repository: Box::new(repository), chart: name.to_owned() })
}

/// Returns the version that Chart.lock fixes, where it fits what Chart.yaml asks for now.
fn locked_version(chart: &Chart, dependency: &Dependency) -> String {
    let locked = chart.lock.iter().flat_map(|lock| &lock.dependencies).flatten().flatten();
    let version = locked.filter(|locked| locked.name == dependency.name).map(|locked| locked.version.clone()).next();
    version.filter(|version| fits(&dependency.version, version)).unwrap_or_else(|| dependency.version.clone())
}

fn fits(range: &str, version: &str) -> bool {
    let constraint = Constraint::parse(if range.is_empty() { "*" } else { range });
    constraint.is_ok_and(|constraint| Version::parse(version).is_ok_and(|version| constraint.matches(&version)))
}

fn check_version(name: &str, range: &str, found: &Chart) -> Result<(), Error> {
    let version = &found.metadata.version;
    if fits(range, version) {
        return Ok(());
    }
    Err(Error::NoVersion { chart: name.to_owned(), wanted: range.to_owned(), newest: vec![version.clone()] })
}
