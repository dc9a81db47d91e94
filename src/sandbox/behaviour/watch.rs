//! Watches what pods care about, and tells the loop.

use super::world::{CustomKind, JobFacts, Name, Slice};
use futures_util::StreamExt;
use k8s_openapi::api::apps::v1::DaemonSet;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Node, Pod, Secret};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use kube::core::{DynamicObject, GroupVersionKind};
use kube::discovery::{Scope, oneshot};
use kube::runtime::watcher::{self, Event};
use kube::runtime::{WatchStreamExt, watcher as watch};
use kube::{Api, Client, Resource};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::Sender;

/// How often a kind that the server does not know (its definition may come yet) is asked for.
const ASK_FOR_KIND: Duration = Duration::from_secs(1);

/// Something that a watch says.
#[derive(Debug)]
pub enum Change {
    /// About a pod.
    Pod(Event<(Name, Arc<Pod>)>),
    /// About a node: its InternalIP.
    Node(Event<(Name, Option<String>)>),
    /// About a ConfigMap: its keys.
    ConfigMap(Event<(Name, BTreeSet<String>)>),
    /// About a Secret: its keys.
    Secret(Event<(Name, BTreeSet<String>)>),
    /// About endpoints.
    Slice(Event<(Name, Slice)>),
    /// About a Job.
    Job(Event<(Name, JobFacts)>),
    /// About a DaemonSet: its selector.
    DaemonSet(Event<(Name, LabelSelector)>),
    /// About a custom resource.
    Custom(CustomKind, Event<(Name, Value)>),
}

/// Starts the watches that every sandbox has; they run until nobody listens any more.
pub fn start(client: &Client, changes: &Sender<Change>) {
    follow(client, changes, trim, Change::Pod);
    follow(client, changes, internal_address, Change::Node);
    follow(client, changes, Keyed::<ConfigMap>::keys, Change::ConfigMap);
    follow(client, changes, Keyed::<Secret>::keys, Change::Secret);
    follow(client, changes, slice, Change::Slice);
    follow(client, changes, job, Change::Job);
    follow(client, changes, |set: DaemonSet| set.spec.map(|spec| spec.selector).unwrap_or_default(), Change::DaemonSet);
}

/// Starts the watch of a custom resource, as soon as the server knows it.
pub fn start_custom(client: Client, kind: CustomKind, changes: Sender<Change>) {
    tokio::spawn(async move {
        let (group, version) = kind.api_version.split_once('/').unwrap_or(("", &kind.api_version));
        let gvk = GroupVersionKind::gvk(group, version, &kind.kind);
        let (resource, capabilities) = loop {
            match oneshot::pinned_kind(&client, &gvk).await {
                Ok(found) => break found,
                Err(_) => tokio::time::sleep(ASK_FOR_KIND).await,
            }
            if changes.is_closed() {
                return;
            }
        };
        let api: Api<DynamicObject> = match capabilities.scope {
            Scope::Namespaced => Api::namespaced_with(client, &kind.namespace, &resource),
            Scope::Cluster => Api::all_with(client, &resource),
        };
        let namespace = kind.namespace.clone();
        let facts = move |object: DynamicObject| {
            let name = Name::new(namespace.clone(), object.metadata.name.clone().unwrap_or_default());
            (name, serde_json::to_value(object).unwrap_or_default())
        };
        pass_on(api, changes, facts, move |event| Change::Custom(kind.clone(), event)).await;
    });
}

fn follow<K, T>(client: &Client, changes: &Sender<Change>, facts: fn(K) -> T, change: fn(Event<(Name, T)>) -> Change)
where
    K: Resource<DynamicType = ()> + Clone + DeserializeOwned + Debug + Send + 'static,
    T: Send + 'static,
{
    let api = Api::all(client.clone());
    let changes = changes.clone();
    tokio::spawn(pass_on(api, changes, move |object: K| (Name::of(object.meta()), facts(object)), change));
}

async fn pass_on<K, T>(
    api: Api<K>,
    changes: Sender<Change>,
    facts: impl Fn(K) -> (Name, T) + Send,
    change: impl Fn(Event<(Name, T)>) -> Change + Send,
) where
    K: Resource + Clone + DeserializeOwned + Debug + Send + 'static,
{
    let mut stream = watch(api, watcher::Config::default().any_semantic()).default_backoff().boxed();
    while let Some(event) = stream.next().await {
        // The watch itself begins anew after an error.
        let Ok(event) = event else { continue };
        let event = match event {
            Event::Init => Event::Init,
            Event::InitApply(object) => Event::InitApply(facts(object)),
            Event::InitDone => Event::InitDone,
            Event::Apply(object) => Event::Apply(facts(object)),
            Event::Delete(object) => Event::Delete(facts(object)),
        };
        if changes.send(change(event)).await.is_err() {
            return;
        }
    }
}

/// Drops what nobody looks at and what may be large.
fn trim(mut pod: Pod) -> Arc<Pod> {
    pod.metadata.managed_fields = None;
    Arc::new(pod)
}

fn internal_address(node: Node) -> Option<String> {
    let addresses = node.status.and_then(|status| status.addresses).unwrap_or_default();
    addresses.into_iter().find(|address| address.type_ == "InternalIP").map(|address| address.address)
}

/// An endpoint without the condition counts as ready (discovery.k8s.io/v1, `EndpointConditions`).
fn slice(slice: EndpointSlice) -> Slice {
    let service = slice.metadata.labels.and_then(|mut labels| labels.remove("kubernetes.io/service-name")).unwrap_or_default();
    let is_ready =
        |conditions: Option<_>| conditions.and_then(|conditions: k8s_openapi::api::discovery::v1::EndpointConditions| conditions.ready);
    Slice { service, ready: slice.endpoints.into_iter().any(|endpoint| is_ready(endpoint.conditions) != Some(false)) }
}

fn job(job: Job) -> JobFacts {
    JobFacts { labels: job.metadata.labels.unwrap_or_default(), succeeded: job.status.and_then(|status| status.succeeded).unwrap_or(0) }
}

/// A ConfigMap or a Secret of which only the keys are read: values can be large, and some are nobody's business.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
struct Keyed<K> {
    metadata: ObjectMeta,
    #[serde(default)]
    data: Option<BTreeMap<String, IgnoredAny>>,
    #[serde(default)]
    binary_data: Option<BTreeMap<String, IgnoredAny>>,
    #[serde(skip)]
    kind: PhantomData<fn() -> K>,
}

impl<K> Keyed<K> {
    fn keys(self) -> BTreeSet<String> {
        self.data.into_iter().chain(self.binary_data).flat_map(BTreeMap::into_keys).collect()
    }
}

impl<K> Clone for Keyed<K> {
    fn clone(&self) -> Self {
        Keyed { metadata: self.metadata.clone(), data: self.data.clone(), binary_data: self.binary_data.clone(), kind: PhantomData }
    }
}

impl<K: Resource<DynamicType = ()>> Resource for Keyed<K> {
    type DynamicType = ();
    type Scope = K::Scope;

    fn kind((): &()) -> Cow<'_, str> {
        K::kind(&())
    }

    fn group((): &()) -> Cow<'_, str> {
        K::group(&())
    }

    fn version((): &()) -> Cow<'_, str> {
        K::version(&())
    }

    fn plural((): &()) -> Cow<'_, str> {
        K::plural(&())
    }

    fn meta(&self) -> &ObjectMeta {
        &self.metadata
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}
