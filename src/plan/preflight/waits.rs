//! Pods that wait for what nobody makes.

use crate::manifest::{ObjectId, Wait, string_map, template_has_labels, wait_field};
use crate::plan::finding::{Code, Finding};
use crate::plan::planned::Plan;
use crate::plan::sent::hook_events;
use crate::plan::waits::{Lack, Part, PartWait, named_object};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// More objects that wait for the same than these are counted instead of named.
const WAITERS: usize = 3;

/// Waits of releases that no release of their plan meets.
pub struct OpenWaits<'p> {
    plan: &'p Plan,
    waits: Vec<&'p PartWait>,
}

/// What a cluster has of what is waited for. What it does not let us see is taken to be there.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Objects by name that are there.
    pub objects: BTreeMap<ObjectId, Json>,
    /// Objects that may be there.
    pub unreadable: BTreeSet<ObjectId>,
    /// Pods and what makes pods, by namespace; namespaces that we may not read are left out.
    pub makers: BTreeMap<String, Vec<Json>>,
    /// Jobs by namespace, likewise.
    pub jobs: BTreeMap<String, Vec<Json>>,
}

impl<'p> OpenWaits<'p> {
    /// Finds the waits of some releases of a plan that nothing in it meets. References are looked at by themselves.
    pub fn of(plan: &'p Plan, releases: &[usize]) -> OpenWaits<'p> {
        let is_open = |wait: &&PartWait| {
            let part = &plan.waits.parts[wait.part];
            let is_own_matter = matches!(wait.wait, Wait::Reference { .. } | Wait::Kind { .. } | Wait::Address { .. });
            wait.lack.is_some() && !is_own_matter && releases.contains(&part.release) && is_sent(plan, part)
        };
        OpenWaits { plan, waits: plan.waits.waits.iter().filter(is_open).collect() }
    }

    /// Returns the objects that have to be looked for in the cluster.
    pub fn objects(&self) -> BTreeSet<ObjectId> {
        self.waits.iter().filter(|wait| wait.lack == Some(Lack::Maker)).filter_map(|wait| named_object(&wait.wait)).collect()
    }

    /// Returns the namespaces whose pods, and what makes pods, have to be known.
    pub fn namespaces(&self) -> BTreeSet<String> {
        let of = |wait: &&&PartWait| match &wait.wait {
            Wait::Service { namespace, .. } | Wait::Pods { namespace, .. } | Wait::Job { namespace, name: None, .. } => {
                Some(namespace.clone())
            }
            _ => None,
        };
        self.waits.iter().filter_map(|wait| of(&wait)).collect()
    }

    /// Finds what neither the plan nor the cluster provides: one finding for each release and wait.
    pub fn check(&self, found: &Found) -> Vec<Finding> {
        let mut missing: BTreeMap<(usize, &Wait), Vec<&PartWait>> = BTreeMap::new();
        for wait in self.waits.iter().filter(|wait| !is_met(wait, found)) {
            missing.entry((self.plan.waits.parts[wait.part].release, &wait.wait)).or_default().push(wait);
        }
        missing.into_values().map(|waits| self.finding(&waits, found)).collect()
    }

    fn finding(&self, waits: &[&PartWait], found: &Found) -> Finding {
        let parts: Vec<&Part> = waits.iter().map(|wait| &self.plan.waits.parts[wait.part]).collect();
        let names: Vec<&str> = parts.iter().take(WAITERS).map(|part| part.id.name.as_str()).collect();
        let more = parts.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (verb, first) = (if parts.len() == 1 { "waits" } else { "wait" }, parts[0]);
        let what = waits[0].wait.words(first.namespace());
        let message = format!("{}{more} {verb} for {what}; {}", names.join(", "), self.lack(waits[0], found));
        let is_controlled = waited_in(&waits[0].wait).is_some_and(|namespace| self.plan.waits.is_controlled(first.release, namespace));
        let code = if is_controlled { Code::UnmadeWait } else { Code::NeverStarts };
        let finding = Finding::new(code, first.release, message).of_object(&first.id, &first.template);
        let finding = match wait_field(&first.body, first.namespace(), &waits[0].wait) {
            Some(field) => finding.of_field(field),
            None => finding,
        };
        match self.help(waits[0]) {
            Some(help) => finding.help(help),
            None => finding,
        }
    }

    fn lack(&self, wait: &PartWait, found: &Found) -> String {
        let nobody = "no release in plan or cluster makes one";
        match &wait.lack {
            Some(Lack::Container) => "its pod has no such container".to_owned(),
            Some(Lack::Endpoints(selector)) => format!("it selects pods with {}, and {nobody}", list(selector)),
            _ => match named_object(&wait.wait).and_then(|id| found.objects.get(&id)) {
                Some(service) => format!("it selects pods with {}, and {nobody}", list(&string_map(&service["spec"]["selector"]))),
                None => nobody.to_owned(),
            },
        }
    }

    /// Names what was probably meant: the same in another namespace, or something of nearly that name.
    fn help(&self, wait: &PartWait) -> Option<String> {
        let wanted = named_object(&wait.wait)?;
        let same_kind = || self.plan.waits.parts.iter().filter(|part| part.id.kind == wanted.kind);
        let own = wanted.namespace.as_deref().unwrap_or_default();
        if let Some(part) = same_kind().find(|part| part.id.name == wanted.name && part.namespace() != own) {
            let (release, namespace) = (&self.plan.releases[part.release].name, part.namespace());
            return Some(format!("release {release} makes one in namespace {namespace}; `{namespace}:{}` names it", wanted.name));
        }
        let near =
            crate::diag::nearest(&wanted.name, same_kind().filter(|part| part.namespace() == own).map(|part| part.id.name.as_str()))?;
        Some(format!("did you mean `{near}`?"))
    }
}

/// Says whether this run sends an object: hooks of other events are sent by other runs.
fn is_sent(plan: &Plan, part: &Part) -> bool {
    let release = &plan.releases[part.release];
    let events = hook_events(release.action);
    part.hook.as_ref().is_none_or(|own| !release.settings.no_hooks && own.iter().any(|event| events.contains(event)))
}

fn is_met(wait: &PartWait, found: &Found) -> bool {
    if wait.lack == Some(Lack::Container) {
        return false;
    }
    let has_makers = |namespace: &String, labels: &BTreeMap<String, String>| {
        found.makers.get(namespace).is_none_or(|makers| makers.iter().any(|maker| template_has_labels(maker, labels)))
    };
    match (&wait.wait, &wait.lack) {
        (Wait::Service { namespace, .. }, Some(Lack::Endpoints(selector))) => has_makers(namespace, selector),
        (Wait::Service { namespace, .. }, _) => match named_object(&wait.wait) {
            Some(id) if found.unreadable.contains(&id) => true,
            Some(id) => found.objects.get(&id).is_some_and(|service| {
                let selector = string_map(&service["spec"]["selector"]);
                selector.is_empty() || has_makers(namespace, &selector)
            }),
            None => true,
        },
        (Wait::Pods { namespace, labels, .. }, _) => has_makers(namespace, labels),
        (Wait::Job { namespace, name: None, labels }, _) => {
            let carries = |job: &Json| crate::manifest::has_labels(&job["metadata"]["labels"], labels);
            found.jobs.get(namespace).is_none_or(|jobs| jobs.iter().any(carries))
        }
        _ => named_object(&wait.wait).is_none_or(|id| found.objects.contains_key(&id) || found.unreadable.contains(&id)),
    }
}

/// Returns the namespace in which something is waited for; a controller that is at work there may make it.
fn waited_in(wait: &Wait) -> Option<&str> {
    match wait {
        Wait::Service { namespace, .. }
        | Wait::Job { namespace, .. }
        | Wait::DaemonSet { namespace, .. }
        | Wait::Pods { namespace, .. } => Some(namespace),
        Wait::CustomResource { id } => id.namespace.as_deref(),
        Wait::Container { .. } | Wait::Reference { .. } | Wait::Kind { .. } | Wait::Address { .. } => None,
    }
}

fn list(labels: &BTreeMap<String, String>) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", ")
}
