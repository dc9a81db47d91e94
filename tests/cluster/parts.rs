//! A stack of several releases with hooks, waits, an upgrade and a removal, and what it looks like when all is done.

use super::program::StackCase;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::ResourceExt;
use kube::api::ListParams;
use serde_json::{Value, json};

const TEMPLATE: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {version: {{ .Values.version | quote }}, drawn: {{ randAlphaNum 12 | quote }}}
---
{{- if eq (int .Values.version) 1 }}
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-first-only}
{{- else }}
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-second-only}
{{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}}
spec:
  replicas: {{ .Values.version }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}, annotations: {version: {{ .Values.version | quote }}}}
    spec: {containers: [{name: main, image: example.invalid/main}]}
---
{{- range $event := list "pre-install" "pre-upgrade" "post-install" "post-upgrade" "pre-delete" }}
apiVersion: batch/v1
kind: Job
metadata: {name: {{ $.Release.Name }}-{{ $event }}, annotations: {helm.sh/hook: {{ $event }}}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: example.invalid/hook}]}}}
---
{{- end }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-passing
  annotations: {helm.sh/hook: "post-install,post-upgrade", helm.sh/hook-weight: "5", helm.sh/hook-delete-policy: "before-hook-creation,hook-succeeded"}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: example.invalid/hook}]}}}
"#;

const FIRST: &str = "
name: parts
namespace: NAMESPACE
helmDefaults: {wait: true, timeout: 100}
releases:
  - {name: database, namespace: NAMESPACE, chart: ./part, values: [{version: 1}]}
  - {name: api, namespace: NAMESPACE, chart: ./part, needs: [database], values: [{version: 1}]}
  - {name: old, namespace: NAMESPACE, chart: ./part, needs: [database], values: [{version: 1}]}
";

const SECOND: &str = "
name: parts
namespace: NAMESPACE
helmDefaults: {wait: true, timeout: 100}
releases:
  - {name: database, namespace: NAMESPACE, chart: ./part, values: [{version: 2}]}
  - {name: api, namespace: NAMESPACE, chart: ./part, needs: [database], values: [{version: 2}]}
  - {name: old, namespace: NAMESPACE, chart: ./part, needs: [database], values: [{version: 1}], installed: false}
  - {name: web, namespace: NAMESPACE, chart: ./part, needs: [api], values: [{version: 2}]}
";

/// Makes a stack whose first form is applied, and whose file has the second one.
pub async fn parts() -> StackCase {
    let case = StackCase::new(FIRST).await;
    case.chart("part", TEMPLATE);
    case.run(&["apply", "--yes"]).await.expect(0);
    case.write("stack.yaml", SECOND);
    case
}

/// Returns everything of the case's namespace that is the same after every good run.
pub async fn state(case: &StackCase) -> Value {
    let all = ListParams::default();
    let maps = case.place.api::<ConfigMap>().list(&all).await.unwrap().items;
    let maps: Vec<Value> = maps
        .iter()
        .filter(|map| map.name_any() != "kube-root-ca.crt")
        .map(|map| json!([map.name_any(), map.data.as_ref().and_then(|data| data.get("version")), map.annotations(), map.labels()]))
        .collect();
    let deployments = case.place.api::<Deployment>().list(&all).await.unwrap().items;
    let deployments: Vec<Value> = deployments
        .iter()
        .map(|one| json!([one.name_any(), one.spec, one.status.as_ref().and_then(|status| status.ready_replicas)]))
        .collect();
    let jobs: Vec<String> = case.place.api::<Job>().list(&all).await.unwrap().items.iter().map(ResourceExt::name_any).collect();
    let secrets = case.place.api::<Secret>().list(&all).await.unwrap().items;
    let ours: Vec<String> =
        secrets.iter().filter(|one| one.labels().get("owner").is_some_and(|owner| owner == "stackwright")).map(unnumbered).collect();
    let mut ours: Vec<String> = ours.into_iter().filter(|name| !name.starts_with("stackwright.record")).collect();
    ours.dedup();
    let deployed: Vec<&String> = secrets
        .iter()
        .filter_map(|one| one.labels().get("name").filter(|_| one.labels().get("status").is_some_and(|status| status == "deployed")))
        .collect();
    let pending: Vec<String> = secrets
        .iter()
        .filter(|one| one.labels().get("status").is_some_and(|status| status.starts_with("pending") || status == "uninstalling"))
        .map(ResourceExt::name_any)
        .collect();
    let state = json!({"maps": maps, "deployments": deployments, "jobs": jobs, "ours": ours, "deployed": deployed, "pending": pending});
    let text = state.to_string().replace(&case.place.namespace, "NAMESPACE");
    serde_json::from_str(&text).unwrap()
}

/// Returns a name without the number of a revision.
fn unnumbered(secret: &Secret) -> String {
    let name = secret.name_any();
    name.rsplit_once(".v").filter(|(_, number)| number.parse::<u32>().is_ok()).map(|(name, _)| name.to_owned()).unwrap_or(name)
}

/// Checks that one plain apply brings the stack to where an undisturbed run brings it, and that nothing is left to do.
pub async fn check_converges(case: &StackCase, expected: &Value, what: &str) {
    let again = case.run(&["apply", "--yes"]).await;
    assert_eq!(again.code, 0, "{what}:\n{}\n{}", again.out, again.err);
    let found = state(case).await;
    assert_eq!(pretty(&found), pretty(expected), "{what}:\n{}\n{}", again.out, again.err);
    let third = case.run(&["apply", "--yes"]).await;
    assert!(third.out.contains("Nothing to do"), "{what}:\n{}\n{}", third.out, third.err);
    let mut history = super::revisions::history(case).await;
    if !history["lock"].is_null() {
        // Killed when all was done but for giving back the lock. A run that has nothing to do writes nothing; one that has takes it over.
        assert!(again.out.contains("Nothing to do"), "{what}:\n{}\n{}", again.out, again.err);
        case.run(&["apply", "--yes", "--force-revision", "--lock-timeout", "60s"]).await.expect(0);
        history = super::revisions::history(case).await;
    }
    assert_eq!(history["lock"], Value::Null, "{what}");
    let running = history["revisions"].as_array().unwrap().iter().filter(|one| one["state"] == "running").count();
    assert_eq!(running, 0, "{what}: {history:#}");
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
}
