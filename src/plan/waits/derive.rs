//! Which needs follow from waits, and which releases wait for each other.

use super::find::{PartWait, Waits};
use crate::manifest::Wait;
use crate::stack::Until;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::{BTreeMap, BTreeSet};

/// A need that follows from what pods of a release wait for.
#[derive(Clone, Debug)]
pub struct DerivedNeed {
    /// The release that waits.
    pub release: usize,
    /// The release that provides what is waited for.
    pub needed: usize,
    /// How far that one has to be first.
    pub until: Until,
    /// The waits, by index in `Waits::waits`.
    pub waits: Vec<usize>,
    /// Whether both wait for each other, so that no order follows.
    pub is_mutual: bool,
}

impl Waits {
    /// Returns which release waits for which other one, and by which waits.
    pub fn between_releases(&self) -> BTreeMap<(usize, usize), Vec<usize>> {
        let mut found: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (at, wait) in self.waits.iter().enumerate() {
            for needed in self.other_releases(wait) {
                found.entry((self.parts[wait.part].release, needed)).or_default().push(at);
            }
        }
        found
    }

    /// Returns the sets of releases that wait for each other, directly or through others of the set; each with its members in the order
    /// of the releases. They can only become ready together.
    pub fn mutual_sets(&self) -> Vec<Vec<usize>> {
        mutual_sets(self.releases, self.between_releases().keys().copied())
    }
}

/// Returns the needs that follow from waits. Between releases that wait for each other none of them holds (`is_mutual`).
///
/// A pod that waits does so by itself: it is enough that what it waits for is sent before it. An object of a custom kind cannot wait: the
/// API server takes it when its definition is there and, where that checks it, its controller.
pub fn derived_needs(waits: &Waits) -> Vec<DerivedNeed> {
    let between = waits.between_releases();
    let set_of = sets_by_release(waits.releases, &mutual_sets(waits.releases, between.keys().copied()));
    let needs = between.into_iter().map(|((release, needed), of)| {
        let is_kind = |wait: &usize| matches!(waits.waits[*wait].wait, Wait::Kind { .. });
        let until = if of.iter().any(is_kind) { Until::Ready } else { Until::Applied };
        DerivedNeed { release, needed, until, is_mutual: set_of[release] == set_of[needed], waits: of }
    });
    needs.collect()
}

fn mutual_sets(count: usize, edges: impl Iterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(count, 0);
    for _ in 0..count {
        graph.add_node(());
    }
    for (release, needed) in edges {
        graph.add_edge(NodeIndex::new(release), NodeIndex::new(needed), ());
    }
    let in_order = |set: Vec<NodeIndex>| set.into_iter().map(NodeIndex::index).collect::<BTreeSet<usize>>().into_iter().collect();
    let mut sets: Vec<Vec<usize>> = kosaraju_scc(&graph).into_iter().filter(|set| set.len() > 1).map(in_order).collect();
    sets.sort();
    sets
}

/// Returns for each release the number of its set; those that are in none have numbers of their own.
fn sets_by_release(count: usize, sets: &[Vec<usize>]) -> Vec<usize> {
    let of = |release: usize| sets.iter().position(|set| set.contains(&release)).unwrap_or(sets.len() + release);
    (0..count).map(of).collect()
}

/// Returns those of some waits that are worth telling: of equal ones the first.
pub(super) fn distinct<'w>(waits: &'w Waits, of: &[usize]) -> Vec<&'w PartWait> {
    let mut told: Vec<&PartWait> = Vec::new();
    for wait in of.iter().map(|at| &waits.waits[*at]) {
        if told.iter().all(|known| known.wait != wait.wait) {
            told.push(wait);
        }
    }
    told
}
