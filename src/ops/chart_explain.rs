//! Says where the fields of a chart's objects come from.

use super::chart_source::{ChartSource, Dependencies};
use super::chart_template::offline;
use super::effects::MachineEffects;
use super::values_files::{ValuesRequest, read_values};
use crate::chart::{
    self, ExplainedLine, FieldPath, KubeVersion, Lookup, NoCluster, Reached, ReleaseContext, RenderOptions, RenderRequest, RenderTrace,
    Rendered, TemplateCache, explain, reached, value_path,
};
use crate::diag::{Diagnostic, Diagnostics, nearest};
use crate::manifest::Document;
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

/// What is asked.
pub enum Question {
    /// Where a field of an object comes from (`Deployment/web`, `spec.replicas`); without a field, the whole object.
    Field(String, Option<String>),
    /// Which fields a value reaches (`image.tag`, `.Release.Name`).
    Value(String),
}

/// An object, and what there is to say about it.
pub struct ExplainedObject {
    /// `KIND/NAME`.
    pub name: String,
    /// The template file that it is from.
    pub template: String,
    /// The lines that were asked for.
    pub lines: Vec<ExplainedLine>,
    /// The fields that the value reaches.
    pub fields: Vec<Reached>,
}

/// Renders a chart and answers the question; an object without anything to say about it is left out.
///
/// # Errors
/// The chart does not load or render; there is no such object or field.
pub async fn chart_explain(request: &ChartExplainRequest) -> Result<Vec<ExplainedObject>, Diagnostics> {
    let rendered = render(request).await?;
    let trace = rendered.trace.clone().expect("it was asked for");
    let hooks = rendered.manifest.hooks.iter().map(|hook| &hook.document);
    let documents: Vec<&Document> = rendered.manifest.documents.iter().chain(hooks).collect();
    match &request.question {
        Question::Field(object, field) => {
            let path = field.as_deref().map(FieldPath::parse).unwrap_or_default();
            find(&documents, object)?.into_iter().map(|document| explained(&trace, document, &path)).collect()
        }
        Question::Value(value) => {
            let path = value_path(value);
            let of = |document: &&Document| ExplainedObject { fields: reached(&trace, document, &path), ..named(document) };
            Ok(documents.iter().map(of).filter(|object| !object.fields.is_empty()).collect())
        }
    }
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

fn name_of(document: &Document) -> String {
    format!("{}/{}", document.head.kind, document.head.name)
}

fn named(document: &Document) -> ExplainedObject {
    ExplainedObject { name: name_of(document), template: document.source.clone(), lines: Vec::new(), fields: Vec::new() }
}

/// Returns the objects of that name: `KIND/NAME` in any case, or a name alone.
fn find<'d>(documents: &[&'d Document], wanted: &str) -> Result<Vec<&'d Document>, Diagnostics> {
    let is_it = |document: &&&Document| match wanted.contains('/') {
        true => name_of(document).eq_ignore_ascii_case(wanted),
        false => document.head.name == wanted,
    };
    let found: Vec<&Document> = documents.iter().filter(is_it).copied().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names: Vec<String> = documents.iter().map(|document| name_of(document)).collect();
    let error = Diagnostic::error(format!("the chart makes no object {wanted}"));
    let help = match nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("it makes: {}", names.join(", ")),
    };
    Err(error.help(help).into())
}

fn explained(trace: &RenderTrace, document: &Document, field: &FieldPath) -> Result<ExplainedObject, Diagnostics> {
    match explain(trace, document, field) {
        Some(lines) => Ok(ExplainedObject { lines, ..named(document) }),
        None => {
            let error = Diagnostic::error(format!("{} has no field {field}", name_of(document)));
            let names: Vec<String> = chart::fields(&document.text).iter().map(|field| field.path.to_string()).collect();
            let near = nearest(&field.to_string(), names.iter().map(String::as_str));
            Err(near.map_or(error.clone(), |near| error.help(format!("did you mean {near}?"))).into())
        }
    }
}
