//! One sandbox for all tests of a run, a namespace for each test, and waiting by watching.

use futures_util::{StreamExt, TryStreamExt, pin_mut};
use k8s_openapi::NamespaceResourceScope;
use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::api::{Patch, PatchParams, PostParams};
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, Client, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use stackwright::sandbox::{self, Folders, Lifetime, Options, Sandbox};
use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

/// How long anything may take: much more than it takes, for the machine may have other work.
pub const DEADLINE: Duration = Duration::from_secs(120);
/// How often something is asked for that cannot be watched.
const ASK_EVERY: Duration = Duration::from_millis(20);
/// The `stackwright` binary that belongs to these tests.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_stackwright");

/// Returns the sandbox of this run. It ends with this process, however that ends.
pub fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let (sender, receiver) = channel();
        // A thread of its own, for the runtimes of tests end with their tests.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made");
            runtime.block_on(async {
                sandbox::sweep(&folders()).await.expect("what earlier runs left can be ended");
                let result = sandbox::up(&options("shared"), |_| {}).await;
                sender.send(result).expect("the test waits for its sandbox");
                std::future::pending::<()>().await;
            });
        });
        receiver.recv().expect("the thread answers").unwrap_or_else(|error| panic!("{:#?}", error.diagnostic()))
    })
}

/// Where the sandboxes of this package's tests are: the process id keeps runs apart that go on at the same time.
pub fn folders() -> Folders {
    static FOLDERS: LazyLock<Folders> = LazyLock::new(|| {
        let state = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sandboxes");
        Folders { state, cache: Folders::of_user().expect("the user has a cache folder").cache }
    });
    FOLDERS.clone()
}

/// Asks for a sandbox that ends with this process.
pub fn options(name: &str) -> Options {
    let assets = std::env::var_os("KUBEBUILDER_ASSETS").filter(|value| !value.is_empty()).map(PathBuf::from);
    let name = format!("{name}-{}", std::process::id()).parse().expect("the name is a DNS label");
    Options { name, assets, lifetime: Lifetime::Parent, ..Options::new(folders(), PathBuf::from(PROGRAM)) }
}

/// A namespace that one test has to itself.
pub struct Place {
    /// A client of a cluster administrator.
    pub client: Client,
    /// The namespace's name.
    pub namespace: String,
}

impl Place {
    /// Makes a namespace, with its service account.
    pub async fn new() -> Place {
        let client = sandbox().client().await.expect("a client can be made");
        let namespaces: Api<Namespace> = Api::all(client.clone());
        let namespace = serde_json::from_value(json!({"metadata": {"generateName": "test-"}})).expect("it is a namespace");
        let namespace = namespaces.create(&PostParams::default(), &namespace).await.expect("a namespace can be made").name_any();
        let place = Place { client, namespace };
        place.wait::<k8s_openapi::api::core::v1::ServiceAccount>("default", "there", |account| account.is_some()).await;
        place
    }

    /// Returns the interface to a kind of object in this namespace.
    pub fn api<K>(&self) -> Api<K>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    /// Creates an object.
    pub async fn create<K>(&self, object: Value) -> K
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + Serialize + DeserializeOwned + Clone + Debug,
    {
        let object: K = serde_json::from_value(object).expect("it is an object of this kind");
        self.api().create(&PostParams::default(), &object).await.expect("the object can be made")
    }

    /// Creates a pod of one container with annotations for the sandbox, without their prefix.
    pub async fn create_pod(&self, name: &str, annotations: Value, spec: Value) -> Pod {
        let mut pod = json!({"metadata": {"name": name, "annotations": prefixed(&annotations)}, "spec": {"containers": [container("main", json!([]))]}});
        for (key, value) in spec.as_object().expect("the spec is an object") {
            pod["spec"][key] = value.clone();
        }
        self.create(pod).await
    }

    /// Changes an object by a merge patch.
    pub async fn patch<K>(&self, name: &str, patch: Value)
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + DeserializeOwned + Clone + Debug,
    {
        self.api::<K>().patch(name, &PatchParams::default(), &Patch::Merge(patch)).await.expect("the object can be changed");
    }

    /// Waits until an object (or that there is none) is as wanted, and returns it.
    #[track_caller]
    pub fn wait<K>(&self, name: &str, what: &str, is_so: impl Fn(Option<&K>) -> bool) -> impl Future<Output = Option<K>>
    where
        K: Resource<DynamicType = (), Scope = NamespaceResourceScope> + DeserializeOwned + Clone + Debug + Send + 'static,
    {
        let place = std::panic::Location::caller();
        let title = format!("{place}: {} {}/{name} is not {what}", K::kind(&()), self.namespace);
        wait(self.api::<K>(), name.to_owned(), title, is_so)
    }

    /// Waits until a pod is as wanted.
    #[track_caller]
    pub fn wait_for_pod(&self, name: &str, what: &str, is_so: impl Fn(&Pod) -> bool) -> impl Future<Output = Pod> {
        let waiting = self.wait::<Pod>(name, what, move |pod| pod.is_some_and(&is_so));
        async move { waiting.await.expect("a pod that is as wanted is there") }
    }

    /// Waits until an event about a pod has a reason, and returns its message.
    pub async fn wait_for_event(&self, pod: &str, reason: &str) -> String {
        let fields = format!("involvedObject.name={pod},reason={reason}");
        let events = watcher(self.api::<k8s_openapi::api::core::v1::Event>(), watcher::Config::default().fields(&fields));
        let events = events.applied_objects();
        pin_mut!(events);
        let event = tokio::time::timeout(DEADLINE, events.try_next()).await.unwrap_or_else(|_| panic!("{pod} has no event {reason}"));
        event.expect("events can be watched").and_then(|event| event.message).unwrap_or_default()
    }
}

/// Waits until an object is as wanted, by watching it; panics with its last state when that takes too long.
async fn wait<K>(api: Api<K>, name: String, title: String, is_so: impl Fn(Option<&K>) -> bool) -> Option<K>
where
    K: Resource<DynamicType = ()> + DeserializeOwned + Clone + Debug + Send + 'static,
{
    let mut last = None;
    let waiting = async {
        let states = watcher::watch_object(api, &name);
        pin_mut!(states);
        while let Some(state) = states.next().await {
            if let Ok(state) = state {
                last = state;
                if is_so(last.as_ref()) {
                    return;
                }
            }
        }
    };
    let result = tokio::time::timeout(DEADLINE, waiting).await;
    assert!(result.is_ok(), "{title}; it is {last:#?}");
    last
}

/// Asks until the answer is yes; for what cannot be watched.
#[track_caller]
pub fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let asking = async {
            while !is_so().await {
                tokio::time::sleep(ASK_EVERY).await;
            }
        };
        let result = tokio::time::timeout(DEADLINE, asking).await;
        assert!(result.is_ok(), "{place}: not so in time: {what}");
    }
}

/// Puts the sandbox's prefix before the keys of annotations.
pub fn prefixed(annotations: &Value) -> Value {
    let entries = annotations.as_object().into_iter().flatten();
    entries.map(|(key, value)| (format!("sandbox.stackwright.dev/{key}"), value.clone())).collect::<serde_json::Map<_, _>>().into()
}

/// Writes a container with environment variables.
pub fn container(name: &str, env: Value) -> Value {
    json!({"name": name, "image": format!("example.invalid/{name}:1"), "env": env})
}

/// Writes an init container of kubernetes-entrypoint with one of its variables, as openstack-helm does.
pub fn entrypoint(name: &str, variable: &str, value: &str) -> Value {
    let field = |path: &str| json!({"fieldRef": {"fieldPath": path}});
    container(
        name,
        json!([
            {"name": "POD_NAME", "valueFrom": field("metadata.name")},
            {"name": "NAMESPACE", "valueFrom": field("metadata.namespace")},
            {"name": "INTERFACE_NAME", "value": "eth0"},
            {"name": variable, "value": value},
        ]),
    )
}

/// Says whether a pod is ready.
pub fn is_ready(pod: &Pod) -> bool {
    condition(pod, "Ready") == Some("True")
}

/// Returns the value of a condition of a pod.
pub fn condition<'a>(pod: &'a Pod, kind: &str) -> Option<&'a str> {
    let conditions = pod.status.as_ref()?.conditions.as_ref()?;
    conditions.iter().find(|condition| condition.type_ == kind).map(|condition| condition.status.as_str())
}

/// Returns the phase of a pod.
pub fn phase(pod: &Pod) -> &str {
    pod.status.as_ref().and_then(|status| status.phase.as_deref()).unwrap_or_default()
}

/// Returns the state of a container, an init container too, in a word: `running`, else the reason.
pub fn state(pod: &Pod, container: &str) -> String {
    let statuses = pod.status.iter().flat_map(|status| status.init_container_statuses.iter().chain(&status.container_statuses)).flatten();
    let Some(state) = statuses.into_iter().find(|status| status.name == container).and_then(|status| status.state.as_ref()) else {
        return String::new();
    };
    let waiting = state.waiting.as_ref().and_then(|state| state.reason.clone());
    let terminated = state.terminated.as_ref().and_then(|state| state.reason.clone());
    state.running.as_ref().map(|_| "running".to_owned()).or(waiting).or(terminated).unwrap_or_default()
}
