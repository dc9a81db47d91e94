//! Waiting for real controllers, and explaining what does not get ready.

use crate::connection::{cluster, connect_options, settle_ready};
use crate::support::{DEADLINE, Place, container, prefixed};
use serde_json::{Value, json};
use stackwright::cluster::status::{Rule, State};
use stackwright::cluster::{ApplyOptions, Awaited, Cluster, Goal, Outcome, Propagation, Watch};
use stackwright::manifest::ObjectId;
use std::time::Duration;

async fn fixture() -> (Cluster, Watch, Place) {
    let place = Place::new().await;
    let cluster = cluster(&place.namespace).await;
    let watch = Watch::new(&cluster);
    (cluster, watch, place)
}

fn workload(kind: &str, name: &str, annotations: &Value) -> Value {
    json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": name}},
        "template": {
            "metadata": {"labels": {"app": name}, "annotations": prefixed(annotations)},
            "spec": {"containers": [container("main", json!([]))]},
        },
    }})
}

async fn apply(cluster: &Cluster, object: &Value) -> Value {
    cluster.apply(object, &ApplyOptions::default()).await.expect("it is valid").object
}

fn id(object: &Value) -> ObjectId {
    ObjectId::of(object).expect("the object has an identity")
}

#[tokio::test]
async fn everything_of_a_release_gets_ready_and_tells_how() {
    let (cluster, watch, _place) = fixture().await;
    let objects = [
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}),
        json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"ports": [{"port": 80}]}}),
        workload("Deployment", "web", &json!({})),
        workload("StatefulSet", "db", &json!({})),
    ];
    let mut awaited = Vec::new();
    for object in &objects {
        awaited.push(Awaited::written(&apply(&cluster, object).await).expect("the answer has an identity"));
    }
    let mut told = Vec::new();
    let progress = |id: &ObjectId, status: &stackwright::cluster::status::Status| told.push((id.kind.clone(), status.state));
    let settled = watch.settle(&awaited, Goal::Ready(Rule::Ready), DEADLINE, progress).await.expect("all can be watched");
    assert_eq!(settled.outcome, Outcome::Reached, "{}", settled.message());
    assert_eq!(settled.statuses.len(), 4);
    for kind in ["ConfigMap", "Service", "Deployment", "StatefulSet"] {
        assert!(told.contains(&(kind.to_owned(), State::Current)), "{told:?}");
    }
}

#[tokio::test]
async fn a_second_change_is_not_ready_because_the_first_was() {
    let (cluster, watch, _place) = fixture().await;
    let mut object = workload("Deployment", "web", &json!({}));
    settle_ready(&watch, &[apply(&cluster, &object).await]).await;
    for replicas in 3..6 {
        object["spec"]["replicas"] = json!(replicas);
        settle_ready(&watch, &[apply(&cluster, &object).await]).await;
        let live = cluster.get(&id(&object)).await.expect("it can be read").expect("it is there");
        assert_eq!(live["status"]["readyReplicas"], json!(replicas));
    }
}

#[tokio::test]
async fn a_hook_job_is_waited_for_until_it_is_through() {
    let (cluster, watch, _place) = fixture().await;
    let job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"template": {
        "spec": {"restartPolicy": "Never", "containers": [container("main", json!([]))]}}}});
    let awaited = Awaited::written(&apply(&cluster, &job).await).expect("the answer has an identity");
    let settled = watch.settle(&[awaited], Goal::Ready(Rule::Hook), DEADLINE, |_, _| {}).await.expect("it can be watched");
    assert_eq!(settled.outcome, Outcome::Reached, "{}", settled.message());
    assert_eq!(settled.statuses.values().next().map(|status| status.message.as_str()), Some("Job Completed. succeeded: 1/1"));
}

#[tokio::test]
async fn the_time_can_be_up_and_helm_would_say_it_so() {
    let (cluster, watch, place) = fixture().await;
    let claim = json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "a"}, "spec": {
        "storageClassName": "none", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}});
    let awaited = Awaited::written(&apply(&cluster, &claim).await).expect("the answer has an identity");
    let settled =
        watch.settle(&[awaited], Goal::Ready(Rule::Ready), Duration::from_millis(300), |_, _| {}).await.expect("it can be watched");
    assert_eq!(settled.outcome, Outcome::OutOfTime);
    let expected = format!(
        "resource PersistentVolumeClaim/{}/a not ready. status: InProgress, message: PVC is not Bound. phase: Pending\ncontext deadline exceeded",
        place.namespace
    );
    assert_eq!(settled.message(), expected);
}

#[tokio::test]
async fn deleted_is_when_the_last_finalizer_is_gone() {
    let (cluster, watch, _place) = fixture().await;
    let mut object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "finalizers": ["example.org/wait"]}});
    let awaited = [Awaited::written(&apply(&cluster, &object).await).expect("the answer has an identity")];
    cluster.delete(&id(&object), Propagation::Background).await.expect("it can be deleted");
    let settled = watch.settle(&awaited, Goal::Gone, Duration::from_millis(300), |_, _| {}).await.expect("it can be watched");
    assert_eq!(settled.outcome, Outcome::OutOfTime);
    assert!(settled.message().contains("still exists. status: Terminating"), "{}", settled.message());
    object["metadata"]["finalizers"] = json!([]);
    let options = ApplyOptions::default();
    let free = cluster.apply(&object, &options);
    let gone = watch.settle(&awaited, Goal::Gone, DEADLINE, |_, _| {});
    let (free, gone) = tokio::join!(free, gone);
    free.expect("it is valid");
    assert_eq!(gone.expect("it can be watched").outcome, Outcome::Reached);
}

#[tokio::test]
async fn what_was_never_there_is_gone_at_once() {
    let (_cluster, watch, place) = fixture().await;
    let id = ObjectId {
        api_version: "v1".to_owned(),
        kind: "ConfigMap".to_owned(),
        namespace: Some(place.namespace.clone()),
        name: "none".to_owned(),
    };
    let settled = watch.settle(&[Awaited::of(id)], Goal::Gone, DEADLINE, |_, _| {}).await.expect("it can be watched");
    assert_eq!(settled.outcome, Outcome::Reached);
}

#[tokio::test]
async fn a_kind_that_may_not_be_watched_is_an_error_and_no_waiting() {
    let place = Place::new().await;
    let options = stackwright::cluster::ConnectOptions { impersonate: Some("nobody".to_owned()), ..connect_options() };
    let weak = Cluster::connect(&options, |_| {}).await.expect("the kubeconfig is good");
    let id = ObjectId {
        api_version: "apps/v1".to_owned(),
        kind: "Deployment".to_owned(),
        namespace: Some(place.namespace.clone()),
        name: "a".to_owned(),
    };
    let error =
        Watch::new(&weak).settle(&[Awaited::of(id)], Goal::Ready(Rule::Ready), DEADLINE, |_, _| {}).await.expect_err("it is forbidden");
    assert!(error.to_string().starts_with(&format!("watching Deployment in {}: ", place.namespace)), "{error}");
}

#[tokio::test]
async fn a_crash_loop_is_explained_with_the_last_lines_of_its_log() {
    let (cluster, watch, _place) = fixture().await;
    let object = workload("StatefulSet", "db", &json!({"crash-loop": "true", "ready": "false", "log": "cannot open /var/lib/db"}));
    let awaited = Awaited::written(&apply(&cluster, &object).await).expect("the answer has an identity");
    let settled = watch.settle(&[awaited], Goal::Ready(Rule::Ready), DEADLINE, |_, _| {}).await.expect("it can be watched");
    assert_eq!(settled.outcome, Outcome::Failed, "{}", settled.message());
    let live = cluster.get(&id(&object)).await.expect("it can be read").expect("it is there");
    let explanation = cluster.explain(&live, 5).await.expect("it can be asked");
    assert_eq!(explanation.causes[0].reason, "CrashLoopBackOff", "{:?}", explanation.causes);
    assert_eq!(explanation.causes[0].subject, "Pod/db-0, container main");
    assert!(explanation.logs[0].lines.iter().any(|line| line.contains("cannot open /var/lib/db")), "{:?}", explanation.logs);
}

#[tokio::test]
async fn an_image_that_cannot_be_pulled_is_explained() {
    let (cluster, watch, place) = fixture().await;
    let object = workload("Deployment", "web", &json!({"image-pull": "fail"}));
    apply(&cluster, &object).await;
    watch.follow("v1", "Pod", Some(&place.namespace)).await.expect("pods can be watched");
    let mut changes = watch.changes();
    let live = cluster.get(&id(&object)).await.expect("it can be read").expect("it is there");
    let explained = async {
        loop {
            let explanation = cluster.explain(&live, 5).await.expect("it can be asked");
            if let Some(cause) =
                explanation.causes.into_iter().find(|cause| cause.reason.ends_with("ImagePull") || cause.reason.ends_with("PullBackOff"))
            {
                return cause;
            }
            changes.changed().await.expect("the watch goes on");
        }
    };
    let cause = tokio::time::timeout(DEADLINE, explained).await.expect("the sandbox fails the pull");
    assert!(cause.is_stuck && cause.message.contains("example.invalid/main:1"), "{cause:?}");
}
