//! Says where the fields of a chart's objects come from.

use super::chart_source::{ChartSource, Dependencies};
use super::chart_template::offline;
use super::effects::MachineEffects;
use super::explanation::{ExplainedObject, Question, answer};
use super::post_renderer::PostRenderer;
use super::values_files::{ValuesRequest, read_values};
use crate::chart::{
    self, KubeVersion, Lookup, NoCluster, PostRender, ReleaseContext, RenderOptions, RenderRequest, Rendered, TemplateCache,
};
use crate::diag::{Diagnostic, Diagnostics};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What to explain.
pub struct ChartExplainRequest {
    /// The release's name.
    pub name: String,
    /// The chart.
    pub source: ChartSource,
    /// The user's values.
    pub values: ValuesRequest,
    /// The namespace that templates are told; none is `default`.
    pub namespace: Option<String>,
    /// Kubernetes version.
    pub kube_version: Option<String>,
    /// Kubernetes API versions beside the default ones.
    pub api_versions: Vec<String>,
    /// A program that changes the manifests.
    pub post_renderer: Option<String>,
    /// Its arguments.
    pub post_renderer_arguments: Vec<String>,
    /// What is asked.
    pub question: Question,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

/// Renders a chart and answers the question; an object without anything to say about it is left out.
///
/// # Errors
/// The chart does not load or render; there is no such object or field.
pub async fn chart_explain(request: &ChartExplainRequest) -> Result<Vec<ExplainedObject>, Diagnostics> {
    let rendered = render(request).await?;
    answer(&rendered, &request.question)
}

async fn render(request: &ChartExplainRequest) -> Result<Rendered, Diagnostics> {
    let problem = |error: chart::Error| Diagnostics::from(error.diagnostic());
    let kube_version = request.kube_version.as_deref().map(KubeVersion::parse).transpose().map_err(problem)?;
    let chart = request.source.load(&request.variables, Dependencies::Complete).await?.chart;
    let values = read_values(&request.values, &request.variables)?;
    let find_program = |name| PostRenderer::find(name, &request.post_renderer_arguments, &request.variables);
    let program = request.post_renderer.as_deref().map(find_program).transpose();
    let program = program.map_err(|words| Diagnostics::from(Diagnostic::error(words.clone()).verbatim(words)))?;
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let release = ReleaseContext {
        name: request.name.clone(),
        namespace: request.namespace.clone().unwrap_or_else(|| "default".to_owned()),
        revision: 1,
        is_install: true,
        is_upgrade: false,
    };
    let capabilities = offline(kube_version, &request.api_versions);
    let effects = MachineEffects::of(&request.variables);
    let render = RenderRequest {
        chart: &chart,
        release: &release,
        values: &values,
        capabilities: &capabilities,
        lookup: &lookup,
        effects: &effects,
        cache: &TemplateCache::default(),
        options: RenderOptions { trace: true, ..RenderOptions::default() },
    };
    let program = program.as_ref().map(|program| program as &dyn PostRender);
    tokio::task::block_in_place(|| chart::render_with(&render, program)).map_err(problem)
}
