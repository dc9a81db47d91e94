//! What preflight finds, and that it writes nothing.

use super::program::{Ran, StackCase};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::ListParams;
use serde_json::{Value, json};

/// A release `app` of a chart with one template.
async fn case(template: &str) -> StackCase {
    with_options(template, "").await
}

async fn with_options(template: &str, options: &str) -> StackCase {
    let case = StackCase::new(&format!("releases: [{{name: app, namespace: NAMESPACE, chart: ./app{options}}}]")).await;
    case.write("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\n");
    case.write("app/values.yaml", "replicas: -1\nport: 700000\n");
    case.write("app/templates/app.yaml", template);
    case
}

/// Nothing of the release is there: no record, no object.
async fn nothing_was_written(case: &StackCase) {
    let records = case.place.api::<Secret>().list(&ListParams::default()).await.unwrap();
    assert!(records.items.iter().all(|secret| secret.type_.as_deref() == Some("kubernetes.io/service-account-token")), "{records:#?}");
    let maps = case.place.api::<ConfigMap>().list(&ListParams::default()).await.unwrap();
    let names: Vec<_> = maps.items.iter().map(|map| map.metadata.name.clone().unwrap_or_default()).collect();
    assert!(names.iter().all(|name| name == "kube-root-ca.crt" || name.starts_with("theirs")), "{names:?}");
    assert!(case.place.api::<Job>().list(&ListParams::default()).await.unwrap().items.is_empty());
}

#[track_caller]
fn says(ran: &Ran, words: &[&str]) {
    for words in words {
        assert!(ran.out.contains(words), "`{words}` was not said:\n{}\n{}", ran.out, ran.err);
    }
}

/// The findings of a diff, as `CODE KIND FIELD`, but for notes about stand-ins.
async fn findings(case: &StackCase) -> Vec<Value> {
    let ran = case.run(&["diff", "--output", "json"]).await.expect(0);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    document["findings"].as_array().unwrap().clone()
}

const DEPLOYMENT: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
        - name: app
          image: example.invalid/app
          ports:
            - containerPort: {{ .Values.port }}
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec:
  selector: {app: app}
  ports: [{port: 80, targettPort: 81}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: app-test, annotations: {helm.sh/hook: test}}
spec: {template: {spec: {restartPolicy: Always, containers: [{name: a, image: a}]}}}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn all_refusals_are_told_at_once_with_field_and_template_line() {
    let case = case(DEPLOYMENT).await;
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    says(
        &ran,
        &[
            "error[refused] Deployment/NAMESPACE/app spec.replicas".replace("NAMESPACE", &case.place.namespace).as_str(),
            "must be greater than or equal to 0",
            "at app/templates/app.yaml:6, from .Values.replicas",
            "spec.template.spec.containers[0].ports[0].containerPort",
            "at app/templates/app.yaml:15, from .Values.port",
            "targettPort",
            "field not declared in schema",
            "warning[refused-later] Job/",
            "Nothing was changed.",
        ],
    );
    nothing_was_written(&case).await;
    let found = findings(&case).await;
    let refused = found.iter().filter(|finding| finding["code"] == "refused").count();
    assert_eq!(refused, 3, "{found:#?}");
    nothing_was_written(&case).await;
    let without = case.run(&["diff", "--no-preflight"]).await.expect(0);
    assert!(!without.out.contains("Preflight"), "{}", without.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_allowed_stops_nothing() {
    let case = case("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\ndate: {}\n").await;
    let stopped = case.run(&["apply", "--yes", "--allow", "conflict"]).await.expect(1);
    says(&stopped, &["error[refused]"]);
    nothing_was_written(&case).await;
    let went_on = case.run(&["apply", "--yes", "--allow", "conflict,refused"]).await.expect(1);
    says(&went_on, &["allowed[refused]", "app failed:"]);
    let unknown = case.run(&["apply", "--yes", "--allow", "refusd"]).await.expect(1);
    assert!(unknown.err.contains("did you mean refused?"), "{}", unknown.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_a_planned_namespace_are_tried_in_another_and_noted_once() {
    let case = StackCase::new("releases: [{name: app, namespace: NAMESPACE-new, chart: ./app, createNamespace: true}]").await;
    case.write("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\n");
    case.write(
        "app/templates/app.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-root-ca.crt}\ndata: {a: b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\ndata: {a b: c}\n",
    );
    let found = findings(&case).await;
    let codes: Vec<_> =
        found.iter().map(|finding| (finding["code"].as_str().unwrap(), finding["field"].as_str().unwrap_or_default())).collect();
    assert_eq!(codes, [("refused", "data.a b"), ("stand-in", "")], "{found:#?}");
    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE-new, chart: ./app, createNamespace: false}]");
    let codes: Vec<_> = findings(&case).await.iter().map(|finding| finding["code"].clone()).collect();
    assert_eq!(codes, ["refused", "no-namespace", "stand-in"]);
    let spaces = kube::Api::<k8s_openapi::api::core::v1::Namespace>::all(case.place.client.clone());
    assert!(spaces.get_opt(&format!("{}-new", case.place.namespace)).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_resources_of_planned_definitions_are_checked_against_their_schema() {
    let case = case("apiVersion: GROUP/v1\nkind: Widget\nmetadata: {name: w}\nspec: {sizes: [1, two], colour: red}\n---\napiVersion: GROUP/v1\nkind: Wodget\nmetadata: {name: w}\n").await;
    let group = format!("{}.example", case.place.namespace);
    case.write("app/templates/app.yaml", &case.read("app/templates/app.yaml").replace("GROUP", &group));
    case.write(
        "app/crds/widgets.yaml",
        &r#"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.GROUP}
spec:
  group: GROUP
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {sizes: {type: array, items: {type: integer}}}}
"#
        .replace("GROUP", &group),
    );
    let found = findings(&case).await;
    let mut codes: Vec<_> =
        found.iter().map(|finding| (finding["code"].as_str().unwrap(), finding["field"].as_str().unwrap_or_default())).collect();
    codes.sort_unstable();
    assert_eq!(codes, [("refused", "spec.colour"), ("refused", "spec.sizes[1]"), ("unknown-kind", "")], "{found:#?}");
    assert_eq!(found.iter().find(|finding| finding["field"] == "spec.colour").unwrap()["place"], "app/templates/app.yaml:4");
    nothing_was_written(&case).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_cannot_change_are_made_again_and_hooks_are_tried_as_new() {
    let template = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "example.invalid/a:{{ .Values.tag }}"}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: hook, annotations: {helm.sh/hook: "post-install,post-upgrade"}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "example.invalid/a:{{ .Values.tag }}"}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: "{{ .Values.label }}"}}
  template: {metadata: {labels: {app: "{{ .Values.label }}"}}, spec: {containers: [{name: a, image: a}]}}
"#;
    let case = with_options(template, ", values: [{tag: one, label: one}]").await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let job = || case.place.api::<Job>();
    let before = job().get("migrate").await.unwrap().metadata.uid;
    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [{tag: two, label: one}]}]");
    let found = findings(&case).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((&found[0]["code"], &found[0]["object"]["name"]), (&json!("recreated"), &json!("migrate")));
    assert_eq!(job().get("migrate").await.unwrap().metadata.uid, before);
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(ran.err.contains("migrate deleted and made again"), "{}", ran.err);
    assert_ne!(job().get("migrate").await.unwrap().metadata.uid, before);

    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [{tag: two, label: two}]}]");
    let stopped = case.run(&["apply", "--yes"]).await.expect(1);
    says(&stopped, &["error[immutable] Deployment/", "--recreate"]);
    case.run(&["apply", "--yes", "--recreate"]).await.expect(0);
}
