//! `.Chart`.

use super::super::metadata::{Dependency, Maintainer, Metadata};
use super::nil_map::NilStringMap;
use crate::value::{List, Map, MapKind, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Returns metadata as a map by the names of Helm's Go fields, all of them always there.
pub(super) fn chart_map(metadata: &Metadata, is_root: bool) -> Map {
    let fields: [(&str, Value); 18] = [
        ("APIVersion", text(&metadata.api_version)),
        ("Annotations", annotations(metadata.annotations.as_ref())),
        ("AppVersion", text(&metadata.app_version)),
        ("Condition", text(&metadata.condition)),
        ("Dependencies", maps(metadata.dependencies.iter().flatten(), dependency)),
        ("Deprecated", metadata.deprecated.into()),
        ("Description", text(&metadata.description)),
        ("Home", text(&metadata.home)),
        ("Icon", text(&metadata.icon)),
        ("IsRoot", is_root.into()),
        ("Keywords", texts(&metadata.keywords)),
        ("KubeVersion", text(&metadata.kube_version)),
        ("Maintainers", maps(metadata.maintainers.iter(), maintainer)),
        ("Name", text(&metadata.name)),
        ("Sources", texts(&metadata.sources)),
        ("Tags", text(&metadata.tags)),
        ("Type", text(&metadata.kind)),
        ("Version", text(&metadata.version)),
    ];
    fields.into_iter().collect()
}

fn text(text: &str) -> Value {
    Value::from(text)
}

fn texts(texts: &[String]) -> Value {
    Value::list(texts.iter().map(|item| text(item)).collect())
}

fn maps<'m, T: 'm>(items: impl Iterator<Item = &'m Option<T>>, map: impl Fn(&T) -> Map) -> Value {
    Value::List(items.flatten().map(|item| Value::Map(map(item))).collect::<List>())
}

fn annotations(annotations: Option<&BTreeMap<String, String>>) -> Value {
    match annotations {
        Some(annotations) => {
            let map: Map = annotations.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            Value::Map(map.with_kind(MapKind::Strings))
        }
        None => Value::Object(Arc::new(NilStringMap)),
    }
}

fn maintainer(maintainer: &Maintainer) -> Map {
    [("Email", text(&maintainer.email)), ("Name", text(&maintainer.name)), ("URL", text(&maintainer.url))].into_iter().collect()
}

fn dependency(dependency: &Dependency) -> Map {
    let fields: [(&str, Value); 8] = [
        ("Alias", text(&dependency.alias)),
        ("Condition", text(&dependency.condition)),
        ("Enabled", dependency.enabled.into()),
        ("ImportValues", Value::list(dependency.import_values.clone())),
        ("Name", text(&dependency.name)),
        ("Repository", text(&dependency.repository)),
        ("Tags", texts(&dependency.tags)),
        ("Version", text(&dependency.version)),
    ];
    fields.into_iter().collect()
}
