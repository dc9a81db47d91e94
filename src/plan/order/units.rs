//! What goes up together.

use super::annotations::{Wishes, named};
use super::subcharts::SubchartOrder;
use crate::manifest::Document;
use std::collections::BTreeMap;

/// Where an object belongs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Base {
    /// In a group of a chart.
    Group {
        /// The chart's path.
        chart: String,
        /// The group's name.
        name: String,
    },
    /// Among the objects of a chart that are in no group, by weight. The chart is empty where weights count for the whole release.
    Rest {
        /// The chart's path.
        chart: String,
        /// The weight.
        weight: i64,
    },
    /// Where it says itself: after given objects.
    Free {
        /// The chart's path.
        chart: String,
    },
}

impl Base {
    /// Returns the path of the chart.
    pub(super) fn chart(&self) -> &str {
        match self {
            Base::Group { chart, .. } | Base::Rest { chart, .. } | Base::Free { chart } => chart,
        }
    }
}

/// Objects that go up together. One that names objects to come after is a unit of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// Where they belong.
    pub(super) base: Base,
    /// The objects, by their index in the manifest.
    pub(super) documents: Vec<usize>,
    /// What people call it.
    pub(super) label: String,
}

/// Parts the objects of a release into units.
///
/// Weights count for the whole release, as nelm has it, unless its charts use the proposal's annotations: a subchart keeps its order
/// to itself then.
pub(super) fn units(documents: &[Document], wishes: &[Wishes], charts: &SubchartOrder) -> Vec<Unit> {
    let by_chart = !charts.is_empty() || wishes.iter().any(|wishes| wishes.group.is_some() || !wishes.groups.is_empty());
    let mut units: Vec<Unit> = Vec::new();
    let mut known: BTreeMap<Base, usize> = BTreeMap::new();
    for (at, (document, wishes)) in documents.iter().zip(wishes).enumerate() {
        let chart = chart_path(&document.source);
        let base = match &wishes.group {
            Some(name) => Base::Group { chart: chart.to_owned(), name: name.clone() },
            None if !wishes.objects.is_empty() => Base::Free { chart: chart.to_owned() },
            None => Base::Rest { chart: if by_chart { chart.to_owned() } else { String::new() }, weight: wishes.weight.unwrap_or(0) },
        };
        if !wishes.objects.is_empty() {
            units.push(Unit { base, documents: vec![at], label: named(document) });
            continue;
        }
        let unit = *known.entry(base.clone()).or_insert_with(|| {
            units.push(Unit { label: label(&base), base, documents: Vec::new() });
            units.len() - 1
        });
        units[unit].documents.push(at);
    }
    units
}

/// Returns the chart that a template is of: `foo/charts/bar` of `foo/charts/bar/templates/x.yaml`.
pub(super) fn chart_path(template: &str) -> &str {
    let mut end = template.find('/').unwrap_or(template.len());
    while let Some(name) = template[end..].strip_prefix("/charts/") {
        let length = name.find('/').unwrap_or(name.len());
        end += "/charts/".len() + length;
    }
    &template[..end]
}

/// Writes a unit as the proposal does: `foo/bar group`.
fn label(base: &Base) -> String {
    let chart = base.chart().replace("/charts/", "/");
    match base {
        Base::Group { name, .. } => format!("{chart} {name}"),
        Base::Rest { weight, .. } => {
            let chart = if chart.is_empty() { "objects" } else { &chart };
            if *weight == 0 { chart.to_owned() } else { format!("{chart} of weight {weight}") }
        }
        Base::Free { .. } => chart,
    }
}

#[cfg(test)]
mod tests {
    use super::chart_path;

    #[test]
    fn a_template_is_of_the_innermost_chart() {
        assert_eq!(chart_path("foo/templates/charts/x.yaml"), "foo");
        assert_eq!(chart_path("foo/charts/bar/templates/x.yaml"), "foo/charts/bar");
        assert_eq!(chart_path("foo/charts/bar/charts/baz/templates/x.yaml"), "foo/charts/bar/charts/baz");
        assert_eq!(chart_path(""), "");
    }
}
