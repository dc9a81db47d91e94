//! Quotas that a plan passes, by kind and scope.

use super::program::StackCase;
use k8s_openapi::api::core::v1::ResourceQuota;
use serde_json::{Value, json};

fn workload(kind: &str, api_version: &str, name: &str, spec: &str, pod: &str) -> String {
    let selector = if kind == "Job" { String::new() } else { format!("selector: {{matchLabels: {{app: {name}}}}}, ") };
    let template = format!("template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{{pod}}}}}");
    format!("---\napiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{selector}{spec}{template}}}\n")
}

const PLAIN: &str = "containers: [{name: a, image: a}]";
const ASKING: &str = "containers: [{name: a, image: a, resources: {requests: {cpu: 400m}}}]";

/// Checks the messages of the findings about a quota, each after the kind and name of its object.
async fn check(templates: &[String], quota: Value, expected: &[&str]) {
    let case = StackCase::new("releases: [{name: app, namespace: NAMESPACE, chart: ./app}]").await;
    case.chart("app", &templates.concat());
    let _: ResourceQuota = case.place.create(json!({"metadata": {"name": "small"}, "spec": quota})).await;
    let ran = case.run(&["diff", "--output", "json"]).await.expect(0);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let quotas = document["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == "quota");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let found: Vec<String> = quotas
        .map(|finding| format!("{}/{}: {}", text(&finding["object"]["kind"]), text(&finding["object"]["name"]), text(&finding["message"])))
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_pod_finds_no_room_beside_the_workloads_is_found() {
    let deployment = workload("Deployment", "apps/v1", "web", "", ASKING);
    let jobs = [
        workload(
            "Job",
            "batch/v1",
            "small",
            "",
            "restartPolicy: Never, containers: [{name: a, image: a, resources: {requests: {cpu: 100m}}}]",
        ),
        workload("Job", "batch/v1", "large", "parallelism: 3, ", &format!("restartPolicy: Never, {ASKING}")),
    ];
    let all = [deployment, jobs.concat()];
    let message = "Job/large: ResourceQuota small allows requests.cpu=700m; 0 are used, and the new objects of this plan take 800m more";
    check(&all, json!({"hard": {"requests.cpu": "700m"}}), &[message]).await;
    check(&all, json!({"hard": {"requests.cpu": "800m"}}), &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pods_of_daemons_and_the_claims_of_sets_are_counted() {
    let daemon = [workload(
        "DaemonSet",
        "apps/v1",
        "agent",
        "",
        "nodeSelector: {kubernetes.io/hostname: node-1}, containers: [{name: a, image: a}]",
    )];
    let message = "DaemonSet/agent: ResourceQuota small allows pods=0; 0 are used, and the new objects of this plan take 1 more";
    check(&daemon, json!({"hard": {"pods": "0"}}), &[message]).await;
    let claims = "replicas: 2, serviceName: db, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}], ";
    let set = [workload("StatefulSet", "apps/v1", "db", claims, PLAIN)];
    let message =
        "StatefulSet/db: ResourceQuota small allows requests.storage=1Gi; 0 are used, and the new objects of this plan take 2048Mi more";
    check(&set, json!({"hard": {"requests.storage": "1Gi"}}), &[message]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_say_which_pods_count() {
    let both = [workload("Deployment", "apps/v1", "plain", "", PLAIN), workload("Deployment", "apps/v1", "asking", "", ASKING)];
    let message = |name: &str| {
        format!("Deployment/{name}: ResourceQuota small allows pods=0; 0 are used, and the new objects of this plan take 1 more")
    };
    check(&both, json!({"hard": {"pods": "0"}, "scopes": ["BestEffort"]}), &[&message("plain")]).await;
    check(&both, json!({"hard": {"pods": "0"}, "scopes": ["NotBestEffort", "NotTerminating"]}), &[&message("asking")]).await;
    check(&both, json!({"hard": {"pods": "0"}, "scopes": ["Terminating"]}), &[]).await;
    let of_class = json!({"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["system-cluster-critical"]}]});
    check(&both, json!({"hard": {"pods": "0"}, "scopeSelector": of_class}), &[]).await;
    let critical = [workload("Deployment", "apps/v1", "critical", "", &format!("priorityClassName: system-cluster-critical, {PLAIN}"))];
    check(&critical, json!({"hard": {"pods": "0"}, "scopeSelector": of_class}), &[&message("critical")]).await;
}
