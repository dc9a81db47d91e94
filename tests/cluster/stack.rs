//! Apply, diff, status and destroy, as a user runs them.

use super::program::StackCase;
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Pod, Secret};
use kube::api::ListParams;

const QUICKSTART: &str = "
helmDefaults: {wait: true, timeout: 120}
releases:
  - name: web
    namespace: NAMESPACE
    chart: CHARTS/api
    needs: [api]
    values: [{wait: {services: [api]}}]
  - name: api
    namespace: NAMESPACE
    chart: CHARTS/api
    needs: [database]
    values: [{replicas: 2, wait: {services: [database], jobs: [database-schema]}}]
  - name: database
    namespace: NAMESPACE
    chart: CHARTS/database
";

#[tokio::test(flavor = "multi_thread")]
async fn apply_installs_in_the_order_of_needs_and_a_second_one_does_nothing() {
    let case = StackCase::new(QUICKSTART).await;
    let first = case.run(&["apply", "--yes"]).await.expect(0);
    let order = |words: &str| first.err.find(words).unwrap_or_else(|| panic!("`{words}` was not said:\n{}", first.err));
    assert!(order("database  installed") < order("api       started"), "{}", first.err);
    assert!(order("api       installed") < order("web       started"), "{}", first.err);
    let pods = case.place.api::<Pod>().list(&ListParams::default()).await.unwrap();
    assert_eq!(pods.items.len(), 5, "one of database, one of its job, two of api, one of web");
    let second = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(second.out.contains("Nothing to do: 3 releases are as the stack says."), "{}", second.out);
    let records = case.place.api::<Secret>().list(&ListParams::default().labels("owner=helm")).await.unwrap();
    assert_eq!(records.items.len(), 3, "no second revision");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_can_be_asked_for_where_nothing_differs() {
    let case = StackCase::new("releases: [{name: database, namespace: NAMESPACE, chart: CHARTS/database}]").await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let planned = case.run(&["plan", "--force-revision"]).await.expect(0);
    assert!(planned.out.contains("a revision is asked for"), "{}", planned.out);
    case.run(&["apply", "--yes", "--force-revision"]).await.expect(0);
    let revisions = case.helm(&["history", "database"]).await.expect(0).out;
    assert!(revisions.contains("superseded") && revisions.contains("Upgrade complete"), "{revisions}");
}

#[tokio::test(flavor = "multi_thread")]
async fn diff_shows_what_an_apply_would_change_and_covers_secrets() {
    let stack = "releases: [{name: database, namespace: NAMESPACE, chart: CHARTS/database, values: [{password: swordfish, storage: 1Gi}]}]";
    let case = StackCase::new(stack).await;
    let before = case.run(&["diff", "--detailed-exitcode"]).await.expect(2);
    assert!(before.out.contains("has been added:"), "{}", before.out);
    assert!(case.place.api::<Secret>().get_opt("database").await.unwrap().is_none(), "a diff writes nothing");
    case.run(&["apply", "--yes"]).await.expect(0);
    case.run(&["diff", "--detailed-exitcode"]).await.expect(0);
    case.write("stack.yaml", &stack.replace("swordfish", "marlin").replace("1Gi", "1Gi, replicas: 2"));
    let after = case.run(&["diff", "--detailed-exitcode"]).await.expect(2);
    assert!(after.out.contains("-   replicas: 1\n+   replicas: 2"), "{}", after.out);
    assert!(after.out.contains("-   password: '-------- # (9 bytes)'\n+   password: '++++++++ # (6 bytes)'"), "{}", after.out);
    assert!(!after.out.contains("swordfish") && !after.out.contains("marlin"), "{}", after.out);
    let shown = case.run(&["diff", "--show-secrets"]).await.expect(0);
    assert!(shown.out.contains("marlin"), "{}", shown.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_that_fails_stops_what_needs_it_and_nothing_else() {
    let case = StackCase::new(
        "
helmDefaults: {wait: true, timeout: 60}
releases:
  - {name: bad, namespace: NAMESPACE, chart: ./bad}
  - {name: needs-bad, namespace: NAMESPACE, chart: CHARTS/api, needs: [bad]}
  - {name: other, namespace: NAMESPACE, chart: CHARTS/api}
",
    )
    .await;
    case.chart(
        "bad",
        r#"
apiVersion: batch/v1
kind: Job
metadata: {name: bad-migrate, annotations: {helm.sh/hook: pre-install}}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {sandbox.stackwright.dev/exit-code: "3", sandbox.stackwright.dev/log: "no such table: users"}}
    spec: {restartPolicy: Never, containers: [{name: migrate, image: example.invalid/migrate}]}
"#,
    );
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    assert!(ran.out.contains("bad failed: failed pre-install: resource Job/"), "{}", ran.out);
    assert!(ran.out.contains("no such table: users"), "the log of what failed is shown: {}", ran.out);
    assert!(ran.out.contains("needs-bad was not begun: it needs bad, which failed"), "{}", ran.out);
    assert!(ran.out.contains("1 of 3 releases as wanted"), "{}", ran.out);
    assert!(case.place.api::<Deployment>().get_opt("other").await.unwrap().is_some());
    assert!(case.place.api::<Deployment>().get_opt("needs-bad").await.unwrap().is_none());
    let listed = case.helm(&["list", "--output", "json"]).await.expect(0);
    assert!(listed.out.contains(r#""name":"bad","#) && listed.out.contains(r#""status":"failed""#), "{}", listed.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn pods_that_wait_for_a_post_install_job_do_not_hold_it_up() {
    let case = StackCase::new("releases: [{name: app, namespace: NAMESPACE, chart: ./app, wait: true, timeout: 60}]").await;
    case.chart(
        "app",
        r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      initContainers:
        - name: wait
          image: example.invalid/entrypoint
          env: [{name: DEPENDENCY_JOBS, value: "NAMESPACE:app-db-sync"}]
      containers: [{name: app, image: example.invalid/app}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: app-db-sync, annotations: {helm.sh/hook: post-install}}
spec:
  template:
    spec: {restartPolicy: Never, containers: [{name: sync, image: example.invalid/sync}]}
"#,
    );
    case.run(&["apply", "--yes"]).await.expect(0);
    let app = case.place.api::<Deployment>().get("app").await.unwrap();
    assert_eq!(app.status.and_then(|status| status.ready_replicas), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_that_wait_for_each_other_become_ready_together_even_one_at_a_time() {
    let case = StackCase::new(
        "
helmDefaults: {wait: true, timeout: 60}
releases:
  - {name: left, namespace: NAMESPACE, chart: CHARTS/api, values: [{wait: {services: [right-database]}}]}
  - {name: right-database, namespace: NAMESPACE, chart: CHARTS/database}
",
    )
    .await;
    case.run(&["apply", "--yes", "--concurrency", "1"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn destroy_removes_everything_that_apply_made() {
    let case = StackCase::new(QUICKSTART).await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let ran = case.run(&["destroy", "--yes"]).await.expect(0);
    let order = |words: &str| ran.err.find(words).unwrap_or_else(|| panic!("`{words}` was not said:\n{}", ran.err));
    assert!(order("web       removed") < order("api       started"), "{}", ran.err);
    assert!(order("api       removed") < order("database  started"), "{}", ran.err);
    assert!(case.place.api::<Deployment>().list(&ListParams::default()).await.unwrap().items.is_empty());
    assert!(case.place.api::<StatefulSet>().list(&ListParams::default()).await.unwrap().items.is_empty());
    assert!(case.place.api::<Job>().list(&ListParams::default()).await.unwrap().items.is_empty(), "hooks leave nothing behind");
    assert!(case.place.api::<Secret>().list(&ListParams::default()).await.unwrap().items.is_empty());
    let again = case.run(&["destroy", "--yes"]).await.expect(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn helm_upgrades_rolls_back_and_lists_what_was_applied_and_the_other_way_round() {
    let case =
        StackCase::new("releases: [{name: api, namespace: NAMESPACE, chart: CHARTS/api, values: [{config: {greeting: one}}]}]").await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let charts = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/charts");
    let api = format!("{charts}/api");
    let chart = super::program::built_chart(&case, &api).await;
    case.helm(&["upgrade", "api", &chart, "--set", "config.greeting=two"]).await.expect(0);
    let drift = case.run(&["diff", "--detailed-exitcode"]).await.expect(2);
    assert!(drift.out.contains("greeting: two"), "{}", drift.out);
    case.run(&["apply", "--yes"]).await.expect(0);
    case.helm(&["rollback", "api", "2"]).await.expect(0);
    let map = case.place.api::<ConfigMap>().get("api").await.unwrap();
    assert!(map.data.unwrap()["api.yaml"].contains("greeting: two"));
    let history = case.helm(&["history", "api", "--output", "json"]).await.expect(0);
    for description in ["Install complete", "Upgrade complete", "Rollback to 2"] {
        assert!(history.out.contains(description), "{}", history.out);
    }
    case.run(&["apply", "--yes"]).await.expect(0);
    let status = case.run(&["status", "--output", "json"]).await;
    assert!(status.out.contains("\"revision\": 5") && status.out.contains("\"status\": \"deployed\""), "{}", status.out);
    case.helm(&["uninstall", "api"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_somebody_else_is_not_taken_over() {
    let case = StackCase::new("releases: [{name: api, namespace: NAMESPACE, chart: CHARTS/api}]").await;
    let _: ConfigMap = case.place.create(serde_json::json!({"metadata": {"name": "api"}, "data": {"mine": "yes"}})).await;
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    assert!(ran.out.contains("exists and cannot be imported into the current release"), "{}", ran.out);
    let map = case.place.api::<ConfigMap>().get("api").await.unwrap();
    assert_eq!(map.data.unwrap().keys().collect::<Vec<_>>(), ["mine"]);
    assert!(case.place.api::<Deployment>().get_opt("api").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_asks_and_without_a_terminal_says_that_it_needs_a_yes() {
    let case = StackCase::new("releases: [{name: api, namespace: NAMESPACE, chart: CHARTS/api}]").await;
    let ran = case.run(&["apply"]).await.expect(1);
    assert!(ran.err.contains("--yes"), "{}", ran.err);
    assert!(case.place.api::<Deployment>().get_opt("api").await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_of_stack_and_cluster_stand_before_or_after_the_command() {
    let case = StackCase::new(
        "releases: [{name: api, namespace: NAMESPACE, chart: CHARTS/api}, {name: web, namespace: NAMESPACE, chart: CHARTS/api}]",
    )
    .await;
    let kubeconfig = super::support::sandbox().kubeconfig().display().to_string();
    let before = case.run(&["-f", "stack.yaml", "-l", "name=api", "--kubeconfig", &kubeconfig, "diff"]).await.expect(0);
    let after = case.run(&["diff", "-f", "stack.yaml", "-l", "name=api", "--kubeconfig", &kubeconfig]).await.expect(0);
    assert_eq!(before.out, after.out);
    assert!(before.out.contains("1 release: 1 to install."), "{}", before.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_that_is_not_there_is_named() {
    let case = StackCase::new("releases: [{name: api, namespace: NAMESPACE, chart: CHARTS/api}]").await;
    case.write(
        "kubeconfig",
        "apiVersion: v1\nkind: Config\nclusters: [{name: c, cluster: {server: 'https://127.0.0.1:9'}}]\nusers: [{name: u, user: {token: t}}]\n\
         contexts: [{name: gone, context: {cluster: c, user: u}}]\ncurrent-context: gone\n",
    );
    let ran = case.run(&["diff", "--kubeconfig", "kubeconfig"]).await.expect(1);
    assert!(ran.err.contains("127.0.0.1:9"), "{}", ran.err);
    let unknown = case.run(&["diff", "--kubeconfig", "kubeconfig", "--kube-context", "gonne"]).await.expect(1);
    assert!(unknown.err.contains("gone"), "the nearest context is named: {}", unknown.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_cannot_be_pulled_ends_the_waiting_long_before_its_time() {
    let case = StackCase::new("releases: [{name: app, namespace: NAMESPACE, chart: ./app, wait: true, timeout: 240}]").await;
    case.chart(
        "app",
        r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}, annotations: {sandbox.stackwright.dev/image-pull: fail}}
    spec: {containers: [{name: app, image: example.invalid/app}]}
"#,
    );
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    assert!(ran.err.contains("is held up: Pod/app-") && ran.err.contains("ImagePull"), "{}", ran.err);
    assert!(ran.out.contains("ImagePullBackOff"), "{}", ran.out);
    assert!(!ran.out.contains("not ready within"), "{}", ran.out);
}
