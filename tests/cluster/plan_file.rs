//! Plan files: exactly that plan, or what has moved since.

use super::program::StackCase;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::ListParams;
use serde_json::{Value, json};

const OBJECTS: &str = r#"
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {password: {{ .Values.password }}}
data: {token: {{ "hunter2hunter2" | b64enc }}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  url: "http://web:{{ .Values.password }}@database"
  greeting: {{ .Values.greeting }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {checksum/secret: {{ .Values.password | sha256sum }}}}
    spec: {containers: [{name: web, image: example.invalid/web:1}]}
"#;

const VALUES: &str = "password: swordfish\ngreeting: hello\nreplicas: 1\n";

async fn case() -> StackCase {
    let case = StackCase::new("releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [values.yaml]}]").await;
    case.chart("app", OBJECTS);
    case.write("values.yaml", VALUES);
    case
}

/// A case that is installed, with a plan for another greeting.
async fn planned() -> StackCase {
    let case = case().await;
    case.run(&["apply", "--yes"]).await.expect(0);
    case.write("values.yaml", &VALUES.replace("hello", "hi"));
    case.run(&["plan", "-o", "plan.json"]).await.expect(0);
    case
}

async fn check_refused(case: &StackCase, words: &[&str]) {
    let refused = case.run(&["apply", "plan.json"]).await.expect(1);
    for words in words.iter().chain(&["nothing was changed: the plan no longer fits"]) {
        assert!(refused.err.contains(words), "`{words}` in {}", refused.err);
    }
    assert!(!refused.err.contains("swordfish") && !refused.err.contains("marlin"), "{}", refused.err);
    let map = case.place.api::<ConfigMap>().get("web").await.unwrap();
    assert_eq!(map.data.unwrap()["greeting"], "hello", "nothing was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_written_without_secrets_and_carried_out_once() {
    let case = case().await;
    let planned = case.run(&["plan", "-o", "plan.json", "--detailed-exitcode"]).await.expect(2);
    assert!(planned.out.contains("1 release: 1 to install."), "{}", planned.out);
    let records = case.place.api::<Secret>().list(&ListParams::default()).await.unwrap();
    assert!(records.items.is_empty(), "planning writes nothing");
    let text = case.read("plan.json");
    for secret in ["swordfish", "c3dvcmRmaXNo", "hunter2", "aHVudGVyMg"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let file: Value = serde_json::from_str(&text).unwrap();
    let schema: Value = serde_json::from_str(&case.run(&["schema", "plan"]).await.expect(0).out).unwrap();
    let problems: Vec<String> = jsonschema::validator_for(&schema).unwrap().iter_errors(&file).map(|error| error.to_string()).collect();
    assert_eq!(problems, [""; 0]);

    case.run(&["apply", "plan.json"]).await.expect(0);
    let secret = case.place.api::<Secret>().get("web").await.unwrap();
    assert_eq!(secret.data.unwrap()["password"].0, b"swordfish");
    case.run(&["diff", "--detailed-exitcode"]).await.expect(0);
    let again = case.run(&["apply", "plan.json"]).await.expect(1);
    assert!(again.err.contains("it was at no revision, now at revision 1 (deployed)"), "{}", again.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_moved_that_we_set_does_not_stop_a_plan() {
    let case = planned().await;
    case.place.patch::<Deployment>("web", json!({"metadata": {"annotations": {"note": "x"}}, "spec": {"revisionHistoryLimit": 3}})).await;
    case.run(&["apply", "plan.json"]).await.expect(0);
    let map = case.place.api::<ConfigMap>().get("web").await.unwrap();
    assert_eq!(map.data.unwrap()["greeting"], "hi");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moved_in_the_cluster_is_said_per_object_and_field() {
    let case = planned().await;
    case.place.patch::<Deployment>("web", json!({"spec": {"replicas": 4}})).await;
    case.place.patch::<Secret>("web", json!({"stringData": {"password": "marlin"}})).await;
    let deployment = format!("Deployment/{}/web: spec.replicas was 1 and is 4", case.place.namespace);
    let secret = format!("Secret/{}/web: data.password was sealed(", case.place.namespace);
    check_refused(&case, &["release app is not as it was when the plan was made", &deployment, &secret]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moved_in_charts_values_and_stack_is_said() {
    let case = planned().await;
    case.write("app/templates/app.yaml", &OBJECTS.replace("example.invalid/web:1", "example.invalid/web:2"));
    let image = "wanted: spec.template.spec.containers[web].image was example.invalid/web:1 and is example.invalid/web:2";
    check_refused(&case, &["files of its chart app 0.1.0 have changed", image]).await;
    case.write("app/templates/app.yaml", OBJECTS);
    case.write("values.yaml", &VALUES.replace("hello", "howdy"));
    check_refused(&case, &["its values have changed", "wanted: data.greeting was hi and is howdy"]).await;
    case.write("values.yaml", VALUES);
    check_refused(&case, &["the plan was to upgrade it, now it would be to leave it as it is"]).await;
    case.write("values.yaml", &VALUES.replace("hello", "hi").replace("swordfish", "marlin"));
    check_refused(&case, &["its values have changed", "data.password was sealed("]).await;
    case.write("values.yaml", &VALUES.replace("hello", "hi"));
    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [values.yaml], timeout: 77}]");
    check_refused(&case, &["its setting timeoutSeconds was 300 and is 77"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_changed_or_is_something_else_is_refused() {
    let case = planned().await;
    let text = case.read("plan.json");
    for (changed, words) in [
        (text.replace("\"greeting\": \"hi\"", "\"greeting\": \"bye\""), "it was changed after it was written"),
        (text.replace("\"formatVersion\": 1", "\"formatVersion\": 9"), "its format is version 9"),
        ("releases: []\n".to_owned(), "it is no plan file"),
    ] {
        case.write("other.json", &changed);
        let refused = case.run(&["apply", "other.json"]).await.expect(1);
        assert!(refused.err.contains(words), "{}", refused.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_made_up_at_the_first_install_are_left_out_and_made_when_it_is_carried_out() {
    let case = case().await;
    case.write(
        "app/templates/made.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: made}\nstringData: {key: {{ randAlphaNum 20 }}, fixed: value}\n",
    );
    case.run(&["plan", "-o", "plan.json"]).await.expect(0);
    assert!(case.read("plan.json").contains("generated(when the plan is carried out)"));
    case.run(&["apply", "plan.json"]).await.expect(0);
    let made = case.place.api::<Secret>().get("made").await.unwrap().data.unwrap();
    assert_eq!((made["key"].0.len(), made["fixed"].0.as_slice()), (20, &b"value"[..]));
    case.run(&["diff", "--detailed-exitcode"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_given_on_the_command_line_are_not_in_the_file_and_have_to_be_given_again() {
    let case = case().await;
    case.write(
        "stack.yaml",
        "environments: {default: {}}\n---\nreleases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [values.yaml]}]",
    );
    let given = ["--state-values-set", "token=swordfish2"];
    case.run(&[&["plan", "-o", "plan.json"], &given[..]].concat()).await.expect(0);
    assert!(!case.read("plan.json").contains("swordfish"));
    let refused = case.run(&["apply", "plan.json"]).await.expect(1);
    assert!(refused.err.contains("other values on the command line: token"), "{}", refused.err);
    case.run(&[&["apply", "plan.json"], &given[..]].concat()).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_diff_against_a_plan_file_shows_what_is_other_than_planned_and_no_secret() {
    let case = case().await;
    case.run(&["plan", "-o", "plan.json"]).await.expect(0);
    let same = case.run(&["diff", "--against", "plan.json", "--detailed-exitcode"]).await.expect(0);
    assert!(same.out.contains("Nothing to do"), "{}", same.out);
    case.write("values.yaml", &VALUES.replace("hello", "hi").replace("swordfish", "marlin"));
    let other = case.run(&["diff", "--against", "plan.json", "--detailed-exitcode"]).await.expect(2);
    assert!(other.out.contains("-   greeting: hello\n") && other.out.contains("+   greeting: hi\n"), "{}", other.out);
    assert!(other.out.contains("-   password: sealed(") && other.out.contains(", 9 bytes)"), "{}", other.out);
    assert!(!other.out.contains("swordfish") && !other.out.contains("marlin"), "{}", other.out);
}
