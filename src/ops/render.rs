//! Renders the releases of a stack, in parallel.

use super::apply::{Histories, history_of, namespace_of};
use super::charts::Charts;
use super::load::world;
use super::lookup::ClusterLookup;
use super::post_renderer::PostRenderer;
use super::secrets::StackSecrets;
use super::seeds::Seeds;
use super::session::Session;
use crate::chart::{
    self, Capabilities, Chart, KubeVersion, Lookup, NoCluster, PostRender, ReleaseContext, RenderOptions, RenderRequest, Rendered,
};
use crate::cluster::{self, Cluster};
use crate::diag::{Diagnostic, Diagnostics};
use crate::diff::Object;
use crate::execute::Clusters;
use crate::plan::{last_objects, manifest_objects, recognise};
use crate::stack::{Release, Secrets, Stack, World, release_values};
use crate::template::function::Effects;
use crate::template::seed::{KeptValues, SeededEffects};
use crate::value::{Map, Str};
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
    /// What its generated values came from, where it is not kept yet.
    pub(super) new_seed: Option<KeptValues>,
}

/// What rendering needs to know of the world around a release.
pub(super) trait Surroundings: Sync {
    /// Returns the release as its templates see it.
    fn context(&self, release: &Release) -> ReleaseContext;
    /// Returns what the cluster can do.
    fn capabilities(&self, release: &Release) -> Capabilities;
    /// Returns what answers `lookup`.
    fn lookup(&self, release: &Release) -> Arc<dyn Lookup>;
    /// Returns what its generated values come from; without a seed they are others in every render.
    fn seed(&self, release: &Release) -> Option<ReleaseSeed> {
        let _ = release;
        None
    }
    /// Returns the objects of the last deployed revision.
    fn last_objects(&self, release: &Release) -> Result<Vec<Object>, Diagnostic> {
        let _ = release;
        Ok(Vec::new())
    }
    /// Says whether it is kept where each line comes from.
    fn trace(&self) -> bool {
        false
    }
    /// Returns what the stack's secrets are.
    fn secrets(&self, stack: &Stack) -> Arc<dyn Secrets> {
        Arc::new(StackSecrets::offline(stack))
    }
}

/// What a release's generated values come from.
pub(super) struct ReleaseSeed {
    pub(super) values: KeptValues,
    /// Whether the seed was made for this run, and is kept nowhere yet.
    pub(super) is_new: bool,
    /// Whether values of the last revision stay where they can be recognised.
    pub(super) adopts: bool,
}

/// Without a cluster: Helm's defaults.
#[derive(Default)]
pub(super) struct Offline {
    /// Whether it is kept where each line comes from.
    pub(super) trace: bool,
}

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

    fn trace(&self) -> bool {
        self.trace
    }
}

/// With the clusters that the releases are for.
pub(super) struct Live<'a> {
    clusters: &'a Clusters,
    histories: &'a Histories,
    seeds: &'a Seeds,
    runtime: Handle,
    capabilities: BTreeMap<Option<String>, Capabilities>,
}

impl<'a> Live<'a> {
    /// Asks each cluster what it can do.
    ///
    /// # Errors
    /// A cluster does not tell.
    pub(super) async fn new(clusters: &'a Clusters, histories: &'a Histories, seeds: &'a Seeds) -> Result<Live<'a>, Diagnostics> {
        let mut capabilities = BTreeMap::new();
        for (context, cluster) in clusters {
            let found = capabilities_of(cluster).await.map_err(|error| error.diagnostic())?;
            capabilities.insert(context.clone(), found);
        }
        Ok(Live { clusters, histories, seeds, runtime: Handle::current(), capabilities })
    }
}

impl Surroundings for Live<'_> {
    fn context(&self, release: &Release) -> ReleaseContext {
        let history = history_of(self.histories, release, self.clusters);
        ReleaseContext {
            name: release.id.name.clone(),
            namespace: namespace_of(release, self.clusters),
            revision: i64::from(history.next_revision()),
            is_install: history.needs_install(),
            is_upgrade: !history.needs_install(),
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

    fn seed(&self, release: &Release) -> Option<ReleaseSeed> {
        let is_installed = history_of(self.histories, release, self.clusters).is_installed();
        self.seeds.of(release, &namespace_of(release, self.clusters), is_installed)
    }

    fn secrets(&self, _: &Stack) -> Arc<dyn Secrets> {
        self.seeds.secrets.clone()
    }

    fn last_objects(&self, release: &Release) -> Result<Vec<Object>, Diagnostic> {
        let history = history_of(self.histories, release, self.clusters);
        last_objects(&history, &release.id.name, &namespace_of(release, self.clusters))
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
    let charts = Charts::find(session, stack, releases).await?;
    let jobs: Vec<(usize, &Release)> = releases.iter().copied().enumerate().collect();
    let world = World { secrets: surroundings.secrets(stack), ..world(session) };
    let runtime = Handle::current();
    in_parallel(jobs, |(place, release)| {
        let chart = charts.load(session, &runtime, place, release)?;
        let values = release_values(release, &world)?;
        let (rendered, new_seed) = render(session, release, &chart, &values, surroundings)?;
        for notice in &rendered.notices {
            tracing::warn!(release = release.id.name, "{}", notice.message);
        }
        let kept = keep(RenderedRelease { chart, values, rendered, new_seed });
        session.templates.forget_dropped();
        kept
    })
}

/// Does some work for each of many jobs, each on a thread of its own as far as there are cores. Threads have room for templates.
///
/// # Errors
/// What went wrong in any of them.
pub(super) fn in_parallel<J: Send, T: Send>(
    jobs: Vec<J>,
    work: impl Fn(J) -> Result<T, Diagnostics> + Sync + Send,
) -> Result<Vec<T>, Diagnostics> {
    let pool = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_SIZE)
        .build()
        .map_err(|error| Diagnostics::from(Diagnostic::error(format!("threads cannot be started: {error}"))))?;
    // Releases differ much in size: whoever is done takes one more.
    let all = || jobs.into_par_iter().with_max_len(1).map(work).collect();
    let results: Vec<Result<T, Diagnostics>> = tokio::task::block_in_place(|| pool.install(all));
    let mut done = Vec::with_capacity(results.len());
    let mut problems = Diagnostics::new();
    for result in results {
        match result {
            Ok(result) => done.push(result),
            Err(found) => problems.extend(found),
        }
    }
    problems.check(done).map(|(done, _)| done)
}

/// How often values of the last revision are looked for: one that is adopted may be an argument of a call that draws too.
const ADOPTING: usize = 4;

/// Renders a release with these values. Returns also what its generated values came from, where it is kept nowhere yet.
///
/// A release without a seed that was deployed before, by Helm as it were, keeps those of its values that can be recognised.
///
/// # Errors
/// The chart does not render.
pub(super) fn render(
    session: &Session,
    release: &Release,
    chart: &Chart,
    values: &Map,
    surroundings: &(impl Surroundings + ?Sized),
) -> Result<(Rendered, Option<KeptValues>), Diagnostics> {
    let once = |effects: &dyn Effects| render_once(session, release, chart, values, surroundings, effects);
    let last_objects = || surroundings.last_objects(release);
    let namespace = surroundings.context(release).namespace;
    render_seeded(surroundings.seed(release), session.effects.as_ref(), &namespace, &last_objects, &once)
}

/// Renders a release with the values that its seed makes, or, without a seed, with those that `machine` makes. Returns also what the
/// generated values came from, where it is kept nowhere yet.
///
/// # Errors
/// Those of `once`, which renders, and of `last_objects`, which returns the objects of the last deployed revision.
pub(super) fn render_seeded(
    seed: Option<ReleaseSeed>,
    machine: &dyn Effects,
    namespace: &str,
    last_objects: &dyn Fn() -> Result<Vec<Object>, Diagnostic>,
    once: &dyn Fn(&dyn Effects) -> Result<Rendered, Diagnostics>,
) -> Result<(Rendered, Option<KeptValues>), Diagnostics> {
    let Some(mut seed) = seed else { return Ok((once(machine)?, None)) };
    for _ in 0..ADOPTING {
        let effects = SeededEffects::new(seed.values.clone());
        let rendered = once(&effects)?;
        let made = effects.made();
        let adopts = seed.adopts && !made.is_empty();
        let found = if adopts { adoptable(&made, &rendered, namespace, last_objects)? } else { BTreeMap::new() };
        if found.is_empty() {
            return Ok((rendered, (seed.is_new && effects.is_used()).then_some(seed.values)));
        }
        seed.values.adopted.extend(found);
    }
    let rendered = once(&SeededEffects::new(seed.values.clone()))?;
    Ok((rendered, Some(seed.values)))
}

/// Returns values of the last revision that can stand in the place of made-up ones.
fn adoptable(
    made: &BTreeMap<String, Str>,
    rendered: &Rendered,
    namespace: &str,
    last_objects: &dyn Fn() -> Result<Vec<Object>, Diagnostic>,
) -> Result<BTreeMap<String, String>, Diagnostics> {
    let old = last_objects()?;
    if old.is_empty() {
        return Ok(BTreeMap::new());
    }
    let new = manifest_objects(&rendered.manifest, namespace)?;
    Ok(recognise(made, &new, &old))
}

fn render_once(
    session: &Session,
    release: &Release,
    chart: &Chart,
    values: &Map,
    surroundings: &(impl Surroundings + ?Sized),
    effects: &dyn Effects,
) -> Result<Rendered, Diagnostics> {
    let lookup = surroundings.lookup(release);
    let capabilities = with_overrides(surroundings.capabilities(release), release)?;
    let request = RenderRequest {
        chart,
        release: &surroundings.context(release),
        values,
        capabilities: &capabilities,
        lookup: &lookup,
        effects,
        cache: &session.templates,
        options: RenderOptions {
            skip_schema: release.render.skip_schema_validation,
            dns: release.render.enable_dns,
            trace: surroundings.trace(),
            ..RenderOptions::default()
        },
    };
    let program = post_renderer(session, release)?;
    let program = program.as_ref().map(|program| program as &dyn PostRender);
    chart::render_with(&request, program).map_err(|error| in_release(error.diagnostic(), release))
}

fn post_renderer(session: &Session, release: &Release) -> Result<Option<PostRenderer>, Diagnostics> {
    let Some(wanted) = &release.render.post_renderer else { return Ok(None) };
    let found = PostRenderer::of_release(&wanted.command, &wanted.args, &release.state.base_dir, &session.variables);
    found.map(Some).map_err(|words| in_release(Diagnostic::error(words), release))
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
