//! Diffs against the live objects, against files; drift.

use super::program::StackCase;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::{DeleteParams, ListParams};
use serde_json::{Value, json};

const APP: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: "example.invalid/web:{{ .Values.tag }}", resources: {requests: {cpu: 1000m}}, ports: [{containerPort: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  greeting: {{ .Values.greeting }}
  policy.json: '{"list": ["create", "update", "{{ .Values.greeting }}"], "read": "role:reader", "write": "role:writer", "more": "x"}'
---
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {password: {{ .Values.password }}, user: admin}
"#;

const VALUES: &str = "{replicas: 2, tag: one, greeting: hello, password: swordfish}\n";

/// A stack of one release of a chart of its own.
async fn case() -> StackCase {
    let case = StackCase::new("releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [values.yaml]}]").await;
    case.chart("app", APP);
    case.write("values.yaml", VALUES);
    case
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_stack_has_no_difference_from_the_live_objects() {
    let case = case().await;
    case.run(&["apply", "--yes"]).await.expect(0);
    // Quantities, defaults and texts of Secrets are kept in another form than they are written.
    let same = case.run(&["diff", "--against", "live", "--detailed-exitcode"]).await.expect(0);
    assert!(same.out.contains("Nothing to do"), "{}", same.out);
    case.run(&["drift"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_shown_without_what_others_add_and_put_right_by_an_apply_against_live() {
    let case = case().await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let foreign = json!({"metadata": {"annotations": {"note": "nobody's"}}, "spec": {"replicas": 5, "revisionHistoryLimit": 3}});
    case.place.patch::<Deployment>("web", foreign).await;
    case.place.api::<ConfigMap>().delete("web", &DeleteParams::default()).await.unwrap();

    let release = case.run(&["diff", "--detailed-exitcode"]).await.expect(0);
    assert!(release.out.contains("Nothing to do"), "{}", release.out);
    let live = case.run(&["diff", "--against", "live", "--detailed-exitcode"]).await.expect(2);
    assert!(live.out.contains("-   replicas: 5\n+   replicas: 2"), "{}", live.out);
    assert!(live.out.contains("web, ConfigMap (v1) has been added"), "{}", live.out);
    assert!(live.out.contains("its live objects are not as its last revision made them"), "{}", live.out);
    for noise in ["nobody's", "revisionHistoryLimit", "managedFields", "resourceVersion", "status:", "dnsPolicy", "swordfish"] {
        assert!(!live.out.contains(noise), "{noise} in {}", live.out);
    }

    let drift = case.run(&["drift"]).await.expect(2);
    assert!(drift.out.contains("-   replicas: 2\n+   replicas: 5"), "{}", drift.out);
    assert!(drift.out.contains("web, ConfigMap (v1) has been removed"), "{}", drift.out);
    let drift: Value = serde_json::from_str(&case.run(&["drift", "--output", "json"]).await.expect(2).out).unwrap();
    assert_eq!((&drift["drifted"], &drift["releases"][0]["objects"]), (&json!(true), &json!(3)));
    assert_eq!(drift["releases"][0]["changes"][1]["fields"], json!(["spec.replicas"]));

    // The field has another owner now, so only force takes it back.
    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [values.yaml], forceConflicts: true}]");
    case.run(&["apply", "--yes", "--against", "live"]).await.expect(0);
    case.run(&["drift"]).await.expect(0);
    let web = case.place.api::<Deployment>().get("web").await.unwrap();
    assert_eq!(web.spec.and_then(|spec| spec.replicas), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planned_is_shown_against_the_live_objects_and_secrets_are_covered() {
    let case = case().await;
    case.run(&["apply", "--yes"]).await.expect(0);
    case.write("values.yaml", "{replicas: 2, tag: two, greeting: hello, password: marlin}\n");
    let live = case.run(&["diff", "--against", "live"]).await.expect(0);
    assert!(live.out.contains("-       - image: example.invalid/web:one\n+       - image: example.invalid/web:two"), "{}", live.out);
    assert!(live.out.contains("-   password: '-------- # (9 bytes)'\n+   password: '++++++++ # (6 bytes)'"), "{}", live.out);
    assert!(!live.out.contains("swordfish") && !live.out.contains("bWFybGlu"), "{}", live.out);
    let secrets = case.place.api::<Secret>().list(&ListParams::default().labels("owner=helm")).await.unwrap();
    assert_eq!(secrets.items.len(), 1, "a diff writes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_shown_can_be_chosen() {
    let case = case().await;
    let all = case.run(&["diff"]).await.expect(0);
    for name in ["Deployment (apps)", "ConfigMap (v1)", "Secret (v1)"] {
        assert!(all.out.contains(name), "{}", all.out);
    }
    let some = case.run(&["diff", "--suppress", "configmap", "--suppress-secrets"]).await.expect(0);
    assert!(
        some.out.contains("Deployment (apps)") && !some.out.contains("ConfigMap (v1)") && !some.out.contains("Secret (v1)"),
        "{}",
        some.out
    );
    assert!(some.out.contains("(2 changes not shown)") && some.out.contains("3 to add"), "{}", some.out);
    let one = case.run(&["diff", "--show-only", "ConfigMap/web"]).await.expect(0);
    assert!(one.out.contains("ConfigMap (v1)") && !one.out.contains("Deployment (apps)"), "{}", one.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_within_texts_are_shown_line_by_line_and_markdown_folds() {
    let case = case().await;
    case.run(&["apply", "--yes"]).await.expect(0);
    case.write("values.yaml", &VALUES.replace("hello", "hi"));
    let text = case.run(&["diff", "--context", "1"]).await.expect(0);
    assert!(text.out.contains("          \"update\",\n-         \"hello\"\n+         \"hi\"\n"), "{}", text.out);
    assert!(text.out.contains("@@ data: policy.json:"), "{}", text.out);
    let markdown = case.run(&["diff", "--output", "markdown", "--against", "live"]).await.expect(0);
    assert!(markdown.out.starts_with("**1 release: 1 to upgrade.**\n\n<details>\n<summary>upgrade <b>app in "), "{}", markdown.out);
    assert!(markdown.out.contains("```diff\n# Source: app/templates/app.yaml\n"), "{}", markdown.out);
    assert!(markdown.out.contains("-   greeting: hello\n") && markdown.out.contains("+   greeting: hi\n"), "{}", markdown.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_manifests_is_compared_without_a_cluster() {
    let case = case().await;
    let printed = case.run(&["template"]).await.expect(0);
    case.write("before.yaml", &printed.out);
    let offline = ["--kubeconfig", "/nowhere"];
    let same = case.run(&[&["diff", "--against", "before.yaml", "--detailed-exitcode"], &offline[..]].concat()).await.expect(0);
    assert!(same.out.contains("Nothing to do"), "{}", same.out);
    case.write(
        "app/templates/app.yaml",
        &APP.replace("kind: ConfigMap\nmetadata: {name: web}", "kind: ConfigMap\nmetadata: {name: web-2}"),
    );
    case.write("values.yaml", &VALUES.replace("replicas: 2", "replicas: 3"));
    case.write("before.yaml", &format!("{}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: stray}}\n", printed.out));
    let other = case.run(&[&["diff", "--against", "before.yaml", "--detailed-exitcode"], &offline[..]].concat()).await.expect(2);
    assert!(other.out.contains("-   replicas: 2\n+   replicas: 3"), "{}", other.out);
    assert!(other.out.contains("web-2, ConfigMap (v1) has been renamed from web:"), "{}", other.out);
    assert!(
        other.out.contains("in the file, and of no release:") && other.out.contains("stray, ConfigMap (v1) has been removed"),
        "{}",
        other.out
    );
}
