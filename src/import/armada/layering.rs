//! Deckhand's layers and substitutions: what a document takes over from others.

use super::document::Document;
use super::path::{get, merge, remove, set, steps};
use crate::import::draft::Draft;
use crate::yaml::tree::{Tree, TreeKind, TreeStyle};

/// The parents of a document's parents; more is a circle.
const MOST_PARENTS: usize = 20;

/// Lays every document that names a parent on that parent's data, and drops abstract ones.
pub(super) fn layer(documents: &mut Vec<Document>, draft: &mut Draft) {
    let order: Vec<String> = documents
        .iter()
        .find(|document| document.is("deckhand/LayeringPolicy"))
        .map(|policy| policy.texts("layerOrder").into_iter().map(ToOwned::to_owned).collect())
        .unwrap_or_default();
    let given = documents.clone();
    for document in documents.iter_mut() {
        document.data = layered(document, &given, &order, draft, 0);
    }
    documents.retain(|document| layering(document, "abstract").is_none_or(|flag| flag.value != "true"));
}

fn layering<'d>(document: &'d Document, key: &str) -> Option<&'d Tree> {
    document.metadata.get("layeringDefinition")?.get(key)
}

fn layered(document: &Document, all: &[Document], order: &[String], draft: &mut Draft, depth: usize) -> Tree {
    let Some(selector) = layering(document, "parentSelector") else { return document.data.clone() };
    let Some(parent) = parent(document, selector, all, order).filter(|_| depth < MOST_PARENTS) else {
        draft.leave(document.line, format!("{} is laid on a parent that is not in this file", document.name));
        return document.data.clone();
    };
    let mut data = layered(parent, all, order, draft, depth + 1);
    for action in layering(document, "actions").map(|actions| actions.content.as_slice()).unwrap_or_default() {
        let text = |key: &str| action.get(key).map(|value| value.value.as_str()).unwrap_or_default();
        let way = steps(text("path"));
        match (text("method"), get(&document.data, &way)) {
            ("delete", _) => remove(&mut data, &way),
            ("replace", Some(own)) => drop(set(&mut data, &way, own.clone())),
            ("merge", Some(own)) => {
                let mut merged = get(&data, &way).cloned().unwrap_or_else(Tree::mapping);
                merge(&mut merged, own);
                set(&mut data, &way, merged);
            }
            (method, _) => draft.leave(document.line, format!("{}: action `{method}` at `{}`", document.name, text("path"))),
        }
    }
    data
}

/// Finds the parent: of the same schema, in the nearest layer above, with all the labels.
fn parent<'d>(document: &Document, selector: &Tree, all: &'d [Document], order: &[String]) -> Option<&'d Document> {
    let layer_of = |document: &Document| {
        let layer = layering(document, "layer").map(|layer| layer.value.clone()).unwrap_or_default();
        order.iter().position(|known| *known == layer)
    };
    let own = layer_of(document);
    let has_labels = |other: &Document| {
        let labels = other.metadata.get("labels");
        selector
            .content
            .chunks_exact(2)
            .all(|pair| labels.and_then(|labels| labels.get(&pair[0].value)).is_some_and(|value| value.value == pair[1].value))
    };
    let candidates = all.iter().filter(|other| {
        let is_other = other.line != document.line;
        let is_above = match (layer_of(other), own) {
            (Some(other), Some(own)) => other < own,
            _ => true,
        };
        is_other && is_above && other.schema == document.schema && has_labels(other)
    });
    candidates.max_by_key(|other| layer_of(other))
}

/// Puts data of other documents where substitutions want it.
pub(super) fn substitute(documents: &mut [Document], draft: &mut Draft) {
    for at in 0..documents.len() {
        let wanted: Vec<Tree> = documents[at].metadata.get("substitutions").map(|list| list.content.clone()).unwrap_or_default();
        for substitution in &wanted {
            substitute_one(documents, at, substitution, draft);
        }
    }
}

fn substitute_one(documents: &mut [Document], at: usize, substitution: &Tree, draft: &mut Draft) {
    let source = substitution.get("src");
    let text = |key: &str| source.and_then(|source| source.get(key)).map(|value| value.value.clone()).unwrap_or_default();
    let (schema, name, path) = (text("schema"), text("name"), text("path"));
    let found = documents.iter().find(|document| document.schema == schema && document.name == name);
    let value = found.and_then(|document| get(&document.data, &steps(&path)).cloned());
    let (line, into) = (documents[at].line, documents[at].name.clone());
    let Some(value) = value else {
        draft.leave(line, format!("{into}: the substitution from {schema} {name} `{path}`, which is not in this file"));
        return;
    };
    if ["Passphrase", "CertificateKey", "PrivateKey", "CertificateAuthorityKey"].iter().any(|secret| schema.contains(secret)) {
        draft.leave(line, format!("{into}: the secret {name} stands in the stack file now; make it a secret of the stack"));
    }
    let destinations: Vec<Tree> = match substitution.get("dest") {
        Some(list) if list.kind == TreeKind::Sequence => list.content.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    for destination in destinations {
        let text = |key: &str| destination.get(key).map(|value| value.value.clone());
        let way = steps(&text("path").unwrap_or_default());
        let value = match text("pattern") {
            None => value.clone(),
            Some(pattern) => {
                let there = get(&documents[at].data, &way).map(|there| there.value.clone()).unwrap_or_default();
                Tree::scalar(there.replace(&pattern, &value.value), TreeStyle::DoubleQuoted)
            }
        };
        if !set(&mut documents[at].data, &way, value) {
            draft.leave(line, format!("{into}: there is no place for the substitution from {name}"));
        }
    }
}
