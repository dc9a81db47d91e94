//! Says where the fields of a release's objects come from, and what each layer of its values says about a value.

use super::explanation::{ExplainedObject, Question, answer};
use super::load::{load, offline_world};
use super::render::{Offline, RenderedRelease, render_all};
use super::session::Session;
use crate::chart::value_path;
use crate::diag::{Diagnostic, Diagnostics, Origin, nearest};
use crate::plan::order::{Stage, order, subchart_order};
use crate::stack::{self, Release, ReleaseId, Stack, World, resolve_layers};
use crate::template::trace::Key;
use crate::value::{Map, Path, Value, lookup};

/// What to explain of a stack.
pub struct ExplainRequest {
    /// The release: `[[CONTEXT/]NAMESPACE/]NAME`.
    pub release: String,
    /// What is asked.
    pub question: Question,
}

/// A release, and what there is to say about it.
pub struct ExplainedRelease {
    /// The release.
    pub id: ReleaseId,
    /// What the chart and each layer of the release's values say about the value that was asked for, lowest first: the last one
    /// wins, and maps are laid over each other.
    pub said: Vec<SaidValue>,
    /// The objects.
    pub objects: Vec<ExplainedObject>,
    /// The stages in which its objects go up, where it does so in order and all of it is asked for.
    pub stages: Vec<ExplainedStage>,
}

/// A stage in which objects go up.
pub struct ExplainedStage {
    /// What goes up in it: groups, charts, objects.
    pub units: Vec<String>,
    /// Its objects.
    pub objects: Vec<String>,
}

/// What one layer says about a value.
pub struct SaidValue {
    /// The layer: a file, a place in the stack file, the chart.
    pub layer: String,
    /// The value.
    pub value: Value,
    /// Where exactly.
    pub origin: Origin,
}

/// Renders a release without a cluster and answers the question.
///
/// # Errors
/// Mistakes of the stack; no or several releases of that name; its chart does not load or render; there is no such object or field.
pub async fn explain(session: &Session, request: &ExplainRequest) -> Result<ExplainedRelease, Diagnostics> {
    let stack = load(session)?;
    let release = find(&stack, &request.release)?;
    let rendered = render_all(session, &stack, &[release], &Offline { trace: true }).await?.pop().expect("a release was given");
    let objects = answer(&rendered.rendered, &request.question)?;
    let stages = if matches!(request.question, Question::Objects) { stages(release, &rendered)? } else { Vec::new() };
    let said = match &request.question {
        Question::Value(value) => said(&offline_world(session, &stack), release, &rendered, value)?,
        Question::Objects | Question::Field(..) => Vec::new(),
    };
    Ok(ExplainedRelease { id: release.id.clone(), said, objects, stages })
}

/// Returns the stages of a release that the stack file wants to go up in order.
fn stages(release: &Release, rendered: &RenderedRelease) -> Result<Vec<ExplainedStage>, Diagnostics> {
    if !release.install.ordered {
        return Ok(Vec::new());
    }
    let documents = &rendered.rendered.manifest.documents;
    let namespace = release.id.namespace.as_deref().unwrap_or("default");
    let order = order(documents, &subchart_order(&rendered.chart)?, namespace)?;
    let name = |at: &usize| documents.get(*at)?.id().map(|id| id.to_string());
    let stage = |stage: Stage| ExplainedStage { objects: stage.documents.iter().filter_map(name).collect(), units: stage.units };
    Ok(order.stages.into_iter().map(stage).collect())
}

/// Finds the one release that is meant: of several of that name the one that is selected.
fn find<'s>(stack: &'s Stack, wanted: &str) -> Result<&'s Release, Diagnostics> {
    let given = ReleaseId::parse(wanted, &ReleaseId::default());
    let fits = |asked: &Option<String>, there: &Option<String>| asked.is_none() || asked == there;
    let is_it = |release: &&Release| {
        release.id.name == given.name
            && fits(&given.namespace, &release.id.namespace)
            && fits(&given.kube_context, &release.id.kube_context)
    };
    let named: Vec<&Release> = stack.releases.iter().filter(is_it).collect();
    let selected: Vec<&Release> = named.iter().copied().filter(|release| release.is_selected()).collect();
    match (selected.as_slice(), named.as_slice()) {
        ([one], _) => Ok(one),
        ([], []) => Err(unknown(stack, wanted)),
        ([], [one, ..]) => {
            let place = one.span.clone();
            let error =
                Diagnostic::error(format!("release {wanted} takes no part: its condition does not hold, or no selector chooses it"));
            Err(place.map_or(error.clone(), |span| error.at(span, "this release")).into())
        }
        (several, _) => {
            let ids: Vec<String> = several.iter().map(|release| release.id.to_string()).collect();
            Err(Diagnostic::error(format!("several releases are called {wanted}")).help(format!("name one of {}", ids.join(", "))).into())
        }
    }
}

fn unknown(stack: &Stack, wanted: &str) -> Diagnostics {
    let names: Vec<&str> = stack.releases.iter().map(|release| release.id.name.as_str()).collect();
    let error = Diagnostic::error(format!("the stack has no release {wanted}"));
    let help = match nearest(wanted, names.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("it has: {}", names.join(", ")),
    };
    error.help(help).into()
}

/// Returns what the chart and the release's layers say about a value.
fn said(world: &World, release: &Release, rendered: &RenderedRelease, value: &str) -> Result<Vec<SaidValue>, Diagnostics> {
    let Some(path) = names_below_values(value) else { return Ok(Vec::new()) };
    let mut said = Vec::new();
    if let Some(defaults) = &rendered.rendered.chart_values
        && let Some(value) = lookup(defaults, &path)
    {
        said.push(SaidValue { layer: format!("chart {}", rendered.chart.name()), value, origin: origin(defaults, &path) });
    }
    let (layers, _) = resolve_layers(release, world)?;
    let layers = stack::explain(&layers, &path, release, world)?;
    said.extend(layers.into_iter().map(|said| SaidValue { layer: said.layer, value: said.value, origin: said.origin }));
    Ok(said)
}

/// Returns the keys of a value below `.Values`, up to the first list; `None` for other values and for all of them.
fn names_below_values(value: &str) -> Option<Path> {
    let keys = value_path(value);
    let (top, below) = keys.split_first()?;
    let name = |key: &Key| match key {
        Key::Name(name) => Some(name.clone()),
        Key::Index(_) => None,
    };
    let path = Path(below.iter().map_while(name).collect());
    (*top == Key::Name("Values".into()) && !path.0.is_empty()).then_some(path)
}

fn origin(values: &Map, path: &Path) -> Origin {
    let Some((last, parents)) = path.0.split_last() else { return Origin::NONE };
    let parent = if parents.is_empty() { Some(Value::Map(values.clone())) } else { lookup(values, &Path(parents.to_vec())) };
    parent.and_then(|parent| parent.as_map().map(|map| map.origin(&last.to_text()))).unwrap_or_default()
}
