//! The live objects of a release, and the pods that its controllers find.

use super::session::ReleaseSession;
use crate::cluster::{self, Table};
use crate::diag::{Diagnostic, Diagnostics};
use crate::manifest::{ObjectId, parse_stored};
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::BTreeMap;

/// Live objects by version and kind: `v1/Deployment`, and `v1/Pod(related)` for the pods of controllers.
#[derive(Clone, Debug)]
pub enum Resources {
    /// As people read them.
    Tables(BTreeMap<String, Vec<Table>>),
    /// As they are.
    Objects(BTreeMap<String, Vec<Value>>),
}

impl Default for Resources {
    fn default() -> Resources {
        Resources::Objects(BTreeMap::new())
    }
}

const RELATED_PODS: &str = "v1/Pod(related)";

/// Reads what lives of a manifest. Objects that are gone, or that we may not see, are left out.
///
/// Rule: helm pkg/kube/client.go (`Get`, with related objects).
pub(super) async fn resources(session: &ReleaseSession, manifest: &str, as_tables: bool) -> Result<Resources, Diagnostics> {
    let objects = objects(session, manifest).await?;
    let found = if as_tables {
        Resources::Tables(
            gather(
                session,
                &objects,
                async |id| session.cluster.table(id).await,
                async |kind, namespace, labels| session.cluster.table_of(kind, namespace, labels).await,
            )
            .await,
        )
    } else {
        Resources::Objects(
            gather(
                session,
                &objects,
                async |id| session.cluster.get(id).await,
                async |kind, namespace, labels| session.cluster.list_object(kind, namespace, labels).await,
            )
            .await,
        )
    };
    Ok(found)
}

/// An object of the manifest.
struct Wanted {
    id: ObjectId,
    /// What the pods of a controller are labelled with; none for what is none.
    pods: Option<BTreeMap<String, String>>,
}

/// Returns the manifest's objects, lists taken apart.
async fn objects(session: &ReleaseSession, manifest: &str) -> Result<Vec<Wanted>, Diagnostics> {
    let mut texts = Vec::new();
    for document in parse_stored(manifest).map_err(|error| error.diagnostic())? {
        take_apart(document.json().map_err(|error| error.diagnostic())?, &mut texts);
    }
    let mut problems = Diagnostics::new();
    let mut found = Vec::with_capacity(texts.len());
    for object in &texts {
        match wanted(session, object).await {
            Ok(wanted) => found.push(wanted),
            Err(problem) => problems.push(problem),
        }
    }
    problems.check(found).map(|(found, _)| found)
}

fn take_apart(mut object: Value, into: &mut Vec<Value>) {
    let is_list = object["kind"].as_str().is_some_and(|kind| kind.ends_with("List"));
    if is_list && let Some(Value::Array(items)) = object.get_mut("items").map(Value::take) {
        items.into_iter().for_each(|item| take_apart(item, into));
    } else if object.is_object() {
        into.push(object);
    }
}

async fn wanted(session: &ReleaseSession, object: &Value) -> Result<Wanted, Diagnostic> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (api_version, kind, name) = (text("/apiVersion"), text("/kind"), text("/metadata/name"));
    let own_namespace = Some(text("/metadata/namespace")).filter(|namespace| !namespace.is_empty());
    let known = session.cluster.kind(&api_version, &kind).await.map_err(|error| unknown_kind(&error, &name, own_namespace.as_deref()))?;
    let namespace = known.namespaced.then(|| own_namespace.unwrap_or_else(|| session.cluster.namespace().to_owned()));
    Ok(Wanted { pods: pod_labels(&kind, object), id: ObjectId { api_version, kind, namespace, name } })
}

fn unknown_kind(error: &cluster::Error, name: &str, namespace: Option<&str>) -> Diagnostic {
    let cluster::Error::UnknownKind { api_version, kind, .. } = error else { return error.diagnostic() };
    let namespace = namespace.unwrap_or_default();
    error.diagnostic().verbatim(format!(
        "resource mapping not found for name: {name:?} namespace: {namespace:?} from \"\": no matches for kind {kind:?} in version \
         {api_version:?}\nensure CRDs are installed first"
    ))
}

/// Rule: helm pkg/kube/client.go (`getSelectorFromObject`): the selector that the manifest writes.
fn pod_labels(kind: &str, object: &Value) -> Option<BTreeMap<String, String>> {
    let selector = match kind {
        "ReplicaSet" | "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => object.pointer("/spec/selector/matchLabels"),
        "ReplicationController" => object.pointer("/spec/selector"),
        _ => None,
    };
    let labels = selector?.as_object()?.iter();
    labels.map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}

/// Reads all objects at once, and the pods of each selector once.
async fn gather<T>(
    session: &ReleaseSession,
    objects: &[Wanted],
    read: impl AsyncFn(&ObjectId) -> Result<Option<T>, cluster::Error>,
    list_pods: impl AsyncFn(&cluster::Kind, &str, &str) -> Result<T, cluster::Error>,
) -> BTreeMap<String, Vec<T>> {
    let mut found: BTreeMap<String, Vec<T>> = BTreeMap::new();
    let mut selectors: Vec<(&str, &BTreeMap<String, String>)> = Vec::new();
    let live = join_all(objects.iter().map(|object| read(&object.id))).await;
    for (object, live) in objects.iter().zip(live) {
        let Ok(Some(live)) = live else { continue };
        let version = object.id.api_version.rsplit('/').next().unwrap_or_default();
        found.entry(format!("{version}/{}", object.id.kind)).or_default().push(live);
        let Some(labels) = &object.pods else { continue };
        if !selectors.iter().any(|(_, known)| *known == labels) {
            selectors.push((object.id.namespace.as_deref().unwrap_or_default(), labels));
        }
    }
    let Ok(pod) = session.cluster.kind("v1", "Pod").await else { return found };
    let pods = join_all(selectors.iter().map(async |(namespace, labels)| list_pods(&pod, namespace, &selector(labels)).await)).await;
    for pods in pods.into_iter().flatten() {
        found.entry(RELATED_PODS.to_owned()).or_default().push(pods);
    }
    found
}

fn selector(labels: &BTreeMap<String, String>) -> String {
    labels.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(",")
}
