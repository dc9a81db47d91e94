//! Why objects are not ready, told from pods and events.

use serde_json::{Value, json};
use stackwright::cluster::{Cause, explain};

fn deployment() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop", "uid": "d"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}}})
}

fn pod(name: &str, status: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "labels": {"app": "web"}}, "status": status})
}

fn event(kind: &str, name: &str, reason: &str, message: &str, at: &str) -> Value {
    json!({"type": "Warning", "involvedObject": {"kind": kind, "name": name}, "reason": reason, "message": message, "lastTimestamp": at})
}

#[track_caller]
fn check(pods: &[Value], events: &[Value], expected: &[(&str, &str, &str, bool)]) -> Vec<Cause> {
    let causes = explain(&deployment(), &pods.iter().collect::<Vec<_>>(), &events.iter().collect::<Vec<_>>());
    let told: Vec<_> =
        causes.iter().map(|cause| (cause.subject.as_str(), cause.reason.as_str(), cause.message.as_str(), cause.is_stuck)).collect();
    assert_eq!(told, expected);
    causes
}

#[test]
fn an_image_that_is_not_there_is_told_once_for_all_replicas() {
    let status = json!({"phase": "Pending", "containerStatuses": [{"name": "nginx", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off pulling image \"nope\""}}}]});
    let pods = [pod("web-1", status.clone()), pod("web-2", status)];
    check(&pods, &[], &[("Pod/web-1, container nginx", "ImagePullBackOff", "Back-off pulling image \"nope\"", true)]);
}

#[test]
fn a_crash_loop_tells_its_exit_and_asks_for_the_log_of_the_last_run() {
    let status = json!({"phase": "Running", "containerStatuses": [{"name": "app", "restartCount": 4,
        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 1m"}},
        "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]});
    let message = "the container ended with exit code 137, OOMKilled and was restarted 4 times";
    let causes = check(&[pod("web-1", status)], &[], &[("Pod/web-1, container app", "CrashLoopBackOff", message, true)]);
    let log = causes[0].log.as_ref().expect("a crash has a log");
    assert_eq!((log.pod.as_str(), log.container.as_str(), log.previous), ("web-1", "app", true));
}

#[test]
fn a_pod_without_a_node_tells_what_the_scheduler_says() {
    let status = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}]});
    check(&[pod("web-1", status)], &[], &[("Pod/web-1", "Unschedulable", "0/3 nodes are available", true)]);
}

#[test]
fn the_init_container_that_runs_is_the_one_to_blame() {
    let status = json!({"phase": "Pending",
        "initContainerStatuses": [
            {"name": "first", "state": {"terminated": {"exitCode": 0}}},
            {"name": "wait", "state": {"running": {}}},
            {"name": "later", "state": {"waiting": {"reason": "PodInitializing"}}}],
        "containerStatuses": [{"name": "app", "state": {"waiting": {"reason": "PodInitializing"}}}]});
    check(&[pod("web-1", status)], &[], &[("Pod/web-1, container wait", "Initializing", "the init container has not finished", false)]);
}

#[test]
fn events_of_replica_sets_tell_why_there_are_no_pods() {
    let events = [
        event("ReplicaSet", "web-5d9", "FailedCreate", "exceeded quota: old", "2026-01-01T00:00:00Z"),
        event("ReplicaSet", "web-5d9", "FailedCreate", "exceeded quota: new", "2026-01-01T00:00:09Z"),
        event("ReplicaSet", "webshop-5d9", "FailedCreate", "not ours", "2026-01-01T00:00:00Z"),
    ];
    check(&[], &events, &[("ReplicaSet/web-5d9", "FailedCreate", "exceeded quota: new", false)]);
}

#[test]
fn a_failing_readiness_probe_is_told_with_its_event() {
    let status = json!({"phase": "Running", "containerStatuses": [{"name": "app", "ready": false, "state": {"running": {}}}]});
    let events = [event("Pod", "web-1", "Unhealthy", "Readiness probe failed: HTTP 503", "2026-01-01T00:00:00Z")];
    let expected = [
        ("Pod/web-1, container app", "NotReady", "the container runs but its readiness probe has not succeeded", false),
        ("Pod/web-1", "Unhealthy", "Readiness probe failed: HTTP 503", false),
    ];
    check(&[pod("web-1", status)], &events, &expected);
}

#[test]
fn pods_of_others_are_passed_over() {
    let mut stranger = pod(
        "db-1",
        json!({"phase": "Running", "containerStatuses": [{"name": "db", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}),
    );
    stranger["metadata"]["labels"]["app"] = json!("db");
    check(&[stranger], &[], &[]);
}
