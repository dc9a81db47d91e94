//! Who provides what is waited for.

use super::part::{Part, Source, is_built_in, parts};
use crate::manifest::{ObjectId, Wait, has_labels, pod_template, string_map, waits};
use rustc_hash::FxHashMap;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// All waits of the objects of some releases.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    /// The objects, release by release; hooks after the objects.
    pub parts: Vec<Part>,
    /// What they wait for, object by object.
    pub waits: Vec<PartWait>,
    /// How many releases there are.
    pub releases: usize,
    /// Namespaces, by context, in which a controller may make what no release has: custom resources of the releases are in them.
    pub controlled: BTreeSet<(Option<String>, String)>,
    contexts: Vec<Option<String>>,
}

/// One wait of one object.
#[derive(Clone, Debug)]
pub struct PartWait {
    /// Who waits, by index in `Waits::parts`.
    pub part: usize,
    /// For what.
    pub wait: Wait,
    /// Objects of the releases of which one has to be ready.
    pub providers: Vec<usize>,
    /// Objects of the releases that have to be there besides: the Service whose pods are the providers.
    pub beside: Vec<usize>,
    /// What no release has, where nothing in the releases can provide it.
    pub lack: Option<Lack>,
}

/// What no release has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The object, or pods with these labels.
    Maker,
    /// Pods that a Service of the releases selects.
    Endpoints(BTreeMap<String, String>),
    /// A container of the waiting pod.
    Container,
}

impl Waits {
    /// Finds all waits of the objects of releases, and who provides what.
    pub fn of(sources: &[Source<'_>]) -> Waits {
        let groups = used_groups(sources);
        let parts: Vec<Part> = sources.iter().enumerate().flat_map(|(at, source)| parts(at, source, &groups)).collect();
        let contexts: Vec<Option<String>> = sources.iter().map(|source| source.context.map(str::to_owned)).collect();
        let controlled = controlled(&parts, &contexts);
        let index = Index::of(&parts, &contexts);
        let mut found = Vec::new();
        for at in 0..parts.len() {
            found.extend(index.waits_of(at));
        }
        Waits { waits: found, releases: sources.len(), controlled, parts, contexts }
    }

    /// Returns the context of a release.
    pub fn context(&self, release: usize) -> Option<&String> {
        self.contexts.get(release).and_then(Option::as_ref)
    }

    /// Returns the waits of one object.
    pub fn of_part(&self, part: usize) -> &[PartWait] {
        let begin = self.waits.partition_point(|wait| wait.part < part);
        let length = self.waits[begin..].partition_point(|wait| wait.part == part);
        &self.waits[begin..begin + length]
    }

    /// Returns the other releases that provide what is waited for; none where the object's own release does.
    pub fn other_releases(&self, wait: &PartWait) -> BTreeSet<usize> {
        let own = self.parts[wait.part].release;
        let of = |parts: &[usize]| parts.iter().map(|part| self.parts[*part].release).collect::<BTreeSet<usize>>();
        let (providers, beside) = (of(&wait.providers), of(&wait.beside));
        let mut found = if providers.contains(&own) { BTreeSet::new() } else { providers };
        found.extend(beside);
        found.remove(&own);
        found
    }

    /// Says whether a controller of somebody else may make objects in a namespace: a release puts custom resources into it.
    pub fn is_controlled(&self, release: usize, namespace: &str) -> bool {
        self.controlled.contains(&(self.context(release).cloned(), namespace.to_owned()))
    }
}

/// Returns the groups of custom resources that releases use.
fn used_groups(sources: &[Source<'_>]) -> BTreeSet<String> {
    let documents = sources.iter().flat_map(|source| source.documents.iter().chain(source.hooks.iter().map(|hook| &hook.document)));
    let group = |version: &str| version.split_once('/').map(|(group, _)| group.to_owned());
    documents.filter_map(|document| group(&document.head.api_version)).filter(|group| !is_built_in(group)).collect()
}

fn controlled(parts: &[Part], contexts: &[Option<String>]) -> BTreeSet<(Option<String>, String)> {
    let custom = parts.iter().filter(|part| !is_built_in(part.id.group()) && part.id.group() != "monitoring.coreos.com");
    custom.map(|part| (contexts[part.release].clone(), part.namespace().to_owned())).collect()
}

/// Objects by what is asked for.
struct Index<'a> {
    parts: &'a [Part],
    contexts: &'a [Option<String>],
    named: FxHashMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    makers: FxHashMap<&'a str, Vec<usize>>,
    definitions: Vec<usize>,
}

impl<'a> Index<'a> {
    fn of(parts: &'a [Part], contexts: &'a [Option<String>]) -> Index<'a> {
        let mut index = Index { parts, contexts, named: FxHashMap::default(), makers: FxHashMap::default(), definitions: Vec::new() };
        for (at, part) in parts.iter().enumerate() {
            index.named.entry((&part.id.kind, part.namespace(), &part.id.name)).or_default().push(at);
            if pod_template(&part.body).is_some() {
                index.makers.entry(part.namespace()).or_default().push(at);
            }
            if part.id.kind == "CustomResourceDefinition" && !part.body.is_null() {
                index.definitions.push(at);
            }
        }
        index
    }

    fn waits_of(&self, at: usize) -> Vec<PartWait> {
        let part = &self.parts[at];
        let mut wanted = waits(&part.body, part.namespace());
        if !is_built_in(part.id.group()) {
            wanted.push(Wait::Kind { group: part.id.group().to_owned(), kind: part.id.kind.clone() });
        }
        let found = wanted.into_iter().map(|wait| self.resolve(at, wait));
        // The definition of a kind may be in the cluster, or anywhere; an address need not be one.
        let may_be_elsewhere = |wait: &PartWait| matches!(wait.wait, Wait::Kind { .. } | Wait::Address { .. });
        found.filter(|wait| !(may_be_elsewhere(wait) && wait.providers.is_empty())).collect()
    }

    fn resolve(&self, at: usize, wait: Wait) -> PartWait {
        let plain = |providers: Vec<usize>, wait: Wait| {
            let lack = providers.is_empty().then_some(Lack::Maker);
            PartWait { part: at, wait, providers, beside: Vec::new(), lack }
        };
        match &wait {
            Wait::Service { namespace, name } | Wait::Address { namespace, name } => {
                self.resolve_service(at, &self.named(at, "Service", "", namespace, name), wait.clone())
            }
            Wait::Job { namespace, name: Some(name), .. } => plain(self.named(at, "Job", "batch", namespace, name), wait),
            Wait::Job { namespace, name: None, labels } => plain(self.makers(at, namespace, |part| makes_job(&part.body, labels)), wait),
            Wait::DaemonSet { namespace, name } => plain(self.named(at, "DaemonSet", "apps", namespace, name), wait),
            Wait::Pods { namespace, labels, .. } => plain(self.makers(at, namespace, |part| makes_pod(&part.body, labels)), wait),
            Wait::CustomResource { id } | Wait::Reference { id } => {
                plain(self.named(at, &id.kind, id.group(), id.namespace.as_deref().unwrap_or_default(), &id.name), wait)
            }
            Wait::Container { name } => {
                let is_there = has_container(&self.parts[at].body, name);
                PartWait { lack: (!is_there).then_some(Lack::Container), ..plain(Vec::new(), wait) }
            }
            Wait::Kind { group, kind } => {
                let defines = |part: &&usize| self.same_cluster(at, **part) && crd_defines(&self.parts[**part].body, group, kind);
                plain(self.definitions.iter().filter(defines).copied().collect(), wait)
            }
        }
    }

    /// A Service is met by the pods that it selects. One without a selector may get endpoints from anybody.
    fn resolve_service(&self, at: usize, services: &[usize], wait: Wait) -> PartWait {
        let mut found = PartWait { part: at, wait, providers: Vec::new(), beside: services.to_vec(), lack: None };
        if services.is_empty() {
            found.lack = Some(Lack::Maker);
            return found;
        }
        let mut selects_nobody = None;
        for service in services {
            let selector = string_map(&self.parts[*service].body["spec"]["selector"]);
            if selector.is_empty() {
                found.providers.push(*service);
                continue;
            }
            let pods = self.makers(at, self.parts[*service].namespace(), |part| makes_pod(&part.body, &selector));
            if pods.is_empty() {
                selects_nobody = Some(selector);
            }
            found.providers.extend(pods);
        }
        if found.providers.is_empty() {
            found.lack = selects_nobody.map(Lack::Endpoints);
        }
        found
    }

    fn named(&self, at: usize, kind: &str, group: &str, namespace: &str, name: &str) -> Vec<usize> {
        let found = self.named.get(&(kind, namespace, name)).map(Vec::as_slice).unwrap_or_default();
        let fits = |part: &&usize| self.parts[**part].id.group() == group && self.same_cluster(at, **part);
        found.iter().filter(fits).copied().collect()
    }

    fn makers(&self, at: usize, namespace: &str, fits: impl Fn(&Part) -> bool) -> Vec<usize> {
        let found = self.makers.get(namespace).map(Vec::as_slice).unwrap_or_default();
        found.iter().filter(|part| **part != at && self.same_cluster(at, **part) && fits(&self.parts[**part])).copied().collect()
    }

    fn same_cluster(&self, one: usize, other: usize) -> bool {
        self.contexts[self.parts[one].release] == self.contexts[self.parts[other].release]
    }
}

fn makes_pod(object: &Json, labels: &BTreeMap<String, String>) -> bool {
    pod_template(object).is_some_and(|template| has_labels(&template["metadata"]["labels"], labels))
}

fn makes_job(object: &Json, labels: &BTreeMap<String, String>) -> bool {
    match object["kind"].as_str() {
        Some("Job") => has_labels(&object["metadata"]["labels"], labels),
        Some("CronJob") => has_labels(&object["spec"]["jobTemplate"]["metadata"]["labels"], labels),
        _ => false,
    }
}

fn has_container(object: &Json, name: &str) -> bool {
    let Some(spec) = pod_template(object).and_then(|template| template.get("spec")) else { return false };
    let lists = [&spec["containers"], &spec["initContainers"]];
    lists.into_iter().filter_map(Json::as_array).flatten().any(|container| container["name"] == name)
}

fn crd_defines(definition: &Json, group: &str, kind: &str) -> bool {
    let text = |pointer: &str| definition.pointer(pointer).and_then(Json::as_str);
    text("/spec/group") == Some(group) && text("/spec/names/kind") == Some(kind)
}

/// Returns the identity of an object that a wait names, as it is looked for in a cluster; nothing where it is named by labels.
pub fn named_object(wait: &Wait) -> Option<ObjectId> {
    let id = |api_version: &str, kind: &str, namespace: &str, name: &str| {
        let (api_version, kind) = (api_version.to_owned(), kind.to_owned());
        Some(ObjectId { api_version, kind, namespace: Some(namespace.to_owned()), name: name.to_owned() })
    };
    match wait {
        Wait::Service { namespace, name } => id("v1", "Service", namespace, name),
        Wait::Job { namespace, name: Some(name), .. } => id("batch/v1", "Job", namespace, name),
        Wait::DaemonSet { namespace, name } => id("apps/v1", "DaemonSet", namespace, name),
        Wait::CustomResource { id } | Wait::Reference { id } => Some(id.clone()),
        Wait::Job { name: None, .. } | Wait::Pods { .. } | Wait::Container { .. } | Wait::Kind { .. } | Wait::Address { .. } => None,
    }
}
