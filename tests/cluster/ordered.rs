//! Releases whose objects go up, and go, in order.

use super::program::StackCase;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::jiff::Timestamp;
use kube::api::ListParams;

const STACK: &str = "releases: [{name: app, namespace: NAMESPACE, chart: ./app, waitStrategy: ordered, timeout: 90}]";
const CHART: &str = "apiVersion: v2\nname: app\nversion: 0.1.0\n";

/// A Deployment that takes a moment until it is ready. ANNOTATIONS are its own, POD its template's.
const SLOW: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, annotations: {ANNOTATIONS}}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}, annotations: {POD}}
    spec: {containers: [{name: db, image: example.invalid/db}]}
"#;

fn slow(annotations: &str, pod: &str) -> String {
    SLOW.replace("ANNOTATIONS", annotations).replace("POD", pod)
}

fn config_map(name: &str, annotations: &str) -> String {
    format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, annotations: {{{annotations}}}}}\n")
}

async fn case(stack: &str, templates: &[String]) -> StackCase {
    let case = StackCase::new(stack).await;
    case.write("app/Chart.yaml", CHART);
    case.write("app/templates/all.yaml", &templates.concat());
    case
}

fn made(metadata: &ObjectMeta) -> Timestamp {
    metadata.creation_timestamp.as_ref().expect("the server says when it was made").0
}

/// Returns when the deployment became available.
fn available(deployment: &Deployment) -> Timestamp {
    let conditions = deployment.status.as_ref().and_then(|status| status.conditions.as_ref()).expect("it has a status");
    let condition = conditions.iter().find(|condition| condition.type_ == "Available").expect("it is available");
    condition.last_transition_time.as_ref().expect("it became so at a time").0
}

#[track_caller]
fn check_order(text: &str, words: &[&str]) {
    let places: Vec<usize> = words.iter().map(|word| text.find(word).unwrap_or_else(|| panic!("`{word}` was not said:\n{text}"))).collect();
    assert!(places.is_sorted(), "not in the order {words:?}:\n{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_go_up_one_after_another_and_go_the_other_way_round() {
    let templates = [
        slow("helm.sh/resource-group: database", "sandbox.stackwright.dev/duration: 2s"),
        config_map("client", r#"helm.sh/resource-group: client, helm.sh/depends-on/resource-groups: '["database"]'"#),
        config_map("rest", ""),
    ];
    let case = case(STACK, &templates).await;
    let planned = case.run(&["plan"]).await.expect(0);
    check_order(&planned.out, &["in 3 stages:", "1. app database (1 object)", "2. app client (1 object)", "3. app (1 object)"]);
    let explained = case.run(&["explain", "app"]).await.expect(0);
    check_order(
        &explained.out,
        &["stage 1 of 3: app database: Deployment/db", "stage 2 of 3: app client: ConfigMap/client", "stage 3 of 3: app: "],
    );
    let applied = case.run(&["apply", "--yes"]).await.expect(0);
    check_order(&applied.err, &["stage 1 of 3: app database", "stage 2 of 3: app client", "stage 3 of 3: app"]);
    let database = case.place.api::<Deployment>().get("db").await.unwrap();
    let client = case.place.api::<ConfigMap>().get("client").await.unwrap();
    assert!(made(&client.metadata) >= available(&database), "the client came before its database was ready");
    let again = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    let listed = case.helm(&["list", "--output", "json"]).await.expect(0);
    assert!(listed.out.contains(r#""status":"deployed""#), "Helm reads the record: {}", listed.out);
    // Without the stack's word the record still says how it went up.
    case.write("stack.yaml", &STACK.replace("waitStrategy: ordered, ", ""));
    let destroyed = case.run(&["destroy", "--yes"]).await.expect(0);
    check_order(&destroyed.err, &["stage 3 of 3: app", "stage 2 of 3: app client", "stage 1 of 3: app database"]);
    assert!(case.place.api::<Deployment>().get_opt("db").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn subcharts_go_up_as_chart_yaml_says() {
    let case = case(STACK, &[config_map("parent", "")]).await;
    let dependencies = "dependencies: [{name: api, version: 0.1.0, depends-on: [db]}, {name: store, alias: db, version: 0.1.0}]\n";
    let annotation = "annotations: {helm.sh/depends-on/subcharts: '[\"api\"]'}\n";
    case.write("app/Chart.yaml", &format!("{CHART}{annotation}{dependencies}"));
    case.write("app/charts/store/Chart.yaml", &CHART.replace("name: app", "name: store"));
    case.write("app/charts/store/templates/all.yaml", &slow("", "sandbox.stackwright.dev/duration: 2s"));
    case.write("app/charts/api/Chart.yaml", &CHART.replace("name: app", "name: api"));
    case.write("app/charts/api/templates/all.yaml", &config_map("api", ""));
    let applied = case.run(&["apply", "--yes"]).await.expect(0);
    check_order(&applied.err, &["stage 1 of 3: app/db", "stage 2 of 3: app/api", "stage 3 of 3: app"]);
    let database = case.place.api::<Deployment>().get("db").await.unwrap();
    let api = case.place.api::<ConfigMap>().get("api").await.unwrap();
    assert!(made(&api.metadata) >= available(&database));
    let destroyed = case.run(&["destroy", "--yes"]).await.expect(0);
    check_order(&destroyed.err, &["stage 3 of 3: app", "stage 2 of 3: app/api", "stage 1 of 3: app/db"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn circles_and_unknown_groups_are_refused_before_anything_is_written() {
    let templates = [
        config_map("a", "helm.sh/resource-group: one, helm.sh/depends-on/resource-groups: '[two]'"),
        config_map("b", "helm.sh/resource-group: two, helm.sh/depends-on/resource-groups: '[one]'"),
        config_map("c", "helm.sh/resource-group: three, helm.sh/depends-on/resource-groups: '[tow]'"),
    ];
    let case = case(STACK, &templates).await;
    let refused = case.run(&["apply", "--yes"]).await.expect(1);
    for words in [
        "come after each other in a circle: app one -> app two -> app one",
        "`tow`, which no object",
        "app/templates/all.yaml (rendered):3:",
    ] {
        assert!(refused.err.contains(words), "{words}:\n{}", refused.err);
    }
    let records = case.place.api::<Secret>().list(&ListParams::default().labels("owner=helm")).await.unwrap();
    assert!(records.items.is_empty(), "a plan that is refused leaves no record");
    // Who does not ask for an order is not asked about it.
    case.run(&["apply", "--yes", "--no-wait"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_may_say_itself_when_an_object_is_ready_and_when_it_has_failed() {
    let templates = [
        slow(
            r#"helm.sh/resource-group: database, helm.sh/readiness-success: '["{.replicas} >= 1"]', helm.sh/readiness-failure: '["{.replicas} >= 9"]'"#,
            "sandbox.stackwright.dev/ready: 'false'",
        ),
        config_map("client", r#"helm.sh/resource-group: client, helm.sh/depends-on-resource-groups: '["database"]'"#),
    ];
    let case = case(STACK, &templates).await;
    case.run(&["apply", "--yes"]).await.expect(0);
    assert!(case.place.api::<ConfigMap>().get_opt("client").await.unwrap().is_some());
    case.run(&["destroy", "--yes"]).await.expect(0);
    case.write("app/templates/all.yaml", &templates.concat().replace(">= 9", ">= 1"));
    let failed = case.run(&["apply", "--yes"]).await.expect(1);
    assert!(failed.out.contains("{.replicas} >= 1 holds"), "{}", failed.out);
    assert!(case.place.api::<ConfigMap>().get_opt("client").await.unwrap().is_none(), "what needs it has not begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_something_that_is_not_ready_in_time_does_not_begin() {
    let templates = [
        slow("helm.sh/resource-group: database", "sandbox.stackwright.dev/ready: 'false'"),
        config_map("client", r#"helm.sh/resource-group: client, helm.sh/depends-on/resource-groups: '["database"]'"#),
    ];
    let case = case(STACK, &templates).await;
    let failed = case.run(&["apply", "--yes", "--readiness-timeout", "2s"]).await.expect(1);
    assert!(failed.out.contains("not ready within 2s"), "{}", failed.out);
    assert!(case.place.api::<ConfigMap>().get_opt("client").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn annotations_without_effect_are_told() {
    let templates = [
        config_map("alone", "helm.sh/resource-group: alone"),
        config_map("b", "werf.io/deploy-dependency-x: 'state=ready,kind=Secret,name=nowhere'"),
        config_map("c", "helm.sh/readiness-failure: '[]'"),
    ];
    let case = case(STACK, &templates).await;
    let planned = case.run(&["plan"]).await.expect(0);
    for words in
        ["group `alone` of chart app has no effect", "names no object of the release", "has no effect without `helm.sh/readiness-success`"]
    {
        assert!(planned.out.contains(words), "{words}:\n{}", planned.out);
    }
    assert!(planned.out.contains("order-ignored") && planned.out.contains("at app/templates/all.yaml:4"), "{}", planned.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_may_be_passed_over_may_fail_and_may_fail_early() {
    let stack = STACK.replace("waitStrategy: ordered", "wait: true");
    let never = "sandbox.stackwright.dev/ready: 'false'";
    let passed_over = case(&stack, &[slow("werf.io/track-termination-mode: NonBlocking", never)]).await;
    passed_over.run(&["apply", "--yes"]).await.expect(0);
    let may_fail = case(&stack, &[slow("werf.io/fail-mode: IgnoreAndContinueDeployProcess", never)]).await;
    let applied = may_fail.run(&["apply", "--yes", "--timeout", "3s"]).await.expect(0);
    assert!(applied.err.contains("is not ready, which it need not be"), "{}", applied.err);
    let crash = "sandbox.stackwright.dev/crash-loop: 'true', sandbox.stackwright.dev/ready: 'false'";
    let early = case(&stack, &[slow("werf.io/failures-allowed-per-replica: '0'", crash)]).await;
    let failed = early.run(&["apply", "--yes"]).await.expect(1);
    assert!(failed.out.contains("CrashLoopBackOff") && !failed.out.contains("not ready within"), "{}", failed.out);
    let silent = case(&stack, &[slow("werf.io/no-activity-timeout: 1s", never)]).await;
    let failed = silent.run(&["apply", "--yes"]).await.expect(1);
    assert!(failed.err.contains("nothing has happened to it for"), "{}", failed.err);
    assert!(!failed.out.contains("not ready within"), "{}", failed.out);
}
