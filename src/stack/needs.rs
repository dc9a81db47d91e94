//! What releases need of each other: unknown needs, circles, doubles.

use super::error::Error;
use super::identity::ReleaseId;
use super::model::{Release, Stack};
use super::need::Need;
use crate::diag::{Diagnostics, nearest};
use std::collections::{BTreeMap, BTreeSet};

/// Checks the releases of a stack against each other.
///
/// A need is looked for in the whole stack, which is more than helmfile does: there it ends at the state's border.
pub(super) fn check(stack: &Stack) -> Diagnostics {
    let mut found = Diagnostics::new();
    check_doubles(stack, &mut found);
    let by_id: BTreeMap<&ReleaseId, &Release> = stack.releases.iter().map(|release| (&release.id, release)).collect();
    for release in &stack.releases {
        for need in &release.needs {
            match by_id.get(&need.id) {
                None => found.push(unknown(release, need, stack).diagnostic()),
                Some(needed) if release.installed && !needed.installed => {
                    let (from, need, span) = (release.id.clone(), need.id.clone(), need.span.clone());
                    found.push(Error::AbsentNeed { from, need, span }.warning());
                }
                Some(_) => {}
            }
        }
    }
    found.extend(circles(stack).iter().map(Error::diagnostic));
    found
}

/// Two selected releases of one state may not share an identity. Unselected ones may: a selector is how people choose.
fn check_doubles(stack: &Stack, found: &mut Diagnostics) {
    let mut seen: BTreeMap<(usize, &ReleaseId), &Release> = BTreeMap::new();
    for release in stack.releases.iter().filter(|release| super::selector::matches_any(&release.state.selectors, &release.labels)) {
        match seen.get(&(release.state.index, &release.id)) {
            None => {
                seen.insert((release.state.index, &release.id), release);
            }
            Some(first) => found.push(
                Error::DuplicateRelease { id: release.id.clone(), first: first.span.clone(), span: release.span.clone() }.diagnostic(),
            ),
        }
    }
}

fn unknown(release: &Release, need: &Need, stack: &Stack) -> Error {
    let others = || stack.releases.iter().filter(|other| other.id != release.id).map(|other| &other.id);
    let same_name = others().find(|id| id.name == need.id.name);
    let similar = || {
        let name = nearest(&need.id.name, others().map(|id| id.name.as_str()))?;
        others().find(|id| id.name == name)
    };
    let near = same_name.or_else(similar).map(ToString::to_string);
    Error::UnknownNeed { from: release.id.clone(), need: need.id.clone(), near, span: need.span.clone() }
}

/// Returns every circle of needs once, beginning with its first release in the stack.
fn circles(stack: &Stack) -> Vec<Error> {
    let index: BTreeMap<&ReleaseId, usize> = stack.releases.iter().enumerate().rev().map(|(at, release)| (&release.id, at)).collect();
    let mut search = Search { stack, index, done: BTreeSet::new(), path: Vec::new(), circles: Vec::new() };
    for at in 0..stack.releases.len() {
        search.visit(at);
    }
    search.circles
}

struct Search<'a> {
    stack: &'a Stack,
    index: BTreeMap<&'a ReleaseId, usize>,
    done: BTreeSet<usize>,
    path: Vec<usize>,
    circles: Vec<Error>,
}

impl Search<'_> {
    fn visit(&mut self, at: usize) {
        if let Some(start) = self.path.iter().position(|known| *known == at) {
            let circle = self.circle(&self.path[start..]);
            self.circles.push(circle);
            return;
        }
        if self.done.contains(&at) {
            return;
        }
        self.path.push(at);
        let needs: Vec<usize> = self.stack.releases[at].needs.iter().filter_map(|need| self.index.get(&need.id).copied()).collect();
        for need in needs {
            self.visit(need);
        }
        self.path.pop();
        self.done.insert(at);
    }

    fn circle(&self, members: &[usize]) -> Error {
        let first = members.iter().enumerate().min_by_key(|(_, at)| **at).map_or(0, |(position, _)| position);
        let turned: Vec<usize> = members[first..].iter().chain(&members[..first]).copied().collect();
        let releases = &self.stack.releases;
        let mut path: Vec<ReleaseId> = turned.iter().map(|at| releases[*at].id.clone()).collect();
        path.push(path[0].clone());
        let next = |position: usize| &releases[turned[(position + 1) % turned.len()]].id;
        let spans = turned
            .iter()
            .enumerate()
            .map(|(position, at)| releases[*at].needs.iter().find(|need| need.id == *next(position)).and_then(|need| need.span.clone()));
        Error::NeedCycle { path, spans: spans.collect() }
    }
}
