//! One stack file: its parts, their bases, their environments.

use super::environment::Environment;
use super::error::Error;
use super::features::Feature;
use super::load::{Loader, Stop};
use super::merge::{ListMerge, overlay, override_with};
use super::model::MissingFile;
use super::parts::{check_order, split};
use super::raw::{Lists, RawEnvironment, RawStack, Reader, Record as _, Spanned, Text};
use super::render::environment_data;
use super::rendered::Rendered;
use super::values_files::EntryContext;
use crate::diag::Source;
use crate::source::join;
use crate::value::Map;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A stack file with all its parts and bases merged, and the environment that came out.
#[derive(Clone, Debug)]
pub(super) struct LoadedFile {
    pub(super) path: PathBuf,
    /// Where relative paths start. For a base that is the folder of the file that names it.
    pub(super) base_dir: PathBuf,
    pub(super) raw: RawStack,
    pub(super) environment: Environment,
}

impl Loader<'_> {
    /// Loads a file part by part: each sees the values of the parts before it.
    ///
    /// Rule: helmfile pkg/app/desired_state_file_loader.go `load`, pkg/state/create.go `ParseAndLoad`.
    pub(super) fn load_file(
        &mut self,
        path: &Path,
        base_dir: &Path,
        inherited: Option<Environment>,
        overrides: Option<&Environment>,
        is_base: bool,
    ) -> Result<LoadedFile, Stop> {
        let name = path.display().to_string();
        let content = self.read_text(path, None)?;
        let mistakes = check_order(&name, &content);
        if mistakes.has_errors() {
            self.diagnostics.extend(mistakes);
            return Err(Stop::Failed);
        }
        let has_environment = inherited.is_some() || overrides.is_some();
        let mut environment = inherited;
        let mut whole: Option<RawStack> = None;
        for part in split(&name, &content) {
            let context = laid_over(environment.as_ref(), overrides);
            let mut raw = self.read_part(path, base_dir, part.source, context.as_ref())?;
            if is_base {
                self.refuse_nested_bases(&raw)?;
            } else {
                raw = self.merge_bases(raw, context.as_ref(), base_dir)?;
            }
            environment = Some(self.load_environment(&raw, context.as_ref(), base_dir));
            let whole = match &mut whole {
                None => whole.insert(raw),
                Some(whole) => {
                    whole.merge(raw, Lists::Replace);
                    whole
                }
            };
            if !is_base && !whole.environments.is_empty() {
                self.check_environment(whole)?;
            }
        }
        let raw = whole.unwrap_or_default();
        let environment = environment.unwrap_or_else(|| Environment::new(self.request.environment));
        if !is_base && raw.environments.is_empty() && !has_environment && environment.name != super::DEFAULT_ENVIRONMENT {
            return Err(Stop::OtherEnvironment);
        }
        Ok(LoadedFile { path: path.to_owned(), base_dir: base_dir.to_owned(), raw, environment })
    }

    /// Reads a file as text, or tells why it cannot be read.
    pub(super) fn read_text(&mut self, path: &Path, span: Option<crate::diag::Span>) -> Result<String, Stop> {
        match self.request.world.files.read(path) {
            Ok(content) => Ok(String::from_utf8_lossy(&content).into_owned()),
            Err(error) => {
                self.diagnostics.push(Error::Unreadable { path: path.to_owned(), reason: error.to_string(), span }.diagnostic());
                Err(Stop::Failed)
            }
        }
    }

    /// Renders a part if its file is a template, and reads its documents.
    fn read_part(&mut self, path: &Path, base_dir: &Path, source: Source, context: Option<&Environment>) -> Result<RawStack, Stop> {
        let is_template = path.extension().is_some_and(|extension| extension == "gotmpl");
        let always = self.request.world.env.get("HELMFILE_RENDER_YAML").is_some_and(|value| value == "true");
        if !is_template && !always {
            return self.read_documents(&source, None);
        }
        let fresh = Environment::new(self.request.environment);
        let data = environment_data(context.unwrap_or(&fresh), self.request.namespace.unwrap_or_default());
        match self.renderer.render(&source, base_dir, &data) {
            Ok(text) => {
                let rendered = Rendered::new(source, text);
                self.read_documents(&rendered.source.clone(), Some(&rendered))
            }
            Err(mistake) => {
                self.diagnostics.push(mistake);
                Err(Stop::Failed)
            }
        }
    }

    /// Reads the documents of a part; later ones are laid over earlier ones, lists behind lists.
    fn read_documents(&mut self, source: &Source, rendered: Option<&Rendered>) -> Result<RawStack, Stop> {
        let nodes = crate::yaml::nodes(source).map_err(|error| {
            let template = rendered.is_none() && source.text().contains("{{");
            let mut mistake = error.diagnostic();
            if template {
                mistake = mistake.help(format!("to have `{{{{ … }}}}` rendered, name the file {}.gotmpl", source.name()));
            }
            self.diagnostics.push(rendered.map_or_else(|| mistake.clone(), |rendered| rendered.point_back(mistake.clone())));
            Stop::Failed
        })?;
        let mut whole = RawStack::default();
        let mut reader = Reader::new(rendered);
        for node in &nodes {
            if let Some(document) = reader.record::<RawStack>(node) {
                whole.merge(document.value, Lists::Append);
            }
        }
        self.diagnostics.extend(reader.finish());
        Ok(whole)
    }

    fn refuse_nested_bases(&mut self, raw: &RawStack) -> Result<(), Stop> {
        let Some(base) = raw.bases.first() else { return Ok(()) };
        self.diagnostics.push(Error::NestedBase { span: base.span.clone() }.diagnostic());
        Err(Stop::Failed)
    }

    /// Lays a part on its bases, in their order. Environments of one name are joined, all else is merged key by key.
    fn merge_bases(&mut self, mut raw: RawStack, context: Option<&Environment>, base_dir: &Path) -> Result<RawStack, Stop> {
        let mut whole: Option<RawStack> = None;
        for base in raw.bases.clone() {
            let path = join(base_dir, Path::new(&base.value));
            if !self.request.world.files.is_file(&path) {
                self.diagnostics.push(Error::NoBase { path, span: base.span }.diagnostic());
                return Err(Stop::Failed);
            }
            let base = self.load_file(&path, base_dir, context.cloned(), None, true)?;
            whole = Some(laid_on_base(whole, base.raw));
        }
        raw.bases.clear();
        Ok(laid_on_base(whole, raw))
    }

    /// Loads the values of the environment in force, over those of the parts before.
    fn load_environment(&mut self, raw: &RawStack, context: Option<&Environment>, base_dir: &Path) -> Environment {
        let name = self.request.environment;
        let fresh = Environment::new(name);
        let seen = context.unwrap_or(&fresh);
        let specification = raw.environments.get(name).map(|environment| &environment.value);
        let values = specification.map(|environment| self.load_environment_values(environment, seen, base_dir)).unwrap_or_default();
        let below = EntryContext { folder: base_dir, environment: seen, missing: MissingFile::Error, fallback: false };
        let defaults = self.load_entries(&raw.values, &below);
        let own_context = specification.and_then(|environment| environment.kube_context.as_ref()).map(|text| text.value.clone());
        let mut environment = seen.clone();
        if environment.kube_context.is_empty() {
            environment.kube_context = own_context.unwrap_or_default();
        }
        environment.values = overlay(&seen.values, &values, ListMerge::Sparse);
        environment.defaults = override_with(&seen.defaults, &defaults);
        let features = specification.and_then(|environment| environment.features.0.as_ref()).or(raw.features.0.as_ref());
        if let Some(names) = self.request.features {
            environment.features = names.iter().map(|name| Feature { name: name.clone(), span: None }).collect();
        } else if let Some(features) = features {
            environment.features = features.iter().map(Feature::of).collect();
        }
        environment
    }

    fn load_environment_values(&mut self, specification: &RawEnvironment, seen: &Environment, base_dir: &Path) -> Map {
        let missing = self.missing_file(&specification.missing_file_handler, MissingFile::Error);
        let fallback = self.is_fallback(&specification.merge_strategy);
        let context = EntryContext { folder: base_dir, environment: seen, missing, fallback };
        let values = self.load_entries(&specification.values, &context);
        let secrets = self.load_secret_files(&specification.secrets, &context);
        override_with(&values, &secrets)
    }

    fn is_fallback(&mut self, strategy: &Text) -> bool {
        match strategy.as_ref().map(|text| (text.value.as_str(), &text.span)) {
            None | Some(("" | "override", _)) => false,
            Some(("fallback", _)) => true,
            Some((other, span)) => {
                let mistake = Error::choice("mergeStrategy", other, &["override", "fallback"], span);
                self.diagnostics.push(mistake.diagnostic());
                false
            }
        }
    }

    fn check_environment(&mut self, raw: &RawStack) -> Result<(), Stop> {
        let name = self.request.environment;
        if name == super::DEFAULT_ENVIRONMENT || raw.environments.contains_key(name) {
            return Ok(());
        }
        self.environments.extend(raw.environments.keys().cloned());
        Err(Stop::OtherEnvironment)
    }
}

fn laid_over(environment: Option<&Environment>, overrides: Option<&Environment>) -> Option<Environment> {
    match (environment, overrides) {
        (Some(environment), Some(overrides)) => Some(environment.overlaid(overrides)),
        (one, other) => one.or(other).cloned(),
    }
}

fn laid_on_base(base: Option<RawStack>, mut over: RawStack) -> RawStack {
    let Some(mut base) = base else { return over };
    join_environments(&mut base.environments, std::mem::take(&mut over.environments));
    base.merge(over, Lists::Append);
    base
}

/// Joins environments of one name: the later one's values and secrets win, whatever the strategy of merging.
///
/// Rule: helmfile pkg/state/create.go `mergeEnvironments`.
fn join_environments(base: &mut BTreeMap<String, Spanned<RawEnvironment>>, over: BTreeMap<String, Spanned<RawEnvironment>>) {
    for (name, over) in over {
        let Some(below) = base.remove(&name) else {
            base.insert(name, over);
            continue;
        };
        let is_fallback = |environment: &RawEnvironment| environment.merge_strategy.as_ref().map(|text| text.value == "fallback");
        let fallback = is_fallback(&over.value).or(is_fallback(&below.value)).unwrap_or(false);
        let mut merged = below.value;
        let later_first = fallback.then(|| over.value.values.iter().chain(&merged.values).cloned().collect());
        merged.merge(over.value, Lists::Append);
        if let Some(values) = later_first {
            merged.values = values;
        }
        base.insert(name, Spanned { value: merged, span: over.span });
    }
}
