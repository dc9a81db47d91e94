//! From a chart and values to a manifest.

use super::cache::TemplateCache;
use super::capabilities::Capabilities;
use super::dependencies;
use super::error::Error;
use super::execute::{self, Executed};
use super::functions::Lookup;
use super::metadata::Metadata;
use super::model::{Chart, File};
use super::notice::Notice;
use super::objects::ReleaseContext;
use super::post_render::{self, PostRender};
use super::schema;
use super::trace::RenderTrace;
use super::tree::ChartNode;
use super::values::coalesce_values;
use crate::manifest::Manifest;
use crate::template::Limits;
use crate::template::function::Effects;
use crate::value::Map;
use std::sync::Arc;

/// What to render, and with what.
pub struct RenderRequest<'a> {
    /// The chart as loaded.
    pub chart: &'a Chart,
    /// What templates are told about the release.
    pub release: &'a ReleaseContext,
    /// The user's values.
    pub values: &'a Map,
    /// What the Kubernetes to render for can do.
    pub capabilities: &'a Capabilities,
    /// Who answers `lookup`.
    pub lookup: &'a Arc<dyn Lookup>,
    /// Time and chance.
    pub effects: &'a dyn Effects,
    /// Templates that were parsed before.
    pub cache: &'a TemplateCache,
    /// How to render.
    pub options: RenderOptions,
}

/// How to render.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RenderOptions {
    /// Leave out the check against values.schema.json.
    pub skip_schema: bool,
    /// Take the notes of subcharts too.
    pub sub_notes: bool,
    /// Refuse templates that ask a map for a key that it has not.
    pub strict: bool,
    /// Let `required` and `fail` only complain, and render library charts and charts with missing dependencies.
    pub lint: bool,
    /// Let `getHostByName` ask.
    pub dns: bool,
    /// What the templates may use at most.
    pub limits: Limits,
    /// Keep where each line came from: `Rendered::trace`.
    pub trace: bool,
}

/// A file of a chart's `crds/` folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrdFile {
    /// The path with the names of the charts: `mychart/charts/sub/crds/a.yaml`.
    pub path: String,
    /// The file.
    pub file: File,
}

impl CrdFile {
    /// Returns the file's text.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.file.data)
    }
}

/// What a chart renders to, and what a release record wants to know.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Objects and hooks.
    pub manifest: Manifest,
    /// NOTES.txt.
    pub notes: String,
    /// The files of `crds/`, those of subcharts after the chart's own.
    pub crds: Vec<CrdFile>,
    /// Chart.yaml after its dependencies were processed: those that take part, under their aliases.
    pub metadata: Metadata,
    /// The values that the templates saw (and may have changed).
    pub values: Map,
    /// The chart's defaults after its dependencies were processed; `None` for a chart without values.yaml.
    pub chart_values: Option<Map>,
    /// What there was to say.
    pub notices: Vec<Notice>,
    /// Where each line came from, if that was asked for.
    pub trace: Option<Arc<RenderTrace>>,
}

/// Renders a chart as `helm template` and `helm install` do.
///
/// # Errors
/// The first thing that is wrong with chart, values or templates.
pub fn render(request: &RenderRequest<'_>) -> Result<Rendered, Error> {
    render_with(request, None)
}

/// Renders a chart and lets somebody else change what it renders to before it is taken apart, as Helm's `--post-renderer`.
///
/// # Errors
/// As `render`, and what the post-renderer says.
pub fn render_with(request: &RenderRequest<'_>, post_renderer: Option<&dyn PostRender>) -> Result<Rendered, Error> {
    let chart = request.chart;
    if !request.options.lint {
        check_installable(chart)?;
    }
    let mut notices = chart.notices_before_rendering();
    let mut tree = ChartNode::of(chart);
    dependencies::process(&mut tree, request.values, &mut notices)?;
    let values = coalesce_values(&tree, request.values, &mut notices).map_err(|error| Error::SubchartValues {
        name: error.name,
        found: error.found,
        processing: false,
        span: error.origin.span(),
    })?;
    if !request.options.skip_schema {
        schema::check(&tree, &values, &mut notices)?;
    }
    check_kube_version(&tree.metadata, request.capabilities)?;
    let Executed { files, notes, notices: more, trace } = execute::execute(request, &tree, &values)?;
    notices.extend(more);
    let files = match post_renderer {
        Some(post_renderer) => post_render::run(files, post_renderer)?,
        None => files,
    };
    let manifest = execute::manifest(files, &mut notices)?;
    let mut crds = Vec::new();
    collect_crds(&tree, tree.name(), &mut crds);
    Ok(Rendered {
        manifest,
        notes,
        crds,
        metadata: tree.metadata.into_owned(),
        values,
        chart_values: tree.values,
        notices,
        trace: trace.map(Arc::new),
    })
}

/// Checks that a chart can be a release: it is no library, and the charts that it asks for are there.
///
/// # Errors
/// `Library` or `MissingDependencies`.
pub fn check_installable(chart: &Chart) -> Result<(), Error> {
    if chart.metadata.kind == "library" {
        return Err(Error::Library { chart: chart.name().to_owned() });
    }
    let missing = chart.missing_dependencies();
    if !missing.is_empty() {
        return Err(Error::MissingDependencies { names: missing.into_iter().map(str::to_owned).collect() });
    }
    Ok(())
}

fn check_kube_version(metadata: &Metadata, capabilities: &Capabilities) -> Result<(), Error> {
    let version = &capabilities.kube_version;
    if metadata.kube_version.is_empty() || dependencies::is_compatible(&metadata.kube_version, version.for_constraints()) {
        return Ok(());
    }
    Err(Error::KubeVersion { wanted: metadata.kube_version.clone(), found: version.version.clone() })
}

fn collect_crds(node: &ChartNode<'_>, path: &str, crds: &mut Vec<CrdFile>) {
    for file in &node.chart.files {
        if file.is_crd() {
            crds.push(CrdFile { path: format!("{path}/{}", file.name), file: file.clone() });
        }
    }
    for child in &node.children {
        collect_crds(child, &format!("{path}/charts/{}", child.name()), crds);
    }
}
