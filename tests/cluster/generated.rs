//! Values that templates make up: they stay with their release.

use super::program::StackCase;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::ListParams;
use std::collections::BTreeMap;

const TEMPLATE: &str = r#"
apiVersion: v1
kind: Secret
metadata: {name: drawn}
stringData:
  password: {{ randAlphaNum 24 | quote }}
  {{- $ca := genCA "drawn-ca" 365 }}
  ca.crt: {{ $ca.Cert | quote }}
  made: {{ now | date "2006-01-02T15:04:05" | quote }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: plain}
data: {id: {{ uuidv4 | quote }}, note: {{ .Values.note | default "none" | quote }}}
"#;

async fn case() -> StackCase {
    let stack = "releases: [{name: drawn, namespace: NAMESPACE, chart: ./drawn}, {name: other, namespace: NAMESPACE, chart: CHARTS/api}]";
    let case = StackCase::new(stack).await;
    case.chart("drawn", TEMPLATE);
    case
}

/// Everything that the release made up.
async fn drawn(case: &StackCase) -> BTreeMap<String, Vec<u8>> {
    let secret = case.place.api::<Secret>().get("drawn").await.unwrap();
    let plain = case.place.api::<ConfigMap>().get("plain").await.unwrap();
    let mut values: BTreeMap<String, Vec<u8>> = secret.data.unwrap_or_default().into_iter().map(|(key, value)| (key, value.0)).collect();
    values.insert("id".into(), plain.data.unwrap()["id"].clone().into_bytes());
    assert_eq!(values.len(), 4);
    values
}

#[tokio::test(flavor = "multi_thread")]
async fn generated_values_stay_and_a_second_apply_writes_nothing() {
    let case = case().await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let first = drawn(&case).await;
    let again = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(again.out.contains("Nothing to do: 2 releases are as the stack says."), "{}", again.out);
    let kept = case.place.api::<Secret>().list(&ListParams::default().labels("owner=stackwright")).await.unwrap();
    assert_eq!(kept.items.len(), 1, "only the release that draws has a seed");
    let shown = case.run(&["diff"]).await.expect(0);
    let seed = kept.items[0].data.as_ref().unwrap()["seed"].0.clone();
    assert!(!shown.out.contains(std::str::from_utf8(&seed).unwrap().split_whitespace().last().unwrap()), "{}", shown.out);
    // An upgrade for another reason keeps them too.
    case.write("stack.yaml", &case.read("stack.yaml").replace("chart: ./drawn", "chart: ./drawn, values: [{note: new}]"));
    case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!(drawn(&case).await, first);
    case.run(&["apply", "--yes", "--rotate-generated", "-l", "name=drawn"]).await.expect(0);
    let second = drawn(&case).await;
    assert!(first.iter().all(|(key, value)| key == "made" || second[key] != *value), "{second:?}");
    case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!(drawn(&case).await, second);
    case.run(&["apply", "--yes", "--helm-random"]).await.expect(0);
    assert_ne!(drawn(&case).await["password"], second["password"]);
    case.run(&["destroy", "--yes"]).await.expect(0);
    let left = case.place.api::<Secret>().list(&ListParams::default().labels("owner=stackwright")).await.unwrap();
    assert!(left.items.is_empty(), "the seed goes with its release");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_helm_made_up_stay_when_the_release_becomes_ours() {
    let case = case().await;
    case.write(
        "drawn/templates/more.yaml",
        r#"
{{- $password := randAlphaNum 12 }}
apiVersion: v1
kind: Secret
metadata: {name: more}
data:
  password: {{ $password | b64enc }}
  url: {{ printf "amqp://user:%s@host/%s" $password (randAlpha 8) | b64enc }}
  {{- $ca := genCA "more" 365 }}
  {{- $cert := genSignedCert "web" nil (list "web") 365 $ca }}
  tls.crt: {{ $cert.Cert | b64enc }}
  tls.key: {{ $cert.Key | b64enc }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: sum, annotations: {checksum: {{ $password | sha256sum }}}}
"#,
    );
    case.write(
        "drawn/templates/drawn.yaml",
        &TEMPLATE.replace(r#"{{ now | date "2006-01-02T15:04:05" | quote }}"#, "a time cannot be recognised"),
    );
    case.helm(&["install", "drawn", "./drawn"]).await.expect(0);
    let by_helm = case.place.api::<Secret>().get("more").await.unwrap().data;
    let drawn_by_helm = drawn(&case).await;
    let plan = case.run(&["diff", "--detailed-exitcode", "-l", "name=drawn"]).await.expect(0);
    assert!(plan.out.contains("Nothing to do"), "{}", plan.out);
    case.write("stack.yaml", &case.read("stack.yaml").replace("chart: ./drawn", "chart: ./drawn, values: [{note: ours}]"));
    case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!(case.place.api::<Secret>().get("more").await.unwrap().data, by_helm);
    assert_eq!(drawn(&case).await, drawn_by_helm);
    let again = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
}
