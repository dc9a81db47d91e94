//! Rights that are missing for removals and for the stack's own revisions, and what the server warns of.

use super::program::{Ran, StackCase};
use k8s_openapi::api::core::v1::ConfigMap;
use serde_json::{Value, json};

const STACK: &str =
    "history: {namespace: NAMESPACE}\nname: rights\nreleases: [{name: app, namespace: NAMESPACE, chart: ./app, installed: INSTALLED}]";
const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n";

async fn case(stack: &str, template: &str) -> StackCase {
    let case = StackCase::new(&stack.replace("INSTALLED", "true")).await;
    case.chart("app", template);
    case
}

fn all(group: &str, resources: &[&str], verbs: &[&str]) -> Value {
    json!({"apiGroups": [group], "resources": resources, "verbs": verbs})
}

#[track_caller]
fn says(ran: &Ran, words: &str) {
    assert!(ran.out.contains(words), "`{words}` was not said:\n{}\n{}", ran.out, ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removal_that_may_not_be_done_is_told_before_anything_is_removed() {
    let case = case(STACK, MAP).await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let leases = all("coordination.k8s.io", &["leases"], &["get", "create", "update"]);
    let secrets = all("", &["secrets"], &["get", "list", "watch", "create", "update", "patch"]);
    case.limit(json!([secrets, leases, all("", &["configmaps"], &["get", "list"])])).await;
    let namespace = case.place.namespace.clone();
    let maps = format!("error[forbidden] you may not delete configmaps in namespace {namespace}; needed for app");
    let records = format!("error[forbidden] you may not delete secrets in namespace {namespace}; needed for the release's records");
    let destroyed = case.run(&["destroy", "--yes", "--kubeconfig", "limited"]).await.expect(1);
    says(&destroyed, &maps);
    says(&destroyed, &records);
    case.write("stack.yaml", &STACK.replace("INSTALLED", "false"));
    let applied = case.run(&["apply", "--yes", "--kubeconfig", "limited"]).await.expect(1);
    says(&applied, &maps);
    case.write("stack.yaml", "history: {namespace: NAMESPACE}\nname: rights\nreleases: []");
    let pruned = case.run(&["apply", "--yes", "--prune", "--kubeconfig", "limited"]).await.expect(1);
    says(&pruned, &maps);
    assert!(case.place.api::<ConfigMap>().get_opt("app").await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn revisions_that_may_not_be_read_are_a_finding_among_others() {
    let case = case(&STACK.replace("history: {namespace: NAMESPACE}", "history: {namespace: kube-system}"), MAP).await;
    let secrets = all("", &["secrets", "configmaps"], &["get", "list", "watch", "create", "update", "patch", "delete"]);
    case.limit(json!([secrets])).await;
    let applied = case.run(&["apply", "--yes", "--kubeconfig", "limited"]).await.expect(1);
    says(
        &applied,
        "error[forbidden] you may not create, list, update secrets in namespace kube-system; needed for the revisions of the stack",
    );
    says(
        &applied,
        "error[forbidden] you may not create, get, update leases.coordination.k8s.io in namespace kube-system; needed for the lock of the stack",
    );
    assert!(case.place.api::<ConfigMap>().get_opt("app").await.unwrap().is_none());
    // Who only looks at the revisions has nothing to look at.
    case.run(&["history", "--kubeconfig", "limited"]).await.expect(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_warns_of_is_told_with_its_field() {
    let pod = r#"
apiVersion: v1
kind: Pod
metadata: {name: app}
spec:
  nodeSelector: {beta.kubernetes.io/os: linux}
  containers: [{name: a, image: a}]
"#;
    let case = case(STACK, pod).await;
    let planned = case.run(&["diff"]).await.expect(0);
    says(&planned, "warning[server-warning] Pod/");
    says(&planned, "deprecated since v1.14");
    says(&planned, "at app/templates/app.yaml:6");
}
