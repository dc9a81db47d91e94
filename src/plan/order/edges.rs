//! Which unit comes after which, and why.

use super::annotations::{GROUP, Wishes, groups_key, named, place};
use super::subcharts::SubchartOrder;
use super::units::{Base, Unit, chart_path};
use crate::diag::{Diagnostic, nearest};
use crate::manifest::Document;
use std::collections::{BTreeMap, BTreeSet};

/// Why a unit comes after another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    /// What has to be ready before the unit begins: objects of the other, by their index. None where they only have to be there.
    pub(super) awaited: Vec<usize>,
    /// The reason, in words.
    pub(super) reason: String,
    /// The object and its annotation that say so, where one does.
    pub(super) said: Option<(usize, String)>,
}

/// An annotation that has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idle {
    /// The object, by its index in the manifest.
    pub document: usize,
    /// The annotation.
    pub annotation: String,
    /// Why.
    pub message: String,
}

/// All edges, by (the unit, the one that comes before it).
pub(super) type Edges = BTreeMap<(usize, usize), Edge>;

/// What the wishes of the objects come to.
pub(super) struct Links<'a> {
    pub(super) documents: &'a [Document],
    pub(super) wishes: &'a [Wishes],
    pub(super) units: &'a [Unit],
    pub(super) namespace: &'a str,
    pub(super) edges: Edges,
    pub(super) idle: Vec<Idle>,
    pub(super) problems: Vec<Diagnostic>,
}

impl Links<'_> {
    /// Reads everything.
    pub(super) fn read(&mut self, charts: &SubchartOrder) {
        self.groups();
        self.ungrouped();
        self.weights();
        self.objects();
        self.charts(charts);
    }

    /// A group comes after the groups that any of its objects names.
    fn groups(&mut self) {
        for (at, wishes) in self.wishes.iter().enumerate() {
            let Some(own) = self.unit_of(at) else { continue };
            let chart = chart_path(&self.documents[at].source);
            for name in &wishes.groups {
                let named_group = Base::Group { chart: chart.to_owned(), name: name.clone() };
                let found = self.of_base(&named_group);
                if found.is_empty() {
                    self.problems.push(self.unknown_group(at, chart, name));
                }
                // An object of no group comes after all groups anyway.
                if wishes.group.is_none() {
                    continue;
                }
                for unit in self.of_base(&self.units[own].base) {
                    for needed in &found {
                        let reason = format!("{} depends on {}", self.units[unit].label, self.units[*needed].label);
                        self.link(unit, *needed, reason, Some((at, groups_key(&self.documents[at]).to_owned())));
                    }
                }
            }
        }
    }

    /// What is in no group, or in one that nothing links to another, comes after those that are linked.
    fn ungrouped(&mut self) {
        let linked: BTreeSet<usize> = self.linked_groups();
        for unit in 0..self.units.len() {
            let (chart, is_group) = match &self.units[unit].base {
                Base::Group { chart, .. } => (chart.clone(), true),
                Base::Rest { chart, .. } => (chart.clone(), false),
                Base::Free { .. } => continue,
            };
            if linked.contains(&unit) {
                continue;
            }
            if is_group {
                self.note_isolated(unit);
            }
            for needed in linked.iter().copied().filter(|needed| self.units[*needed].base.chart() == chart) {
                let reason = format!("{} comes after the groups that depend on each other", self.units[unit].label);
                self.link(unit, needed, reason, None);
            }
        }
    }

    fn linked_groups(&self) -> BTreeSet<usize> {
        let named = self.wishes.iter().enumerate().flat_map(|(at, wishes)| {
            let chart = chart_path(&self.documents[at].source);
            wishes.groups.iter().flat_map(move |name| self.of_base(&Base::Group { chart: chart.to_owned(), name: name.clone() }))
        });
        self.edges.keys().flat_map(|(unit, needed)| [*unit, *needed]).chain(named).collect()
    }

    fn note_isolated(&mut self, unit: usize) {
        let Base::Group { chart, name } = &self.units[unit].base else { return };
        let message = format!("group `{name}` of chart {chart} has no effect: it depends on no group, and none depends on it");
        if let Some(document) = self.units[unit].documents.first() {
            self.idle.push(Idle { document: *document, annotation: GROUP.to_owned(), message });
        }
    }

    /// Lower weights come first.
    fn weights(&mut self) {
        let mut scopes: BTreeMap<&str, BTreeMap<i64, usize>> = BTreeMap::new();
        for (unit, of) in self.units.iter().enumerate() {
            if let Base::Rest { chart, weight } = &of.base {
                scopes.entry(chart).or_default().insert(*weight, unit);
            }
        }
        let pairs: Vec<(usize, usize)> =
            scopes.values().flat_map(|weights| weights.values().copied().zip(weights.values().copied().skip(1))).collect();
        for (lower, higher) in pairs {
            self.link(higher, lower, format!("{} has a lower weight than {}", self.units[lower].label, self.units[higher].label), None);
        }
    }

    /// An object comes after those that it names.
    fn objects(&mut self) {
        for (at, wishes) in self.wishes.iter().enumerate() {
            let Some(own) = self.unit_of(at) else { continue };
            for pattern in &wishes.objects {
                let meant = |document: &Document| document.id().is_some_and(|id| pattern.matches(&id, self.namespace));
                let found: Vec<usize> = (0..self.documents.len()).filter(|other| *other != at && meant(&self.documents[*other])).collect();
                if found.is_empty() {
                    let message = format!("`{}` of {} names no object of the release", pattern.annotation, named(&self.documents[at]));
                    self.idle.push(Idle { document: at, annotation: pattern.annotation.clone(), message });
                }
                for needed in found {
                    let Some(unit) = self.unit_of(needed) else { continue };
                    let reason = format!("{} comes after {}", named(&self.documents[at]), named(&self.documents[needed]));
                    let awaited = if pattern.is_ready { vec![needed] } else { Vec::new() };
                    self.link_to(own, unit, Edge { awaited, reason, said: Some((at, pattern.annotation.clone())) });
                }
            }
        }
    }

    /// Charts come after charts with all that is in them.
    fn charts(&mut self, charts: &SubchartOrder) {
        let is_in = |chart: &str, tree: &str| chart == tree || chart.strip_prefix(tree).is_some_and(|rest| rest.starts_with("/charts/"));
        let mut pairs = Vec::new();
        for (later, at_later) in self.units.iter().enumerate() {
            for (sooner, at_sooner) in self.units.iter().enumerate() {
                let (one, other) = (at_later.base.chart(), at_sooner.base.chart());
                let in_tree = charts.trees.iter().find(|(tree, needs)| is_in(one, tree) && needs.iter().any(|need| is_in(other, need)));
                let of_own = charts.own.iter().find(|(chart, needs)| one == *chart && needs.iter().any(|need| is_in(other, need)));
                if let Some((chart, _)) = in_tree.or(of_own) {
                    pairs.push((later, sooner, format!("chart {chart} depends on chart {other}")));
                }
            }
        }
        for (later, sooner, reason) in pairs {
            self.link(later, sooner, reason, None);
        }
    }

    fn link(&mut self, unit: usize, needed: usize, reason: String, said: Option<(usize, String)>) {
        let awaited = self.units[needed].documents.clone();
        self.link_to(unit, needed, Edge { awaited, reason, said });
    }

    fn link_to(&mut self, unit: usize, needed: usize, edge: Edge) {
        match self.edges.entry((unit, needed)) {
            std::collections::btree_map::Entry::Vacant(entry) => drop(entry.insert(edge)),
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let known = &mut entry.get_mut().awaited;
                known.extend(edge.awaited);
                known.sort_unstable();
                known.dedup();
            }
        }
    }

    fn unit_of(&self, document: usize) -> Option<usize> {
        self.units.iter().position(|unit| unit.documents.contains(&document))
    }

    fn of_base(&self, base: &Base) -> Vec<usize> {
        (0..self.units.len()).filter(|unit| self.units[*unit].base == *base).collect()
    }

    fn unknown_group(&self, at: usize, chart: &str, name: &str) -> Diagnostic {
        let document = &self.documents[at];
        let groups: BTreeSet<&str> = self
            .units
            .iter()
            .filter_map(|unit| match &unit.base {
                Base::Group { chart: of, name } if of == chart => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let title = format!("{} depends on resource group `{name}`, which no object of chart {chart} is in", named(document));
        let diagnostic =
            Diagnostic::error(title).at_maybe(place(document, groups_key(document)), "no such group").note("hooks are in no group");
        match nearest(name, groups.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("where the group is switched off by a value, leave its name out by the same value"),
        }
    }
}
