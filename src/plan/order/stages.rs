//! From wishes to stages.

use super::annotations::{Wishes, named, place, wishes};
use super::edges::{Edges, Idle, Links};
use super::subcharts::SubchartOrder;
use super::units::{Unit, units};
use crate::cluster::status::{Conditions, FAILURE, SUCCESS};
use crate::diag::{Diagnostic, Diagnostics};
use crate::manifest::{Document, parse_stored};
use crate::plan::graph::{Cycle, Graph};
use crate::release::{Record, SequencingInfo};
use std::collections::{BTreeMap, BTreeSet};

/// What Helm's proposal calls this way of going up.
const STRATEGY: &str = "ordered";

/// Objects of a release that go up together. Objects are known by their index in the manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// What goes up in it, as people call it: groups as `CHART GROUP`, charts, objects.
    pub units: Vec<String>,
    /// Its objects, in install order.
    pub documents: Vec<usize>,
    /// Objects of earlier stages that have to be ready before it begins.
    pub awaited: Vec<usize>,
}

/// In which order the objects of a release go up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// The stages, one after another; every object is in one of them.
    pub stages: Vec<Stage>,
    /// Annotations that ask for an order and have no effect.
    pub idle: Vec<Idle>,
}

/// Finds the order of a release's objects. `namespace` is that of objects that name none.
///
/// # Errors
/// Annotations that cannot be read, groups that are in no object's annotation, and circles.
pub fn order(documents: &[Document], charts: &SubchartOrder, namespace: &str) -> Result<Order, Diagnostics> {
    let mut problems = Diagnostics::new();
    let mut all: Vec<Wishes> = Vec::with_capacity(documents.len());
    for document in documents {
        match wishes(document) {
            Ok(wishes) => all.push(wishes),
            Err(found) => {
                problems.extend(found);
                all.push(Wishes::default());
            }
        }
    }
    let mut idle = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        match readiness(at, document) {
            Ok(found) => idle.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    let units = units(documents, &all, charts);
    let mut links = Links { documents, wishes: &all, units: &units, namespace, edges: Edges::new(), idle, problems: Vec::new() };
    links.read(charts);
    let Links { edges, idle, problems: unknown, .. } = links;
    problems.extend(unknown);
    let graph = match Graph::new(units.len(), edges.keys().copied()) {
        Ok(graph) => graph,
        Err(cycles) => {
            problems.extend(cycles.iter().map(|cycle| describe(documents, &units, &edges, cycle)));
            return Err(problems);
        }
    };
    problems.check(Order { stages: stages(&units, &edges, &graph), idle }).map(|(order, _)| order)
}

/// Returns the order in which the objects of a revision went up, or, where `always`, would go up. Nothing where it did not go up in
/// order, or where its order cannot be read: what is there has to be removed all the same.
pub fn order_of_record(record: &Record, always: bool) -> Option<Order> {
    let sequencing = record.sequencing_info.as_ref().filter(|info| info.enabled);
    if sequencing.is_none() && !always {
        return None;
    }
    let documents = parse_stored(&record.manifest).ok()?;
    order(&documents, &recorded_subcharts(record), &record.namespace).ok()
}

/// Returns which charts of a revision come before which.
pub fn recorded_subcharts(record: &Record) -> SubchartOrder {
    let recorded = record.sequencing_info.as_ref().and_then(|info| info.subcharts.clone());
    recorded.and_then(|recorded| serde_json::from_value(recorded).ok()).unwrap_or_default()
}

/// Returns what the record of a revision says of its order.
pub fn sequencing_info(charts: &SubchartOrder) -> SequencingInfo {
    let subcharts = if charts.is_empty() { None } else { serde_json::to_value(charts).ok() };
    SequencingInfo { enabled: true, strategy: STRATEGY.to_owned(), subcharts }
}

/// Checks what an object says about when it is ready. One annotation without the other has no effect.
fn readiness(at: usize, document: &Document) -> Result<Option<Idle>, Diagnostic> {
    let annotation = |key: &str| document.head.annotations.get(key);
    match (annotation(SUCCESS), annotation(FAILURE)) {
        (Some(success), Some(failure)) => match Conditions::parse(success, failure) {
            Ok(_) => Ok(None),
            Err(reason) => {
                let is_of_success = Conditions::parse(success, "[]").is_err();
                let key = if is_of_success { SUCCESS } else { FAILURE };
                Err(Diagnostic::error(format!("annotation `{key}` of {} cannot be read: {reason}", named(document)))
                    .at_maybe(place(document, key), "not understood"))
            }
        },
        (None, None) => Ok(None),
        (success, _) => {
            let (there, missing) = if success.is_some() { (SUCCESS, FAILURE) } else { (FAILURE, SUCCESS) };
            let message = format!("`{there}` of {} has no effect without `{missing}`; kstatus says when it is ready", named(document));
            Ok(Some(Idle { document: at, annotation: there.to_owned(), message }))
        }
    }
}

/// A unit is in the first stage after those of all that it comes after.
fn stages(units: &[Unit], edges: &Edges, graph: &Graph) -> Vec<Stage> {
    let mut levels = vec![0; units.len()];
    for unit in graph.order() {
        levels[*unit] = graph.needs(*unit).iter().map(|needed| levels[*needed] + 1).max().unwrap_or(0);
    }
    let mut stages: BTreeMap<usize, Stage> = BTreeMap::new();
    for (unit, level) in units.iter().zip(&levels) {
        let stage = stages.entry(*level).or_default();
        stage.units.push(unit.label.clone());
        stage.documents.extend(&unit.documents);
    }
    for ((unit, _), edge) in edges {
        stages.entry(levels[*unit]).or_default().awaited.extend(&edge.awaited);
    }
    for stage in stages.values_mut() {
        stage.units.sort();
        stage.documents.sort_unstable();
        let awaited: BTreeSet<usize> = stage.awaited.iter().copied().collect();
        stage.awaited = awaited.into_iter().collect();
    }
    stages.into_values().collect()
}

fn describe(documents: &[Document], units: &[Unit], edges: &Edges, Cycle(members): &Cycle) -> Diagnostic {
    let mut way: Vec<&str> = members.iter().map(|unit| units[*unit].label.as_str()).collect();
    way.push(way[0]);
    let mut diagnostic = Diagnostic::error(format!("the objects of a release come after each other in a circle: {}", way.join(" -> ")));
    let mut is_placed = false;
    for (step, unit) in members.iter().enumerate() {
        let Some(edge) = edges.get(&(*unit, members[(step + 1) % members.len()])) else { continue };
        let span = edge.said.as_ref().and_then(|(document, annotation)| place(&documents[*document], annotation));
        diagnostic = match span {
            Some(span) if is_placed => diagnostic.see(span, edge.reason.clone()),
            Some(span) => {
                is_placed = true;
                diagnostic.at(span, edge.reason.clone())
            }
            None => diagnostic.note(edge.reason.clone()),
        };
    }
    diagnostic.help("leave one of these out")
}
