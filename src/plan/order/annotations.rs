//! What the annotations of an object say about its place in the order.

use super::list::texts;
use crate::diag::{Diagnostic, Source, Span};
use crate::manifest::{Document, ObjectId};
use crate::yaml;
use serde_json::Value as Json;

pub(super) const GROUP: &str = "helm.sh/resource-group";
/// The proposal's name for it, which is no name of an annotation in Kubernetes: the API server refuses two slashes.
const GROUPS_AS_PROPOSED: &str = "helm.sh/depends-on/resource-groups";
/// The name that can be sent.
const GROUPS: &str = "helm.sh/depends-on-resource-groups";
pub(super) const WEIGHT: &str = "werf.io/weight";
const DEPENDENCY: &str = "werf.io/deploy-dependency-";

/// What an object wishes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wishes {
    /// The group that it belongs to.
    pub(super) group: Option<String>,
    /// Groups of its chart that come before it.
    pub(super) groups: Vec<String>,
    /// Its weight: lower ones come before it.
    pub(super) weight: Option<i64>,
    /// Objects that come before it.
    pub(super) objects: Vec<Pattern>,
}

/// Which objects come before one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    /// The annotation that says so.
    pub(super) annotation: String,
    /// Whether they have to be ready, not only there.
    pub(super) is_ready: bool,
    fields: Vec<(Field, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Name,
    Namespace,
    Kind,
    Group,
    Version,
}

/// Reads what an object wishes.
///
/// # Errors
/// Annotations that cannot be read, each with its place.
pub(super) fn wishes(document: &Document) -> Result<Wishes, Vec<Diagnostic>> {
    let mut wishes = Wishes::default();
    let mut problems = Vec::new();
    for (key, text) in &document.head.annotations {
        let read = match key.as_str() {
            GROUP => {
                wishes.group = Some(text.trim().to_owned()).filter(|group| !group.is_empty());
                Ok(())
            }
            GROUPS | GROUPS_AS_PROPOSED => {
                texts(text).map(|groups| wishes.groups = groups).ok_or(r#"write a list of groups: '["NAME", "NAME"]'"#)
            }
            WEIGHT => text.trim().parse().map(|weight| wishes.weight = Some(weight)).map_err(|_| "write a whole number"),
            _ if key.starts_with(DEPENDENCY) => pattern(key, text)
                .map(|pattern| wishes.objects.push(pattern))
                .ok_or("write state=ready or state=present, and kind=, name=, namespace=, group= or version=, with commas between them"),
            _ => Ok(()),
        };
        if let Err(help) = read {
            problems.push(
                Diagnostic::error(format!("annotation `{key}` of {} cannot be read: {text}", named(document)))
                    .at_maybe(place(document, key), "not understood")
                    .help(help),
            );
        }
    }
    if problems.is_empty() { Ok(wishes) } else { Err(problems) }
}

fn pattern(annotation: &str, text: &str) -> Option<Pattern> {
    let mut pattern = Pattern { annotation: annotation.to_owned(), ..Pattern::default() };
    let mut state = None;
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=')?;
        let field = match key.trim() {
            "state" => {
                state = Some(value.trim().to_owned());
                continue;
            }
            "name" => Field::Name,
            "namespace" => Field::Namespace,
            "kind" => Field::Kind,
            "group" => Field::Group,
            "version" => Field::Version,
            _ => return None,
        };
        pattern.fields.push((field, value.trim().to_owned()));
    }
    pattern.is_ready = match state?.as_str() {
        "ready" => true,
        "present" => false,
        _ => return None,
    };
    (!pattern.fields.is_empty()).then_some(pattern)
}

impl Pattern {
    /// Says whether an object is meant. `namespace` is that of objects that name none.
    pub(super) fn matches(&self, id: &ObjectId, namespace: &str) -> bool {
        self.fields.iter().all(|(field, value)| match field {
            Field::Name => id.name == *value,
            Field::Namespace => id.namespace.as_deref().unwrap_or(namespace) == value,
            Field::Kind => id.kind.eq_ignore_ascii_case(value),
            Field::Group => id.group() == value,
            Field::Version => id.api_version.rsplit('/').next() == Some(value),
        })
    }
}

/// Returns the place of an annotation in the rendered template.
pub(super) fn place(document: &Document, annotation: &str) -> Option<Span> {
    let source = Source::new(format!("{} (rendered)", document.source), document.text.as_str());
    let nodes = yaml::nodes(&source).ok()?;
    Some(nodes.first()?.get("metadata")?.get("annotations")?.get(annotation)?.span.clone())
}

/// Returns the annotation in which an object names groups.
pub(super) fn groups_key(document: &Document) -> &'static str {
    if document.head.annotations.contains_key(GROUPS) { GROUPS } else { GROUPS_AS_PROPOSED }
}

/// Takes the annotation out of an object that the API server would refuse the object for. It has done its work by then.
pub fn leave_out_unsendable(object: &mut Json) {
    let annotations = object.get_mut("metadata").and_then(|metadata| metadata.get_mut("annotations")).and_then(Json::as_object_mut);
    if let Some(annotations) = annotations {
        annotations.remove(GROUPS_AS_PROPOSED);
    }
}

/// Returns what messages call an object.
pub(super) fn named(document: &Document) -> String {
    format!("{}/{}", document.head.kind, document.head.name)
}
