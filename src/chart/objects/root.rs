//! The root that a chart's templates start from.

use super::super::tree::ChartNode;
use super::capabilities::capabilities_value;
use super::chart_map::chart_map;
use super::files::Files;
use crate::chart::Capabilities;
use crate::value::{Map, MapKind, Value};
use std::sync::Arc;

/// What templates are told about the release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseContext {
    /// The release's name.
    pub name: String,
    /// The namespace that it goes to.
    pub namespace: String,
    /// The revision that is being made: 1 for a new release.
    pub revision: i64,
    /// Whether the release is new.
    pub is_install: bool,
    /// Whether the release is there already.
    pub is_upgrade: bool,
}

/// What all charts of a render share.
pub(in crate::chart) struct Shared {
    release: Value,
    capabilities: Value,
}

impl Shared {
    pub(in crate::chart) fn new(release: &ReleaseContext, capabilities: &Capabilities) -> Shared {
        let fields: [(&str, Value); 6] = [
            ("IsInstall", release.is_install.into()),
            ("IsUpgrade", release.is_upgrade.into()),
            ("Name", release.name.as_str().into()),
            ("Namespace", release.namespace.as_str().into()),
            ("Revision", Value::int(release.revision)),
            ("Service", "Helm".into()),
        ];
        Shared { release: Value::Map(fields.into_iter().collect()), capabilities: capabilities_value(capabilities) }
    }
}

/// A chart of the tree with its root.
pub(in crate::chart) struct Scope<'t, 'a> {
    /// The chart.
    pub(in crate::chart) node: &'t ChartNode<'a>,
    /// The names of its parents and its own: `parent/charts/child`.
    pub(in crate::chart) path: String,
    /// What `.` is at the top of its templates.
    pub(in crate::chart) root: Map,
}

impl Scope<'_, '_> {
    /// Says whether the chart stands in another.
    pub(in crate::chart) fn is_of_subchart(&self) -> bool {
        self.path.contains('/')
    }
}

/// Returns the scopes of a chart and all its subcharts, the chart itself last (pkg/engine, `recAllTpls`).
pub(in crate::chart) fn scopes<'t, 'a>(tree: &'t ChartNode<'a>, values: &Map, shared: &Shared) -> Vec<Scope<'t, 'a>> {
    let mut scopes = Vec::new();
    collect(tree, tree.name().to_owned(), values.with_kind(MapKind::Values), true, shared, &mut scopes);
    scopes
}

fn collect<'t, 'a>(
    node: &'t ChartNode<'a>,
    path: String,
    values: Map,
    is_root: bool,
    shared: &Shared,
    scopes: &mut Vec<Scope<'t, 'a>>,
) -> Map {
    let subcharts = Map::new();
    for child in &node.children {
        let path = format!("{path}/charts/{}", child.name());
        let root = collect(child, path, values_of(&values, child.name()), false, shared, scopes);
        subcharts.insert(child.name(), root);
    }
    let fields: [(&str, Value); 6] = [
        ("Capabilities", shared.capabilities.clone()),
        ("Chart", chart_map(&node.metadata, is_root).into()),
        ("Files", Value::Object(Arc::new(Files::of(&node.chart.files)))),
        ("Release", shared.release.clone()),
        ("Subcharts", subcharts.into()),
        ("Values", values.into()),
    ];
    let root: Map = fields.into_iter().collect();
    scopes.push(Scope { node, path, root: root.with_kind(MapKind::Values) });
    root
}

/// Returns the table of a subchart in its parent's values, the same map under another type; an empty one where there is none.
fn values_of(parent: &Map, name: &str) -> Map {
    let table = name.split('.').try_fold(parent.clone(), |table, key| match table.get(key) {
        Some(Value::Map(next)) => Some(next),
        _ => None,
    });
    table.unwrap_or_default().with_kind(MapKind::Values)
}
