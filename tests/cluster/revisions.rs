//! Revisions of a stack: what is written down, and the way back.

use super::program::StackCase;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::ListParams;
use serde_json::Value;

/// A chart with a greeting, a hook and, if asked for, a second object.
pub const GREETER: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {greeting: {{ .Values.greeting | default "hello" | quote }}, drawn: {{ randAlphaNum 12 | quote }}}
---
{{- if .Values.second }}
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-second}
{{- end }}
---
apiVersion: batch/v1
kind: Job
metadata: {name: {{ .Release.Name }}-hook, annotations: {helm.sh/hook: "post-install,post-upgrade,post-rollback"}}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {sandbox.stackwright.dev/exit-code: {{ .Values.exit | default 0 | quote }}}}
    spec: {restartPolicy: Never, containers: [{name: greet, image: example.invalid/greet}]}
"#;

/// Makes a case with the greeter as a chart.
pub async fn greeters(stack: &str) -> StackCase {
    let case = StackCase::new(stack).await;
    case.chart("greeter", GREETER);
    case
}

const STACK: &str = "
name: greeters
namespace: NAMESPACE
releases:
  - {name: first, namespace: NAMESPACE, chart: ./greeter, values: [{greeting: one}]}
  - {name: second, namespace: NAMESPACE, chart: ./greeter, needs: [first]}
";

pub async fn greeting(case: &StackCase, name: &str) -> Option<String> {
    let map = case.place.api::<ConfigMap>().get_opt(name).await.unwrap()?;
    map.data.unwrap().remove("greeting")
}

async fn drawn(case: &StackCase, name: &str) -> String {
    case.place.api::<ConfigMap>().get(name).await.unwrap().data.unwrap().remove("drawn").unwrap()
}

pub async fn history(case: &StackCase) -> Value {
    serde_json::from_str(&case.run(&["history", "--output", "json"]).await.expect(0).out).expect("it is JSON")
}

/// Returns the numbers, operations and states of the stack's revisions.
pub async fn revisions(case: &StackCase) -> Vec<(u64, String, String)> {
    let history = history(case).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let revisions = history["revisions"].as_array().expect("it is a list");
    revisions.iter().map(|one| (one["number"].as_u64().unwrap(), text(&one["operation"]["kind"]), text(&one["state"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_apply_that_changes_something_is_a_revision_and_others_write_nothing() {
    let case = greeters(STACK).await;
    let first = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(first.out.contains("Stack greeters is at revision 1."), "{}", first.out);
    case.run(&["apply", "--yes"]).await.expect(0);
    case.write("stack.yaml", &case.read("stack.yaml").replace("one", "two"));
    case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!(revisions(&case).await, [(1, "apply".into(), "done".into()), (2, "apply".into(), "done".into())]);
    let history = history(&case).await;
    let [first, second] = [0, 1].map(|at| &history["revisions"][1]["releases"][at]);
    assert_eq!(
        (first["step"].as_str(), first["before"]["revision"].as_u64(), first["after"]["revision"].as_u64()),
        (Some("upgrade"), Some(1), Some(2))
    );
    assert_eq!((second["step"].as_str(), second["after"]["revision"].as_u64()), (Some("keep"), Some(1)));
    assert_eq!(history["revisions"][1]["author"]["clusterUser"], "kubernetes-admin");
    assert_eq!(history["lock"], Value::Null, "the lock is given back");
    let shown = case.run(&["history"]).await.expect(0);
    assert!(shown.out.contains("2 installed") && shown.out.contains("1 upgraded"), "{}", shown.out);
    let one = case.run(&["history", "2"]).await.expect(0);
    assert!(one.out.contains("upgrade") && one.out.contains("greeter-0.1.0"), "{}", one.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_brings_every_release_back_also_those_that_came_and_went() {
    let case = greeters(STACK).await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let before = drawn(&case, "second").await;
    // The first is upgraded, the second goes, a third comes.
    let changed = case.read("stack.yaml").replace("greeting: one", "greeting: two, second: true");
    let changed = changed.replace("chart: ./greeter, needs: [first]", "chart: ./greeter, needs: [first], installed: false");
    let third = changed + &case.read("stack.yaml").lines().last().unwrap().replace("name: second", "name: third");
    case.write("stack.yaml", &third);
    case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!([greeting(&case, "first").await, greeting(&case, "second").await], [Some("two".into()), None]);
    assert!(greeting(&case, "third").await.is_some());

    let shown = case.run(&["rollback", "--dry-run"]).await.expect(0);
    assert!(
        shown.out.contains("roll back first") && shown.out.contains("install second") && shown.out.contains("remove third"),
        "{}",
        shown.out
    );
    assert!(shown.out.contains("what these jobs did stays done: Job/first-hook"), "{}", shown.out);
    assert_eq!(greeting(&case, "first").await.as_deref(), Some("two"), "a dry run changes nothing");

    let ran = case.run(&["rollback", "--yes"]).await.expect(0);
    assert!(ran.err.contains("first   back at revision 1, as revision 3"), "{}", ran.err);
    assert_eq!([greeting(&case, "first").await, greeting(&case, "second").await], [Some("one".into()), Some("hello".into())]);
    assert!(greeting(&case, "third").await.is_none());
    assert!(case.place.api::<ConfigMap>().get_opt("first-second").await.unwrap().is_none(), "what is no longer wanted goes");
    assert_eq!(drawn(&case, "second").await, before, "generated values come back too");
    let helm = case.helm(&["history", "first", "--output", "json"]).await.expect(0);
    assert!(helm.out.contains("Rollback to 1"), "{}", helm.out);
    case.helm(&["status", "second"]).await.expect(0);
    assert_eq!(revisions(&case).await.last().unwrap(), &(3, "rollback".to_owned(), "done".to_owned()));

    // The stack file of then: nothing is to be done.
    case.write("stack.yaml", STACK);
    let again = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    // A destroyed stack comes back as well, and what was before the first revision is nothing.
    case.run(&["destroy", "--yes"]).await.expect(0);
    assert!(case.place.api::<Secret>().list(&ListParams::default().labels("owner=helm")).await.unwrap().items.is_empty());
    case.run(&["rollback", "--yes"]).await.expect(0);
    assert_eq!(greeting(&case, "first").await.as_deref(), Some("one"));
    assert_eq!(drawn(&case, "second").await, before);
    case.run(&["rollback", "--to", "0", "--yes"]).await.expect(0);
    assert!(greeting(&case, "first").await.is_none() && greeting(&case, "second").await.is_none());
    let unknown = case.run(&["rollback", "--to", "99", "--yes"]).await.expect(1);
    assert!(unknown.err.contains("revision 99 of stack greeters is not there"), "{}", unknown.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_atomic_apply_that_fails_takes_back_what_it_changed() {
    let case = greeters(STACK).await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let broken = case.read("stack.yaml").replace("greeting: one", "greeting: two")
        + "  - {name: third, namespace: NAMESPACE, chart: ./greeter, needs: [second], values: [{exit: 1}]}\n";
    case.write("stack.yaml", &broken);
    let ran = case.run(&["apply", "--yes", "--atomic"]).await.expect(1);
    assert!(ran.out.contains("third failed: failed post-install: resource Job/"), "{}", ran.out);
    assert_eq!(greeting(&case, "first").await.as_deref(), Some("one"), "{}", ran.out);
    assert!(greeting(&case, "third").await.is_none(), "{}", ran.out);
    let expected = [(1, "apply", "done"), (2, "apply", "failed"), (3, "undo", "done")]
        .map(|(number, kind, state)| (number, kind.to_owned(), state.to_owned()));
    assert_eq!(revisions(&case).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_is_to_be_rolled_back_on_failure_is() {
    let case = greeters(STACK).await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let bad = "chart: ./greeter, atomic: true, values: [{greeting: two, exit: 1}]";
    case.write("stack.yaml", &case.read("stack.yaml").replace("chart: ./greeter, values: [{greeting: one}]", bad));
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    assert!(ran.out.contains("release first failed, and has been rolled back due to rollback-on-failure being set"), "{}", ran.out);
    assert_eq!(greeting(&case, "first").await.as_deref(), Some("one"));
    let helm = case.helm(&["history", "first", "--output", "json"]).await.expect(0);
    assert!(helm.out.contains("Rollback to 1") && helm.out.contains(r#""status":"failed""#), "{}", helm.out);
    // An install that fails leaves nothing.
    case.run(&["destroy", "--yes"]).await.expect(0);
    let ran = case.run(&["apply", "--yes", "-l", "name=first"]).await.expect(1);
    assert!(ran.out.contains("has been uninstalled due to rollback-on-failure being set"), "{}", ran.out);
    assert!(case.place.api::<Deployment>().list(&ListParams::default()).await.unwrap().items.is_empty());
    let helm = case.helm(&["list", "--output", "json"]).await.expect(0);
    assert_eq!(helm.out.trim(), "[]");
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_that_leave_the_stack_are_told_of_and_pruned_on_request() {
    let case = greeters(STACK).await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let without = "name: greeters\nnamespace: NAMESPACE\nreleases: [{name: other, namespace: NAMESPACE, chart: ./greeter}]\n";
    case.write("stack.yaml", without);
    let stays = format!("{}/first left the stack and stays", case.place.namespace);
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(ran.out.contains(&stays), "{}", ran.out);
    assert!(greeting(&case, "first").await.is_some());
    case.write("stack.yaml", &without.replace("namespace: NAMESPACE\nreleases", "namespace: NAMESPACE\nprune: true\nreleases"));
    let shown = case.run(&["diff"]).await.expect(0);
    assert!(shown.out.contains("2 to remove, 1 unchanged"), "{}", shown.out);
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    let order = |words: &str| ran.err.find(words).unwrap_or_else(|| panic!("`{words}` was not said:\n{}", ran.err));
    assert!(order("second  removed") < order("first   started"), "{}", ran.err);
    assert!(greeting(&case, "first").await.is_none() && greeting(&case, "other").await.is_some());
    let again = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(again.out.contains("Nothing to do: 1 release is as the stack says."), "{}", again.out);
    // The way back is there for what was pruned, too.
    case.run(&["rollback", "--to", "1", "--yes"]).await.expect(0);
    assert_eq!(greeting(&case, "first").await.as_deref(), Some("one"));
    case.write("stack.yaml", &case.read("stack.yaml").replace("name: greeters\n", ""));
    let nameless = case.run(&["apply", "--yes"]).await.expect(1);
    assert!(nameless.err.contains("a stack without a name cannot prune"), "{}", nameless.err);
}
