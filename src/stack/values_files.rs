//! Lists of files and maps that make values of a whole stack.

use super::environment::Environment;
use super::error::Error;
use super::load::Loader;
use super::merge::{ListMerge, overlay, override_with};
use super::model::MissingFile;
use super::origins::change_origins;
use super::raw::{Entry, Spanned, Text};
use super::render::environment_data;
use super::rendered::Rendered;
use super::yaml3;
use crate::diag::{Diagnostic, Source, Span};
use crate::source::{glob, join};
use crate::value::Map;
use std::path::{Path, PathBuf};

/// What a list of values is read with.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntryContext<'a> {
    /// Where relative paths start.
    pub(super) folder: &'a Path,
    /// What templates among the files see.
    pub(super) environment: &'a Environment,
    /// What happens where a file is missing.
    pub(super) missing: MissingFile,
    /// Whether earlier files win over later ones (`mergeStrategy: fallback`).
    pub(super) fallback: bool,
}

impl Loader<'_> {
    /// Merges a list of files and maps; later ones win.
    ///
    /// Rule: helmfile pkg/state/envvals_loader.go `LoadEnvironmentValues`.
    pub(super) fn load_entries(&mut self, entries: &[Entry], context: &EntryContext<'_>) -> Map {
        let mut values = Map::new();
        for entry in entries {
            match entry {
                Entry::Map(map) => values = merged(&values, &map.value, context.fallback),
                Entry::Path(path) => {
                    for file in self.entry_files("environment values", path, context) {
                        if let Some(map) = self.load_values_file(&file, &path.span, context, &values) {
                            values = merged(&values, &map, context.fallback);
                        }
                    }
                }
            }
        }
        values
    }

    /// Decrypts and merges the files of an environment's `secrets`.
    pub(super) fn load_secret_files(&mut self, paths: &[Spanned<String>], context: &EntryContext<'_>) -> Map {
        let mut values = Map::new();
        for path in paths {
            for file in self.entry_files("environment secrets", path, context) {
                if let Some(map) = self.load_secret_file(&file, &path.span) {
                    values = override_with(&values, &map);
                }
            }
        }
        values
    }

    /// Loads the files of `--state-values-file`; a path that is not in `folder` is looked for in the process's folder.
    pub(super) fn load_state_value_files(&mut self, folder: &Path) -> Map {
        let files = self.request.world.files.clone();
        let mut values = Map::new();
        for path in &self.request.state_values.files {
            let beside = join(folder, path);
            let path = if files.kind(&beside).is_some() { beside } else { path.clone() };
            let text = Spanned {
                value: path.display().to_string(),
                span: Source::new("--state-values-file", path.display().to_string()).span(0, 0),
            };
            let environment = Environment::new(self.request.environment);
            let context = EntryContext { folder: Path::new(""), environment: &environment, missing: MissingFile::Error, fallback: false };
            values = override_with(&values, &self.load_entries(&[Entry::Path(text)], &context));
        }
        values
    }

    /// Loads `helmfiles[].values`, whose paths start in the parent's folder.
    pub(super) fn load_sub_stack_values(&mut self, entries: &[Entry], folder: &Path) -> Map {
        let environment = Environment::new(self.request.environment);
        self.load_entries(entries, &EntryContext { folder, environment: &environment, missing: MissingFile::Error, fallback: false })
    }

    /// Reads a `missingFileHandler`.
    pub(super) fn missing_file(&mut self, text: &Text, default: MissingFile) -> MissingFile {
        match text.as_ref().map(|text| (text.value.as_str(), &text.span)) {
            None | Some(("", _)) => default,
            Some(("Error", _)) => MissingFile::Error,
            Some(("Warn", _)) => MissingFile::Warn,
            Some(("Info", _)) => MissingFile::Info,
            Some(("Debug", _)) => MissingFile::Debug,
            Some((other, span)) => {
                let mistake = Error::choice("missingFileHandler", other, &["Error", "Warn", "Info", "Debug"], span);
                self.diagnostics.push(mistake.diagnostic());
                default
            }
        }
    }

    /// Tells that a file is missing, as loudly as the stack wants it.
    pub(super) fn tell_missing(&mut self, missing: MissingFile, what: &'static str, path: &Spanned<String>, folder: &Path) {
        let error = Error::MissingFile {
            what,
            path: path.value.clone(),
            folder: folder.to_owned(),
            near: near_file(&join(folder, Path::new(&path.value)), &*self.request.world.files),
            span: Some(path.span.clone()),
        };
        match missing {
            MissingFile::Error => self.diagnostics.push(error.diagnostic()),
            MissingFile::Warn => self.diagnostics.push(error.warning()),
            MissingFile::Info | MissingFile::Debug => {}
        }
    }

    fn entry_files(&mut self, what: &'static str, path: &Spanned<String>, context: &EntryContext<'_>) -> Vec<PathBuf> {
        if let Some(scheme) = remote_scheme(&path.value) {
            self.diagnostics.push(Error::RemoteFile { path: path.value.clone(), scheme, span: Some(path.span.clone()) }.diagnostic());
            return Vec::new();
        }
        let pattern = join(context.folder, Path::new(&path.value)).display().to_string();
        let found = glob(&*self.request.world.files, &pattern);
        if found.is_empty() {
            self.tell_missing(context.missing, what, path, context.folder);
        }
        found
    }

    fn load_values_file(&mut self, path: &Path, span: &Span, context: &EntryContext<'_>, earlier: &Map) -> Option<Map> {
        if path.extension().is_some_and(|extension| extension == "hcl") {
            self.diagnostics.push(Error::Hcl { path: path.to_owned(), span: span.clone() }.diagnostic());
            return None;
        }
        let text = self.read_text(path, Some(span.clone())).ok()?;
        let source = Source::new(path.display().to_string(), text);
        if path.extension().is_some_and(|extension| extension == "gotmpl") {
            let mut environment = context.environment.clone();
            if context.fallback {
                environment.defaults = override_with(earlier, &environment.defaults);
            }
            let data = environment_data(&environment, "");
            let folder = path.parent().unwrap_or(Path::new(""));
            let rendered = Rendered::new(source.clone(), self.keep(self.renderer.render(&source, folder, &data), span)?);
            let parsed = yaml3::parse_map(&rendered.source).map_err(|mistake| rendered.point_back(mistake));
            let values = self.keep(parsed, span)?;
            change_origins(&values, &|origin| rendered.point_origin_back(origin));
            return Some(values);
        }
        self.keep(yaml3::parse_map(&source), span)
    }

    fn load_secret_file(&mut self, path: &Path, span: &Span) -> Option<Map> {
        let content = self.read_text(path, Some(span.clone())).ok()?;
        match self.request.world.secrets.decrypt(path, content.as_bytes()) {
            Ok(content) => {
                let source = Source::new(path.display().to_string(), String::from_utf8_lossy(&content));
                self.keep(yaml3::parse_map(&source), span)
            }
            Err(reason) => {
                self.diagnostics.push(Error::Secret { path: path.to_owned(), reason, span: Some(span.clone()) }.diagnostic());
                None
            }
        }
    }

    /// Returns what worked out; tells what did not, and from where it was asked for.
    fn keep<T>(&mut self, result: Result<T, Diagnostic>, span: &Span) -> Option<T> {
        result.map_err(|mistake| self.diagnostics.push(mistake.via(Some(span.clone()), "this file is named here"))).ok()
    }
}

fn merged(values: &Map, next: &Map, fallback: bool) -> Map {
    if fallback { overlay(next, values, ListMerge::Sparse) } else { override_with(values, next) }
}

/// Returns the scheme or getter of a go-getter address; none for a path.
pub(super) fn remote_scheme(path: &str) -> Option<String> {
    let (scheme, _) = path.split_once("::").or_else(|| path.split_once("://"))?;
    Some(scheme.to_owned())
}

/// Returns the name of a file beside a missing one that was probably meant.
pub(super) fn near_file(path: &Path, files: &dyn crate::source::Files) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let entries = files.list(path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))).ok()?;
    crate::diag::nearest(name, entries.iter().filter(|entry| !entry.is_folder).map(|entry| entry.name.as_str())).map(ToOwned::to_owned)
}
