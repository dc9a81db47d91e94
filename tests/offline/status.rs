//! How far objects have come: the same as kstatus says (tests/oracle/status), and what Helm adds to it.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use stackwright::cluster::status::{Rule, State, Status, is_waited_for, of, with_pods};

#[derive(Deserialize)]
struct Case {
    name: String,
    object: Value,
}

#[derive(Deserialize)]
struct Expectation {
    name: String,
    state: String,
    reason: String,
    message: String,
}

fn oracle<T: for<'de> Deserialize<'de>>(name: &str) -> Vec<T> {
    let path = format!("{}/tests/oracle/status/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().expect("it is a time")
}

#[test]
fn every_status_is_that_of_kstatus() {
    let cases: Vec<Case> = oracle("cases.json");
    let expected: Vec<Expectation> = oracle("expected.json");
    assert_eq!(cases.len(), expected.len());
    let wrong: Vec<String> = cases
        .iter()
        .zip(&expected)
        .filter_map(|(case, expected)| {
            assert_eq!(case.name, expected.name);
            let ours = of(&case.object, now());
            let theirs = (expected.state.clone(), expected.reason.clone(), expected.message.clone());
            ((ours.state.to_string(), ours.reason.clone(), ours.message.clone()) != theirs)
                .then(|| format!("{}: {ours:?} instead of {theirs:?}", case.name))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[track_caller]
fn check(rule: Rule, object: &Value, state: State, message: &str) {
    let status = rule.status(object, now());
    assert_eq!((status.state, status.message.as_str()), (state, message));
}

#[test]
fn a_hook_is_ready_when_its_job_or_pod_is_through() {
    let job = |conditions: Value| json!({"apiVersion": "batch/v1", "kind": "Job", "spec": {"completions": 2}, "status": {"succeeded": 2, "failed": 1, "startTime": "x", "conditions": conditions}});
    check(Rule::Hook, &job(json!([])), State::InProgress, "Job in progress");
    check(Rule::Hook, &job(json!([{"type": "Complete", "status": "True"}])), State::Current, "Job Completed. succeeded: 2/2");
    check(Rule::Hook, &job(json!([{"type": "Failed", "status": "True"}])), State::Failed, "Job Failed. failed: 1/2");
    check(Rule::JobsComplete, &job(json!([])), State::InProgress, "Job in progress");
    check(Rule::Ready, &job(json!([])), State::Current, "Job in progress. success:2, active: 0, failed: 1");
    let pod = |phase: &str| json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "status": {"phase": phase}});
    check(Rule::Hook, &pod("Running"), State::InProgress, "Pod in progress");
    check(Rule::Hook, &pod("Succeeded"), State::Current, "pod p succeeded");
    check(Rule::Hook, &pod("Failed"), State::Failed, "pod p failed");
    check(Rule::Ready, &pod("Failed"), State::Current, "Pod has completed, but not successfully");
    let deployment = json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": 3}});
    check(Rule::Hook, &deployment, State::Current, "Resource is current");
}

#[test]
fn a_pod_has_fifteen_seconds_to_find_a_node() {
    let pod = |created: &str| {
        json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"creationTimestamp": created},
        "status": {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]}})
    };
    check(Rule::Ready, &pod("2026-06-01T11:59:46Z"), State::InProgress, "Pod has not been scheduled");
    check(Rule::Ready, &pod("2026-06-01T11:59:45Z"), State::Failed, "Pod could not be scheduled");
}

#[test]
fn a_crashing_pod_fails_its_stateful_set_but_not_its_deployment() {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {},
        "status": {"phase": "Running", "containerStatuses": [{"name": "a", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}]}});
    let mut deleted = pod.clone();
    deleted["metadata"]["deletionTimestamp"] = json!("2026-06-01T11:59:46Z");
    let status = |kind: &str, pod: &Value| {
        let object = json!({"apiVersion": "apps/v1", "kind": kind});
        with_pods(&object, Status::in_progress("LessReplicas", "Replicas: 0/1"), [pod], now())
    };
    assert_eq!(status("StatefulSet", &pod), Status::failed("PodsFailed", "1 pods have failed"));
    assert_eq!(status("ReplicaSet", &pod).state, State::Failed);
    assert_eq!(status("Deployment", &pod).state, State::InProgress);
    assert_eq!(status("StatefulSet", &deleted).state, State::InProgress);
}

#[test]
fn nobody_waits_for_a_paused_deployment() {
    let object = |api: &str, paused: bool| json!({"apiVersion": api, "kind": "Deployment", "spec": {"paused": paused}});
    assert!(!is_waited_for(&object("apps/v1", true)));
    assert!(is_waited_for(&object("apps/v1", false)));
    assert!(is_waited_for(&object("example.org/v1", true)));
}
