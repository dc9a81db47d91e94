//! Says where the fields of a chart's objects come from.

use super::chart_source::{ChartSource, Dependencies};
use super::chart_template::offline;
use super::effects::MachineEffects;
use super::explanation::{ExplainedObject, Question, answer};
use super::values_files::{ValuesRequest, read_values};
use crate::chart::{self, KubeVersion, Lookup, NoCluster, ReleaseContext, RenderOptions, RenderRequest, Rendered, TemplateCache};
use crate::diag::Diagnostics;
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
    let lookup: Arc<dyn Lookup> = Arc::new(NoCluster);
    let release = ReleaseContext {
        name: request.name.clone(),
        namespace: request.namespace.clone().unwrap_or_else(|| "default".to_owned()),
        revision: 1,
        is_install: true,
        is_upgrade: false,
    };
    chart::render(&RenderRequest {
        chart: &chart,
        release: &release,
        values: &values,
        capabilities: &offline(kube_version, &request.api_versions),
        lookup: &lookup,
        effects: &MachineEffects::of(&request.variables),
        cache: &TemplateCache::default(),
        options: RenderOptions { trace: true, ..RenderOptions::default() },
    })
    .map_err(problem)
}
