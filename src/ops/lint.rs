//! Lints the releases of a stack: their charts with their values, and the values themselves.

use super::charts::contents_of_all;
use super::load::{load, offline_world};
use super::render::{Offline, in_parallel, render};
use super::session::Session;
use super::values_use::{ValuesUse, messages_about};
use crate::chart::lint::{self, Contents, LintRequest, Message, Severity};
use crate::chart::{Chart, KubeVersion};
use crate::diag::{Diagnostic, Diagnostics, Source};
use crate::stack::{NeedsMode, Release, ReleaseId, SetValue, ValuesLayer, World, merge_layers, release_values, resolve_layers, select};
use crate::value::Map;
use std::path::PathBuf;

/// How a stack is linted.
#[derive(Clone, Debug, Default)]
pub struct StackLintOptions {
    /// Whether warnings fail a release.
    pub strict: bool,
    /// Whether dependencies that charts list and do not hold are left out.
    pub skip_dependencies: bool,
    /// What becomes of needs that the selectors leave out.
    pub needs: NeedsMode,
    /// More values files for every release, over its own; relative to the working directory.
    pub values: Vec<PathBuf>,
    /// More values for every release, in the grammar of `--set`.
    pub set: Vec<String>,
}

/// A release and what there is to say about it.
pub struct LintedRelease {
    /// The release.
    pub id: ReleaseId,
    /// Its chart, as the stack names it.
    pub chart: String,
    /// What Helm's rules say about the chart with these values.
    pub messages: Vec<Message>,
    /// Values of the release that make no difference.
    pub values: Vec<Message>,
    /// Whether the release failed.
    pub failed: bool,
}

/// All releases that were linted.
pub struct LintedStack {
    /// The releases, in the order of the stack.
    pub releases: Vec<LintedRelease>,
    /// Lines for standard error.
    pub notices: Vec<String>,
}

impl LintedStack {
    /// Returns how many releases failed.
    pub fn failed(&self) -> usize {
        self.releases.iter().filter(|release| release.failed).count()
    }
}

/// Lints every selected and installed release, without a cluster.
///
/// Rule: helmfile 1.7.4 pkg/state `LintReleases`: `helm lint` of the chart, its dependencies built, with the release's values.
///
/// # Errors
/// Mistakes of the stack and of values; charts that cannot be found. What is wrong with a chart is no error.
pub async fn lint(session: &Session, options: &StackLintOptions) -> Result<LintedStack, Diagnostics> {
    let mut stack = load(session)?;
    let more = more_layers(options)?;
    let chosen = select(&stack, options.needs)?;
    chosen.iter().for_each(|at| add_layers(&mut stack.releases[*at].values, &more));
    let (releases, others): (Vec<_>, Vec<_>) = stack.releases.iter().enumerate().partition(|(at, _)| chosen.contains(at));
    let releases: Vec<&Release> = releases.into_iter().map(|(_, release)| release).filter(|release| release.installed).collect();
    let contents = contents_of_all(session, &stack, &releases, options.skip_dependencies).await?;
    let jobs: Vec<_> = releases.iter().copied().zip(contents).collect();
    let world = offline_world(session, &stack);
    let looked_at = in_parallel(jobs, |(release, contents)| look(session, &world, release, &contents))?;
    let ids: Vec<String> = releases.iter().map(|release| release.id.to_string()).collect();
    let uses: Vec<_> = ids.iter().map(String::as_str).zip(looked_at.iter().map(|looked| looked.values.as_ref())).collect();
    // What is wrong with the values of a release that is not linted is no concern of anybody here.
    let values_of = |release: &Release| release_values(release, &world).ok().map(|values| (release.id.to_string(), values));
    let others: Vec<(String, Map)> = others.into_iter().filter_map(|(_, release)| values_of(release)).collect();
    let others: Vec<_> = others.iter().map(|(name, values)| (name.as_str(), values.clone())).collect();
    let values = messages_about(&uses, &others);
    let mut linted = LintedStack { releases: Vec::new(), notices: Vec::new() };
    let least = if options.strict { Severity::Warning } else { Severity::Error };
    for ((release, looked), values) in releases.iter().zip(looked_at).zip(values) {
        let failed = looked.messages.iter().chain(&values).any(|message| message.severity >= least);
        linted.notices.extend(looked.notices);
        let (id, chart) = (release.id.clone(), release.chart.clone());
        linted.releases.push(LintedRelease { id, chart, messages: looked.messages, values, failed });
    }
    Ok(linted)
}

/// Returns the layers of the command line.
fn more_layers(options: &StackLintOptions) -> Result<Vec<ValuesLayer>, Diagnostics> {
    let mut layers = Vec::new();
    let mut problems = Diagnostics::new();
    for file in &options.values {
        match std::fs::canonicalize(file) {
            Ok(path) => layers.push(ValuesLayer::File { path: path.display().to_string(), span: None }),
            Err(error) => problems.push(Diagnostic::error(format!("cannot read values file {}: {error}", file.display()))),
        }
    }
    for text in &options.set {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        let span = Some(Source::new("--set", text.as_str()).span(0, text.len()));
        layers.push(ValuesLayer::Set { name: name.to_owned(), value: SetValue::Typed(value.to_owned()), span });
    }
    problems.check(layers).map(|(layers, _)| layers)
}

/// Adds layers where Helm would take them, which takes flags by kind: files, `--set`, `--set-string`, `--set-file`.
fn add_layers(layers: &mut Vec<ValuesLayer>, more: &[ValuesLayer]) {
    let rank = |layer: &ValuesLayer| match layer {
        ValuesLayer::Inline { .. } | ValuesLayer::File { .. } | ValuesLayer::Overlay { .. } | ValuesLayer::SecretFile { .. } => 0,
        ValuesLayer::Set { value: SetValue::Typed(_) | SetValue::TypedList(_), .. } => 1,
        ValuesLayer::Set { value: SetValue::Text(_) | SetValue::TextList(_), .. } => 2,
        ValuesLayer::Set { value: SetValue::File(_), .. } => 3,
    };
    layers.extend(more.iter().cloned());
    layers.sort_by_key(rank);
}

/// What was found out about one release by itself.
struct LookedAt {
    messages: Vec<Message>,
    notices: Vec<String>,
    /// What became of its values, if it renders.
    values: Option<ValuesUse>,
}

fn look(session: &Session, world: &World, release: &Release, contents: &Contents) -> Result<LookedAt, Diagnostics> {
    let values = release_values(release, world)?;
    let kube_version = release.render.kube_version.as_deref().map(KubeVersion::parse).transpose();
    let kube_version = kube_version.map_err(|error| Diagnostics::from(error.diagnostic()))?;
    let report = lint::lint(&LintRequest {
        contents,
        values: &values,
        namespace: release.id.namespace.as_deref().unwrap_or("default"),
        kube_version: kube_version.as_ref(),
        skip_schema: release.render.skip_schema_validation,
        looks_at_values: false,
        effects: session.effects.as_ref(),
        cache: &session.templates,
    });
    let notices = report.notices.iter().map(ToString::to_string).collect();
    let mut looked = LookedAt { messages: report.messages, notices, values: None };
    if let Ok(chart) = &contents.chart {
        match values_use(session, world, release, chart, &values) {
            Ok(values) => looked.values = Some(values),
            // Helm's lint has said the same.
            Err(_) if looked.messages.iter().any(|message| message.severity == Severity::Error) => {}
            Err(problems) => {
                let warning = |problem| Message::warning("templates/", "the release does not render without a cluster", problem);
                looked.messages.extend(problems.into_iter().map(warning));
            }
        }
    }
    Ok(looked)
}

/// Renders the release as it would be installed, which Helm's lint does not, and sees which values were read.
fn values_use(session: &Session, world: &World, release: &Release, chart: &Chart, values: &Map) -> Result<ValuesUse, Diagnostics> {
    let (layers, _) = resolve_layers(release, world)?;
    let alone: Result<Vec<Map>, Diagnostics> =
        layers.iter().map(|layer| merge_layers(std::slice::from_ref(layer), release, world)).collect();
    let (rendered, _) = render(session, release, chart, values, &Offline { trace: true })?;
    Ok(ValuesUse::of(chart, &rendered, values, &alone?))
}
