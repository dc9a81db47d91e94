//! Compares what an apply would make with what there is: with the last revisions, with the live objects, or with a file.

use super::apply::{Prepared, RunOverrides, plan_apply};
use super::diff_file::{FileBase, against_manifest, against_plan, read_file};
use super::live::{Ask, LiveObjects, read_live};
use super::session::Session;
use crate::diag::Diagnostics;
use crate::diff::Change;
use crate::execute::Clusters;
use crate::plan::{Action, Plan, changes_of_live};
use rayon::prelude::{IntoParallelRefIterator, ParallelIterator};
use std::path::PathBuf;
use std::sync::Arc;

/// What a diff compares with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Base {
    /// The manifest of each release's last revision.
    #[default]
    Release,
    /// The live objects, as the server's dry run would change them.
    Live,
    /// A file: what `template` printed, or a plan file.
    File(PathBuf),
}

/// What to compare.
#[derive(Clone, Debug, Default)]
pub struct DiffRequest {
    /// With what.
    pub base: Base,
    /// What the command line says over the stack; with `no_hooks` hooks are not compared.
    pub overrides: RunOverrides,
}

/// What differs.
pub struct Compared {
    /// The plan; the changes of its releases are those from the base.
    pub plan: Arc<Plan>,
    /// The same with its clusters; nothing where none was asked.
    pub prepared: Option<Prepared>,
    /// Objects of a file that no release has.
    pub unclaimed: Vec<Change>,
    /// Whether values of Secrets are sealed on both sides, so that there is nothing to cover.
    pub is_sealed: bool,
}

impl Compared {
    fn of(prepared: Prepared) -> Compared {
        Compared { plan: prepared.plan.clone(), prepared: Some(prepared), unclaimed: Vec::new(), is_sealed: false }
    }
}

/// Plans, and compares with what is asked for. Writes nothing.
///
/// # Errors
/// As [`plan_apply`]; a file that cannot be read.
pub async fn diff(session: &Session, request: &DiffRequest) -> Result<Compared, Diagnostics> {
    match &request.base {
        Base::Release => Ok(Compared::of(plan_apply(session, &request.overrides).await?)),
        Base::Live => {
            let overrides = RunOverrides { against_live: true, ..request.overrides };
            Ok(Compared::of(plan_apply(session, &overrides).await?))
        }
        Base::File(path) => match read_file(path)? {
            FileBase::Manifest(documents) => against_manifest(session, &request.overrides, documents).await,
            FileBase::Plan(file) => against_plan(session, &request.overrides, &file).await,
        },
    }
}

/// Puts the changes of the live objects into a plan. A release whose manifest has not changed and whose live objects would change is to
/// be upgraded.
///
/// # Errors
/// A cluster cannot be asked.
pub(super) async fn against_live(plan: &mut Plan, clusters: &Clusters) -> Result<LiveObjects, Diagnostics> {
    let live = read_live(plan, clusters, Ask::WouldBe).await?;
    let work: Vec<usize> = (0..plan.releases.len()).collect();
    let compare = |at: &usize| {
        let (release, objects) = (&plan.releases[*at], &live.objects[*at]);
        release.desired.as_ref().map(|_| changes_of_live(release, &objects.sent, &objects.before, live.of(release)))
    };
    let found: Vec<Option<Vec<Change>>> = tokio::task::block_in_place(|| work.par_iter().map(compare).collect());
    for (release, changes) in plan.releases.iter_mut().zip(found) {
        let Some(changes) = changes else { continue };
        if release.action == Action::Nothing && !changes.is_empty() {
            release.action = Action::Upgrade;
            release.reasons.push("its live objects are not as its last revision made them".to_owned());
        }
        release.changes = changes;
    }
    Ok(live)
}
