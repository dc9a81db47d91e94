//! Writes what lives have come to into the cluster: many pods at once, one write a pod at a time.

use super::step::Notice;
use super::world::Name;
use k8s_openapi::api::core::v1::{Event, EventSource, ObjectReference, Pod, PodStatus};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use k8s_openapi::jiff::Timestamp;
use kube::api::{DeleteParams, Patch, PatchParams, PostParams, Preconditions};
use kube::{Api, Client};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many requests may be under way; a request is a connection (crate `kube` has no HTTP/2).
const AT_ONCE: usize = 24;

/// The writes that are under way.
pub struct Writes {
    client: Client,
    permits: Arc<Semaphore>,
    running: JoinSet<Written>,
}

/// A write to a pod has ended.
#[derive(Debug)]
pub struct Written {
    /// The pod.
    pub pod: Name,
    /// Its unique id: another pod may have taken the name.
    pub uid: String,
    /// Whether the cluster has it now, or never will.
    pub done: bool,
}

impl Writes {
    /// Makes an empty set.
    pub fn new(client: Client) -> Self {
        Writes { client, permits: Arc::new(Semaphore::new(AT_ONCE)), running: JoinSet::new() }
    }

    /// Starts to write the status of a pod.
    pub fn status(&mut self, pod: Name, uid: String, status: &PodStatus) {
        let body = patch(&uid, status);
        let api: Api<Pod> = Api::namespaced(self.client.clone(), &pod.namespace);
        let permits = self.permits.clone();
        self.running.spawn(async move {
            let _permit = permits.acquire().await;
            let result = api.patch_status(&pod.name, &PatchParams::default(), &Patch::Strategic(body)).await;
            Written { done: is_settled(result), pod, uid }
        });
    }

    /// Starts to remove a pod for good.
    pub fn remove(&mut self, pod: Name, uid: String) {
        let api: Api<Pod> = Api::namespaced(self.client.clone(), &pod.namespace);
        let permits = self.permits.clone();
        self.running.spawn(async move {
            let _permit = permits.acquire().await;
            let preconditions = Preconditions { uid: Some(uid.clone()), resource_version: None };
            let params = DeleteParams { grace_period_seconds: Some(0), preconditions: Some(preconditions), ..DeleteParams::default() };
            Written { done: is_settled(api.delete(&pod.name, &params).await), pod, uid }
        });
    }

    /// Starts to record an event; one that is lost is not missed.
    pub fn notice(&self, pod: &Pod, notice: Notice) {
        let name = Name::of(&pod.metadata);
        let api: Api<Event> = Api::namespaced(self.client.clone(), &name.namespace);
        let event = event(pod, name, notice);
        let permits = self.permits.clone();
        tokio::spawn(async move {
            let _permit = permits.acquire().await;
            let _ = api.create(&PostParams::default(), &event).await;
        });
    }

    /// Waits for the next write to end; never returns while there is none.
    pub async fn next(&mut self) -> Written {
        match self.running.join_next().await {
            Some(Ok(written)) => written,
            Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
            None => std::future::pending().await,
        }
    }
}

/// Whether a write needs no second try: it succeeded, or the pod has gone or is another one.
fn is_settled<T>(result: kube::Result<T>) -> bool {
    match result {
        Ok(_) => true,
        Err(kube::Error::Api(status)) => status.code < 500 && status.code != 429,
        Err(_) => false,
    }
}

/// The patch says the id, so that a namesake is not touched, and nulls, so that an old reason does not stay beside a new value.
fn patch(uid: &str, status: &PodStatus) -> Value {
    let mut status = json!(status);
    for condition in status["conditions"].as_array_mut().into_iter().flatten() {
        for key in ["reason", "message"] {
            let value = condition[key].take();
            condition[key] = value;
        }
    }
    json!({"metadata": {"uid": uid}, "status": status})
}

fn event(pod: &Pod, name: Name, notice: Notice) -> Event {
    let now = Timestamp::now();
    let node = pod.spec.as_ref().and_then(|spec| spec.node_name.clone());
    Event {
        metadata: ObjectMeta {
            generate_name: Some(format!("{}.", name.name)),
            namespace: Some(name.namespace.clone()),
            ..ObjectMeta::default()
        },
        involved_object: ObjectReference {
            api_version: Some("v1".to_owned()),
            kind: Some("Pod".to_owned()),
            name: Some(name.name),
            namespace: Some(name.namespace),
            uid: pod.metadata.uid.clone(),
            resource_version: pod.metadata.resource_version.clone(),
            ..ObjectReference::default()
        },
        type_: Some("Warning".to_owned()),
        reason: Some(notice.reason.to_owned()),
        message: Some(notice.message),
        count: Some(1),
        first_timestamp: Some(Time(now)),
        last_timestamp: Some(Time(now)),
        source: Some(EventSource { component: Some("kubelet".to_owned()), host: node }),
        ..Event::default()
    }
}
