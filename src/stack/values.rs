//! A release's values: every layer read and rendered, and all of them merged.

use super::error::Error;
use super::layer::{SetValue, ValuesLayer};
use super::model::{MissingFile, Release};
use super::origins::change_origins;
use super::overlays::fill;
use super::render::{ReleaseData, Renderer};
use super::rendered::Rendered;
use super::secrets::ObjectValue;
use super::values_files::{near_file, remote_scheme};
use super::world::World;
use super::yaml3;
use crate::chart::values::{merge_maps, parse_documents, parse_file_into, parse_into, parse_string_into};
use crate::diag::{Diagnostic, Diagnostics, Origin, Source, Span};
use crate::source::{glob, join};
use crate::value::{Map, Str, Value, display};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The key of a map that stands for a secret of the stack.
const FROM_SECRET: &str = "fromSecret";
/// The key of a map that stands for a value of a Secret or ConfigMap.
const FROM_OBJECT: &str = "fromObject";

/// A layer as it was read.
#[derive(Clone, Debug)]
pub struct ResolvedLayer {
    /// What a reader knows it by: the file, or where in the stack file it is written.
    pub name: String,
    /// Where the stack file names it.
    pub span: Option<Span>,
    /// What it holds.
    pub content: LayerContent,
}

/// What a layer holds.
#[derive(Clone, Debug)]
pub enum LayerContent {
    /// Values.
    Values(Map),
    /// One value that is set, in Helm's grammar.
    Set {
        /// The argument of the flag.
        argument: String,
        /// How it is typed.
        value: SetValue,
    },
}

/// Reads every layer and merges them as Helm merges the flags that helmfile makes of them. Entries keep their origin.
///
/// # Errors
/// What is wrong with the layers, and what the release refuses to be rendered for.
pub fn release_values(release: &Release, world: &World) -> Result<Map, Diagnostics> {
    if !release.refusals.is_empty() {
        let mut refusals = Diagnostics::new();
        refusals.extend(release.refusals.clone());
        return Err(refusals);
    }
    let (layers, _) = resolve_layers(release, world)?;
    merge_layers(&layers, release, world)
}

/// Reads and renders every layer, lowest first; warnings come along.
///
/// # Errors
/// What is wrong with the layers, all of them in one run.
pub fn resolve_layers(release: &Release, world: &World) -> Result<(Vec<ResolvedLayer>, Diagnostics), Diagnostics> {
    let mut resolver = Resolver { release, world, renderer: Renderer::new(world.clone()), diagnostics: Diagnostics::new() };
    let layers = release.values.iter().filter_map(|layer| resolver.layer(layer)).collect();
    resolver.diagnostics.check(layers)
}

/// Merges layers: maps go into each other, later values win, null stays null until the chart's own values are below.
///
/// # Errors
/// A `set` that does not follow Helm's grammar or does not fit what is below it.
pub fn merge_layers(layers: &[ResolvedLayer], release: &Release, world: &World) -> Result<Map, Diagnostics> {
    let mut values = Map::new();
    let mut mistakes = Diagnostics::new();
    let mut origins: Vec<(Source, Origin)> = Vec::new();
    for layer in layers {
        match &layer.content {
            LayerContent::Values(map) => values = merge_maps(&values, map),
            LayerContent::Set { argument, value } => {
                // `set` changes lists in place, and what is below may be shared with other releases.
                if origins.is_empty() {
                    values = values.deep_copy();
                }
                let source = Source::new(layer.name.as_str(), argument.as_str());
                let origin = layer.span.as_ref().map(Span::origin).unwrap_or_default();
                origins.push((source.clone(), origin));
                if let Err(reason) = set(&source, &values, value, release, world) {
                    mistakes.push(Error::Set { text: argument.clone(), reason, span: layer.span.clone() }.diagnostic());
                }
            }
        }
    }
    let in_file = |origin: &Origin| {
        let (place, _) = origin.place()?;
        origins.iter().find(|(source, _)| source == place).map(|(_, origin)| origin.clone())
    };
    if !origins.is_empty() {
        change_origins(&values, &in_file);
    }
    if mistakes.is_empty() { Ok(values) } else { Err(mistakes) }
}

fn set(source: &Source, values: &Map, value: &SetValue, release: &Release, world: &World) -> Result<(), String> {
    let read = |path: &str| {
        let path = join(&release.state.base_dir, Path::new(path));
        let content = world.files.read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Ok(Value::Str(Str::from_bytes(content)))
    };
    match value {
        SetValue::Typed(_) | SetValue::TypedList(_) => parse_into(source, values),
        SetValue::Text(_) | SetValue::TextList(_) => parse_string_into(source, values),
        SetValue::File(_) => parse_file_into(source, values, &read),
    }
    .map_err(|error| error.to_string())
}

struct Resolver<'a> {
    release: &'a Release,
    world: &'a World,
    renderer: Renderer,
    diagnostics: Diagnostics,
}

impl Resolver<'_> {
    fn layer(&mut self, layer: &ValuesLayer) -> Option<ResolvedLayer> {
        let span = layer.span().cloned();
        let (name, content) = match layer {
            ValuesLayer::Inline { values, span } => {
                let name = span.as_ref().map_or_else(|| "values".to_owned(), ToString::to_string);
                (name, LayerContent::Values(self.resolve_map(values, span.as_ref())?))
            }
            ValuesLayer::File { path, span } => {
                let file = self.file("values", path, span.as_ref(), self.release.missing_file)?;
                let values = self.read_file(&file, None, span.as_ref())?;
                (file.display().to_string(), LayerContent::Values(values))
            }
            ValuesLayer::Overlay { path, variables, span } => {
                let values = self.read_overlay(path, variables, span.as_ref())?;
                (path.display().to_string(), LayerContent::Values(values))
            }
            ValuesLayer::SecretFile { path, span } => {
                let file = self.file("secrets", path, span.as_ref(), self.release.missing_secret)?;
                let content = self.decrypt(&file, span.as_ref())?;
                let values = self.read_file(&file, Some(content), span.as_ref())?;
                (file.display().to_string(), LayerContent::Values(values))
            }
            ValuesLayer::Set { name, value, span } => {
                let place = span.as_ref().map_or_else(|| "set".to_owned(), |span| format!("{span} (set)"));
                (place, self.set(name, value, span.as_ref())?)
            }
        };
        Some(ResolvedLayer { name, span, content })
    }

    fn set(&mut self, name: &str, value: &SetValue, span: Option<&Span>) -> Option<LayerContent> {
        let text = match value {
            SetValue::Typed(text) | SetValue::Text(text) => self.resolve_text(text, span)?,
            SetValue::TypedList(items) | SetValue::TextList(items) => {
                let items: Option<Vec<String>> = items.iter().map(|item| self.resolve_text(item, span)).collect();
                format!("{{{}}}", items?.join(","))
            }
            SetValue::File(path) => path.clone(),
        };
        Some(LayerContent::Set { argument: format!("{name}={text}"), value: value.clone() })
    }

    /// Finds the one file that a path means.
    fn file(&mut self, what: &'static str, path: &str, span: Option<&Span>, missing: MissingFile) -> Option<PathBuf> {
        let base_dir = &self.release.state.base_dir;
        if let Some(scheme) = remote_scheme(path) {
            return self.tell(&Error::RemoteFile { path: path.to_owned(), scheme, span: span.cloned() });
        }
        let whole = join(base_dir, Path::new(path));
        let mut found = glob(&*self.world.files, &whole.display().to_string());
        match (found.len(), missing) {
            (1, _) => found.pop(),
            (0, MissingFile::Error) => self.tell(&self.missing(what, path, &whole, span)),
            (0, MissingFile::Warn) => {
                self.diagnostics.push(self.missing(what, path, &whole, span).warning());
                None
            }
            (0, _) => None,
            _ => self.tell(&Error::SeveralFiles { path: path.to_owned(), span: span.cloned() }),
        }
    }

    fn missing(&self, what: &'static str, path: &str, whole: &Path, span: Option<&Span>) -> Error {
        let near = near_file(whole, &*self.world.files);
        Error::MissingFile { what, path: path.to_owned(), folder: self.release.state.base_dir.clone(), near, span: span.cloned() }
    }

    /// Reads a file of an overlay folder, its placeholders filled.
    fn read_overlay(&mut self, path: &Path, variables: &BTreeMap<String, String>, span: Option<&Span>) -> Option<Map> {
        let content = self.read(path, span)?;
        let source = Source::new(path.display().to_string(), String::from_utf8_lossy(&content));
        let filled = fill(&source, |name| variables.get(name).or_else(|| self.world.env.get(name)).map(String::as_str));
        let source = self.keep(filled, span)?;
        self.parse(&source, None, span)
    }

    fn decrypt(&mut self, path: &Path, span: Option<&Span>) -> Option<Vec<u8>> {
        let content = self.read(path, span)?;
        match self.world.secrets.decrypt(path, &content) {
            Ok(content) => Some(content),
            Err(reason) => self.tell(&Error::Secret { path: path.to_owned(), reason, span: span.cloned() }),
        }
    }

    fn read(&mut self, path: &Path, span: Option<&Span>) -> Option<Vec<u8>> {
        match self.world.files.read(path) {
            Ok(content) => Some(content),
            Err(error) => self.tell(&Error::Unreadable { path: path.to_owned(), reason: error.to_string(), span: span.cloned() }),
        }
    }

    /// Reads a file of values, rendered first if its name says so; `content` is there if it had to be decrypted.
    fn read_file(&mut self, path: &Path, content: Option<Vec<u8>>, span: Option<&Span>) -> Option<Map> {
        let content = match content {
            Some(content) => content,
            None => self.read(path, span)?,
        };
        let source = Source::new(path.display().to_string(), String::from_utf8_lossy(&content));
        if path.extension().is_some_and(|extension| extension == "gotmpl") {
            let data = self.release.state.data.release_data(&release_data(self.release));
            let folder = path.parent().unwrap_or(Path::new(""));
            let rendered = self.renderer.render(&source, folder, &data);
            let rendered = Rendered::new(source, self.keep(rendered, span)?);
            let values = self.parse(&rendered.source, Some(&rendered), span)?;
            change_origins(&values, &|origin| rendered.point_origin_back(origin));
            return Some(values);
        }
        self.parse(&source, None, span)
    }

    /// Reads values as Helm does: all documents, numbers as floats.
    fn parse(&mut self, source: &Source, rendered: Option<&Rendered>, span: Option<&Span>) -> Option<Map> {
        let point_back = |mistake: Diagnostic| rendered.map_or_else(|| mistake.clone(), |rendered| rendered.point_back(mistake.clone()));
        if source.text().contains("ref+") {
            let parsed = self.keep(yaml3::parse_map(source).map_err(point_back), span)?;
            return self.resolve_map(&parsed, span);
        }
        let parsed = self.keep(parse_documents(source).map_err(|error| point_back(error.diagnostic())), span)?;
        if [FROM_SECRET, FROM_OBJECT].iter().any(|key| source.text().contains(key)) {
            return self.resolve_map(&parsed, span);
        }
        Some(parsed)
    }

    /// Resolves references to secrets in a map, and makes its numbers what Helm reads: `float64`.
    fn resolve_map(&mut self, map: &Map, span: Option<&Span>) -> Option<Map> {
        match self.resolve_value(&Value::Map(map.clone()), span)? {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    fn resolve_value(&mut self, value: &Value, span: Option<&Span>) -> Option<Value> {
        Some(match value {
            Value::Int(number, _) => Value::Float(*number as f64),
            Value::Str(text) => match text.as_str().filter(|text| text.contains("ref+")) {
                Some(text) => Value::from(self.resolve_text(text, span)?),
                None => value.clone(),
            },
            Value::List(list) => {
                let items: Option<Vec<Value>> = list.iter().map(|item| self.resolve_value(item, span)).collect();
                Value::list(items?)
            }
            Value::Map(map) if map.contains_key(FROM_SECRET) || map.contains_key(FROM_OBJECT) => self.value_from(map, span)?,
            Value::Map(map) => {
                let mut entries = map.entries();
                for entry in &mut entries {
                    let place = entry.origin.span();
                    entry.value = self.resolve_value(&entry.value, place.as_ref().or(span))?;
                }
                Value::Map(Map::from_entries(map.kind(), entries))
            }
            other => other.clone(),
        })
    }

    /// Returns what `{fromSecret: NAME}` or `{fromObject: {…}}` stands for.
    fn value_from(&mut self, map: &Map, span: Option<&Span>) -> Option<Value> {
        let key = if map.contains_key(FROM_SECRET) { FROM_SECRET } else { FROM_OBJECT };
        let place = map.origin(key).span().or_else(|| span.cloned());
        if map.len() > 1 {
            return self.tell(&Error::MixedValue { key, span: place });
        }
        let value = map.get(key)?;
        let (reference, found) = match (key, &value) {
            (FROM_OBJECT, Value::Map(object)) => {
                let wanted = self.object_value(object, place.as_ref())?;
                (wanted.to_string(), self.world.secrets.object(self.release.kube_context.as_deref(), &wanted))
            }
            _ => {
                let name = display(&value);
                let found = self.world.secrets.secret(&name);
                (name, found)
            }
        };
        match found {
            Ok(text) => Some(Value::from(text)),
            Err(reason) => self.tell(&Error::Reference { reference, reason, span: place }),
        }
    }

    fn object_value(&mut self, object: &Map, span: Option<&Span>) -> Option<ObjectValue> {
        let text = |key: &str| object.get(key).map(|value| display(&value)).filter(|text| !text.is_empty());
        let mut missing = None;
        let mut required = |key: &'static str| {
            text(key).unwrap_or_else(|| {
                missing = Some(key);
                String::new()
            })
        };
        let (name, key) = (required("name"), required("key"));
        if let Some(key) = missing {
            return self.tell(&Error::IncompleteObject { key, span: span.cloned() });
        }
        let kind = text("kind").unwrap_or_else(|| "Secret".to_owned());
        if !matches!(kind.as_str(), "Secret" | "ConfigMap") {
            let place = span.cloned().unwrap_or_else(|| Source::new("fromObject", kind.as_str()).span(0, kind.len()));
            return self.tell(&Error::choice("kind", &kind, &["Secret", "ConfigMap"], &place));
        }
        let namespace = text("namespace").or_else(|| self.release.id.namespace.clone());
        Some(ObjectValue { kind, namespace, name, key })
    }

    fn resolve_text(&mut self, text: &str, span: Option<&Span>) -> Option<String> {
        if !text.contains("ref+") {
            return Some(text.to_owned());
        }
        match self.world.secrets.resolve(text) {
            Ok(resolved) => Some(resolved),
            Err(reason) => self.tell(&Error::Reference { reference: text.to_owned(), reason, span: span.cloned() }),
        }
    }

    fn tell<T>(&mut self, error: &Error) -> Option<T> {
        self.diagnostics.push(error.diagnostic());
        None
    }

    fn keep<T>(&mut self, result: Result<T, Diagnostic>, span: Option<&Span>) -> Option<T> {
        result.map_err(|mistake| self.diagnostics.push(mistake.via(span.cloned(), "this file is named here"))).ok()
    }
}

/// Returns what values files see of a release: its settings after everything is decided.
fn release_data(release: &Release) -> ReleaseData {
    ReleaseData {
        name: release.id.name.clone(),
        namespace: release.id.namespace.clone().unwrap_or_default(),
        labels: release.labels.clone(),
        chart: release.chart.clone(),
        kube_context: release.id.kube_context.clone().unwrap_or_default(),
        version: release.version.clone().unwrap_or_default(),
    }
}
