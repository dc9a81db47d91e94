//! Consequences, as a user sees them; docs/consequences.md has what these tests produce.

use super::program::StackCase;
use k8s_openapi::api::apps::v1::Deployment;
use serde_json::Value;

const STACK: &str = "releases: [{name: shop, namespace: NAMESPACE, chart: ./shop, values: [values.yaml]}]";

const OBJECTS: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  web.conf: |
    port = 80
    greeting = {{ .Values.greeting }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {checksum/config: {{ .Values.greeting | sha256sum }}}
    spec:
      containers: [{name: web, image: "example.invalid/web:{{ .Values.tag }}"}]
      volumes: [{name: etc, configMap: {name: web}}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: {{ .Values.available }}, selector: {matchLabels: {app: web}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: migrate, image: example.invalid/migrate, args: [{{ .Values.greeting }}]}]}
{{- if .Values.data }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: uploads}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
{{- end }}
"#;

const VALUES: &str = "greeting: hello\nreplicas: 2\ntag: 1.2.0\navailable: 1\ndata: true\n";

async fn case() -> StackCase {
    let case = StackCase::new(STACK).await;
    case.write("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.1.0\n");
    case.write("shop/templates/shop.yaml", OBJECTS);
    case.write("values.yaml", VALUES);
    case.run(&["apply", "--yes"]).await.expect(0);
    case
}

/// What everything that can go wrong with the shop looks like.
async fn worst() -> StackCase {
    let case = case().await;
    case.write("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    case.write("values.yaml", "greeting: hi\nreplicas: 2\ntag: 1.1.0\navailable: 2\ndata: false\n");
    case
}

/// Returns the consequences of what a command printed.
fn consequences(out: &str) -> &str {
    out.split_once("Consequences:\n").map_or("", |(_, rest)| rest)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_the_documentation_is_what_is_shown() {
    let case = worst().await;
    let shown = case.run(&["diff"]).await.expect(0);
    let document = include_str!("../../docs/consequences.md");
    for line in consequences(&shown.out).lines().filter(|line| !line.trim().is_empty()) {
        assert!(document.contains(line), "docs/consequences.md does not show `{line}` of:\n{}", shown.out);
    }
    for code in ["data-loss", "outage", "recreated", "downgrade", "rolls"] {
        assert!(consequences(&shown.out).contains(&format!("  {code:<10} ")), "{code} in {}", shown.out);
    }
    let live = case.run(&["diff", "--against", "live"]).await.expect(0);
    assert_eq!(consequences(&live.out), consequences(&shown.out), "the live objects are as the release made them");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workload_that_rolls_says_for_which_line_of_which_file() {
    let case = case().await;
    case.write("values.yaml", &VALUES.replace("hello", "hi"));
    let diff: Value = serde_json::from_str(&case.run(&["diff", "--output", "json"]).await.expect(0).out).unwrap();
    let rolls = diff["consequences"].as_array().unwrap().iter().find(|finding| finding["code"] == "rolls").unwrap();
    assert_eq!(rolls["message"], "its pods are replaced: web.conf of ConfigMap/web changes");
    assert_eq!(rolls["field"], "spec.template.metadata.annotations.checksum/config");
    let place = rolls["place"].as_str().unwrap();
    assert!(place.starts_with("shop/templates/shop.yaml:8, from .Values.greeting (") && place.contains("values.yaml:1"), "{place}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_not_happen_stops_diff_and_apply() {
    let case = worst().await;
    for command in [&["diff"][..], &["apply", "--yes"]] {
        let stopped = case.run(&[command, &["--fail-on", "data-loss,outage"]].concat()).await.expect(3);
        assert!(stopped.err.contains("Stopped by --fail-on: the plan has data-loss, outage."), "{}", stopped.err);
    }
    let web = case.place.api::<Deployment>().get("web").await.unwrap();
    let image = web.spec.unwrap().template.spec.unwrap().containers[0].image.clone();
    assert_eq!(image.as_deref(), Some("example.invalid/web:1.2.0"), "nothing was written");
    case.run(&["diff", "--fail-on", "data-loss,outage", "--allow", "outage,data-loss"]).await.expect(0);
    let unknown = case.run(&["diff", "--fail-on", "dataloss"]).await;
    assert!(unknown.code != 0 && unknown.err.contains("did you mean data-loss?"), "{}", unknown.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stays_is_not_removed_and_a_release_that_goes_is_an_outage() {
    let case = case().await;
    let kept = OBJECTS.replace("metadata: {name: uploads}", "metadata: {name: uploads, annotations: {helm.sh/resource-policy: keep}}");
    case.write("shop/templates/shop.yaml", &kept);
    case.run(&["apply", "--yes"]).await.expect(0);
    case.write("values.yaml", &VALUES.replace("data: true", "data: false"));
    let shown = case.run(&["diff"]).await.expect(0);
    assert!(!shown.out.contains("data-loss"), "{}", shown.out);
    case.write("stack.yaml", &STACK.replace("name: shop,", "name: shop, installed: false,"));
    let removed = case.run(&["diff", "--fail-on", "outage"]).await.expect(3);
    assert!(removed.out.contains("the release is removed, and with it 1 workload and 1 service"), "{}", removed.out);
}
