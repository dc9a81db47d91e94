//! Which objects are added, changed and removed.

use crate::manifest::ObjectId;
use serde_json::Value as Json;

/// An object on one side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// What names it.
    pub id: ObjectId,
    /// The whole object as JSON.
    pub body: Json,
    /// The template that it came from, where known.
    pub template: String,
}

/// What happens to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only the new side has it.
    Add,
    /// Both sides have it, with different content.
    Change,
    /// Only the old side has it.
    Remove,
    /// Both sides have it, under different names.
    Rename,
}

/// One object that differs. At least one side is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What names the object: the new side's identity where there is one.
    pub id: ObjectId,
    /// What happens to it.
    pub kind: ChangeKind,
    /// The object before.
    pub old: Option<Json>,
    /// The object after.
    pub new: Option<Json>,
    /// The template that made it.
    pub template: String,
    /// The identity that it had before, where it is renamed.
    pub renamed_from: Option<ObjectId>,
}

/// Compares two lists of objects. Equal objects are left out; additions and changes come in the order of `new`, removals
/// after them in the order of `old`.
///
/// An object is the same one when group, kind, namespace and name agree; its API version may differ.
pub fn compare(old: &[Object], new: &[Object]) -> Vec<Change> {
    let old_index = Index::of(old);
    let new_index = Index::of(new);
    let mut changes = Vec::new();
    for object in new {
        match old_index.get(&object.id) {
            Some(at) if old[at].body == object.body => {}
            Some(at) => changes.push(Change {
                id: object.id.clone(),
                kind: ChangeKind::Change,
                old: Some(old[at].body.clone()),
                new: Some(object.body.clone()),
                template: object.template.clone(),
                renamed_from: None,
            }),
            None => changes.push(Change {
                id: object.id.clone(),
                kind: ChangeKind::Add,
                old: None,
                new: Some(object.body.clone()),
                template: object.template.clone(),
                renamed_from: None,
            }),
        }
    }
    for object in old.iter().filter(|object| new_index.get(&object.id).is_none()) {
        changes.push(Change {
            id: object.id.clone(),
            kind: ChangeKind::Remove,
            old: Some(object.body.clone()),
            new: None,
            template: object.template.clone(),
            renamed_from: None,
        });
    }
    changes
}

/// Finds objects by identity without regard to the API version.
struct Index<'a>(std::collections::BTreeMap<(&'a str, &'a str, Option<&'a str>, &'a str), usize>);

impl<'a> Index<'a> {
    fn of(objects: &'a [Object]) -> Self {
        Index(objects.iter().enumerate().map(|(at, object)| (key(&object.id), at)).collect())
    }

    fn get(&self, id: &ObjectId) -> Option<usize> {
        self.0.get(&key(id)).copied()
    }
}

fn key(id: &ObjectId) -> (&str, &str, Option<&str>, &str) {
    (id.group(), &id.kind, id.namespace.as_deref(), &id.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(api_version: &str, name: &str, data: &str) -> Object {
        let body = json!({"apiVersion": api_version, "kind": "ConfigMap", "metadata": {"name": name}, "data": {"k": data}});
        Object { id: ObjectId::of(&body).expect("has an identity"), body, template: String::new() }
    }

    #[track_caller]
    fn check(old: &[Object], new: &[Object], expected: &[(&str, ChangeKind)]) {
        let changes = compare(old, new);
        let found: Vec<(&str, ChangeKind)> = changes.iter().map(|change| (change.id.name.as_str(), change.kind)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn additions_and_changes_come_before_removals_and_equal_objects_are_left_out() {
        check(
            &[object("v1", "gone", "x"), object("v1", "same", "x"), object("v1", "other", "x")],
            &[object("v1", "same", "x"), object("v1", "new", "x"), object("v1", "other", "y")],
            &[("new", ChangeKind::Add), ("other", ChangeKind::Change), ("gone", ChangeKind::Remove)],
        );
    }

    #[test]
    fn another_version_of_the_same_group_is_a_change_and_no_replacement() {
        check(&[object("example.org/v1", "a", "x")], &[object("example.org/v2", "a", "x")], &[("a", ChangeKind::Change)]);
    }
}
