//! What pods and claims refer to.

use super::brought::Brought;
use super::refused::Answered;
use super::subject::Subject;
use crate::chart::FieldPath;
use crate::manifest::{ObjectId, Wait, pod_template, waits};
use crate::plan::finding::{Code, Finding};
use crate::template::trace::Key;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// More users of one object than these are counted instead of named.
const USERS: usize = 3;

/// ConfigMaps that the control plane puts into every namespace.
const IN_EVERY_NAMESPACE: [&str; 2] = ["kube-root-ca.crt", "openshift-service-ca.crt"];

/// Priority classes that every cluster has.
const SYSTEM_CLASSES: [&str; 2] = ["system-cluster-critical", "system-node-critical"];

const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// What the objects of a plan refer to and the plan does not make, with the objects that refer to it.
#[derive(Clone, Debug, Default)]
pub struct References<'s> {
    wanted: BTreeMap<(usize, ObjectId), Vec<&'s Subject>>,
    /// Claims without a class, which the default one serves.
    without_class: Vec<&'s Subject>,
}

impl<'s> References<'s> {
    /// Collects references. Only what this run sends counts; claims that are there already have found their storage.
    pub fn of(answered: &[Answered<'s>], brought: &Brought) -> References<'s> {
        let made = made_by_controllers(answered);
        let mut references = References::default();
        for answered in answered.iter().filter(|answered| answered.subject.in_run) {
            let subject = answered.subject;
            references.add_pods(subject, brought, &made);
            if !matches!(&answered.answer, Some(Ok(applied)) if !applied.is_new) {
                references.add_claims(subject, brought);
            }
        }
        references
    }

    fn add_pods(&mut self, subject: &'s Subject, brought: &Brought, made: &BTreeSet<ObjectId>) {
        let namespace = subject.sent.id.namespace.as_deref().unwrap_or_default();
        for wait in waits(&subject.sent.body, namespace) {
            let Wait::Reference { id } = wait else { continue };
            let is_common = id.kind == "ConfigMap" && IN_EVERY_NAMESPACE.contains(&id.name.as_str());
            if !is_common && !made.contains(&id) {
                self.add(subject, id, brought);
            }
        }
        let Some(spec) = pod_template(&subject.sent.body).and_then(|template| template.get("spec")) else { return };
        let named = |field: &str| spec[field].as_str().filter(|name| !name.is_empty());
        if let Some(name) = named("priorityClassName").filter(|name| !SYSTEM_CLASSES.contains(name)) {
            self.add(subject, cluster_object("scheduling.k8s.io/v1", "PriorityClass", name), brought);
        }
        if let Some(name) = named("runtimeClassName") {
            self.add(subject, cluster_object("node.k8s.io/v1", "RuntimeClass", name), brought);
        }
    }

    fn add_claims(&mut self, subject: &'s Subject, brought: &Brought) {
        for spec in claims(&subject.sent.body) {
            match spec["storageClassName"].as_str() {
                Some("") => {}
                Some(name) => self.add(subject, cluster_object("storage.k8s.io/v1", "StorageClass", name), brought),
                // A claim that names its volume, or fits one by labels, may be bound by hand.
                None if spec["volumeName"].is_string() || spec["selector"].is_object() => {}
                None => self.without_class.push(subject),
            }
        }
    }

    fn add(&mut self, subject: &'s Subject, id: ObjectId, brought: &Brought) {
        if !brought.has(&id) {
            let users = self.wanted.entry((subject.release, id)).or_default();
            if !users.iter().any(|user| std::ptr::eq(*user, subject)) {
                users.push(subject);
            }
        }
    }

    /// Returns the objects that have to be looked for in the cluster.
    pub fn wanted(&self) -> BTreeSet<ObjectId> {
        self.wanted.keys().map(|(_, id)| id.clone()).collect()
    }

    /// Says whether storage classes and volumes have to be known.
    pub fn need_storage(&self) -> bool {
        !self.without_class.is_empty() || self.wanted.keys().any(|(_, id)| id.kind == "StorageClass")
    }

    /// Finds what neither the plan nor the cluster has. `known` is what the cluster has, or does not let us see; `volumes` are its
    /// persistent volumes: a class that one of them has need not exist.
    pub fn check(&self, known: &BTreeSet<ObjectId>, classes: Option<&[Json]>, volumes: &[Json], subjects: &[Subject]) -> Vec<Finding> {
        let has_volume =
            |class: &str| volumes.iter().any(|volume| volume.pointer("/spec/storageClassName").and_then(Json::as_str) == Some(class));
        let is_missing = |id: &ObjectId| !known.contains(id) && !(id.kind == "StorageClass" && has_volume(&id.name));
        let missing = self.wanted.iter().filter(|((_, id), _)| is_missing(id));
        let mut findings: Vec<Finding> = missing.map(|((_, id), users)| missing_finding(id, users)).collect();
        let planned = subjects.iter().filter(|subject| subject.sent.id.kind == "StorageClass").map(|subject| &subject.sent.body);
        if let Some(classes) = classes
            && !classes.iter().chain(planned).any(is_default)
        {
            findings.extend(self.without_class.iter().map(|subject| {
                subject
                    .finding(Code::MissingReference, "it names no storage class, and the cluster has no default one")
                    .help("name a class in the chart's values, or mark one as the default")
            }));
        }
        findings
    }
}

fn missing_finding(id: &ObjectId, users: &[&Subject]) -> Finding {
    let names: Vec<String> = users.iter().take(USERS).map(|user| format!("{}/{}", user.sent.id.kind, user.sent.id.name)).collect();
    let more = users.len() - names.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let verb = if users.len() == 1 { "needs" } else { "need" };
    let message = format!("nothing in the plan or the cluster has {id}, which {}{more} {verb}", names.join(", "));
    let finding = users[0].finding(Code::MissingReference, message);
    match field_of(&users[0].sent.body, id, &mut Vec::new()) {
        Some(path) => finding.of_field(path.to_string()),
        None => finding,
    }
}

/// Finds the field that names an object of this kind, in the order of the document.
fn field_of(node: &Json, id: &ObjectId, path: &mut Vec<Key>) -> Option<FieldPath> {
    let children: Vec<(Key, &Json)> = match node {
        Json::Object(map) => map.iter().map(|(name, child)| (Key::Name(name.as_str().into()), child)).collect(),
        Json::Array(items) => items.iter().enumerate().map(|(index, child)| (Key::Index(index), child)).collect(),
        Json::String(name) => return (*name == id.name && names(&id.kind, path)).then(|| FieldPath(path.clone())),
        _ => return None,
    };
    children.into_iter().find_map(|(key, child)| {
        path.push(key);
        let found = field_of(child, id, path);
        path.pop();
        found
    })
}

/// Says whether the field at this path names an object of a kind.
fn names(kind: &str, path: &[Key]) -> bool {
    let text = |at: usize| path.len().checked_sub(at).and_then(|index| path.get(index)).map(key_text).unwrap_or_default();
    let (own, parent) = (text(1), text(2));
    match kind {
        "Secret" => own == "secretName" || own == "name" && matches!(parent.as_str(), "secret" | "secretRef" | "secretKeyRef"),
        "ConfigMap" => own == "name" && matches!(parent.as_str(), "configMap" | "configMapRef" | "configMapKeyRef"),
        "PersistentVolumeClaim" => own == "claimName",
        "ServiceAccount" => own == "serviceAccountName",
        "StorageClass" => own == "storageClassName",
        "PriorityClass" => own == "priorityClassName",
        "RuntimeClass" => own == "runtimeClassName",
        _ => false,
    }
}

fn key_text(key: &Key) -> String {
    match key {
        Key::Name(name) => name.to_text().into_owned(),
        Key::Index(index) => index.to_string(),
    }
}

fn is_default(class: &Json) -> bool {
    class["metadata"]["annotations"][DEFAULT_CLASS] == "true"
}

fn cluster_object(api_version: &str, kind: &str, name: &str) -> ObjectId {
    ObjectId { api_version: api_version.to_owned(), kind: kind.to_owned(), namespace: None, name: name.to_owned() }
}

/// Returns the `spec` of each claim that an object is or makes.
fn claims(object: &Json) -> Vec<&Json> {
    match object["kind"].as_str() {
        Some("PersistentVolumeClaim") => vec![&object["spec"]],
        Some("StatefulSet") => {
            let templates = object.pointer("/spec/volumeClaimTemplates").and_then(Json::as_array);
            templates.into_iter().flatten().map(|template| &template["spec"]).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns Secrets and ConfigMaps that well-known controllers make of the plan's objects.
fn made_by_controllers(answered: &[Answered<'_>]) -> BTreeSet<ObjectId> {
    let made = |answered: &Answered<'_>| {
        let (id, body) = (&answered.subject.sent.id, &answered.subject.sent.body);
        let text = |pointer: &str| body.pointer(pointer).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
        let (kind, name) = match (id.group(), id.kind.as_str()) {
            ("cert-manager.io", "Certificate") => ("Secret", text("/spec/secretName")?),
            ("external-secrets.io", "ExternalSecret") => ("Secret", text("/spec/target/name").unwrap_or_else(|| id.name.clone())),
            ("bitnami.com", "SealedSecret") => ("Secret", id.name.clone()),
            ("objectbucket.io", "ObjectBucketClaim") => ("Secret", id.name.clone()),
            _ => return None,
        };
        Some(ObjectId { api_version: "v1".to_owned(), kind: kind.to_owned(), namespace: id.namespace.clone(), name })
    };
    answered.iter().filter_map(made).collect()
}
