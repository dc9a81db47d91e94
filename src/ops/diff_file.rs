//! Compares what the stack renders to with a file of manifests, as `template` prints them. Needs no cluster, as `template` needs none.

use super::apply::{Prepared, RunOverrides, plan_offline};
use super::diff::Compared;
use super::session::Session;
use crate::diag::{Diagnostic, Diagnostics};
use crate::diff::{Change, Object, compare};
use crate::manifest::{Document, ObjectId, parse_stored};
use crate::plan::{Action, Plan, PlannedRelease};
use std::path::Path;

const HOOK: &str = "helm.sh/hook";

/// An object of the file that no release has claimed yet.
struct Unclaimed {
    object: Object,
    is_hook: bool,
}

/// Reads a file of manifests.
///
/// # Errors
/// The file cannot be read, or a document of it is no YAML.
pub(super) fn read_manifest(path: &Path) -> Result<Vec<Document>, Diagnostics> {
    let cannot = |reason: String| Diagnostics::from(Diagnostic::error(format!("cannot read {}: {reason}", path.display())));
    let text = std::fs::read_to_string(path).map_err(|error| cannot(error.to_string()))?;
    parse_stored(&text).map_err(|error| error.diagnostic().note(format!("in {}", path.display())).into())
}

/// Renders the stack without a cluster and compares.
///
/// # Errors
/// Mistakes of the stack, charts that do not render.
pub(super) async fn against_manifest(
    session: &Session,
    overrides: &RunOverrides,
    documents: Vec<Document>,
) -> Result<Compared, Diagnostics> {
    let mut plan = plan_offline(session, overrides).await?;
    let mut unclaimed = Vec::new();
    for document in &documents {
        let body = document.json().map_err(|error| error.diagnostic())?;
        let Some(id) = ObjectId::of(&body) else { continue };
        let is_hook = document.head.annotations.contains_key(HOOK);
        unclaimed.push(Unclaimed { object: Object { id, body, template: document.source.clone() }, is_hook });
    }
    compare_all(&mut plan, &mut unclaimed);
    let rest: Vec<Object> = unclaimed.into_iter().map(|left| left.object).collect();
    Ok(Compared { prepared: Prepared::without_cluster(plan), unclaimed: compare(&rest, &[]) })
}

/// The file does not say which object is whose: a release claims those that it has too, then those of its chart's templates that nobody
/// claims.
fn compare_all(plan: &mut Plan, unclaimed: &mut Vec<Unclaimed>) {
    let mut claims: Vec<(Vec<Object>, Vec<Object>)> = plan.releases.iter().map(|release| claimed(release, unclaimed)).collect();
    for (release, (objects, hooks)) in plan.releases.iter().zip(&mut claims).filter(|(_, (objects, _))| !objects.is_empty()) {
        let charts: Vec<String> = release.changes.iter().filter_map(|change| Some(change.template.split_once('/')?.0.to_owned())).collect();
        for left in
            take(unclaimed, |left| left.object.template.split_once('/').is_some_and(|(chart, _)| charts.iter().any(|own| own == chart)))
        {
            if left.is_hook { hooks.push(left.object) } else { objects.push(left.object) }
        }
    }
    for (release, (objects, hooks)) in plan.releases.iter_mut().zip(claims) {
        let is_new = objects.is_empty() && hooks.is_empty();
        release.changes = compare(&objects, &added(&release.changes));
        release.hook_changes = compare(&hooks, &added(&release.hook_changes));
        release.action = match release.changes.is_empty() && release.hook_changes.is_empty() {
            true => Action::Nothing,
            false if is_new => Action::Install,
            false => Action::Upgrade,
        };
    }
}

/// Takes the objects out of the file that a release has too.
fn claimed(release: &PlannedRelease, unclaimed: &mut Vec<Unclaimed>) -> (Vec<Object>, Vec<Object>) {
    let own = |id: &ObjectId| ObjectId { namespace: id.namespace.clone().filter(|own| *own != release.namespace), ..id.clone() };
    let mut claim = |changes: &[Change]| {
        let mut objects = Vec::new();
        for change in changes {
            let is_it = |left: &Unclaimed| own(&left.object.id).is_same_object(&change.id);
            let same_template = unclaimed.iter().position(|left| is_it(left) && left.object.template == change.template);
            if let Some(at) = same_template.or_else(|| unclaimed.iter().position(is_it)) {
                let object = unclaimed.remove(at).object;
                objects.push(Object { id: own(&object.id), ..object });
            }
        }
        objects
    };
    (claim(&release.changes), claim(&release.hook_changes))
}

fn take(unclaimed: &mut Vec<Unclaimed>, is_wanted: impl Fn(&Unclaimed) -> bool) -> Vec<Unclaimed> {
    let (taken, left) = std::mem::take(unclaimed).into_iter().partition(is_wanted);
    *unclaimed = left;
    taken
}

/// Without a cluster everything is new: the objects of a release are its additions.
fn added(changes: &[Change]) -> Vec<Object> {
    let object = |change: &Change| Some(Object { id: change.id.clone(), body: change.new.clone()?, template: change.template.clone() });
    changes.iter().filter_map(object).collect()
}
