//! What a plan brings along: namespaces, kinds, objects that others refer to.

use super::subject::Subject;
use crate::manifest::ObjectId;
use crate::plan::planned::{Action, PlannedRelease};
use crate::plan::sent::Scope;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// What a plan brings along for one cluster.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// Namespaces that it makes where they are missing.
    pub namespaces: BTreeSet<String>,
    /// Kinds of custom resources, by API version and kind.
    pub kinds: BTreeMap<(String, String), PlannedCrd>,
    /// Its objects.
    objects: BTreeSet<(String, String, Option<String>, String)>,
}

/// A kind of a custom resource definition, in one version.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedCrd {
    /// Whether its objects live in namespaces.
    pub is_namespaced: bool,
    /// `openAPIV3Schema` of the version; null where it has none.
    pub schema: Json,
}

impl Brought {
    /// Adds the objects of a plan.
    pub fn add_objects(&mut self, subjects: &[Subject]) {
        for subject in subjects {
            let id = &subject.sent.id;
            if id.kind == "Namespace" && id.group().is_empty() && subject.in_run {
                self.namespaces.insert(id.name.clone());
            }
            self.objects.insert(key(id));
        }
    }

    /// Adds what a release that is installed or upgraded brings along: its namespace, and the kinds of its custom resource definitions.
    pub fn add_release(&mut self, release: &PlannedRelease) {
        if release.settings.create_namespace {
            self.namespaces.insert(release.namespace.clone());
        }
        let Some(desired) = &release.desired else { return };
        let files = desired.crds.iter().filter(|_| release.action == Action::Install && !release.settings.skip_crds);
        let hooks = desired.manifest.hooks.iter().map(|hook| &hook.document);
        let documents = files.chain(&desired.manifest.documents).chain(hooks);
        for document in documents.filter(|document| document.head.kind == "CustomResourceDefinition") {
            if let Ok(crd) = document.json() {
                self.add_crd(&crd);
            }
        }
    }

    /// Adds the kinds that a custom resource definition serves.
    fn add_crd(&mut self, crd: &Json) {
        let text = |pointer: &str| crd.pointer(pointer).and_then(Json::as_str);
        if text("/kind") != Some("CustomResourceDefinition") {
            return;
        }
        let (Some(group), Some(kind)) = (text("/spec/group"), text("/spec/names/kind")) else { return };
        let is_namespaced = text("/spec/scope") != Some("Cluster");
        for version in crd.pointer("/spec/versions").and_then(Json::as_array).into_iter().flatten() {
            let Some(name) = version["name"].as_str().filter(|_| version["served"].as_bool() != Some(false)) else { continue };
            let schema = version.pointer("/schema/openAPIV3Schema").cloned().unwrap_or_default();
            self.kinds.insert((format!("{group}/{name}"), kind.to_owned()), PlannedCrd { is_namespaced, schema });
        }
    }

    /// Returns what is known of a kind that the cluster does not serve. Of one that the plan does not bring either, only what the object
    /// itself says is known.
    pub fn scope(&self, id: &ObjectId) -> Scope {
        Scope { is_namespaced: self.kind_of(id).map_or(id.namespace.is_some(), |kind| kind.is_namespaced), is_served: false }
    }

    /// Returns the kind of an object, where the plan brings it.
    pub fn kind_of(&self, id: &ObjectId) -> Option<&PlannedCrd> {
        self.kinds.get(&(id.api_version.clone(), id.kind.clone()))
    }

    /// Says whether the plan makes this object, in whatever API version.
    pub fn has(&self, id: &ObjectId) -> bool {
        self.objects.contains(&key(id))
    }
}

fn key(id: &ObjectId) -> (String, String, Option<String>, String) {
    (id.group().to_owned(), id.kind.clone(), id.namespace.clone(), id.name.clone())
}
