//! Workloads, volumes, addresses, accounts and logs: what works in any cluster works here.

use crate::manifests::{is_complete, job, service, workload};
use crate::support::{DEADLINE, Place, condition, container, entrypoint, eventually, is_ready, phase, sandbox, state};
use futures_util::AsyncBufReadExt;
use futures_util::TryStreamExt;
use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Node, PersistentVolume, PersistentVolumeClaim, Pod, Service};
use k8s_openapi::api::discovery::v1::EndpointSlice;
use kube::ResourceExt;
use kube::api::{Api, DeleteParams, ListParams, LogParams};
use kube::runtime::wait::await_condition;
use serde_json::json;

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
