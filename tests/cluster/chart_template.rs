//! `chart template --dry-run=server` beside the real Helm: capabilities, lookup, kinds and owners come from the cluster.

use super::program::StackCase;

const CHART: &str = "apiVersion: v2\nname: live\nversion: 0.1.0\n";
const TEMPLATE: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Values.name | default "answers" }}
data:
  version: {{ .Capabilities.KubeVersion.Version | quote }}
  kind: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}
  none: {{ .Capabilities.APIVersions.Has "example.org/v1" | quote }}
  namespace: {{ (lookup "v1" "Namespace" "" .Release.Namespace).metadata.name | quote }}
  absent: {{ lookup "v1" "ConfigMap" .Release.Namespace "absent" | toJson | quote }}
  found: {{ ((lookup "v1" "ConfigMap" .Release.Namespace "there").data).key | quote }}
{{- if .Values.odd }}
---
apiVersion: example.org/v1
kind: Widget
metadata:
  name: widget
{{- end }}
"#;

async fn case() -> StackCase {
    let case = StackCase::new("releases: []").await;
    case.write("live/Chart.yaml", CHART);
    case.write("live/templates/a.yaml", TEMPLATE);
    let there = serde_json::json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "there"}, "data": {"key": "value"}});
    let object = serde_json::from_value(there).expect("a ConfigMap");
    case.place.api::<k8s_openapi::api::core::v1::ConfigMap>().create(&kube::api::PostParams::default(), &object).await.expect("is made");
    case
}

/// Runs both with the same arguments; returns standard output and the first line of the error of each.
async fn both(case: &StackCase, arguments: &[&str]) -> [(i32, String, String); 2] {
    let error = |text: &str| text.lines().find(|line| line.starts_with("Error: ")).unwrap_or_default().to_owned();
    let mut theirs = vec!["template", "release", "live"];
    theirs.extend(arguments);
    let theirs = case.helm(&theirs).await;
    let mut ours = vec!["chart", "template", "release", "live", "--namespace", case.place.namespace.as_str()];
    ours.extend(arguments);
    let ours = case.run(&ours).await;
    [(theirs.code, theirs.out.clone(), error(&theirs.err)), (ours.code, ours.out.clone(), error(&ours.err))]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_on_the_server_sees_the_cluster_as_helm_does() {
    let case = case().await;
    for arguments in [
        &["--dry-run=server"][..],
        &["--validate"],
        &["--dry-run=server", "--is-upgrade", "--set", "name=there"],
        &["--dry-run=server", "--set", "name=there"],
        &["--dry-run=server", "--set", "name=there", "--take-ownership"],
        &["--dry-run=server", "--set", "odd=true"],
        &["--dry-run=server", "--api-versions", "example.org/v1", "--kube-version", "1.20"],
        &["--dry-run=client"],
    ] {
        let [theirs, ours] = both(&case, arguments).await;
        assert_eq!(ours, theirs, "{arguments:?}");
    }
}
