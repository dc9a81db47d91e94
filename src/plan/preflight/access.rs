//! What carrying out a plan takes rights for.

use super::subject::Subject;
use crate::cluster::{Asked, Driver, Kinds};
use crate::diff::ChangeKind;
use crate::manifest::{ObjectId, parse_stored};
use crate::plan::finding::{Code, Finding};
use crate::plan::planned::{Action, Plan, PlannedRelease};
use crate::plan::restore::recorded_hooks;
use crate::plan::sent::hook_events;
use std::collections::{BTreeMap, BTreeSet};

/// More objects than these are counted instead of named.
const NAMES: usize = 3;

/// A right that a release needs, and the objects that it is needed for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    needed: BTreeMap<(usize, Asked), BTreeSet<String>>,
}

impl Rights {
    /// Returns the rights that releases need, each for any object of a kind in a namespace.
    ///
    /// Rule: `execute`: objects are applied (`patch`, which makes them where `create` is allowed too) and read; hooks are deleted and
    /// watched, objects that are waited for watched, those that are no longer wanted deleted; records are written.
    pub fn of(plan: &Plan, releases: &[usize], subjects: &[Subject], kinds: &Kinds, driver: Driver) -> Rights {
        let mut rights = Rights::default();
        for at in releases {
            rights.add_release(*at, &plan.releases[*at], kinds, driver);
        }
        for subject in subjects.iter().filter(|subject| subject.in_run && subject.sent.is_served) {
            let verbs: &[&str] = match (&subject.sent.hook, plan.releases[subject.release].settings.wait) {
                (Some(_), _) => &["patch", "create", "get", "delete", "list", "watch"],
                (None, true) => &["patch", "create", "get", "list", "watch"],
                (None, false) => &["patch", "create", "get"],
            };
            rights.add(subject.release, &subject.sent.id, verbs, kinds);
        }
        rights
    }

    /// Adds the rights that the removal of releases takes.
    ///
    /// Rule: `execute/remove`: the objects of the last revision are read, deleted and, where they are waited for, watched; its hooks run;
    /// what hooks left and the records go.
    pub fn add_removals(&mut self, plan: &Plan, removals: &[usize], kinds: &Kinds, driver: Driver) {
        for at in removals {
            let release = &plan.releases[*at];
            let Some(record) = release.history.last().and_then(|entry| entry.record().ok()) else { continue };
            let placed = |id: ObjectId| ObjectId { namespace: id.namespace.or_else(|| Some(release.namespace.clone())), ..id };
            self.add(*at, &core(driver.kind(), &release.namespace, "the release's records"), &["update", "list", "delete"], kinds);
            let is_watched = release.settings.wait || release.order.is_some();
            let verbs: &[&str] = if is_watched { &["get", "delete", "list", "watch"] } else { &["get", "delete"] };
            for document in parse_stored(&record.manifest).unwrap_or_default() {
                let Some(id) = document.id().map(placed) else { continue };
                self.add(*at, &id, verbs, kinds);
            }
            let hooks = recorded_hooks(&record).unwrap_or_default();
            for hook in hooks.iter().filter(|_| !release.settings.no_hooks) {
                let Some(id) = hook.document.id().map(placed) else { continue };
                let runs = hook.events.iter().any(|event| hook_events(Action::Remove).contains(event));
                let verbs: &[&str] = if runs { &["patch", "create", "get", "delete", "list", "watch"] } else { &["get", "delete"] };
                self.add(*at, &id, verbs, kinds);
            }
        }
    }

    /// Adds the rights that a run takes in the namespace that keeps the stack's revisions; told with `release`.
    pub fn add_revisions(&mut self, release: usize, namespace: &str, kinds: &Kinds) {
        self.add(release, &core("Secret", namespace, "the revisions of the stack"), &["list", "create", "update"], kinds);
        let lease = ObjectId { api_version: "coordination.k8s.io/v1".to_owned(), ..core("Lease", namespace, "the lock of the stack") };
        self.add(release, &lease, &["get", "create", "update"], kinds);
    }

    fn add_release(&mut self, at: usize, release: &PlannedRelease, kinds: &Kinds, driver: Driver) {
        let record = core(driver.kind(), &release.namespace, "the release's record");
        self.add(at, &record, &["create", "update", "list"], kinds);
        for change in release.changes.iter().filter(|change| change.kind == ChangeKind::Remove) {
            let namespace = change.id.namespace.clone().or_else(|| Some(release.namespace.clone()));
            self.add(at, &ObjectId { namespace, ..change.id.clone() }, &["get", "delete"], kinds);
        }
    }

    fn add(&mut self, release: usize, id: &ObjectId, verbs: &[&str], kinds: &Kinds) {
        let Some(kind) = kinds.find(&id.api_version, &id.kind) else { return };
        for verb in verbs.iter().filter(|verb| kind.can(verb)) {
            let asked = Asked {
                verb: (*verb).to_owned(),
                group: kind.group().to_owned(),
                resource: kind.plural.clone(),
                namespace: id.namespace.clone().filter(|_| kind.namespaced),
                name: None,
            };
            self.needed.entry((release, asked)).or_default().insert(id.name.clone());
        }
    }

    /// Returns what has to be asked, each once.
    pub fn asked(&self) -> BTreeSet<&Asked> {
        self.needed.keys().map(|(_, asked)| asked).collect()
    }

    /// Returns the same for the objects by name: one may be allowed to change some of a kind only. Making, listing and watching is
    /// never allowed by name.
    pub fn asked_by_name(&self, denied: &BTreeSet<Asked>) -> BTreeSet<Asked> {
        let by_name = |((_, asked), names): (&(usize, Asked), &BTreeSet<String>)| {
            let is_named = denied.contains(asked) && matches!(asked.verb.as_str(), "get" | "patch" | "update" | "delete");
            let names: Vec<String> = if is_named { names.iter().cloned().collect() } else { Vec::new() };
            names.into_iter().map(|name| Asked { name: Some(name), ..asked.clone() }).collect::<Vec<_>>()
        };
        self.needed.iter().flat_map(by_name).collect()
    }

    /// Says what is not allowed: a finding for each release, kind and namespace.
    pub fn check(&self, denied: &BTreeSet<Asked>, allowed_by_name: &BTreeSet<Asked>) -> Vec<Finding> {
        let mut missing: BTreeMap<(usize, &str, &str, Option<&str>), Missing<'_>> = BTreeMap::new();
        for ((release, asked), names) in self.needed.iter().filter(|((_, asked), _)| denied.contains(asked)) {
            let is_denied = |name: &&String| !allowed_by_name.contains(&Asked { name: Some((*name).clone()), ..asked.clone() });
            let names: Vec<&String> = names.iter().filter(is_denied).collect();
            if !names.is_empty() {
                let entry = missing.entry((*release, &asked.group, &asked.resource, asked.namespace.as_deref())).or_default();
                entry.verbs.insert(&asked.verb);
                entry.names.extend(names.into_iter().map(String::as_str));
            }
        }
        missing
            .into_iter()
            .map(|((release, group, resource, namespace), missing)| missing.finding(release, group, resource, namespace))
            .collect()
    }
}

fn core(kind: &str, namespace: &str, name: &str) -> ObjectId {
    ObjectId { api_version: "v1".to_owned(), kind: kind.to_owned(), namespace: Some(namespace.to_owned()), name: name.to_owned() }
}

#[derive(Default)]
struct Missing<'a> {
    verbs: BTreeSet<&'a str>,
    names: BTreeSet<&'a str>,
}

impl Missing<'_> {
    fn finding(&self, release: usize, group: &str, resource: &str, namespace: Option<&str>) -> Finding {
        let verbs = self.verbs.iter().copied().collect::<Vec<_>>().join(", ");
        let resource = if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") };
        let place = namespace.map(|namespace| format!(" in namespace {namespace}")).unwrap_or_default();
        let some: Vec<&str> = self.names.iter().copied().take(NAMES).collect();
        let more = self.names.len() - some.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!("you may not {verbs} {resource}{place}; needed for {}{more}", some.join(", "));
        Finding::new(Code::Forbidden, release, message).help("ask for these rights, or use a context that has them")
    }
}
