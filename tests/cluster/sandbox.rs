//! What the sandbox promises.

use crate::support::{
    DEADLINE, PROGRAM, Place, condition, container, entrypoint, eventually, folders, is_ready, options, phase, prefixed, sandbox, state,
};
use futures_util::AsyncBufReadExt;
use futures_util::TryStreamExt;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Node, PersistentVolume, PersistentVolumeClaim, Pod, Secret, Service};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::ResourceExt;
use kube::api::{Api, DeleteParams, DynamicObject, GroupVersionKind, ListParams, LogParams, Patch, PatchParams};
use kube::core::ApiResource;
use kube::runtime::wait::await_condition;
use serde_json::{Value, json};
use stackwright::sandbox::{Event, Status};
use std::process::Command;
use std::sync::Mutex;

fn template(app: &str, annotations: Value, spec: Value) -> Value {
    let mut template = json!({
        "metadata": {"labels": {"app": app}, "annotations": prefixed(&annotations)},
        "spec": {"containers": [container("main", json!([]))]},
    });
    for (key, value) in spec.as_object().expect("the spec is an object") {
        template["spec"][key] = value.clone();
    }
    template
}

fn workload(name: &str, annotations: Value, spec: Value) -> Value {
    json!({"metadata": {"name": name}, "spec": {"selector": {"matchLabels": {"app": name}}, "template": template(name, annotations, spec)}})
}

fn job(name: &str, annotations: Value) -> Value {
    let template = template(name, annotations, json!({"restartPolicy": "OnFailure"}));
    json!({"metadata": {"name": name, "labels": {"app": name}}, "spec": {"template": template}})
}

fn service(name: &str) -> Value {
    json!({"metadata": {"name": name}, "spec": {"selector": {"app": name}, "ports": [{"port": 80}]}})
}

fn is_complete(job: Option<&Job>) -> bool {
    job_has(job, "Complete")
}

fn job_has(job: Option<&Job>, kind: &str) -> bool {
    let conditions = job.and_then(|job| job.status.as_ref()).and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|conditions| conditions.iter().any(|condition| condition.type_ == kind && condition.status == "True"))
}

#[tokio::test]
async fn nodes_carry_the_labels_that_charts_select() {
    let place = Place::new().await;
    let nodes: Api<Node> = Api::all(place.client);
    let labels = "openstack-control-plane=enabled,openstack-compute-node=enabled,openvswitch=enabled,ceph-osd=enabled";
    let nodes = nodes.list(&ListParams::default().labels(labels)).await.expect("nodes can be listed");
    assert_eq!(nodes.items.len(), 3);
    for node in nodes {
        let allocatable = node.status.and_then(|status| status.allocatable).unwrap_or_default();
        assert_eq!(allocatable.get("pods").map(|quantity| quantity.0.as_str()), Some("500"));
    }
}

#[tokio::test]
async fn deployment_becomes_ready_and_its_service_has_endpoints() {
    let place = Place::new().await;
    place.create::<Service>(service("web")).await;
    let mut deployment = workload("web", json!({}), json!({}));
    deployment["spec"]["replicas"] = json!(3);
    place.create::<Deployment>(deployment).await;
    let is_available = |deployment: Option<&Deployment>| {
        deployment.and_then(|it| it.status.as_ref()).and_then(|status| status.available_replicas) == Some(3)
    };
    place.wait("web", "available", is_available).await;
    let has_three = |slice: &EndpointSlice| {
        slice.endpoints.iter().filter(|it| it.conditions.as_ref().and_then(|it| it.ready) == Some(true)).count() == 3
    };
    let of_service = ListParams::default().labels("kubernetes.io/service-name=web");
    let slices = place.api::<EndpointSlice>();
    eventually("the service has three endpoints", async || slices.list(&of_service).await.is_ok_and(|slices| slices.iter().any(has_three)))
        .await;
}

#[tokio::test]
async fn stateful_set_and_daemon_set_become_ready() {
    let place = Place::new().await;
    place.create::<Service>(service("db")).await;
    let mut set = workload("db", json!({}), json!({}));
    set["spec"]["replicas"] = json!(2);
    set["spec"]["serviceName"] = json!("db");
    set["spec"]["volumeClaimTemplates"] = json!([{
        "metadata": {"name": "data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "general", "resources": {"requests": {"storage": "5Gi"}}},
    }]);
    place.create::<StatefulSet>(set).await;
    place.create::<DaemonSet>(workload("agent", json!({}), json!({"hostNetwork": true}))).await;
    place
        .wait("db", "ready", |set: Option<&StatefulSet>| set.and_then(|it| it.status.as_ref()).and_then(|it| it.ready_replicas) == Some(2))
        .await;
    place
        .wait("agent", "ready", |set: Option<&DaemonSet>| set.and_then(|it| it.status.as_ref()).is_some_and(|it| it.number_ready == 3))
        .await;
}

#[tokio::test]
async fn job_completes() {
    let place = Place::new().await;
    place.create::<Job>(job("init", json!({}))).await;
    place.wait("init", "complete", is_complete).await;
}

#[tokio::test]
async fn bare_pod_that_is_not_restarted_runs_to_its_end() {
    let place = Place::new().await;
    place.create_pod("test", json!({}), json!({"restartPolicy": "Never"})).await;
    let pod = place.wait_for_pod("test", "done", |pod| phase(pod) == "Succeeded").await;
    assert_eq!(state(&pod, "main"), "Completed");
    assert_eq!(condition(&pod, "Initialized"), Some("True"));
    assert_eq!(condition(&pod, "PodScheduled"), Some("True"));
}

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
    place.create_pod("near", json!({}), json!({"initContainers": inits, "nodeName": "node-2"})).await;
    place.create_pod("far", json!({}), json!({"initContainers": inits, "nodeName": "node-3"})).await;
    place.wait_for_pod("far", "waiting", |pod| state(pod, "init") == "running").await;
    // On the one node the agent is ready at once, on the other it never is; where there is none, nothing is waited for.
    let spec = json!({"nodeSelector": {"kubernetes.io/hostname": "node-2"}});
    place.create::<DaemonSet>(workload("agent", json!({"ready": "false"}), spec)).await;
    place.wait_for_pod("far", "ready", is_ready).await;
    let near = place.wait_for_pod("near", "waiting", |pod| state(pod, "init") == "running").await;
    assert!(!is_ready(&near));
    let agents = place.api::<Pod>().list(&ListParams::default().labels("app=agent")).await.expect("pods can be listed");
    let agent = agents.items.first().expect("the daemon set has a pod").name_any();
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

#[tokio::test]
async fn missing_volume_source_keeps_a_pod_from_starting() {
    let place = Place::new().await;
    let volumes = json!([{"name": "etc", "configMap": {"name": "web-etc", "items": [{"key": "a", "path": "a"}]}}]);
    place.create_pod("web", json!({}), json!({"volumes": volumes})).await;
    let message = place.wait_for_event("web", "FailedMount").await;
    assert_eq!(message, "MountVolume.SetUp failed for volume \"etc\" : configmap \"web-etc\" not found");
    place.wait_for_pod("web", "held", |pod| state(pod, "main") == "ContainerCreating" && phase(pod) == "Pending").await;
    place.create::<ConfigMap>(json!({"metadata": {"name": "web-etc"}, "data": {"a": ""}})).await;
    place.wait_for_pod("web", "ready", is_ready).await;
}

#[tokio::test]
async fn missing_environment_source_keeps_a_container_from_starting() {
    let place = Place::new().await;
    let env = json!([{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}}]);
    place.create_pod("web", json!({}), json!({"containers": [container("main", env)]})).await;
    place.wait_for_pod("web", "held", |pod| state(pod, "main") == "CreateContainerConfigError").await;
    assert_eq!(place.wait_for_event("web", "Failed").await, "Error: secret \"db\" not found");
    place.create::<Secret>(json!({"metadata": {"name": "db"}, "stringData": {"other": "x"}})).await;
    let message = |pod: &Pod| format!("{:?}", pod.status.as_ref().and_then(|status| status.container_statuses.as_ref()));
    place.wait_for_pod("web", "missing the key", |pod| message(pod).contains("couldn't find key password in Secret")).await;
    place.patch::<Secret>("db", json!({"stringData": {"password": "x"}})).await;
    place.wait_for_pod("web", "ready", is_ready).await;
}

#[tokio::test]
async fn exit_code_fails_a_job() {
    let place = Place::new().await;
    let mut failing = job("sync", json!({"exit-code": "3"}));
    failing["spec"]["backoffLimit"] = json!(0);
    failing["spec"]["template"]["spec"]["restartPolicy"] = json!("Never");
    place.create::<Job>(failing).await;
    place.wait("sync", "failed", |job| job_has(job, "Failed")).await;
    let pods = place.api::<Pod>().list(&ListParams::default().labels("app=sync")).await.expect("pods can be listed");
    let status = pods.items[0].status.as_ref().and_then(|status| status.container_statuses.as_ref()).map(|statuses| statuses[0].clone());
    let terminated = status.and_then(|status| status.state).and_then(|state| state.terminated).expect("the container has ended");
    assert_eq!((terminated.exit_code, terminated.reason.as_deref()), (3, Some("Error")));
}

#[tokio::test]
async fn failing_init_container_is_tried_again() {
    let place = Place::new().await;
    let inits = json!([container("init", json!([]))]);
    place.create_pod("web", json!({"init-exit-code": "1"}), json!({"initContainers": inits})).await;
    let pod = place.wait_for_pod("web", "backing off", |pod| state(pod, "init") == "CrashLoopBackOff").await;
    assert_eq!((phase(&pod), state(&pod, "main")), ("Pending", "PodInitializing".to_owned()));
    place.patch::<Pod>("web", json!({"metadata": {"annotations": prefixed(&json!({"init-exit-code": null}))}})).await;
    place.wait_for_pod("web", "ready", is_ready).await;
}

#[tokio::test]
async fn crash_loop_restarts_with_pauses() {
    let place = Place::new().await;
    place.create_pod("web", json!({"crash-loop": "true"}), json!({})).await;
    let restarts = |pod: &Pod| pod.status.as_ref().and_then(|it| it.container_statuses.as_ref()).map_or(0, |it| it[0].restart_count);
    let pod = place.wait_for_pod("web", "backing off", |pod| state(pod, "main") == "CrashLoopBackOff" && restarts(pod) >= 2).await;
    assert_eq!((phase(&pod), is_ready(&pod)), ("Running", false));
    assert!(place.wait_for_event("web", "BackOff").await.starts_with("Back-off restarting failed container main in pod web_"));
}

#[tokio::test]
async fn image_that_cannot_be_pulled_is_tried_again() {
    let place = Place::new().await;
    place.create_pod("web", json!({"image-pull": "fail"}), json!({})).await;
    place.wait_for_pod("web", "failing", |pod| state(pod, "main") == "ErrImagePull").await;
    let pod = place.wait_for_pod("web", "backing off", |pod| state(pod, "main") == "ImagePullBackOff").await;
    assert_eq!(phase(&pod), "Pending");
    place.patch::<Pod>("web", json!({"metadata": {"annotations": prefixed(&json!({"image-pull": null}))}})).await;
    place.wait_for_pod("web", "ready", is_ready).await;
}

#[tokio::test]
async fn hanging_job_never_ends() {
    let place = Place::new().await;
    place.create::<Job>(job("hangs", json!({"hang": "true"}))).await;
    place.create::<Job>(job("slow", json!({"duration": "1s"}))).await;
    place.wait("slow", "complete", is_complete).await;
    let hangs = place.api::<Job>().get("hangs").await.expect("the job is there");
    assert!(!is_complete(Some(&hangs)));
}

#[tokio::test]
async fn pod_is_kept_from_being_ready_until_the_annotation_goes() {
    let place = Place::new().await;
    place.create_pod("web", json!({"ready": "false"}), json!({})).await;
    let pod = place.wait_for_pod("web", "running", |pod| phase(pod) == "Running").await;
    assert_eq!((state(&pod, "main").as_str(), is_ready(&pod)), ("running", false));
    place.patch::<Pod>("web", json!({"metadata": {"annotations": prefixed(&json!({"ready": null}))}})).await;
    place.wait_for_pod("web", "ready", is_ready).await;
}

#[tokio::test]
async fn duration_is_how_long_a_task_runs() {
    let place = Place::new().await;
    place.create_pod("task", json!({"duration": "3s"}), json!({"restartPolicy": "Never"})).await;
    let pod = place.wait_for_pod("task", "done", |pod| phase(pod) == "Succeeded").await;
    let status = pod.status.and_then(|status| status.container_statuses).expect("the pod has statuses").remove(0);
    let ended = status.state.and_then(|state| state.terminated).expect("the container has ended");
    let (from, to) = (ended.started_at.expect("it has a start").0, ended.finished_at.expect("it has an end").0);
    // The API's times are whole seconds, so one of the three may be lost.
    assert!(to.duration_since(from).as_secs() >= 2, "{from} to {to}");
}

#[tokio::test]
async fn unknown_annotation_is_told() {
    let place = Place::new().await;
    place.create_pod("web", json!({"raedy": "false"}), json!({})).await;
    assert!(place.wait_for_event("web", "InvalidAnnotation").await.contains("raedy"));
}

#[tokio::test]
async fn logs_can_be_read_followed_and_read_again_after_a_restart() {
    let place = Place::new().await;
    let pods = place.api::<Pod>();
    let containers = json!([container("main", json!([])), container("other", json!([]))]);
    let annotations = json!({"log": "first\nsecond", "log.other": "from the other", "duration": "2s"});
    place.create_pod("task", annotations, json!({"restartPolicy": "Never", "containers": containers})).await;
    place.wait_for_pod("task", "running", |pod| state(pod, "main") == "running").await;
    let of = |container: &str| LogParams { container: Some(container.to_owned()), ..LogParams::default() };
    let follow = LogParams { follow: true, ..of("main") };
    let stream = pods.log_stream("task", &follow).await.expect("the log can be followed");
    let lines: Vec<String> = stream.lines().try_collect().await.expect("the log can be read to its end");
    assert_eq!(lines, ["first", "second"]);
    place.wait_for_pod("task", "done", |pod| phase(pod) == "Succeeded").await;
    assert_eq!(pods.logs("task", &of("other")).await.expect("the log can be read"), "from the other\n");
    let tail = LogParams { tail_lines: Some(1), ..of("main") };
    assert_eq!(pods.logs("task", &tail).await.expect("the log can be read"), "second\n");

    place.create_pod("web", json!({"crash-loop": "true", "log": "going down"}), json!({})).await;
    place.wait_for_pod("web", "backing off", |pod| state(pod, "main") == "CrashLoopBackOff").await;
    let previous = LogParams { previous: true, ..LogParams::default() };
    assert_eq!(pods.logs("web", &previous).await.expect("the previous log can be read"), "going down\n");
}

#[tokio::test]
async fn log_of_a_waiting_container_is_refused() {
    let place = Place::new().await;
    let inits = json!([entrypoint("init", "DEPENDENCY_SERVICE", "db")]);
    place.create_pod("web", json!({}), json!({"initContainers": inits})).await;
    place.wait_for_pod("web", "waiting", |pod| state(pod, "init") == "running").await;
    let of = |container: &str| LogParams { container: Some(container.to_owned()), ..LogParams::default() };
    let pods = place.api::<Pod>();
    let log = pods.logs("web", &of("init")).await.expect("the log can be read");
    assert!(log.contains(&format!("service {}/db has no endpoints", place.namespace)), "{log}");
    let error = pods.logs("web", &of("main")).await.expect_err("the container waits");
    assert!(error.to_string().contains("is waiting to start"), "{error}");
}

#[tokio::test]
async fn claims_bind_at_once_and_their_volumes_go_with_them() {
    let place = Place::new().await;
    for class in [None, Some("standard"), Some("general")] {
        let name = class.unwrap_or("default");
        let claim = json!({
            "metadata": {"name": name},
            "spec": {"accessModes": ["ReadWriteMany"], "storageClassName": class, "resources": {"requests": {"storage": "1Gi"}}},
        });
        place.create::<PersistentVolumeClaim>(claim).await;
        let phase = |claim: &PersistentVolumeClaim| claim.status.as_ref().and_then(|status| status.phase.clone());
        let claim = place.wait::<PersistentVolumeClaim>(name, "bound", |claim| claim.and_then(phase).as_deref() == Some("Bound")).await;
        let volume = claim.and_then(|claim| claim.spec?.volume_name).expect("a bound claim has a volume");
        place.api::<PersistentVolumeClaim>().delete(name, &DeleteParams::default()).await.expect("the claim can be deleted");
        let volumes: Api<PersistentVolume> = Api::all(place.client.clone());
        let gone = await_condition(volumes, &volume, |volume: Option<&PersistentVolume>| volume.is_none());
        tokio::time::timeout(DEADLINE, gone).await.expect("the volume goes").expect("volumes can be watched");
    }
}

#[tokio::test]
async fn load_balancer_gets_an_address() {
    let place = Place::new().await;
    let mut public = service("public");
    public["spec"]["type"] = json!("LoadBalancer");
    place.create::<Service>(public).await;
    let has_address = |service: &Service| {
        let balancer = service.status.as_ref().and_then(|status| status.load_balancer.as_ref());
        balancer.is_some_and(|balancer| balancer.ingress.as_ref().is_some_and(|ingress| !ingress.is_empty()))
    };
    place.wait::<Service>("public", "with an address", |service| service.is_some_and(has_address)).await;
}

#[tokio::test]
async fn deleted_pods_go_and_their_workload_replaces_them() {
    let place = Place::new().await;
    place
        .create::<StatefulSet>({
            let mut set = workload("db", json!({}), json!({"terminationGracePeriodSeconds": 600}));
            set["spec"]["serviceName"] = json!("db");
            set
        })
        .await;
    let first = place.wait_for_pod("db-0", "ready", is_ready).await;
    place.api::<Pod>().delete("db-0", &DeleteParams::default()).await.expect("the pod can be deleted");
    place.wait_for_pod("db-0", "another pod", |pod| pod.uid() != first.uid() && is_ready(pod)).await;
    place.create::<Job>(job("hangs", json!({"hang": "true"}))).await;
    let running = |job: Option<&Job>| job.and_then(|job| job.status.as_ref()).and_then(|status| status.ready) == Some(1);
    place.wait("hangs", "running", running).await;
    place.api::<Job>().delete("hangs", &DeleteParams::background()).await.expect("the job can be deleted");
    let pod = place.api::<Pod>().list(&ListParams::default().labels("app=hangs")).await.expect("pods can be listed").items.pop();
    if let Some(pod) = pod {
        place.wait::<Pod>(&pod.name_any(), "gone", |pod| pod.is_none()).await;
    }
}

#[tokio::test]
async fn service_accounts_have_the_rights_that_roles_give_them() {
    let place = Place::new().await;
    let mut config = kube::Config::from_custom_kubeconfig(
        kube::config::Kubeconfig::read_from(sandbox().kubeconfig()).expect("the kubeconfig can be read"),
        &kube::config::KubeConfigOptions::default(),
    )
    .await
    .expect("the kubeconfig can be used");
    config.auth_info.impersonate = Some(format!("system:serviceaccount:{}:default", place.namespace));
    let account = kube::Client::try_from(config).expect("a client can be made");
    let pods: Api<Pod> = Api::namespaced(account, &place.namespace);
    let refused = pods.list(&ListParams::default()).await.expect_err("nothing is allowed so far");
    assert!(matches!(&refused, kube::Error::Api(status) if status.code == 403), "{refused}");
    let role = json!({"metadata": {"name": "reader"}, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]});
    place.create::<k8s_openapi::api::rbac::v1::Role>(role).await;
    let binding = json!({
        "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
        "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": place.namespace}],
    });
    place.create::<k8s_openapi::api::rbac::v1::RoleBinding>(binding).await;
    // The server learns of the binding through a watch of its own, of which nothing can be seen from outside.
    eventually("listing is allowed", async || pods.list(&ListParams::default()).await.is_ok()).await;
}

#[tokio::test]
async fn privileged_pods_are_admitted_and_the_token_volume_is_there() {
    let place = Place::new().await;
    let mut main = container("main", json!([]));
    main["securityContext"] = json!({"privileged": true});
    place.create_pod("web", json!({}), json!({"containers": [main]})).await;
    let pod = place.wait_for_pod("web", "ready", is_ready).await;
    let volumes = pod.spec.and_then(|spec| spec.volumes).unwrap_or_default();
    assert!(volumes.iter().any(|volume| volume.name.starts_with("kube-api-access-")));
}

/// Sandboxes beside the shared one need memory; one at a time is enough.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
async fn sandbox_ends_with_its_parent() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let options = options("parent");
    let sandbox = stackwright::sandbox::up(&options, |_| {}).await.expect("it comes up");
    let client = sandbox.client().await.expect("a client can be made");
    let folder = sandbox.kubeconfig().parent().expect("it is in a folder").to_owned();
    drop(sandbox);
    eventually("it has ended", async || client.apiserver_version().await.is_err() && !folder.exists()).await;
    assert_eq!(stackwright::sandbox::status(&folders(), &options.name).expect("its status can be read"), Status::Down);
}

/// Runs the command with a state folder of its own.
fn stackwright(state: &std::path::Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(PROGRAM);
    command.arg("sandbox").args(arguments).args(["--name", "cli"]).env("XDG_STATE_HOME", state);
    let output = command.output().expect("the command can be run");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[tokio::test]
async fn what_a_killed_supervisor_leaves_is_ended_by_the_next_up_and_by_down() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let options = stackwright::sandbox::Options { lifetime: stackwright::sandbox::Lifetime::UntilDown, ..options("killed") };
    let events = Mutex::new(Vec::new());
    let collect = |event: Event| events.lock().expect("no test panics while it collects").push(event);
    let name = &options.name;
    stackwright::sandbox::up(&options, collect).await.expect("it comes up");
    stackwright::sandbox::up(&options, collect).await.expect("it is up");
    assert!(events.lock().expect("as above").contains(&Event::AlreadyUp));
    for again in [true, false] {
        let status = stackwright::sandbox::status(&folders(), name).expect("its status can be read");
        let Status::Running(state) = status else { panic!("it is {status:?}") };
        assert!(Command::new("kill").args(["-9", &state.supervisor.to_string()]).status().expect("kill can be run").success());
        let is_broken = async || matches!(stackwright::sandbox::status(&folders(), name), Ok(Status::Broken { processes: 5 }));
        eventually("five processes are left", is_broken).await;
        events.lock().expect("as above").clear();
        if again {
            stackwright::sandbox::up(&options, collect).await.expect("it comes up again");
        } else {
            stackwright::sandbox::down(&folders(), name, collect).await.expect("it goes down");
        }
        assert!(events.lock().expect("as above").contains(&Event::LeftoversEnded { processes: 5 }));
    }
    assert_eq!(stackwright::sandbox::status(&folders(), name).expect("its status can be read"), Status::Down);
}

#[tokio::test]
async fn command_brings_a_sandbox_up_and_down() {
    let _turn = ONE_AT_A_TIME.lock().await;
    let state = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder can be made");
    let state = state.path();
    assert_eq!(stackwright(state, &["status"]), (true, "down".to_owned()));
    let (up, answer) = stackwright(state, &["up", "--nodes", "1", "--output", "json"]);
    assert!(up, "{answer}");
    let answer: Value = serde_json::from_str(&answer).expect("the answer is JSON");
    let kubeconfig = answer["kubeconfig"].as_str().expect("the answer names the kubeconfig").to_owned();
    assert_eq!(stackwright(state, &["kubeconfig"]), (true, kubeconfig.clone()));
    let (_, status) = stackwright(state, &["status", "--output", "json"]);
    let status: Value = serde_json::from_str(&status).expect("the status is JSON");
    assert_eq!((&status["status"], &status["phase"], &status["nodes"]), (&json!("running"), &json!("ready"), &json!(1)));
    assert!(stackwright(state, &["down"]).0);
    assert!(!std::path::Path::new(&kubeconfig).exists());
    assert_eq!(stackwright(state, &["status"]), (true, "down".to_owned()));
    assert!(stackwright(state, &["down"]).0, "what is down stays down");
    assert!(!stackwright(state, &["kubeconfig"]).0);
}
