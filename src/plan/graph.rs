//! Which release needs which: order, dependents, cycles.

use petgraph::Direction;
use petgraph::algo::{kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::VecDeque;

/// The needs between the releases of a plan. Releases are known by their index in the plan; there is no cycle.
#[derive(Clone, Debug)]
pub struct Graph {
    /// An edge goes from the needed release to the one that needs it.
    graph: DiGraph<(), ()>,
    order: Vec<usize>,
}

/// Releases that need each other: each needs the next, the last needs the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle(pub Vec<usize>);

impl Graph {
    /// Builds the graph of `count` releases from pairs of (a release, one that it needs).
    ///
    /// # Errors
    /// Every group of releases that need each other, one shortest cycle a group.
    pub fn new(count: usize, needs: impl IntoIterator<Item = (usize, usize)>) -> Result<Graph, Vec<Cycle>> {
        let mut graph = DiGraph::with_capacity(count, 0);
        for _ in 0..count {
            graph.add_node(());
        }
        for (release, needed) in needs {
            graph.add_edge(NodeIndex::new(needed), NodeIndex::new(release), ());
        }
        match toposort(&graph, None) {
            Ok(order) => {
                let order = stable_order(&graph, order.len());
                Ok(Graph { graph, order })
            }
            Err(_) => Err(cycles(&graph)),
        }
    }

    /// Returns all releases, needed ones before those that need them; otherwise in the order of the plan.
    pub fn order(&self) -> &[usize] {
        &self.order
    }

    /// Returns the releases that this one needs itself.
    pub fn needs(&self, release: usize) -> Vec<usize> {
        self.neighbours(release, Direction::Incoming)
    }

    /// Returns the releases that need this one themselves.
    pub fn dependents(&self, release: usize) -> Vec<usize> {
        self.neighbours(release, Direction::Outgoing)
    }

    /// Returns every release that needs this one, directly or through others.
    pub fn all_dependents(&self, release: usize) -> Vec<usize> {
        let mut seen = vec![false; self.graph.node_count()];
        let mut queue = VecDeque::from([release]);
        while let Some(at) = queue.pop_front() {
            for next in self.dependents(at) {
                if !std::mem::replace(&mut seen[next], true) {
                    queue.push_back(next);
                }
            }
        }
        (0..seen.len()).filter(|at| seen[*at]).collect()
    }

    /// Returns the same releases with every need turned round, for removal.
    #[must_use]
    pub fn reversed(&self) -> Graph {
        let mut graph = self.graph.clone();
        graph.reverse();
        let order = self.order.iter().rev().copied().collect();
        Graph { graph, order }
    }

    fn neighbours(&self, release: usize, direction: Direction) -> Vec<usize> {
        let mut found: Vec<usize> = self.graph.neighbors_directed(NodeIndex::new(release), direction).map(NodeIndex::index).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Orders by needs, and among the releases that are free by index, so that equal stacks give equal plans.
fn stable_order(graph: &DiGraph<(), ()>, count: usize) -> Vec<usize> {
    let mut open: Vec<usize> = (0..count).map(|at| graph.neighbors_directed(NodeIndex::new(at), Direction::Incoming).count()).collect();
    let mut free: std::collections::BinaryHeap<std::cmp::Reverse<usize>> =
        (0..count).filter(|at| open[*at] == 0).map(std::cmp::Reverse).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(std::cmp::Reverse(at)) = free.pop() {
        order.push(at);
        for next in graph.neighbors_directed(NodeIndex::new(at), Direction::Outgoing) {
            open[next.index()] -= 1;
            if open[next.index()] == 0 {
                free.push(std::cmp::Reverse(next.index()));
            }
        }
    }
    order
}

fn cycles(graph: &DiGraph<(), ()>) -> Vec<Cycle> {
    let mut groups: Vec<Vec<usize>> = kosaraju_scc(graph)
        .into_iter()
        .filter(|group| group.len() > 1 || graph.contains_edge(group[0], group[0]))
        .map(|group| {
            let mut members: Vec<usize> = group.into_iter().map(NodeIndex::index).collect();
            members.sort_unstable();
            members
        })
        .collect();
    groups.sort();
    groups.into_iter().map(|members| shortest_cycle(graph, &members)).collect()
}

/// Finds a shortest way from the group's first release over its needs back to itself.
fn shortest_cycle(graph: &DiGraph<(), ()>, members: &[usize]) -> Cycle {
    let start = members[0];
    let mut reached_from: Vec<Option<usize>> = vec![None; graph.node_count()];
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for next in graph.neighbors_directed(NodeIndex::new(at), Direction::Incoming).map(NodeIndex::index) {
            if next == start {
                let mut path = vec![at];
                while let Some(before) = reached_from[path[path.len() - 1]] {
                    path.push(before);
                }
                path.reverse();
                return Cycle(path);
            }
            if reached_from[next].is_none() && members.binary_search(&next).is_ok() {
                reached_from[next] = Some(at);
                queue.push_back(next);
            }
        }
    }
    Cycle(members.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needed_releases_come_first_and_free_ones_keep_their_order() {
        let graph = Graph::new(4, [(0, 2), (2, 3)]).expect("has no cycle");
        assert_eq!(graph.order(), [1, 3, 2, 0]);
        assert_eq!(graph.needs(0), [2]);
        assert_eq!(graph.all_dependents(3), [0, 2]);
        assert_eq!(graph.reversed().needs(3), [2]);
    }

    #[test]
    fn a_cycle_is_returned_in_the_order_of_its_needs() {
        let cycles = Graph::new(5, [(1, 2), (2, 3), (3, 1), (0, 1), (4, 4)]).expect_err("has two cycles");
        assert_eq!(cycles, [Cycle(vec![1, 2, 3]), Cycle(vec![4])]);
    }

    #[test]
    fn a_chain_of_a_hundred_thousand_releases_does_not_overflow_the_stack() {
        let graph = Graph::new(100_000, (1..100_000).map(|at| (at, at - 1))).expect("has no cycle");
        assert_eq!(graph.order()[99_999], 99_999);
    }
}
