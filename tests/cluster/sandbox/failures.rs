//! Pods that wait, fail and take their time, as the cluster or their annotations want it.

use crate::manifests::{is_complete, job, job_has};
use crate::support::{Place, container, is_ready, phase, prefixed, state};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Pod, Secret};
use kube::api::ListParams;
use serde_json::json;

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
