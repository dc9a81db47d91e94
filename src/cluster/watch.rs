//! A store of live objects that follows the cluster: one watch for each kind and namespace, shared by everybody who waits.

use super::call::Event;
use super::connect::Cluster;
use super::error::Error;
use super::kinds::Kind;
use super::refusal::{Refusal, RefusalKind};
use super::transport;
use crate::manifest::ObjectId;
use futures_util::{Stream, StreamExt};
use kube::Api;
use kube::core::{ApiResource, DynamicObject};
use kube::runtime::{WatchStreamExt, watcher};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A store of live objects that follows the cluster. Ends its watches when it is dropped.
pub struct Watch {
    pub(super) cluster: Cluster,
    covers: Mutex<BTreeMap<Key, Arc<Cover>>>,
    changes: watch::Sender<u64>,
}

impl Watch {
    /// Makes a store that follows nothing yet.
    pub fn new(cluster: &Cluster) -> Watch {
        Watch { cluster: cluster.clone(), covers: Mutex::default(), changes: watch::Sender::new(0) }
    }

    /// Follows the objects of a kind in a namespace (or of a kind without namespaces), and returns when those there are known.
    /// Following twice costs nothing.
    ///
    /// # Errors
    /// The kind is not known, or the server does not let us list it.
    pub async fn follow(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Result<(), Error> {
        let kind = self.cluster.kind(api_version, kind).await?;
        let namespace = kind.namespaced.then(|| namespace.unwrap_or(self.cluster.namespace()).to_owned());
        let cover = self.cover(&kind, namespace);
        let mut state = cover.state.subscribe();
        match state.wait_for(|state| !matches!(state, State::Beginning)).await.as_deref() {
            Ok(State::Refused(error)) => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// Returns an object as it was last seen, or nothing where there is none, or where its kind and namespace are not followed.
    pub fn get(&self, id: &ObjectId) -> Option<Arc<Value>> {
        let cover = self.found(&id.api_version, &id.kind, id.namespace.as_deref())?;
        let objects = cover.objects.read().unwrap_or_else(PoisonError::into_inner);
        objects.get(&id.name).cloned()
    }

    /// Returns all objects of a kind and namespace that is followed, by name.
    pub fn all(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Vec<Arc<Value>> {
        let Some(cover) = self.found(api_version, kind, namespace) else { return Vec::new() };
        let objects = cover.objects.read().unwrap_or_else(PoisonError::into_inner);
        objects.values().cloned().collect()
    }

    /// Returns a receiver that changes whenever an object does.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn found(&self, api_version: &str, kind: &str, namespace: Option<&str>) -> Option<Arc<Cover>> {
        let covers = self.covers.lock().unwrap_or_else(PoisonError::into_inner);
        covers.get(&(api_version.to_owned(), kind.to_owned(), namespace.map(str::to_owned))).cloned()
    }

    fn cover(&self, kind: &Arc<Kind>, namespace: Option<String>) -> Arc<Cover> {
        let key = (kind.api_version.clone(), kind.kind.clone(), namespace.clone());
        let mut covers = self.covers.lock().unwrap_or_else(PoisonError::into_inner);
        // One that was refused is tried again: rights and kinds may have come since.
        if let Some(cover) = covers.get(&key).filter(|cover| !matches!(*cover.state.borrow(), State::Refused(_))) {
            return Arc::clone(cover);
        }
        let cover = Cover::start(&self.cluster, kind, namespace, self.changes.clone());
        covers.insert(key, Arc::clone(&cover));
        cover
    }
}

type Key = (String, String, Option<String>);

/// The objects of one kind and namespace, and the task that follows them.
struct Cover {
    objects: RwLock<BTreeMap<String, Arc<Value>>>,
    state: watch::Sender<State>,
    changes: watch::Sender<u64>,
    task: Mutex<Option<JoinHandle<()>>>,
}

enum State {
    Beginning,
    Following,
    Refused(Error),
}

impl Cover {
    fn start(cluster: &Cluster, kind: &Arc<Kind>, namespace: Option<String>, changes: watch::Sender<u64>) -> Arc<Cover> {
        let cover =
            Arc::new(Cover { objects: RwLock::default(), state: watch::Sender::new(State::Beginning), changes, task: Mutex::default() });
        let watching = match &namespace {
            Some(namespace) => format!("{} in {namespace}", kind.kind),
            None => kind.kind.clone(),
        };
        let events = watcher(api(cluster, kind, namespace.as_deref()), config(kind)).default_backoff();
        let task = follow(Arc::downgrade(&cover), cluster.clone(), Arc::clone(kind), watching, events);
        *cover.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(tokio::spawn(task));
        cover
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, Arc<Value>>)) {
        change(&mut self.objects.write().unwrap_or_else(PoisonError::into_inner));
        self.changes.send_modify(|count| *count += 1);
    }
}

impl Drop for Cover {
    fn drop(&mut self) {
        if let Some(task) = self.task.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

/// Keeps a cover up to date until nobody holds it any more, or the server refuses the first list.
async fn follow(
    cover: std::sync::Weak<Cover>,
    cluster: Cluster,
    kind: Arc<Kind>,
    watching: String,
    events: impl Stream<Item = Result<watcher::Event<DynamicObject>, watcher::Error>>,
) {
    let mut events = std::pin::pin!(events);
    let mut listed = BTreeMap::new();
    while let Some(event) = events.next().await {
        let Some(cover) = cover.upgrade() else { return };
        match event {
            Ok(watcher::Event::Init) => listed.clear(),
            Ok(watcher::Event::InitApply(object)) => drop(named(object, &kind).map(|(name, object)| listed.insert(name, object))),
            Ok(watcher::Event::InitDone) => {
                cover.change(|objects| *objects = std::mem::take(&mut listed));
                cover.state.send_replace(State::Following);
            }
            Ok(watcher::Event::Apply(object)) => {
                let Some((name, object)) = named(object, &kind) else { continue };
                cover.change(|objects| drop(objects.insert(name, object)));
            }
            Ok(watcher::Event::Delete(object)) => {
                let Some(name) = object.metadata.name else { continue };
                cover.change(|objects| drop(objects.remove(&name)));
            }
            Err(error) => {
                let beginning = matches!(*cover.state.borrow(), State::Beginning);
                if let Some(refusal) = refusal(&error).filter(|refusal| beginning && is_final(refusal)) {
                    let doing = format!("watching {watching}");
                    cover.state.send_replace(State::Refused(Error::Refused { doing, refusal: Box::new(refusal) }));
                    return;
                }
                (cluster.inner.on_event)(Event::WatchBroken { watching: watching.clone(), reason: transport::innermost(&error) });
            }
        }
    }
}

fn api(cluster: &Cluster, kind: &Kind, namespace: Option<&str>) -> Api<DynamicObject> {
    let resource = ApiResource {
        group: kind.group().to_owned(),
        version: kind.version().to_owned(),
        api_version: kind.api_version.clone(),
        kind: kind.kind.clone(),
        plural: kind.plural.clone(),
    };
    match namespace {
        Some(namespace) => Api::namespaced_with(cluster.inner.client.clone(), namespace, &resource),
        None => Api::all_with(cluster.inner.client.clone(), &resource),
    }
}

fn config(kind: &Kind) -> watcher::Config {
    let config = watcher::Config::default();
    // Release records are Secrets too, large, and rewritten all the time.
    if kind.kind == "Secret" && kind.group().is_empty() { config.fields("type!=helm.sh/release.v1") } else { config }
}

fn named(object: DynamicObject, kind: &Kind) -> Option<(String, Arc<Value>)> {
    let name = object.metadata.name.clone()?;
    let mut object = serde_json::to_value(object).ok()?;
    object["apiVersion"] = Value::from(kind.api_version.as_str());
    object["kind"] = Value::from(kind.kind.as_str());
    if let Some(metadata) = object["metadata"].as_object_mut() {
        // Half of an object's bytes, and nobody who waits reads them.
        metadata.remove("managedFields");
    }
    Some((name, Arc::new(object)))
}

fn refusal(error: &watcher::Error) -> Option<Refusal> {
    let (watcher::Error::InitialListFailed(kube::Error::Api(status)) | watcher::Error::WatchStartFailed(kube::Error::Api(status))) = error
    else {
        return None;
    };
    let body = serde_json::json!({"kind": "Status", "reason": status.reason, "message": status.message});
    Some(Refusal::read(status.code, None, body.to_string().as_bytes()))
}

fn is_final(refusal: &Refusal) -> bool {
    matches!(refusal.kind, RefusalKind::Unauthorized | RefusalKind::Forbidden | RefusalKind::NotFound | RefusalKind::Other)
}
