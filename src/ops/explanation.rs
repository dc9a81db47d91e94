//! Answers about where the fields of a rendered chart's objects come from.

use crate::chart::{self, ExplainedLine, FieldPath, Reached, RenderTrace, Rendered, explain, reached, value_path};
use crate::diag::{Diagnostic, Diagnostics, nearest};
use crate::manifest::Document;

/// What is asked.
pub enum Question {
    /// Which objects there are.
    Objects,
    /// Where a field of an object comes from (`Deployment/web`, `spec.replicas`); without a field, the whole object.
    Field(String, Option<String>),
    /// Which fields a value reaches (`image.tag`, `.Release.Name`).
    Value(String),
}

/// An object, and what there is to say about it.
pub struct ExplainedObject {
    /// `KIND/NAME`.
    pub name: String,
    /// The template file that it is from.
    pub template: String,
    /// The lines that were asked for.
    pub lines: Vec<ExplainedLine>,
    /// The fields that the value reaches.
    pub fields: Vec<Reached>,
}

/// Answers a question about a chart that was rendered with a trace; an object without anything to say about it is left out.
///
/// # Errors
/// There is no such object or field.
pub(super) fn answer(rendered: &Rendered, question: &Question) -> Result<Vec<ExplainedObject>, Diagnostics> {
    let Some(trace) = rendered.trace.as_deref() else { return Ok(Vec::new()) };
    let hooks = rendered.manifest.hooks.iter().map(|hook| &hook.document);
    let documents: Vec<&Document> = rendered.manifest.documents.iter().chain(hooks).collect();
    match question {
        Question::Objects => Ok(documents.into_iter().map(named).collect()),
        Question::Field(object, field) => {
            let path = field.as_deref().map(FieldPath::parse).unwrap_or_default();
            find(&documents, object)?.into_iter().map(|document| explained(trace, document, &path)).collect()
        }
        Question::Value(value) => {
            let path = value_path(value);
            let of = |document: &&Document| ExplainedObject { fields: reached(trace, document, &path), ..named(document) };
            Ok(documents.iter().map(of).filter(|object| !object.fields.is_empty()).collect())
        }
    }
}

fn name_of(document: &Document) -> String {
    format!("{}/{}", document.head.kind, document.head.name)
}

fn named(document: &Document) -> ExplainedObject {
    ExplainedObject { name: name_of(document), template: document.source.clone(), lines: Vec::new(), fields: Vec::new() }
}

/// Returns the objects of that name: `KIND/NAME` in any case, or a name alone.
fn find<'d>(documents: &[&'d Document], wanted: &str) -> Result<Vec<&'d Document>, Diagnostics> {
    let is_it = |document: &&&Document| match wanted.contains('/') {
        true => name_of(document).eq_ignore_ascii_case(wanted),
        false => document.head.name == wanted,
    };
    let found: Vec<&Document> = documents.iter().filter(is_it).copied().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names: Vec<String> = documents.iter().map(|document| name_of(document)).collect();
    let error = Diagnostic::error(format!("the chart makes no object {wanted}"));
    let help = match nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("it makes: {}", names.join(", ")),
    };
    Err(error.help(help).into())
}

fn explained(trace: &RenderTrace, document: &Document, field: &FieldPath) -> Result<ExplainedObject, Diagnostics> {
    match explain(trace, document, field) {
        Some(lines) => Ok(ExplainedObject { lines, ..named(document) }),
        None => {
            let error = Diagnostic::error(format!("{} has no field {field}", name_of(document)));
            let names: Vec<String> = chart::fields(&document.text).iter().map(|field| field.path.to_string()).collect();
            let near = nearest(&field.to_string(), names.iter().map(String::as_str));
            Err(near.map_or(error.clone(), |near| error.help(format!("did you mean {near}?"))).into())
        }
    }
}
