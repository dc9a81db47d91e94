//! The links between releases that are drawn.

use crate::plan::Plan;
use crate::plan::waits::{because, derived_needs};
use crate::stack::Until;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphContent {
    /// Which release has to be how far before which starts.
    Needs,
    /// Which release's pods wait for what of which other release.
    Waits,
}

/// A link between two releases.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// The release that needs the other one, or waits for it.
    pub(super) release: usize,
    /// The other one.
    pub(super) needed: usize,
    /// How far the other one has to be before this one starts; none where it only waits.
    pub(super) until: Option<Until>,
    /// What is waited for.
    pub(super) waits: Vec<String>,
    /// Whether both wait for each other, directly or through others.
    pub(super) is_mutual: bool,
}

/// Returns the links of a plan, release by release.
pub(super) fn links(plan: &Plan, content: GraphContent) -> Vec<Link> {
    match content {
        GraphContent::Needs => needs(plan),
        GraphContent::Waits => waits(plan),
    }
}

fn needs(plan: &Plan) -> Vec<Link> {
    let releases = plan.releases.iter().enumerate();
    let links = releases.flat_map(|(at, release)| {
        release.needs.iter().map(move |need| Link {
            release: at,
            needed: need.release,
            until: Some(need.until.clone()),
            waits: need.because.clone().unwrap_or_default(),
            is_mutual: false,
        })
    });
    links.collect()
}

fn waits(plan: &Plan) -> Vec<Link> {
    let link = |derived: crate::plan::waits::DerivedNeed| Link {
        release: derived.release,
        needed: derived.needed,
        until: None,
        waits: because(&plan.waits, &derived.waits),
        is_mutual: derived.is_mutual,
    };
    derived_needs(&plan.waits).into_iter().map(link).collect()
}

/// Returns what nothing in the releases provides, in words, release by release; references are left out.
pub(super) fn lacks(plan: &Plan) -> Vec<(usize, String)> {
    let waits = &plan.waits;
    let mut found: Vec<(usize, String)> = Vec::new();
    for wait in waits.waits.iter().filter(|wait| wait.lack.is_some() && !matches!(wait.wait, crate::manifest::Wait::Reference { .. })) {
        let part = &waits.parts[wait.part];
        let lack = (part.release, wait.wait.words(part.namespace()));
        if !found.contains(&lack) {
            found.push(lack);
        }
    }
    found
}

/// Returns the sets of releases that wait for each other, by their names.
pub(super) fn mutual_names(plan: &Plan) -> Vec<Vec<String>> {
    let names = plan.names();
    plan.waits.mutual_sets().into_iter().map(|set| set.into_iter().map(|at| names[at].clone()).collect()).collect()
}
