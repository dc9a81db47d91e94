//! What an apply would change of the objects that live in the cluster.

use super::planned::PlannedRelease;
use super::sent::Sent;
use crate::cluster::{Error, Snapshot};
use crate::diff::{Change, ChangeKind, as_stored, differs, narrow, narrow_one, overlay};
use crate::manifest::ObjectId;
use crate::release::is_kept;
use serde_json::Value as Json;

/// Compares the live objects of a release with what the server's dry run made of those that would be sent. Objects that do not live are
/// additions; those of `before`, the last revision, that are no longer sent and live are removals.
///
/// Only fields that we send are shown, and those that the dry run changes: what others set and nobody touches is no difference.
pub fn changes_of_live(release: &PlannedRelease, sent: &[Sent], before: &[Sent], snapshot: &Snapshot) -> Vec<Change> {
    let objects = || sent.iter().filter(|sent| sent.hook.is_none());
    let mut changes: Vec<Change> = objects().filter_map(|sent| change_of(release, sent, snapshot)).collect();
    for old in before.iter().filter(|old| objects().all(|new| !new.id.is_same_object(&old.id))) {
        let live = snapshot.get(&old.id).filter(|live| !is_kept(live));
        changes.extend(live.map(|live| {
            let narrowed = narrow_one(&old.body, live);
            change(release, old, ChangeKind::Remove, Some(narrowed), None)
        }));
    }
    changes
}

/// Compares the objects that the last revision of a release sent with those that live: from what an apply of the same would make of them
/// to what is there. An object that is gone is a removal.
pub fn drift_of(release: &PlannedRelease, before: &[Sent], snapshot: &Snapshot) -> Vec<Change> {
    let drift = |sent: &Sent| {
        let Some(live) = snapshot.get(&sent.id) else {
            let is_gone = !snapshot.unreadable.contains_key(&sent.id);
            return is_gone.then(|| change(release, sent, ChangeKind::Remove, Some(as_stored(&sent.body).into_owned()), None));
        };
        let wanted = after(sent, live, snapshot);
        if !differs(live, &wanted) {
            return None;
        }
        let (old, new) = narrow(&sent.body, &wanted, live);
        (old != new).then(|| change(release, sent, ChangeKind::Change, Some(old), Some(new)))
    };
    before.iter().filter_map(drift).collect()
}

fn change_of(release: &PlannedRelease, sent: &Sent, snapshot: &Snapshot) -> Option<Change> {
    let Some(live) = snapshot.get(&sent.id) else {
        return match snapshot.unreadable.get(&sent.id) {
            None | Some(Error::UnknownKind { .. }) => Some(change(release, sent, ChangeKind::Add, None, Some(sent.body.clone()))),
            // What may not be read is compared with the last revision.
            Some(_) => release.changes.iter().find(|change| change.id == shown_id(release, &sent.id)).cloned(),
        };
    };
    let after = after(sent, live, snapshot);
    if !differs(live, &after) {
        return None;
    }
    let (old, new) = narrow(&sent.body, live, &after);
    (old != new).then(|| change(release, sent, ChangeKind::Change, Some(old), Some(new)))
}

/// Returns the object as it would be: by the server's word, or by ours where the server refuses.
fn after(sent: &Sent, live: &Json, snapshot: &Snapshot) -> Json {
    match snapshot.dry_runs.get(&sent.id).map(|tried| &tried.answer) {
        Some(Ok(applied)) => applied.object.clone(),
        _ => overlay(live, &sent.body),
    }
}

fn change(release: &PlannedRelease, sent: &Sent, kind: ChangeKind, old: Option<Json>, new: Option<Json>) -> Change {
    let new = new.map(|new| as_stored(&new).into_owned());
    Change { id: shown_id(release, &sent.id), kind, old, new, template: sent.template.clone(), renamed_from: None }
}

/// As `plan::build` has it: a namespace that equals the release's is the same as none.
fn shown_id(release: &PlannedRelease, id: &ObjectId) -> ObjectId {
    ObjectId { namespace: id.namespace.clone().filter(|own| *own != release.namespace), ..id.clone() }
}
