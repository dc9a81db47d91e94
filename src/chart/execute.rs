//! Parses and executes the templates of a chart's tree.

use super::error::Error;
use super::failure::Failure;
use super::functions::{Memo, RenderState, remove_no_value};
use super::model::File;
use super::notice::Notice;
use super::objects::{Scope, Shared, scopes};
use super::render::RenderRequest;
use super::trace::{FileTrace, RenderTrace};
use super::tree::ChartNode;
use crate::manifest::{self, Manifest};
use crate::template::{Interpreter, MissingKey, Set};
use crate::value::{Map, MapKind, Value, Watch};
use crate::yaml;
use std::sync::Arc;

/// The name of Helm's set of templates, which Go's errors show.
const SET_NAME: &str = "gotpl";

/// What executing a chart's templates gives.
pub(super) struct Executed {
    /// The rendered files, each by the full name of its template.
    pub(super) files: Vec<(String, Vec<u8>)>,
    /// The notes.
    pub(super) notes: String,
    /// What there was to say.
    pub(super) notices: Vec<Notice>,
    /// Where the lines of the files came from, if that was asked for.
    pub(super) trace: Option<RenderTrace>,
}

/// A template file of a chart in the tree.
struct Template<'t> {
    /// The full name: `parent/charts/child/templates/a.yaml`.
    name: String,
    /// How many folders it lies in.
    depth: usize,
    file: &'t File,
    scope: &'t Scope<'t, 't>,
}

impl Template<'_> {
    /// A partial only defines templates for others.
    fn is_partial(&self) -> bool {
        is_partial(&self.name)
    }
}

fn is_partial(name: &str) -> bool {
    name.rsplit('/').next().unwrap_or(name).starts_with('_')
}

/// Parses all templates and executes those that are no partials, both in Helm's order: the deepest path first, and of equally
/// deep ones the last by name.
pub(super) fn execute(request: &RenderRequest<'_>, tree: &ChartNode<'_>, values: &Map) -> Result<Executed, Error> {
    let shared = Shared::new(request.release, request.capabilities);
    let scopes = scopes(tree, values, &shared);
    let templates = templates(&scopes);
    let set = parse(request, &templates)?;
    let watch = Arc::new(Watch::default());
    if let Some(scope) = scopes.last() {
        scope.root.watch(&watch);
    }
    let memo = Memo::new(watch);
    let mut state = RenderState::new(Arc::clone(request.lookup), memo, request.options.lint, request.options.dns);
    let missing_key = if request.options.strict { MissingKey::Error } else { MissingKey::Zero };
    let mut interpreter = Interpreter::new(request.effects, &mut state, missing_key, request.options.limits);
    if request.options.trace {
        interpreter.trace(&traced_values(&scopes));
    }
    let mut files = Vec::new();
    let mut traced = Vec::new();
    for template in templates.iter().filter(|template| !template.is_partial()) {
        let text = execute_one(&set, &mut interpreter, template)?;
        if interpreter.is_traced() {
            traced.push(FileTrace::new(&template.name, &text, interpreter.tag_of_text()));
        }
        files.push((template.name.clone(), text));
    }
    let trace = interpreter.take_trace().map(|trace| RenderTrace::new(trace, traced));
    let notes = take_notes(&mut files, tree.name(), request.options.sub_notes);
    Ok(Executed { files, notes, notices: state.notices, trace })
}

/// Returns the values that templates begin with, under the paths of the release's own chart. What subcharts share with it
/// comes first.
fn traced_values<'t>(scopes: &'t [Scope<'t, 't>]) -> Vec<(&'t str, Value)> {
    const SHARED: [&str; 3] = ["Values", "Release", "Chart"];
    let of = |scope: &Scope<'_, '_>, name: &str| scope.root.get(name).unwrap_or_default();
    let mut values: Vec<(&str, Value)> = Vec::new();
    if let Some(own) = scopes.last() {
        values.extend(SHARED.map(|name| (name, of(own, name))));
    }
    for scope in scopes.iter().rev().skip(1) {
        values.push(("Chart", of(scope, "Chart")));
        values.push(("Values", of(scope, "Values")));
    }
    values.extend(scopes.iter().rev().map(|scope| ("", Value::Map(scope.root.clone()))));
    values
}

/// Returns the templates of all charts in Helm's order. Of a library chart only the partials take part.
fn templates<'t>(scopes: &'t [Scope<'t, 't>]) -> Vec<Template<'t>> {
    let mut templates = Vec::new();
    for scope in scopes {
        let is_library = scope.node.metadata.is_library();
        for file in scope.node.chart.templates.iter().filter(|file| !is_library || is_partial(&file.name)) {
            let name = [scope.path.as_str(), "/", file.name.as_str()].concat();
            templates.push(Template { depth: memchr::memchr_iter(b'/', name.as_bytes()).count(), name, file, scope });
        }
    }
    // Of charts of one name the later one's templates stay; sorting is stable, so they come first here and win.
    templates.reverse();
    templates.sort_by(|a, b| (b.depth, &b.name).cmp(&(a.depth, &a.name)));
    templates.dedup_by(|later, earlier| later.name == earlier.name);
    templates
}

fn parse(request: &RenderRequest<'_>, templates: &[Template<'_>]) -> Result<Set, Error> {
    let mut set = Set::new(SET_NAME);
    // A partial mostly defines one.
    set.reserve(templates.len() * 2);
    for template in templates {
        let name = &template.name;
        let compiled = request.cache.parse(name, template.file, template.scope.is_of_subchart());
        let added = compiled.and_then(|compiled| set.add_as(name, compiled));
        added.map_err(|error| Error::Template(Box::new(Failure::of_parsing(name, error))))?;
    }
    Ok(set)
}

fn execute_one(set: &Set, interpreter: &mut Interpreter<'_>, template: &Template<'_>) -> Result<Vec<u8>, Error> {
    let Template { name, scope, .. } = template;
    let base_path = format!("{}/templates", scope.path);
    let about: Map = [("BasePath", base_path.as_str()), ("Name", name.as_str())].into_iter().collect();
    scope.root.insert("Template", about.with_kind(MapKind::Values));
    let mut out = Vec::new();
    set.execute(interpreter, name, &Value::Map(scope.root.clone()), &mut out)
        .map_err(|error| Error::Template(Box::new(Failure::of_execution(name, error))))?;
    Ok(remove_no_value(out))
}

const NOTES: &str = "NOTES.txt";

/// Takes every notes file out of the rendered files; returns that of the root chart, or all of them.
fn take_notes(files: &mut Vec<(String, Vec<u8>)>, chart: &str, all: bool) -> String {
    let own = format!("{chart}/templates/{NOTES}");
    let mut notes: Vec<(String, Vec<u8>)> = files.extract_if(.., |(name, _)| name.ends_with(NOTES)).collect();
    notes.retain(|(name, _)| all || *name == own);
    notes.sort_unstable();
    let texts: Vec<_> = notes.iter().map(|(_, text)| String::from_utf8_lossy(text)).collect();
    texts.join("\n")
}

/// Makes the manifest of rendered files.
///
/// # Errors
/// The first document that is no YAML; the error carries all rendered text, for debugging.
pub(super) fn manifest(files: Vec<(String, Vec<u8>)>, notices: &mut Vec<Notice>) -> Result<Manifest, Error> {
    let mut texts = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        match String::from_utf8(bytes) {
            Ok(text) => texts.push((name, text)),
            Err(error) => return Err(not_text(name, error.as_bytes())),
        }
    }
    match Manifest::from_files(texts) {
        Ok(sorted) => {
            for (_, events) in sorted.unknown_hooks {
                notices.push(Notice::info("skipping unknown hooks").with("hookTypes", events));
            }
            Ok(sorted.manifest)
        }
        Err(refused) => Err(refused.into()),
    }
}

fn not_text(file: String, bytes: &[u8]) -> Error {
    let message = yaml::parse_bytes(bytes).err().map_or_else(|| "not UTF-8".to_owned(), |error| error.to_string());
    Error::Manifest { error: manifest::Error { file, message, span: None }, rendered: String::new() }
}
