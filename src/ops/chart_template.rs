//! Renders one chart, as `helm template` does.

use super::chart_dependency::update_missing;
use super::chart_source::{ChartSource, Dependencies, Located};
use super::effects::MachineEffects;
use super::live_chart;
use super::lookup::ClusterLookup;
use super::output_folder::write_files;
use super::post_renderer::PostRenderer;
use super::release_name::{self, ReleaseNaming};
use super::seed::read_seed;
use super::values_files::{ValuesRequest, read_values};
use crate::chart::{
    self, Capabilities, Chart, Error, KubeVersion, Lookup, NoCluster, Notice, PostRender, PrintOptions, ReleaseContext, RenderOptions,
    RenderRequest, Rendered, TemplateCache, output_files, print_template,
};
use crate::cluster::{Cluster, ConnectOptions};
use crate::diag::{Diagnostic, Diagnostics};
use crate::template::function::Effects;
use crate::template::seed::SeededEffects;
use crate::value::Map;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// What to render, and how. Names are those of helm's flags where nothing else is said.
pub struct ChartTemplateRequest {
    /// `[NAME] CHART`, as written.
    pub words: Vec<String>,
    /// How the release gets a name that is not given.
    pub naming: ReleaseNaming,
    /// Where the chart comes from; which one it is stands in the words.
    pub source: ChartSource,
    /// Whether charts that the chart's folder lacks are fetched into it.
    pub dependency_update: bool,
    /// The user's values.
    pub values: ValuesRequest,
    /// `--dry-run=server`.
    pub ask_cluster: bool,
    /// Objects in the cluster that are somebody else's are no error.
    pub take_ownership: bool,
    /// No word about custom resource definitions that are missing in the cluster.
    pub skip_crds: bool,
    /// Kubernetes version.
    pub kube_version: Option<String>,
    /// Kubernetes API versions beside the default ones.
    pub api_versions: Vec<String>,
    /// Custom resource definitions of `crds/` too.
    pub include_crds: bool,
    /// As for an upgrade.
    pub is_upgrade: bool,
    /// Hooks left out.
    pub no_hooks: bool,
    /// Tests left out.
    pub skip_tests: bool,
    /// Secrets without their contents.
    pub hide_secrets: bool,
    /// Only these templates.
    pub show_only: Vec<String>,
    /// Values unchecked.
    pub skip_schema_validation: bool,
    /// File with the seed of generated values (`-` is standard input); none means other values in every render.
    pub seed: Option<String>,
    /// Whether templates may look up host names.
    pub dns: bool,
    /// Labels of the release.
    pub labels: Vec<(String, String)>,
    /// A program or plugin that changes what is rendered.
    pub post_renderer: Option<String>,
    /// Its arguments.
    pub post_renderer_arguments: Vec<String>,
    /// Folder to write files into instead of printing.
    pub output_dir: Option<PathBuf>,
    /// `--release-name`: a folder of the release's name below that.
    pub below_release_name: bool,
    /// `--debug`: what was rendered is printed where it is no YAML.
    pub print_broken: bool,
    /// How a cluster would be reached; without `ask_cluster` only its kubeconfig's namespace is read.
    pub connect: ConnectOptions,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

/// What is printed.
#[derive(Default)]
pub struct Printed {
    /// For standard output.
    pub output: String,
    /// Lines for standard error.
    pub notices: Vec<String>,
    /// What went wrong, after that.
    pub problem: Option<Diagnostics>,
}

/// Renders a chart, with or without a cluster. A problem comes with what there is to print in spite of it.
pub async fn chart_template(request: &ChartTemplateRequest) -> Printed {
    let mut printed = Printed::default();
    if let Err(problem) = print(request, &mut printed).await {
        printed.problem = Some(problem);
    }
    printed
}

async fn print(request: &ChartTemplateRequest, printed: &mut Printed) -> Result<(), Diagnostics> {
    let kube_version = request.kube_version.as_deref().map(KubeVersion::parse).transpose().map_err(problem)?;
    let machine = MachineEffects::of(&request.variables);
    let (name, chart) = release_name::name_and_chart(&request.words, &request.naming, &machine, &request.variables).map_err(refused)?;
    let post_renderer = request.post_renderer.as_deref();
    let find_program = |name| PostRenderer::find(name, &request.post_renderer_arguments, &request.variables);
    let post_renderer = post_renderer.map(find_program).transpose().map_err(refused)?;
    let source = ChartSource { chart, ..request.source.clone() };
    if request.dependency_update {
        let output = &mut printed.output;
        update_missing(&source, &request.variables, &mut |line| writeln!(output, "{line}").expect("a string takes all")).await?;
    }
    let Located { chart, notices } = source.load(&request.variables, Dependencies::Complete).await?;
    printed.notices.extend(notices);
    let values = read_values(&request.values, &request.variables)?;
    chart::check_installable(&chart).map_err(problem)?;
    let live = if request.ask_cluster { Some(live_chart::connect(&request.connect).await?) } else { None };
    release_name::check(&name).map_err(|words| refused(format!("release name check failed: {words}")))?;
    check_labels(&request.labels)?;
    let (cluster, capabilities) = match live {
        Some((cluster, capabilities)) => (Some(cluster), capabilities),
        None => (None, offline(kube_version, &request.api_versions)),
    };
    let release = ReleaseContext {
        name,
        namespace: request.connect.namespace_without_cluster(),
        revision: 1,
        is_install: !request.is_upgrade,
        is_upgrade: request.is_upgrade,
    };
    let effects: Box<dyn Effects> = match &request.seed {
        Some(file) => Box::new(SeededEffects::new(read_seed(file)?)),
        None => Box::new(machine),
    };
    let work = RenderWork { chart: &chart, release: &release, values: &values, capabilities: &capabilities, effects: &*effects };
    let rendered = work.render(request, cluster.as_ref(), post_renderer).map_err(|error| partial(&error, &chart, request, printed))?;
    printed.notices.extend(rendered.notices.iter().map(ToString::to_string));
    if let Some(cluster) = &cluster {
        if !rendered.crds.is_empty() && !request.skip_crds {
            let text = "This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies.";
            printed.notices.push(Notice::warn(text).to_string());
        }
        live_chart::check(cluster, &rendered, &release, request.take_ownership).await?;
    }
    write(request, &release.name, &rendered, printed)
}

/// Returns what is assumed of a Kubernetes that is not asked.
pub(super) fn offline(kube_version: Option<KubeVersion>, api_versions: &[String]) -> Capabilities {
    let capabilities = Capabilities::offline();
    let capabilities = match kube_version {
        Some(version) => capabilities.with_kube_version(version),
        None => capabilities,
    };
    capabilities.with_api_versions(api_versions.iter().cloned())
}

/// Labels that a release record has of its own.
const SYSTEM_LABELS: [&str; 6] = ["name", "owner", "status", "version", "createdAt", "modifiedAt"];

fn check_labels(labels: &[(String, String)]) -> Result<(), Diagnostics> {
    if labels.iter().all(|(key, _)| !SYSTEM_LABELS.contains(&key.as_str())) {
        return Ok(());
    }
    let names = SYSTEM_LABELS.join(" ");
    Err(refused(format!("user supplied labels contains system reserved label name. System labels: [{names}]")))
}

/// What one render is made of.
struct RenderWork<'a> {
    chart: &'a Chart,
    release: &'a ReleaseContext,
    values: &'a Map,
    capabilities: &'a Capabilities,
    effects: &'a dyn Effects,
}

impl RenderWork<'_> {
    fn render(
        &self,
        request: &ChartTemplateRequest,
        cluster: Option<&Cluster>,
        post_renderer: Option<PostRenderer>,
    ) -> Result<Rendered, Error> {
        let lookup: Arc<dyn Lookup> = match cluster {
            Some(cluster) => Arc::new(ClusterLookup { cluster: cluster.clone(), runtime: tokio::runtime::Handle::current() }),
            None => Arc::new(NoCluster),
        };
        let render = RenderRequest {
            chart: self.chart,
            release: self.release,
            values: self.values,
            capabilities: self.capabilities,
            lookup: &lookup,
            effects: self.effects,
            cache: &TemplateCache::default(),
            options: RenderOptions { skip_schema: request.skip_schema_validation, dns: request.dns, ..RenderOptions::default() },
        };
        let post_renderer = post_renderer.as_ref().map(|program| program as &dyn PostRender);
        // `lookup` waits for the cluster on this thread.
        tokio::task::block_in_place(|| chart::render_with(&render, post_renderer))
    }
}

/// Says what Helm says of a render that failed half-way: where the rest can be seen, or the rest.
fn partial(error: &Error, chart: &Chart, request: &ChartTemplateRequest, printed: &mut Printed) -> Diagnostics {
    printed.notices.extend(chart.notices_before_rendering().iter().map(ToString::to_string));
    let mut diagnostic = error.diagnostic();
    if !error.has_partial_release() {
        return diagnostic.into();
    }
    if request.print_broken {
        let text = if let Error::Manifest { rendered, .. } = error { rendered.trim() } else { "" };
        let text = format!("{text}\n");
        // What is too broken to be found is not missing.
        let all = request.show_only.is_empty();
        let shown = if all { text } else { chart::show_only(&text, &request.show_only).unwrap_or_default() };
        printed.output.push_str(&shown);
    } else {
        diagnostic.verbatim = diagnostic.verbatim.map(half_done);
    }
    diagnostic.into()
}

/// Adds what Helm says of an error after which there is something to see.
fn half_done(words: String) -> String {
    format!("{words}\n\nUse --debug flag to render out invalid YAML")
}

fn write(request: &ChartTemplateRequest, name: &str, rendered: &Rendered, printed: &mut Printed) -> Result<(), Diagnostics> {
    let options = PrintOptions {
        show_only: request.show_only.clone(),
        include_crds: request.include_crds,
        skip_tests: request.skip_tests,
        no_hooks: request.no_hooks,
        hide_secrets: request.hide_secrets,
    };
    let Some(folder) = &request.output_dir else {
        printed.output.push_str(&print_template(rendered, &options).map_err(problem)?);
        return Ok(());
    };
    let release = request.below_release_name.then_some(name);
    printed.output.push_str(&write_files(folder, release, &output_files(rendered, &options)).map_err(|words| refused(half_done(words)))?);
    // What is written is not printed, so Helm finds none of these there.
    if let Some(pattern) = request.show_only.first() {
        return Err(problem(Error::NoSuchTemplate { pattern: pattern.clone() }));
    }
    printed.output.push('\n');
    Ok(())
}

fn problem(error: Error) -> Diagnostics {
    error.diagnostic().into()
}

/// Makes a problem of Helm's own words.
fn refused(words: String) -> Diagnostics {
    Diagnostic::error(words.clone()).verbatim(words).into()
}
