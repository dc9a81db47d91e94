//! Pods that wait for pods of other releases: `needs: auto`, needs with a condition, readiness by percentage, failures that are allowed, tests
//! as a gate.

use super::program::{Ran, StackCase};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Pod;
use kube::api::ListParams;
use serde_json::Value;

/// Replaces PLAY by the chart whose objects are values.
async fn case(stack: &str) -> StackCase {
    StackCase::new(&stack.replace("PLAY", "CHARTS/../../tests/offline/stacks/waits/play")).await
}

/// Says whether standard error has `first` before `second`.
#[track_caller]
fn comes_before(ran: &Ran, first: &str, second: &str) -> bool {
    let place = |words: &str| ran.err.find(words).unwrap_or_else(|| panic!("`{words}` was not said:\n{}\n{}", ran.err, ran.out));
    place(first) < place(second)
}

#[track_caller]
fn says(ran: &Ran, words: &[&str]) {
    for words in words {
        assert!(ran.out.contains(words) || ran.err.contains(words), "`{words}` was not said:\n{}\n{}", ran.out, ran.err);
    }
}

/// Two releases whose pods wait for each other, through a hook of one of them, and both for a third that is slow.
const MUTUAL: &str = r#"
helmDefaults: {needs: auto, wait: true, waitForJobs: true, timeout: 90}
releases:
  - name: compute
    namespace: NAMESPACE
    chart: PLAY
    values:
      - objects:
          - {kind: Service, name: compute}
          - {kind: Deployment, name: compute, wait: {DEPENDENCY_JOBS: compute-sync}}
          - {kind: Job, name: compute-sync, hook: post-install, wait: {DEPENDENCY_SERVICE: database}}
          - kind: DaemonSet
            name: compute-agent
            wait:
              DEPENDENCY_SERVICE: network
              DEPENDENCY_POD_JSON: '[{"labels": {"app": "network-agent"}, "requireSameNode": true}]'
  - name: network
    namespace: NAMESPACE
    chart: PLAY
    values:
      - objects:
          - {kind: Service, name: network}
          - {kind: Deployment, name: network, wait: {DEPENDENCY_SERVICE: "NAMESPACE:database"}}
          - {kind: DaemonSet, name: network-agent, wait: {DEPENDENCY_SERVICE: compute}}
  - name: database
    namespace: NAMESPACE
    chart: PLAY
    values:
      - objects:
          - {kind: Service, name: database}
          - {kind: Deployment, name: database, sandbox: {duration: 3s}}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn releases_whose_pods_wait_for_each_other_become_ready_together() {
    let case = case(MUTUAL).await;
    let planned = case.run(&["diff"]).await.expect(0);
    says(&planned, &["needs database, until applied: waits for Service database"]);
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(comes_before(&ran, "database  2 objects applied", "compute   started"), "{}", ran.err);
    assert!(comes_before(&ran, "compute   started", "database  installed"), "nothing waits for the database but pods: {}", ran.err);
    assert!(
        comes_before(&ran, "network   started", "compute   installed") && comes_before(&ran, "compute   started", "network   installed"),
        "{}",
        ran.err
    );
    let again = case.run(&["apply", "--yes"]).await.expect(0);
    says(&again, &["Nothing to do: 3 releases are as the stack says."]);
    case.run(&["destroy", "--yes"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_does_not_wait_for_pods_that_wait_for_it_through_another_release() {
    let case = case(
        "
helmDefaults: {needs: auto, wait: true, timeout: 60}
releases:
  - name: a
    namespace: NAMESPACE
    chart: PLAY
    values:
      - objects:
          - {kind: Deployment, name: a, wait: {DEPENDENCY_SERVICE: b}}
          - {kind: Job, name: a-sync, hook: post-install}
  - name: b
    namespace: NAMESPACE
    chart: PLAY
    values: [{objects: [{kind: Service, name: b}, {kind: Deployment, name: b, wait: {DEPENDENCY_JOBS: a-sync}}]}]
",
    )
    .await;
    case.run(&["apply", "--yes"]).await.expect(0);
}

const NOBODY: &str = r#"
releases:
  - name: compute
    namespace: NAMESPACE
    chart: PLAY
    values:
      - objects:
          - kind: DaemonSet
            name: compute
            wait:
              DEPENDENCY_POD_JSON: '[{"labels": {"application": "network", "component": "agent"}, "requireSameNode": true}]'
              DEPENDENCY_SERVICE: "elsewhere:identity,pods"
              DEPENDENCY_JOBS: sinc
              DEPENDENCY_CONTAINER: sidecar
  - name: identity
    namespace: NAMESPACE
    chart: PLAY
    values:
      - objects:
          - {kind: Service, name: identity}
          - {kind: Deployment, name: identity}
          - {kind: Job, name: sync}
          - {kind: Service, name: pods, selector: {app: nobody}}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_never_can_start_is_refused_before_anything_is_written() {
    let case = case(NOBODY).await;
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    says(
        &ran,
        &[
            "compute waits for a pod with application=network, component=agent on its node; no release in plan or cluster makes one",
            "compute waits for Service identity in namespace elsewhere; no release in plan or cluster makes one",
            &format!("help: release identity makes one in namespace {0}; `{0}:identity` names it", case.place.namespace),
            "compute waits for Service pods; it selects pods with app=nobody, and no release in plan or cluster makes one",
            "compute waits for Job sinc; no release in plan or cluster makes one",
            "help: did you mean `sync`?",
            "compute waits for container sidecar of its own pod; its pod has no such container",
            "never-starts",
            "at play/templates/",
            "Nothing was changed.",
        ],
    );
    assert!(case.place.api::<Deployment>().list(&ListParams::default()).await.unwrap().items.is_empty());
    case.run(&["apply", "--yes", "--allow", "never-starts"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_cluster_has_is_no_finding() {
    let case = case(NOBODY).await;
    let labels = serde_json::json!({"application": "network", "component": "agent", "app": "nobody"});
    case.place.create_pod("theirs", serde_json::json!({}), serde_json::json!({})).await;
    case.place.patch::<Pod>("theirs", serde_json::json!({"metadata": {"labels": labels}})).await;
    let ran = case.run(&["diff", "--output", "json"]).await.expect(0);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let findings = document["findings"].as_array().unwrap();
    let of_waits: Vec<&str> =
        findings.iter().filter(|finding| finding["code"] == "never-starts").map(|finding| finding["message"].as_str().unwrap()).collect();
    assert_eq!(of_waits.len(), 3, "container, Job and the Service of another namespace are still missing: {of_waits:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn needs_and_waits_that_lock_each_other_are_refused() {
    let stack = "
helmDefaults: {wait: true, timeout: 30}
releases:
  - {name: a, namespace: NAMESPACE, chart: PLAY, needs: [b], values: [{objects: [{kind: Service, name: a}, {kind: Deployment, name: a}]}]}
  - {name: b, namespace: NAMESPACE, chart: PLAY, values: [{objects: [{kind: Deployment, name: b, wait: {DEPENDENCY_SERVICE: a}}]}]}
";
    let case = case(stack).await;
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    says(&ran, &["a needs b, which never comes that far before a has started: b waits for Service a of a"]);
    case.write(
        "stack.yaml",
        &stack.replace("needs: [b]", "needs: [{name: b, until: applied}]").replace("PLAY", "CHARTS/../../tests/offline/stacks/waits/play"),
    );
    case.run(&["apply", "--yes"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn pods_that_wait_in_a_circle_are_refused() {
    let one = |name: &str, other: &str| {
        format!(
            "  - {{name: {name}, namespace: NAMESPACE, chart: PLAY, values: [{{objects: [{{kind: Service, name: {name}}}, {{kind: Deployment, name: {name}, wait: {{DEPENDENCY_SERVICE: {other}}}}}]}}]}}\n"
        )
    };
    let case = case(&format!("releases:\n{}{}", one("a", "b"), one("b", "a"))).await;
    let ran = case.run(&["diff"]).await.expect(0);
    says(
        &ran,
        &["pods wait for each other in a circle, so that none of them starts: a waits for Service b of b; b waits for Service a of a"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_waits_for_what_is_sent_after_it_is_refused() {
    let objects = "[{kind: Service, name: a}, {kind: Deployment, name: a}, {kind: Job, name: early, hook: pre-install, wait: {DEPENDENCY_SERVICE: a}}]";
    let case = case(&format!("releases: [{{name: a, namespace: NAMESPACE, chart: PLAY, values: [{{objects: {objects}}}]}}]")).await;
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    says(&ran, &["early waits for Service a, which is sent only after this hook has run"]);
}

/// A release of a quick Job, a quick hook and a Deployment that takes its time, and one that needs it.
fn until(until: &str) -> String {
    format!(
        "
helmDefaults: {{wait: true, timeout: 90}}
releases:
  - name: base
    namespace: NAMESPACE
    chart: PLAY
    values:
      - objects:
          - {{kind: Job, name: quick}}
          - {{kind: Deployment, name: slow, sandbox: {{duration: 4s}}, wait: {{DEPENDENCY_JOBS: hook}}}}
          - {{kind: Job, name: hook, hook: post-install}}
  - {{name: top, namespace: NAMESPACE, chart: PLAY, needs: [{{name: base, until: {until}}}]}}
"
    )
}

#[track_caller]
fn check_until(ran: &Ran, after: &str, is_before_the_end: bool) {
    assert!(comes_before(ran, after, "top   started"), "{}", ran.err);
    assert_eq!(comes_before(ran, "top   started", "base  installed"), is_before_the_end, "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_need_says_how_far_the_other_release_has_to_be() {
    for (form, after, is_before_the_end) in [
        ("applied", "base  2 objects applied", true),
        ("hooks", "hook Job/", true),
        ("Job/hook", "/hook done", true),
        ("Deployment/slow", "base  2 objects applied", false),
        ("100%", "/hook done", false),
        ("ready", "base  installed", false),
    ] {
        let case = case(&until(form)).await;
        let ran = case.run(&["apply", "--yes"]).await.expect(0);
        if form == "Deployment/slow" || form == "100%" {
            // The release ends at the same moment, in either order.
            assert!(comes_before(&ran, after, "top   started"), "{form}: {}", ran.err);
            continue;
        }
        check_until(&ran, after, is_before_the_end);
    }
}

/// Four pods of which the three nodes take one each.
const CROWDED: &str = "{kind: Deployment, name: fleet, replicas: 4, spread: true}";

#[tokio::test(flavor = "multi_thread")]
async fn a_percentage_of_pods_can_be_enough() {
    let stack = |min: &str| {
        format!(
            "
helmDefaults: {{wait: true, timeout: 12}}
releases:
  - {{name: fleet, namespace: NAMESPACE, chart: PLAY, readiness: {{min: {min}}}, values: [{{objects: [{CROWDED}]}}]}}
  - {{name: most, namespace: NAMESPACE, chart: PLAY, needs: [{{name: fleet, until: 75%}}]}}
  - {{name: all, namespace: NAMESPACE, chart: PLAY, needs: [{{name: fleet, until: ready}}]}}
"
        )
    };
    let good = case(&stack("75%")).await;
    good.run(&["apply", "--yes"]).await.expect(0);
    let bad = case(&stack("76%")).await;
    let ran = bad.run(&["apply", "--yes"]).await.expect(1);
    says(&ran, &["fleet  failed", "most   installed", "all    skipped: it needs fleet, which failed"]);
    assert!(comes_before(&ran, "most   installed", "fleet  failed"), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_is_allowed_stops_nothing() {
    let case = case(
        "
helmDefaults: {wait: true, timeout: 60}
releases:
  - {name: extra, namespace: NAMESPACE, chart: PLAY, allowFailure: true, values: [{objects: [{kind: Job, name: bad, hook: post-install, sandbox: {exit-code: 1}}]}]}
  - {name: top, namespace: NAMESPACE, chart: PLAY, needs: [extra]}
",
    )
    .await;
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    says(&ran, &["extra  failed after", "which it may", "top    installed", "failed (allowed)", "extra failed, which it may:"]);
    // What failed is tried again, and counts as little.
    let again = case.run(&["apply", "--yes", "--output", "json"]).await.expect(0);
    let document: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(document["releases"][0]["result"], "failed (allowed)");
}

#[tokio::test(flavor = "multi_thread")]
async fn tests_are_a_gate_and_run_again_only_when_something_changed() {
    let stack = |exit: u8| {
        format!(
            "
helmDefaults: {{timeout: 60}}
releases:
  - name: base
    namespace: NAMESPACE
    chart: PLAY
    tests: after
    values: [{{objects: [{{kind: Deployment, name: base, sandbox: {{duration: 2s}}}}, {{kind: Pod, name: check, hook: test, sandbox: {{exit-code: {exit}}}}}]}}]
  - {{name: top, namespace: NAMESPACE, chart: PLAY, needs: [base]}}
"
        )
        .replace("PLAY", "CHARTS/../../tests/offline/stacks/waits/play")
    };
    let case = case(&stack(1)).await;
    let bad = case.run(&["apply", "--yes"]).await.expect(1);
    says(&bad, &["test hook Pod/", "base  failed", "top   skipped: it needs base, which failed"]);
    case.write("stack.yaml", &stack(0));
    let good = case.run(&["apply", "--yes"]).await.expect(0);
    says(&good, &["test hook Pod/", "top   installed"]);
    let run = |pod: Option<Pod>| pod.and_then(|pod| pod.metadata.uid);
    let first = run(case.place.api::<Pod>().get_opt("check").await.unwrap());
    assert!(first.is_some());
    case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!(run(case.place.api::<Pod>().get_opt("check").await.unwrap()), first, "nothing changed, so nothing is tested");
    case.run(&["apply", "--yes", "--force-revision"]).await.expect(0);
    assert_ne!(run(case.place.api::<Pod>().get_opt("check").await.unwrap()), first, "a new revision is tested");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_release_that_failed_ends_at_once_and_says_so() {
    let case = case(
        "
helmDefaults: {needs: auto, wait: true, timeout: 600}
releases:
  - name: base
    namespace: NAMESPACE
    chart: PLAY
    values:
      - objects:
          - {kind: Service, name: base}
          - {kind: Deployment, name: base, wait: {DEPENDENCY_JOBS: sync}}
          - {kind: Job, name: sync, hook: post-install, sandbox: {exit-code: 1, duration: 4s}}
  - {name: top, namespace: NAMESPACE, chart: PLAY, values: [{objects: [{kind: Deployment, name: top, wait: {DEPENDENCY_SERVICE: base}}]}]}
",
    )
    .await;
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    says(&ran, &["top   started", "Deployment/top: it waits for Service base of base, which failed"]);
    let status = case.run(&["status"]).await.expect(1);
    says(&status, &["is not ready", "it waits for Service base of base"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_of_a_release_begins_when_what_it_waits_for_is_there() {
    let case = case(
        "
helmDefaults: {needs: auto, wait: true}
releases:
  - {name: base, namespace: NAMESPACE, chart: PLAY, timeout: 60, values: [{objects: [{kind: Service, name: base}, {kind: Deployment, name: base, sandbox: {duration: 10s}}]}]}
  - {name: top, namespace: NAMESPACE, chart: PLAY, timeout: 8, values: [{objects: [{kind: Deployment, name: top, wait: {DEPENDENCY_SERVICE: base}}]}]}
",
    )
    .await;
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(comes_before(&ran, "top   started", "base  installed"), "{}", ran.err);
}
