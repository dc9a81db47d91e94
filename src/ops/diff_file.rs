//! Compares what the stack renders to with a file: manifests as `template` prints them, without a cluster as `template` needs none; or a
//! plan file.

use super::apply::{RunOverrides, plan_apply, plan_offline};
use super::diff::Compared;
use super::live::Ask;
use super::plan_file::{of_each, overrides_of, salt_of};
use super::session::Session;
use crate::diag::{Diagnostic, Diagnostics};
use crate::diff::{Change, Object, compare};
use crate::manifest::{Document, ObjectId, parse_stored};
use crate::plan::file::{FormatError, ObjectInFile, PlanFile, ReleaseInFile, Role, objects_in_file};
use crate::plan::{Action, Plan, PlannedRelease};
use std::path::Path;
use std::sync::Arc;

const HOOK: &str = "helm.sh/hook";

/// An object of the file that no release has claimed yet.
struct Unclaimed {
    object: Object,
    is_hook: bool,
}

/// A file that can be compared with.
pub(super) enum FileBase {
    /// Manifests, as `template` prints them.
    Manifest(Vec<Document>),
    /// A plan.
    Plan(Box<PlanFile>),
}

/// Reads a file to compare with.
///
/// # Errors
/// The file cannot be read, a document of it is no YAML, or it is a plan file that was changed or has another version.
pub(super) fn read_file(path: &Path) -> Result<FileBase, Diagnostics> {
    let cannot = |reason: String| Diagnostics::from(Diagnostic::error(format!("cannot read {}: {reason}", path.display())));
    let text = std::fs::read_to_string(path).map_err(|error| cannot(error.to_string()))?;
    match PlanFile::parse(&text) {
        Ok(file) => return Ok(FileBase::Plan(Box::new(file))),
        Err(FormatError::NotAPlan) => {}
        Err(error) => return Err(cannot(error.to_string())),
    }
    let documents = parse_stored(&text).map_err(|error| error.diagnostic().note(format!("in {}", path.display())))?;
    Ok(FileBase::Manifest(documents))
}

/// Plans, and compares what would be sent with what a plan file would send. What is secret is sealed on both sides.
///
/// # Errors
/// As `plan_apply`.
pub(super) async fn against_plan(session: &Session, overrides: &RunOverrides, file: &PlanFile) -> Result<Compared, Diagnostics> {
    let overrides = RunOverrides { no_hooks: overrides.no_hooks, ..overrides_of(file) };
    let mut prepared = plan_apply(session, &overrides).await?;
    let salt = salt_of(file)?;
    let now = of_each(session, &overrides, &prepared, (&salt, Ask::Nothing), objects_in_file).await?;
    let mut plan = (*prepared.plan).clone();
    let mut unclaimed = Vec::new();
    for (release, now) in plan.releases.iter_mut().zip(now) {
        let is_it = |filed: &&ReleaseInFile| {
            (&filed.name, &filed.namespace, &filed.kube_context) == (&release.name, &release.namespace, &release.id.kube_context)
        };
        let then = file.releases.iter().find(is_it);
        // One that was to stay as it is has the objects of its last revision, with which it has been compared already.
        if then.is_some_and(|then| then.action == Action::Nothing) {
            continue;
        }
        let then = then.map(|then| then.objects.as_slice()).unwrap_or_default();
        release.changes = compare(&of_role(then, Role::Object, release), &of_role(&now, Role::Object, release));
        release.hook_changes = compare(&of_role(then, Role::Hook, release), &of_role(&now, Role::Hook, release));
        release.action = match release.changes.is_empty() && release.hook_changes.is_empty() {
            true => Action::Nothing,
            false if then.is_empty() => Action::Install,
            false => Action::Upgrade,
        };
        release.reasons.clear();
    }
    let is_gone =
        |filed: &&ReleaseInFile| plan.releases.iter().all(|release| (&release.name, &release.namespace) != (&filed.name, &filed.namespace));
    for filed in file.releases.iter().filter(is_gone) {
        let objects: Vec<Object> = filed.objects.iter().filter_map(|object| object_of(object, None)).collect();
        unclaimed.extend(compare(&objects, &[]));
    }
    prepared.plan = Arc::new(plan);
    Ok(Compared { plan: prepared.plan.clone(), prepared: Some(prepared), unclaimed, is_sealed: true })
}

fn of_role(objects: &[ObjectInFile], role: Role, release: &PlannedRelease) -> Vec<Object> {
    objects.iter().filter(|object| object.role == role).filter_map(|object| object_of(object, Some(&release.namespace))).collect()
}

fn object_of(object: &ObjectInFile, namespace: Option<&String>) -> Option<Object> {
    let body = object.wanted.clone()?;
    let id = ObjectId::of(&body)?;
    let id = ObjectId { namespace: object.namespace.clone().filter(|own| Some(own) != namespace), ..id };
    Some(Object { id, body, template: object.template.clone() })
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
    Ok(Compared { plan: Arc::new(plan), prepared: None, unclaimed: compare(&rest, &[]), is_sealed: false })
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
