//! The chart of a release that is to be made, with its values: found, read, rendered.

use super::request::{ChartInput, Listener, ReleaseWork};
use super::words::refused;
use crate::chart::{
    self, Capabilities, Chart, Lookup, NoCluster, PostRender, ReleaseContext, RenderOptions, RenderRequest, Rendered, TemplateCache,
};
use crate::cluster::Cluster;
use crate::diag::{Diagnostic, Diagnostics};
use crate::diff::Object;
use crate::ops::chart_dependency::update_missing;
use crate::ops::chart_source::{ChartSource, Dependencies, Located};
use crate::ops::effects::MachineEffects;
use crate::ops::lookup::ClusterLookup;
use crate::ops::post_renderer::PostRenderer;
use crate::ops::render::{ReleaseSeed, RenderedRelease, capabilities_of, render_seeded};
use crate::ops::values_files::read_values;
use crate::plan::last_objects;
use crate::release::{History, SeedStore};
use crate::template::function::Effects;
use crate::value::Map;
use std::sync::Arc;
use tokio::runtime::Handle;

/// A chart with the user's values.
pub(super) struct ChosenChart<'a> {
    input: &'a ChartInput,
    post_renderer: Option<PostRenderer>,
    machine: MachineEffects,
    /// The chart.
    pub(super) chart: Arc<Chart>,
    /// The user's values.
    pub(super) values: Map,
}

/// What a render takes besides chart and values.
pub(super) struct Around<'a> {
    /// The release as its templates see it.
    pub(super) release: ReleaseContext,
    /// What the cluster can do.
    pub(super) capabilities: Capabilities,
    /// Who answers `lookup`; none where nobody does.
    pub(super) cluster: Option<&'a Cluster>,
    /// What the cluster holds of the release.
    pub(super) history: &'a History,
    /// What generated values come from.
    pub(super) seed: Option<ReleaseSeed>,
}

impl<'a> ChosenChart<'a> {
    /// Finds the post-renderer, fetches and loads the chart, and reads the values.
    ///
    /// # Errors
    /// One of them cannot be had, or the chart cannot be installed.
    pub(super) async fn load(
        work: &ReleaseWork,
        input: &'a ChartInput,
        chart: String,
        listener: &mut dyn Listener,
    ) -> Result<ChosenChart<'a>, Diagnostics> {
        let find = |name: &String| PostRenderer::find(name, &input.post_renderer_arguments, &work.variables);
        let post_renderer = input.post_renderer.as_ref().map(find).transpose().map_err(refused)?;
        let source = ChartSource { chart, ..input.source.clone() };
        if input.dependency_update {
            update_missing(&source, &work.variables, &mut |line| listener.line(line)).await?;
        }
        let Located { chart, notices } = source.load(&work.variables, Dependencies::Complete).await?;
        notices.iter().for_each(|notice| listener.notice(notice));
        let values = read_values(&input.values, &work.variables)?;
        chart::check_installable(&chart).map_err(|error| error.diagnostic())?;
        Ok(ChosenChart { input, post_renderer, machine: MachineEffects::of(&work.variables), chart, values })
    }

    /// Renders the chart. Blocks the thread while templates look things up.
    ///
    /// # Errors
    /// The chart does not render.
    pub(super) fn render(self, around: Around<'_>, listener: &mut dyn Listener) -> Result<RenderedRelease, Diagnostics> {
        let Around { release, capabilities, cluster, history, seed } = around;
        let lookup: Arc<dyn Lookup> = match cluster {
            Some(cluster) => Arc::new(ClusterLookup { cluster: cluster.clone(), runtime: Handle::current() }),
            None => Arc::new(NoCluster),
        };
        let post_renderer = self.post_renderer.as_ref().map(|program| program as &dyn PostRender);
        let options = RenderOptions {
            skip_schema: self.input.skip_schema_validation,
            dns: self.input.dns,
            sub_notes: self.input.sub_notes,
            ..RenderOptions::default()
        };
        let cache = TemplateCache::default();
        let once = |effects: &dyn Effects| -> Result<Rendered, Diagnostics> {
            let request = RenderRequest {
                chart: &self.chart,
                release: &release,
                values: &self.values,
                capabilities: &capabilities,
                lookup: &lookup,
                effects,
                cache: &cache,
                options,
            };
            chart::render_with(&request, post_renderer).map_err(|error| error.diagnostic().into())
        };
        let last_objects = || -> Result<Vec<Object>, Diagnostic> { last_objects(history, &release.name, &release.namespace) };
        let render = || render_seeded(seed, &self.machine, &release.namespace, &last_objects, &once);
        let (rendered, new_seed) = tokio::task::block_in_place(render)?;
        rendered.notices.iter().for_each(|notice| listener.notice(&notice.to_string()));
        Ok(RenderedRelease { chart: self.chart, values: self.values, rendered, new_seed })
    }
}

/// Asks a cluster what it can do.
///
/// # Errors
/// It does not tell.
pub(super) async fn capabilities(cluster: &Cluster) -> Result<Capabilities, Diagnostics> {
    capabilities_of(cluster).await.map_err(|error| error.diagnostic().into())
}

/// Returns what the generated values of a release come from.
///
/// # Errors
/// The cluster does not tell.
pub(super) async fn seed(cluster: &Cluster, input: &ChartInput, name: &str, history: &History) -> Result<Option<ReleaseSeed>, Diagnostics> {
    let namespace = cluster.namespace().to_owned();
    let mut kept = SeedStore::new(cluster).of_namespaces(&[namespace.clone()].into()).await.map_err(|error| error.diagnostic())?;
    let kept = kept.remove(&(namespace, name.to_owned())).filter(|_| history.is_installed());
    Ok(input.generated.seed(kept.as_ref()))
}
