//! What has moved since a plan was written.

use super::format::{ObjectInFile, PlanFile, ReleaseInFile};
use crate::diff::field_changes;
use crate::manifest::ObjectId;
use serde_json::Value as Json;

/// So many fields of an object are named.
const NAMED: usize = 5;
/// Longer values are cut.
const LONGEST: usize = 60;

/// What has moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MovedKind {
    /// The stack file: its releases, their settings and order.
    Stack,
    /// A chart.
    Chart,
    /// The values of a release.
    Values,
    /// What a chart and values make.
    Objects,
    /// What the cluster holds.
    Cluster,
}

/// Something that has moved since a plan was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The release.
    pub release: String,
    /// What has moved.
    pub kind: MovedKind,
    /// The object, where it is one.
    pub object: Option<ObjectId>,
    /// What it was and is. Holds no value of a Secret.
    pub message: String,
}

/// Compares a plan with the same plan made now. The same plan has nothing moved.
pub fn compare(then: &PlanFile, now: &PlanFile) -> Vec<Moved> {
    let mut moved = Vec::new();
    let key = |release: &ReleaseInFile| (release.kube_context.clone(), release.namespace.clone(), release.name.clone());
    for old in &then.releases {
        match now.releases.iter().find(|new| key(new) == key(old)) {
            Some(new) => compare_release(old, new, &mut moved),
            None => moved.push(of_release(old, MovedKind::Stack, "the stack no longer has it".to_owned())),
        }
    }
    let is_new = |new: &&ReleaseInFile| then.releases.iter().all(|old| key(old) != key(new));
    moved.extend(now.releases.iter().filter(is_new).map(|new| of_release(new, MovedKind::Stack, "the plan does not have it".to_owned())));
    moved
}

fn of_release(release: &ReleaseInFile, kind: MovedKind, message: String) -> Moved {
    Moved { release: release.name.clone(), kind, object: None, message }
}

fn compare_release(old: &ReleaseInFile, new: &ReleaseInFile, moved: &mut Vec<Moved>) {
    let mut add = |kind: MovedKind, message: String| moved.push(of_release(old, kind, message));
    if (old.revision, &old.status) != (new.revision, &new.status) {
        add(MovedKind::Cluster, format!("it was at {}, now at {}", revision(old), revision(new)));
    }
    match (&old.chart, &new.chart) {
        (Some(old), Some(new)) if (&old.name, &old.version) != (&new.name, &new.version) => {
            add(MovedKind::Chart, format!("its chart was {} {} and is {} {}", old.name, old.version, new.name, new.version));
        }
        (Some(old), Some(new)) if old.digest != new.digest => {
            add(MovedKind::Chart, format!("files of its chart {} {} have changed", old.name, old.version));
        }
        _ => {}
    }
    if old.values != new.values && old.values.is_some() == new.values.is_some() {
        add(MovedKind::Values, "its values have changed".to_owned());
    }
    for change in field_changes(&old.settings, &new.settings) {
        add(MovedKind::Stack, format!("its setting {}", was_and_is(&change.field.to_string(), &change.old, &change.new)));
    }
    if old.after != new.after {
        add(MovedKind::Stack, format!("it came after {}, now after {}", list(&old.after), list(&new.after)));
    }
    if old.action != new.action {
        let reasons = if new.reasons.is_empty() { String::new() } else { format!(" ({})", new.reasons.join("; ")) };
        add(MovedKind::Objects, format!("the plan was to {}, now it would be to {}{reasons}", words(old), words(new)));
        return;
    }
    compare_objects(old, new, moved);
}

fn compare_objects(old: &ReleaseInFile, new: &ReleaseInFile, moved: &mut Vec<Moved>) {
    let key = |object: &ObjectInFile| (object.role, id(object));
    let mut add = |object: &ObjectInFile, kind: MovedKind, message: String| {
        moved.push(Moved { release: old.name.clone(), kind, object: Some(id(object)), message });
    };
    for then in &old.objects {
        let Some(now) = new.objects.iter().find(|now| key(now) == key(then)) else {
            add(then, MovedKind::Objects, "it is no longer among the release's objects".to_owned());
            continue;
        };
        for message in differences(
            &then.wanted,
            &now.wanted,
            "it was to be removed and is now to be made",
            "it was to be made and is now to be removed",
        ) {
            add(then, MovedKind::Objects, format!("wanted: {message}"));
        }
        for message in differences(&then.live, &now.live, "it did not exist and does now", "it existed and is gone") {
            add(then, MovedKind::Cluster, message);
        }
    }
    for now in new.objects.iter().filter(|now| old.objects.iter().all(|then| key(then) != key(now))) {
        add(now, MovedKind::Objects, "the plan does not have it".to_owned());
    }
}

fn id(object: &ObjectInFile) -> ObjectId {
    ObjectId {
        api_version: object.api_version.clone(),
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
    }
}

fn differences(then: &Option<Json>, now: &Option<Json>, appeared: &str, gone: &str) -> Vec<String> {
    match (then, now) {
        (None, None) => Vec::new(),
        (None, Some(_)) => vec![appeared.to_owned()],
        (Some(_), None) => vec![gone.to_owned()],
        (Some(then), Some(now)) => {
            let changes = field_changes(then, now);
            let mut found: Vec<String> =
                changes.iter().take(NAMED).map(|change| was_and_is(&change.field.to_string(), &change.old, &change.new)).collect();
            if changes.len() > NAMED {
                found.push(format!("and {} more fields", changes.len() - NAMED));
            }
            found
        }
    }
}

fn was_and_is(field: &str, old: &Option<Json>, new: &Option<Json>) -> String {
    match (old, new) {
        (Some(old), Some(new)) => {
            let (old, new) = (short(old), short(new));
            if old == new { format!("{field} has changed") } else { format!("{field} was {old} and is {new}") }
        }
        (None, Some(new)) => format!("{field} was not set and is {}", short(new)),
        (Some(old), None) => format!("{field} was {} and is not set", short(old)),
        (None, None) => field.to_owned(),
    }
}

fn short(value: &Json) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn revision(release: &ReleaseInFile) -> String {
    match (release.revision, &release.status) {
        (Some(revision), Some(status)) => format!("revision {revision} ({status})"),
        _ => "no revision".to_owned(),
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn words(release: &ReleaseInFile) -> String {
    serde_json::to_value(release.action)
        .ok()
        .and_then(|action| action.as_str().map(str::to_owned))
        .map_or_else(String::new, |action| if action == "nothing" { "leave it as it is".to_owned() } else { format!("{action} it") })
}
