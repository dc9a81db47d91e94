//! Init containers run in order, and those of kubernetes-entrypoint wait for what they name.

use crate::manifests::{job, service, workload};
use crate::support::{DEADLINE, Place, condition, container, entrypoint, eventually, is_ready, phase, prefixed, state};
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Pod, Service};
use kube::ResourceExt;
use kube::api::{Api, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams};
use kube::core::ApiResource;
use kube::runtime::wait::await_condition;
use serde_json::json;

#[tokio::test]
async fn init_containers_run_one_after_another() {
    let place = Place::new().await;
    let inits = json!([entrypoint("first", "DEPENDENCY_JOBS", "one"), entrypoint("second", "DEPENDENCY_JOBS", "two")]);
    place.create_pod("api", json!({}), json!({"initContainers": inits})).await;
    let states = |pod: &Pod| [state(pod, "first"), state(pod, "second"), state(pod, "main")];
    let pod = place.wait_for_pod("api", "in its first init container", |pod| state(pod, "first") == "running").await;
    assert_eq!(states(&pod), ["running", "PodInitializing", "PodInitializing"]);
    assert_eq!((phase(&pod), condition(&pod, "Initialized")), ("Pending", Some("False")));
    place.create::<Job>(job("one", json!({}))).await;
    let pod = place.wait_for_pod("api", "in its second init container", |pod| state(pod, "second") == "running").await;
    assert_eq!(states(&pod), ["Completed", "running", "PodInitializing"]);
    place.create::<Job>(job("two", json!({}))).await;
    let pod = place.wait_for_pod("api", "ready", is_ready).await;
    assert_eq!(states(&pod), ["Completed", "Completed", "running"]);
}

#[tokio::test]
async fn entrypoint_waits_for_a_service_with_endpoints() {
    let place = Place::new().await;
    let other = Place::new().await;
    let value = format!("db,{}:cache", other.namespace);
    place.create_pod("api", json!({}), json!({"initContainers": [entrypoint("init", "DEPENDENCY_SERVICE", &value)]})).await;
    place.wait_for_pod("api", "waiting", |pod| state(pod, "init") == "running").await;
    place.create::<Service>(service("db")).await;
    place.create::<Deployment>(workload("db", json!({}), json!({}))).await;
    other.create::<Service>(service("cache")).await;
    place
        .wait("db", "available", |it: Option<&Deployment>| {
            it.and_then(|it| it.status.as_ref()).and_then(|it| it.available_replicas) == Some(1)
        })
        .await;
    place.wait_for_pod("api", "waiting for the other service", |pod| state(pod, "init") == "running").await;
    other.create::<Deployment>(workload("cache", json!({}), json!({}))).await;
    place.wait_for_pod("api", "ready", is_ready).await;
}

#[tokio::test]
async fn entrypoint_waits_for_jobs_by_labels() {
    let place = Place::new().await;
    let value = json!([{"labels": {"app": "sync"}}]).to_string();
    place.create_pod("api", json!({}), json!({"initContainers": [entrypoint("init", "DEPENDENCY_JOBS_JSON", &value)]})).await;
    place.wait_for_pod("api", "waiting", |pod| state(pod, "init") == "running").await;
    place.create::<Job>(job("sync", json!({}))).await;
    place.wait_for_pod("api", "ready", is_ready).await;
}

#[tokio::test]
async fn entrypoint_waits_for_the_daemon_set_pod_of_its_node() {
    let place = Place::new().await;
    let inits = json!([entrypoint("init", "DEPENDENCY_DAEMONSET", "agent")]);
    place.create_pod("far", json!({}), json!({"initContainers": inits, "nodeName": "node-3"})).await;
    place.wait_for_pod("far", "waiting", |pod| state(pod, "init") == "running").await;
    // On the one node the agent is not ready; where there is none, nothing is waited for.
    let spec = json!({"nodeSelector": {"kubernetes.io/hostname": "node-2"}});
    place.create::<DaemonSet>(workload("agent", json!({"ready": "false"}), spec)).await;
    place.wait_for_pod("far", "ready", is_ready).await;
    let pods = place.api::<Pod>();
    let of_agent = ListParams::default().labels("app=agent");
    eventually("the daemon set has a pod", async || !pods.list(&of_agent).await.expect("pods can be listed").items.is_empty()).await;
    place.create_pod("near", json!({}), json!({"initContainers": inits, "nodeName": "node-2"})).await;
    let near = place.wait_for_pod("near", "waiting", |pod| state(pod, "init") == "running").await;
    assert!(!is_ready(&near));
    let agent = pods.list(&of_agent).await.expect("pods can be listed").items.first().expect("there is one").name_any();
    place.patch::<Pod>(&agent, json!({"metadata": {"annotations": prefixed(&json!({"ready": "true"}))}})).await;
    place.wait_for_pod("near", "ready", is_ready).await;
}

#[tokio::test]
async fn entrypoint_waits_for_a_pod_on_the_same_node() {
    let place = Place::new().await;
    let value = json!([{"labels": {"app": "ovs"}, "requireSameNode": true}]).to_string();
    let inits = json!([entrypoint("init", "DEPENDENCY_POD_JSON", &value)]);
    place.create_pod("agent", json!({}), json!({"initContainers": inits, "nodeName": "node-1"})).await;
    let ovs = |name: &str, node: &str| json!({"metadata": {"name": name, "labels": {"app": "ovs"}}, "spec": {"nodeName": node, "containers": [container("main", json!([]))]}});
    place.create::<Pod>(ovs("elsewhere", "node-2")).await;
    place.wait_for_pod("elsewhere", "ready", is_ready).await;
    place.wait_for_pod("agent", "waiting", |pod| state(pod, "init") == "running").await;
    place.create::<Pod>(ovs("here", "node-1")).await;
    place.wait_for_pod("agent", "ready", is_ready).await;
}

#[tokio::test]
async fn entrypoint_waits_for_a_container_of_its_pod() {
    let place = Place::new().await;
    let mut sidecar = container("proxy", json!([]));
    sidecar["restartPolicy"] = json!("Always");
    let inits = json!([sidecar, entrypoint("init", "DEPENDENCY_CONTAINER", "main")]);
    place.create_pod("api", json!({}), json!({"initContainers": inits})).await;
    // The main containers start after all init containers: the real program waits for ever here, and so does ours.
    let pod = place.wait_for_pod("api", "waiting", |pod| state(pod, "init") == "running").await;
    assert_eq!([state(&pod, "proxy"), state(&pod, "main")], ["running", "PodInitializing"]);
}

#[tokio::test]
async fn entrypoint_waits_for_a_custom_resource() {
    let place = Place::new().await;
    let group = format!("{}.example.com", place.namespace);
    let value = json!([{"apiVersion": format!("{group}/v1"), "kind": "Database", "name": "main", "fields": [{"key": "status.phase", "value": "Done"}]}]);
    let inits = json!([entrypoint("init", "DEPENDENCY_CUSTOM_RESOURCE", &value.to_string())]);
    place.create_pod("api", json!({}), json!({"initContainers": inits})).await;
    place.wait_for_pod("api", "waiting", |pod| state(pod, "init") == "running").await;
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("databases.{group}")},
        "spec": {
            "group": group, "scope": "Namespaced", "names": {"plural": "databases", "singular": "database", "kind": "Database"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}],
        },
    });
    let definitions = ApiResource::from_gvk(&GroupVersionKind::gvk("apiextensions.k8s.io", "v1", "CustomResourceDefinition"));
    let definitions: Api<DynamicObject> = Api::all_with(place.client.clone(), &definitions);
    let apply = PatchParams::apply("test").force();
    let name = format!("databases.{group}");
    definitions.patch(&name, &apply, &Patch::Apply(&definition)).await.expect("the definition can be made");
    let is_served = |object: Option<&DynamicObject>| {
        let conditions = object.and_then(|object| object.data["status"]["conditions"].as_array().cloned()).unwrap_or_default();
        conditions.iter().any(|condition| condition["type"] == "Established" && condition["status"] == "True")
    };
    tokio::time::timeout(DEADLINE, await_condition(definitions, &name, is_served))
        .await
        .expect("the kind is served")
        .expect("it can be watched");
    let kind = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(&group, "v1", "Database"), "databases");
    let databases: Api<DynamicObject> = Api::namespaced_with(place.client.clone(), &place.namespace, &kind);
    let database = |phase: &str| json!({"apiVersion": format!("{group}/v1"), "kind": "Database", "metadata": {"name": "main"}, "status": {"phase": phase}});
    databases.patch("main", &apply, &Patch::Apply(&database("Busy"))).await.expect("the resource can be made");
    place.wait_for_pod("api", "waiting", |pod| state(pod, "init") == "running").await;
    databases.patch("main", &apply, &Patch::Apply(&database("Done"))).await.expect("the resource can be changed");
    place.wait_for_pod("api", "ready", is_ready).await;
}
