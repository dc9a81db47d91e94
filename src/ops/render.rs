//! Renders the releases of a stack, in parallel.

use super::apply::{Histories, history_of, namespace_of};
use super::charts::find_all;
use super::load::world;
use super::lookup::ClusterLookup;
use super::session::Session;
use crate::chart::{self, Capabilities, Chart, KubeVersion, Lookup, NoCluster, ReleaseContext, RenderOptions, RenderRequest, Rendered};
use crate::cluster::{self, Cluster};
use crate::diag::{Diagnostic, Diagnostics};
use crate::execute::Clusters;
use crate::stack::{Release, Stack, release_values};
use crate::value::Map;
use rayon::prelude::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::runtime::Handle;

/// A template may include others to a depth of a thousand; this is what that takes, with room.
const STACK_SIZE: usize = 16 << 20;

/// A release's chart, its values, and what became of both.
pub(super) struct RenderedRelease {
    /// The chart.
    pub(super) chart: Arc<Chart>,
    /// The user's values.
    pub(super) values: Map,
    /// The result.
    pub(super) rendered: Rendered,
}

/// What rendering needs to know of the world around a release.
pub(super) trait Surroundings: Sync {
    /// Returns the release as its templates see it.
    fn context(&self, release: &Release) -> ReleaseContext;
    /// Returns what the cluster can do.
    fn capabilities(&self, release: &Release) -> Capabilities;
    /// Returns what answers `lookup`.
    fn lookup(&self, release: &Release) -> Arc<dyn Lookup>;
}

/// Without a cluster: Helm's defaults.
pub(super) struct Offline;

impl Surroundings for Offline {
    fn context(&self, release: &Release) -> ReleaseContext {
        ReleaseContext {
            name: release.id.name.clone(),
            namespace: release.id.namespace.clone().unwrap_or_else(|| "default".into()),
            revision: 1,
            is_install: true,
            is_upgrade: false,
        }
    }

    fn capabilities(&self, _: &Release) -> Capabilities {
        Capabilities::offline()
    }

    fn lookup(&self, _: &Release) -> Arc<dyn Lookup> {
        Arc::new(NoCluster)
    }
}

/// With the clusters that the releases are for.
pub(super) struct Live<'a> {
    clusters: &'a Clusters,
    histories: &'a Histories,
    runtime: Handle,
    capabilities: BTreeMap<Option<String>, Capabilities>,
}

impl<'a> Live<'a> {
    /// Asks each cluster what it can do.
    ///
    /// # Errors
    /// A cluster does not tell.
    pub(super) async fn new(clusters: &'a Clusters, histories: &'a Histories) -> Result<Live<'a>, Diagnostics> {
        let mut capabilities = BTreeMap::new();
        for (context, cluster) in clusters {
            let found = capabilities_of(cluster).await.map_err(|error| error.diagnostic())?;
            capabilities.insert(context.clone(), found);
        }
        Ok(Live { clusters, histories, runtime: Handle::current(), capabilities })
    }
}

impl Surroundings for Live<'_> {
    fn context(&self, release: &Release) -> ReleaseContext {
        let history = history_of(self.histories, release, self.clusters);
        ReleaseContext {
            name: release.id.name.clone(),
            namespace: namespace_of(release, self.clusters),
            revision: i64::from(history.next_revision()),
            is_install: !history.is_installed(),
            is_upgrade: history.is_installed(),
        }
    }

    fn capabilities(&self, release: &Release) -> Capabilities {
        self.capabilities.get(&release.id.kube_context).cloned().unwrap_or_else(Capabilities::offline)
    }

    fn lookup(&self, release: &Release) -> Arc<dyn Lookup> {
        match self.clusters.get(&release.id.kube_context) {
            Some(cluster) => Arc::new(ClusterLookup { cluster: cluster.clone(), runtime: self.runtime.clone() }),
            None => Arc::new(NoCluster),
        }
    }
}

/// Asks a cluster what it can do.
pub(super) async fn capabilities_of(cluster: &Cluster) -> Result<Capabilities, cluster::Error> {
    let kinds = cluster.kinds().await?;
    let version = kinds.server_version();
    let kube_version = KubeVersion {
        version: version.git_version.clone(),
        // Helm leaves it empty for a live cluster, so that the full version is what constraints see.
        normalized: String::new(),
        major: version.major.clone(),
        minor: version.minor.clone(),
    };
    Ok(Capabilities { kube_version, api_versions: kinds.api_versions().iter().cloned().collect() })
}

/// Finds the charts of releases and renders them, each on a thread of its own as far as there are cores.
///
/// # Errors
/// Every release whose chart is not found, whose values cannot be read, or that does not render.
pub(super) async fn render_all(
    session: &Session,
    stack: &Stack,
    releases: &[&Release],
    surroundings: &(impl Surroundings + ?Sized),
) -> Result<Vec<RenderedRelease>, Diagnostics> {
    render_each(session, stack, releases, surroundings, Ok).await
}

/// Finds and renders as [`render_all`] does, and keeps of each release only what `keep` makes of it: the values of many releases
/// need more room than their manifests.
///
/// # Errors
/// As [`render_all`], and what `keep` refuses.
pub(super) async fn render_each<T: Send>(
    session: &Session,
    stack: &Stack,
    releases: &[&Release],
    surroundings: &(impl Surroundings + ?Sized),
    keep: impl Fn(RenderedRelease) -> Result<T, Diagnostics> + Sync,
) -> Result<Vec<T>, Diagnostics> {
    let charts = find_all(session, stack, releases).await?;
    let pool = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_SIZE)
        .build()
        .map_err(|error| Diagnostics::from(Diagnostic::error(format!("threads cannot be started: {error}"))))?;
    let jobs: Vec<(&Release, Arc<Chart>)> = releases.iter().copied().zip(charts).collect();
    let render_one = |(release, chart): (&Release, Arc<Chart>)| render(session, release, chart, surroundings).and_then(&keep);
    // Releases differ much in size: whoever is done takes one more.
    let render_all = || jobs.into_par_iter().with_max_len(1).map(render_one).collect();
    let results: Vec<Result<T, Diagnostics>> = tokio::task::block_in_place(|| pool.install(render_all));
    let mut rendered = Vec::with_capacity(results.len());
    let mut problems = Diagnostics::new();
    for result in results {
        match result {
            Ok(release) => rendered.push(release),
            Err(found) => problems.extend(found),
        }
    }
    problems.check(rendered).map(|(rendered, _)| rendered)
}

fn render(
    session: &Session,
    release: &Release,
    chart: Arc<Chart>,
    surroundings: &(impl Surroundings + ?Sized),
) -> Result<RenderedRelease, Diagnostics> {
    let values = release_values(release, &world(session))?;
    let lookup = surroundings.lookup(release);
    let capabilities = with_overrides(surroundings.capabilities(release), release)?;
    let request = RenderRequest {
        chart: &chart,
        release: &surroundings.context(release),
        values: &values,
        capabilities: &capabilities,
        lookup: &lookup,
        effects: session.effects.as_ref(),
        cache: &session.templates,
        options: RenderOptions {
            skip_schema: release.render.skip_schema_validation,
            dns: release.render.enable_dns,
            ..RenderOptions::default()
        },
    };
    let rendered = chart::render(&request).map_err(|error| in_release(error.diagnostic(), release))?;
    for notice in &rendered.notices {
        tracing::warn!(release = release.id.name, "{}", notice.message);
    }
    Ok(RenderedRelease { chart, values, rendered })
}

fn with_overrides(capabilities: Capabilities, release: &Release) -> Result<Capabilities, Diagnostics> {
    let capabilities = match &release.render.kube_version {
        Some(version) => {
            let version = KubeVersion::parse(version).map_err(|error| in_release(error.diagnostic(), release))?;
            capabilities.with_kube_version(version)
        }
        None => capabilities,
    };
    Ok(capabilities.with_api_versions(release.render.api_versions.iter().cloned()))
}

fn in_release(diagnostic: Diagnostic, release: &Release) -> Diagnostics {
    diagnostic.via(release.span.clone(), format!("in release {}", release.id.name)).into()
}
