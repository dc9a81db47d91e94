//! One document, and all documents of a release.

use super::hook::{Hook, Role, role};
use super::{Error, Head, HookEvent, KindOrder, ObjectId, sort_by_kind, split};
use crate::diag::Source;
use crate::yaml;

/// One YAML document of a rendered template, its text exactly as rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The template that it came from: `mychart/templates/service.yaml`.
    pub source: String,
    /// The text, without separator and without leading white space.
    pub text: String,
    /// What it says about itself.
    pub head: Head,
}

impl Document {
    /// Reads a document's text.
    ///
    /// # Errors
    /// Text that is no YAML, or whose head has a wrong type.
    pub fn parse(source: &str, text: &str) -> Result<Document, Error> {
        let value = yaml::parse_entries(text, &Head::ENTRIES).map_err(|error| yaml_error(source, text, &error))?;
        let head = Head::of(&value).map_err(|mismatch| Error {
            file: source.to_owned(),
            message: format!("error unmarshaling JSON: while decoding JSON: {mismatch}"),
            span: mismatch.origin.span(),
        })?;
        Ok(Document { source: source.to_owned(), text: text.to_owned(), head })
    }

    /// Returns the identity of the object, or `None` where a part of it is missing.
    pub fn id(&self) -> Option<ObjectId> {
        self.head.id()
    }

    /// Returns the whole document as JSON, for the cluster and for comparison.
    ///
    /// # Errors
    /// Text that is no YAML; `parse` has refused it before.
    pub fn json(&self) -> Result<serde_json::Value, Error> {
        let value = yaml::parse_str(&self.text).map_err(|error| yaml_error(&self.source, &self.text, &error))?;
        Ok(serde_json::Value::from(&value))
    }
}

fn yaml_error(source: &str, text: &str, error: &yaml::Error) -> Error {
    let span = error.span().map(|span| Source::new(format!("{source} (rendered)"), text).span(span.start as usize, span.end as usize));
    Error { file: source.to_owned(), message: error.to_string(), span }
}

/// What a chart renders to: its objects in the order in which they are made, and its hooks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The objects, in install order.
    pub documents: Vec<Document>,
    /// The hooks, in install order; which of them run when is said by event and weight.
    pub hooks: Vec<Hook>,
}

/// Rendered files of which one holds a document that cannot be read.
#[derive(Clone, Debug)]
pub struct Unsorted {
    /// What is wrong.
    pub error: Error,
    /// The files, by path.
    pub files: Vec<(String, String)>,
}

/// A manifest, and what was left out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sorted {
    /// The manifest.
    pub manifest: Manifest,
    /// The hook annotations with unknown events, whose documents were dropped, each with its template's path.
    pub unknown_hooks: Vec<(String, String)>,
}

impl Manifest {
    /// Makes a manifest of rendered files (path and text): sorted by path, split, told apart, sorted by kind.
    /// Files whose name begins with `_` and blank ones are left out.
    ///
    /// # Errors
    /// The first document that cannot be read, and the files, for whoever wants to look at them.
    pub fn from_files(mut files: Vec<(String, String)>) -> Result<Sorted, Unsorted> {
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        match Self::sort(&files) {
            Ok(sorted) => Ok(sorted),
            Err(error) => Err(Unsorted { error, files }),
        }
    }

    fn sort(files: &[(String, String)]) -> Result<Sorted, Error> {
        let mut sorted = Sorted::default();
        for (path, text) in files {
            let name = path.rsplit('/').next().unwrap_or(path);
            if name.starts_with('_') {
                continue;
            }
            for document in split(text) {
                match role(Document::parse(path, document)?) {
                    Role::Object(document) => sorted.manifest.documents.push(document),
                    Role::Hook(hook) => sorted.manifest.hooks.push(*hook),
                    Role::Unknown(events) => sorted.unknown_hooks.push((path.clone(), events)),
                }
            }
        }
        sort_by_kind(&mut sorted.manifest.documents, KindOrder::Install, |document| &document.head.kind);
        sort_by_kind(&mut sorted.manifest.hooks, KindOrder::Install, |hook| &hook.document.head.kind);
        Ok(sorted)
    }

    /// Returns the text that a release record holds: each object after a separator and the path of its template.
    pub fn text(&self) -> String {
        let size = self.documents.iter().map(|document| document.text.len() + document.source.len() + 16).sum();
        let mut out = String::with_capacity(size);
        for document in &self.documents {
            write_document(&mut out, &document.source, &document.text);
        }
        out
    }

    /// Returns the hooks of an event in the order in which they run: by weight, then by name, then as stored.
    pub fn hooks_of(&self, event: HookEvent) -> Vec<&Hook> {
        let mut hooks: Vec<&Hook> = self.hooks.iter().filter(|hook| hook.events.contains(&event)).collect();
        hooks.sort_by(|a, b| (a.weight, &a.document.head.name).cmp(&(b.weight, &b.document.head.name)));
        hooks
    }
}

/// Writes a document as Helm prints and stores it.
pub fn write_document(out: &mut String, source: &str, text: &str) {
    for part in ["---\n# Source: ", source, "\n", text, "\n"] {
        out.push_str(part);
    }
}
