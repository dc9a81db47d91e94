//! What becomes of fields that other field managers own: the rules of the stack file.

use super::preflight::field_path;
use crate::chart::FieldPath;
use crate::cluster::{FIELD_MANAGER, FieldConflict};
use crate::manifest::ObjectId;
use crate::stack::{FieldAction, FieldRule};
use crate::template::trace::Key;
use serde_json::Value as Json;

/// What is to be sent after the server said which managers own fields that would change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolved {
    /// The object without the fields that are left to their managers.
    pub body: Json,
    /// Whether the fields that are left in conflict are taken.
    pub force: bool,
    /// Conflicts whose fields are left to their managers.
    pub kept: Vec<FieldConflict>,
    /// Conflicts whose fields are taken because a rule says so.
    pub taken: Vec<FieldConflict>,
    /// Conflicts that stop the object from being sent.
    pub failing: Vec<FieldConflict>,
}

/// Decides about conflicts, each by the first rule that is about its object, field and manager; without one by `force`.
///
/// Fields that are left to their managers are no longer sent: they keep their values, and we give up what we owned of them. The server
/// takes all fields of an object or none, so that nothing is sent where one of them is to stop it.
pub fn resolve(rules: &[FieldRule], force: bool, id: &ObjectId, body: &Json, conflicts: &[FieldConflict]) -> Resolved {
    let mut resolved = Resolved { body: body.clone(), force: true, ..Resolved::default() };
    let mut paths = Vec::new();
    for conflict in conflicts {
        let rule = rules.iter().find(|rule| is_about(rule, id, conflict));
        // What Helm itself owned before is ours: no rule and no flag is needed for it.
        let default = if force || conflict.manager == FIELD_MANAGER { FieldAction::Take } else { FieldAction::Fail };
        match rule.map_or(default, |rule| rule.action) {
            FieldAction::Keep => {
                paths.push(field_path(&conflict.field, body));
                resolved.kept.push(conflict.clone());
            }
            FieldAction::Take if rule.is_some() => resolved.taken.push(conflict.clone()),
            FieldAction::Take => {}
            FieldAction::Fail => resolved.failing.push(conflict.clone()),
        }
    }
    resolved.force = resolved.failing.is_empty() && resolved.kept.len() < conflicts.len();
    // Later items first: the places of those before them stay.
    paths.sort_by(|a: &FieldPath, b| b.0.cmp(&a.0));
    paths.iter().for_each(|path| remove(&mut resolved.body, path));
    resolved
}

fn is_about(rule: &FieldRule, id: &ObjectId, conflict: &FieldConflict) -> bool {
    let fits = |pattern: &Option<String>, text: &str| pattern.as_ref().is_none_or(|pattern| is_like(pattern, text));
    fits(&rule.manager, &conflict.manager)
        && fits(&rule.kind, &id.kind)
        && fits(&rule.name, &id.name)
        && (rule.fields.is_empty() || rule.fields.iter().any(|field| is_field(field, &conflict.field)))
}

/// Says whether a field is the one that a rule names, or within it. Fields are written as the server does it, with or without the dot
/// in front and the quotes: `spec.template.spec.containers[name=web].image`.
fn is_field(pattern: &str, field: &str) -> bool {
    let plain = |text: &str| text.trim_start_matches('.').replace('"', "");
    let (pattern, field) = (plain(pattern), plain(field));
    let ends = field.char_indices().filter(|(_, character)| matches!(character, '.' | '[')).map(|(at, _)| at);
    ends.chain([field.len()]).any(|end| is_like(&pattern, &field[..end]))
}

/// Says whether a text is like a pattern, in which `*` stands for any text.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Takes a field out of an object.
fn remove(object: &mut Json, FieldPath(keys): &FieldPath) {
    let Some((last, parents)) = keys.split_last() else { return };
    let parent = parents.iter().try_fold(object, |node, key| match key {
        Key::Name(name) => node.get_mut(name.to_text().as_ref()),
        Key::Index(index) => node.get_mut(*index),
    });
    match (parent, last) {
        (Some(Json::Object(map)), Key::Name(name)) => drop(map.remove(name.to_text().as_ref())),
        (Some(Json::Array(items)), Key::Index(index)) if *index < items.len() => drop(items.remove(*index)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{is_field, is_like, resolve};
    use crate::cluster::FieldConflict;
    use crate::manifest::ObjectId;
    use crate::stack::{FieldAction, FieldRule};
    use serde_json::{Value as Json, json};
    use std::slice::from_ref;

    fn rule(manager: &str, field: &str, kind: Option<&str>, action: FieldAction) -> FieldRule {
        FieldRule { manager: Some(manager.into()), fields: vec![field.into()], kind: kind.map(str::to_owned), name: None, action }
    }

    fn conflict(manager: &str, field: &str) -> FieldConflict {
        FieldConflict { manager: manager.into(), field: field.into(), message: String::new() }
    }

    fn deployment() -> Json {
        let containers = json!([{"name": "side", "image": "s:1"}, {"name": "web", "image": "w:1"}]);
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"},
            "spec": {"replicas": 2, "template": {"spec": {"containers": containers}}}})
    }

    /// Checks which fields are kept, taken and refused, whether force is used, and what is left of the spec.
    #[track_caller]
    fn check(rules: &[FieldRule], force: bool, conflicts: &[FieldConflict], expected: (usize, usize, usize, bool), spec: Json) {
        let body = deployment();
        let id = ObjectId::of(&body).expect("it has an identity");
        let resolved = resolve(rules, force, &id, &body, conflicts);
        assert_eq!((resolved.kept.len(), resolved.taken.len(), resolved.failing.len(), resolved.force), expected);
        assert_eq!(resolved.body["spec"], spec);
    }

    #[test]
    fn each_conflict_is_decided_by_the_first_rule_about_it() {
        let full = deployment()["spec"].clone();
        let replicas = conflict("scaler", ".spec.replicas");
        let image = conflict("updater", r#".spec.template.spec.containers[name="web"].image"#);
        check(&[], false, from_ref(&replicas), (0, 0, 1, false), full.clone());
        check(&[], true, from_ref(&replicas), (0, 0, 0, true), full.clone());
        check(&[], false, &[conflict("helm", ".spec.replicas")], (0, 0, 0, true), full.clone());
        let keep = rule("scal*", "spec.replicas", Some("Deployment"), FieldAction::Keep);
        let without = json!({"template": full["template"]});
        check(from_ref(&keep), false, from_ref(&replicas), (1, 0, 0, false), without.clone());
        check(from_ref(&keep), true, &[replicas.clone(), image.clone()], (1, 0, 0, true), without.clone());
        let take = rule("updater", "spec.template", None, FieldAction::Take);
        check(&[keep.clone(), take], false, &[replicas.clone(), image.clone()], (1, 1, 0, true), without);
        let fail = rule("updater", "spec.template.spec.containers[*].image", None, FieldAction::Fail);
        let spec = json!({"template": full["template"]});
        check(&[keep, fail], true, &[replicas.clone(), image.clone()], (1, 0, 1, false), spec);
        let image = rule("*", "spec.template.spec.containers[name=web].image", None, FieldAction::Keep);
        let mut left = full.clone();
        left["template"]["spec"]["containers"][1] = json!({"name": "web"});
        check(&[image], false, &[conflict("updater", r#".spec.template.spec.containers[name="web"].image"#)], (1, 0, 0, false), left);
        let other = rule("scaler", "spec.replicas", Some("StatefulSet"), FieldAction::Keep);
        check(&[other], false, &[replicas], (0, 0, 1, false), full);
    }

    #[test]
    fn a_field_holds_for_what_is_within_it() {
        assert!(is_field("spec.replicas", ".spec.replicas"));
        assert!(is_field(".spec", ".spec.replicas"));
        assert!(is_field("data", ".data.a.b"));
        assert!(!is_field("spec.rep", ".spec.replicas"));
        assert!(!is_field("spec.replicas.x", ".spec.replicas"));
        assert!(is_field("metadata.annotations.example.com/x", ".metadata.annotations.example.com/x"));
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abc", true),
            ("a*c", "ab", false),
            ("a*b*c", "a-b-b-c", true),
            ("ab", "abc", false),
            ("*a", "aba", true),
        ] {
            assert_eq!(is_like(pattern, text), expected, "{pattern} {text}");
        }
    }
}
