//! What each release of a plan needs: what the stack says, and what follows from what its pods wait for.

use super::build::Candidate;
use super::graph::Graph;
use super::waits::{Waits, because, derived_needs};
use crate::diag::{Diagnostic, Diagnostics, Span, nearest};
use crate::stack::Until;

/// A need as the stack says it.
#[derive(Clone, Debug)]
pub struct GivenNeed {
    /// The release that is needed, by its index.
    pub release: usize,
    /// How far it has to be.
    pub until: Until,
    /// Where the need is written.
    pub span: Option<Span>,
}

impl GivenNeed {
    /// Makes helmfile's plain need: the other release has to be done.
    pub fn plain(release: usize, span: Option<Span>) -> GivenNeed {
        GivenNeed { release, until: Until::Done, span }
    }
}

/// A need of a release of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedNeed {
    /// The release that is needed, by its index.
    pub release: usize,
    /// How far it has to be.
    pub until: Until,
    /// What pods wait for there, where the need follows from that; none where the stack says it.
    pub because: Option<Vec<String>>,
}

/// Decides the needs of all releases: those that are written, and of releases that ask for it (`needs: auto`) those that follow from
/// waits. A written need counts before one that would follow between the same two, or would lead back to it.
///
/// The written ones have no circle.
pub(super) fn decide(candidates: &[Candidate], waits: &Waits) -> Vec<Vec<PlannedNeed>> {
    let written = |need: &GivenNeed| PlannedNeed { release: need.release, until: need.until.clone(), because: None };
    let mut needs: Vec<Vec<PlannedNeed>> = candidates.iter().map(|candidate| candidate.needs.iter().map(written).collect()).collect();
    for derived in derived_needs(waits).into_iter().filter(|derived| !derived.is_mutual && candidates[derived.release].auto_needs) {
        let is_written = needs[derived.release].iter().any(|need| need.release == derived.needed);
        if !is_written && !reaches(&needs, derived.needed, derived.release) {
            let because = Some(because(waits, &derived.waits));
            needs[derived.release].push(PlannedNeed { release: derived.needed, until: derived.until, because });
        }
    }
    for needs in &mut needs {
        needs.sort_by_key(|need| need.release);
    }
    needs
}

/// Says whether a release needs another, directly or through others.
fn reaches(needs: &[Vec<PlannedNeed>], from: usize, to: usize) -> bool {
    let edges = needs.iter().enumerate().flat_map(|(release, needs)| needs.iter().map(move |need| (release, need.release)));
    Graph::new(needs.len(), edges).is_ok_and(|graph| graph.all_dependents(to).contains(&from))
}

/// Checks that the objects that needs name are objects of the needed releases.
pub(super) fn check_objects(candidates: &[Candidate], waits: &Waits) -> Diagnostics {
    let mut problems = Diagnostics::new();
    for candidate in candidates {
        for need in &candidate.needs {
            let needed = &candidates[need.release];
            let Until::Object { kind, namespace, name } = &need.until else { continue };
            let namespace = namespace.as_deref().unwrap_or(&needed.namespace);
            let own = || waits.parts.iter().filter(|part| part.release == need.release);
            let is_there = own().any(|part| part.id.kind == *kind && part.id.name == *name && part.namespace() == namespace);
            if needed.desired.is_none() || is_there {
                continue;
            }
            let title =
                format!("release {} needs {}, until {} is ready, which it does not have", candidate.id.name, needed.id.name, need.until);
            let diagnostic = Diagnostic::error(title).at_maybe(need.span.clone(), "no such object");
            let names: Vec<String> = own().map(|part| format!("{}/{}", part.id.kind, part.id.name)).collect();
            problems.push(match nearest(&need.until.to_string(), names.iter().map(String::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help("write KIND/NAME of one of its objects or hooks; `stackwright template` prints them"),
            });
        }
    }
    problems
}
