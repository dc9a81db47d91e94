//! Which charts of a release come before which.

use super::list::texts;
use crate::chart::{Chart, Dependency};
use crate::diag::{Diagnostic, Diagnostics, Source, Span, nearest};
use crate::yaml::{self, Node};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const ANNOTATION: &str = "helm.sh/depends-on/subcharts";

/// Which charts of a release come before which. A chart is known by its path: `foo/charts/bar`, under the alias where it has one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubchartOrder {
    /// All objects of a chart and its subcharts come after all objects of these charts and theirs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub trees: BTreeMap<String, Vec<String>>,
    /// The objects of a chart itself come after all objects of these subcharts of it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub own: BTreeMap<String, Vec<String>>,
}

impl SubchartOrder {
    /// Says whether no chart asks for an order.
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty() && self.own.is_empty()
    }
}

/// Reads what the Chart.yaml of a chart and of all charts within it says of the order of subcharts: `depends-on` of dependencies, and
/// the annotation `helm.sh/depends-on/subcharts`. A dependency that is switched off may be named; it has no objects to wait for.
///
/// # Errors
/// Every name that is no dependency's, with its place.
pub fn subchart_order(chart: &Chart) -> Result<SubchartOrder, Diagnostics> {
    let mut reader = Reader { order: SubchartOrder::default(), problems: Diagnostics::new() };
    reader.read(chart, chart.name());
    reader.problems.check(reader.order).map(|(order, _)| order)
}

struct Reader {
    order: SubchartOrder,
    problems: Diagnostics,
}

impl Reader {
    fn read(&mut self, chart: &Chart, path: &str) {
        let declared: Vec<&Dependency> = chart.metadata.dependencies.iter().flatten().flatten().collect();
        for dependency in declared.iter().filter(|dependency| !dependency.depends_on.is_empty()) {
            let needs = self.resolve(chart, path, &dependency.depends_on, Place::Dependency(effective(dependency)));
            self.order.trees.entry(below(path, effective(dependency))).or_default().extend(needs);
        }
        if let Some(text) = chart.metadata.annotations.iter().flatten().find(|(key, _)| key.as_str() == ANNOTATION).map(|(_, text)| text) {
            match texts(text) {
                Some(names) => {
                    let needs = self.resolve(chart, path, &names, Place::Annotation);
                    self.order.own.entry(path.to_owned()).or_default().extend(needs);
                }
                None => self.problems.push(no_list(chart, path)),
            }
        }
        for child in &chart.dependencies {
            let names: Vec<&str> =
                declared.iter().filter(|dependency| dependency.name == child.name()).map(|dependency| effective(dependency)).collect();
            for name in if names.is_empty() { vec![child.name()] } else { names } {
                self.read(child, &below(path, name));
            }
        }
    }

    /// Returns the paths of the charts with these names or aliases.
    fn resolve(&mut self, chart: &Chart, path: &str, names: &[String], place: Place<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for name in names {
            let declared = chart.metadata.dependencies.iter().flatten().flatten();
            let mut matching: Vec<&str> =
                declared.filter(|dependency| dependency.name == *name || dependency.alias == *name).map(effective).collect();
            if matching.is_empty() {
                matching.extend(chart.dependencies.iter().map(|child| child.name()).filter(|child| child == name));
            }
            if matching.is_empty() {
                self.problems.push(unknown(chart, path, name, place));
            }
            found.extend(matching.into_iter().map(|name| below(path, name)));
        }
        found
    }
}

/// Where a name stands in Chart.yaml.
#[derive(Clone, Copy)]
enum Place<'a> {
    /// In `depends-on` of the dependency with this name or alias.
    Dependency(&'a str),
    /// In the annotation.
    Annotation,
}

/// Returns the name that templates and paths know a dependency by.
fn effective(dependency: &Dependency) -> &str {
    if dependency.alias.is_empty() { &dependency.name } else { &dependency.alias }
}

fn below(path: &str, name: &str) -> String {
    format!("{path}/charts/{name}")
}

fn unknown(chart: &Chart, path: &str, name: &str, place: Place<'_>) -> Diagnostic {
    let declared: Vec<&str> = chart.metadata.dependencies.iter().flatten().flatten().map(effective).collect();
    let what = match place {
        Place::Dependency(of) => format!("dependency `{of}` of chart {path} depends on `{name}`, which is no dependency of that chart"),
        Place::Annotation => format!("chart {path} depends on its subchart `{name}`, which it has not"),
    };
    let diagnostic = Diagnostic::error(what).at_maybe(span(chart, path, place, Some(name)), "no such subchart");
    match nearest(name, declared.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if declared.is_empty() => diagnostic,
        None => diagnostic.help(format!("its dependencies are {}", declared.join(", "))),
    }
}

fn no_list(chart: &Chart, path: &str) -> Diagnostic {
    Diagnostic::error(format!("annotation `{ANNOTATION}` of chart {path} is no list of names"))
        .at_maybe(span(chart, path, Place::Annotation, None), "not a list")
        .help(r#"write it as '["NAME", "NAME"]'"#)
}

/// Finds the place again: the metadata does not keep it.
fn span(chart: &Chart, path: &str, place: Place<'_>, name: Option<&str>) -> Option<Span> {
    let text = String::from_utf8_lossy(&chart.raw_file("Chart.yaml")?.data).into_owned();
    let documents = yaml::nodes(&Source::new(format!("{path}/Chart.yaml"), text)).ok()?;
    let document = documents.first()?;
    let text_of = |node: Option<&Node>| node.and_then(Node::as_str).map(str::to_owned);
    match place {
        Place::Annotation => document.get("annotations")?.get(ANNOTATION).map(|node| node.span.clone()),
        Place::Dependency(of) => {
            let is_it = |node: &&Node| text_of(node.get("alias")).or_else(|| text_of(node.get("name"))).as_deref() == Some(of);
            let list = document.get("dependencies")?.items().iter().find(is_it)?.get("depends-on")?;
            let item = list.items().iter().find(|item| item.as_str() == name);
            Some(item.unwrap_or(list).span.clone())
        }
    }
}
