//! Secrets of a stack: made once, kept, shared, masked, rotated; and values of objects that others made.

use super::program::StackCase;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::ListParams;
use serde_json::json;

const STACK: &str = r#"
history: {namespace: NAMESPACE}
secrets:
  db: {generate: {length: 24}}
  other: {generate: {alphabet: hex}}
releases:
  - name: front
    namespace: NAMESPACE
    chart: ./app
    values:
      - {password: {fromSecret: db}, user: {fromObject: {kind: Secret, name: database, key: user}}}
      - {mode: {fromObject: {kind: ConfigMap, name: settings, key: mode}}}
  - name: back
    namespace: NAMESPACE
    chart: ./app
    values: [values.yaml.gotmpl]
"#;

const TEMPLATE: &str = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data:
  url: {{ printf "db://%s:%s@host" .Values.user .Values.password | quote }}
  mode: {{ .Values.mode | quote }}
"#;

async fn case() -> StackCase {
    let case = StackCase::new(STACK).await;
    case.write("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\n");
    case.write("app/values.yaml", "user: nobody\npassword: password\nmode: none\n");
    case.write("app/templates/config.yaml", TEMPLATE);
    case.write("values.yaml.gotmpl", "password: {{ secret \"db\" | quote }}\n");
    case.place.create::<Secret>(json!({"metadata": {"name": "database"}, "stringData": {"user": "anna-the-user"}})).await;
    case.place.create::<ConfigMap>(json!({"metadata": {"name": "settings"}, "data": {"mode": "fast"}})).await;
    case
}

async fn url(case: &StackCase, release: &str) -> String {
    case.place.api::<ConfigMap>().get(release).await.unwrap().data.unwrap()["url"].clone()
}

fn password(url: &str) -> &str {
    url.rsplit_once(':').unwrap().1.strip_suffix("@host").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_made_once_shared_masked_and_rotated() {
    let case = case().await;
    let plan = case.run(&["diff"]).await.expect(0);
    assert!(plan.out.contains("********"), "{}", plan.out);
    let kept =
        async || case.place.api::<Secret>().list(&ListParams::default().fields("type=stackwright.io/secrets.v1")).await.unwrap().items;
    assert!(kept().await.is_empty(), "planning writes nothing");
    let applied = case.run(&["apply", "--yes"]).await.expect(0);
    let front = url(&case, "front").await;
    let first = password(&front).to_owned();
    assert!(front.starts_with("db://anna-the-user:") && first.len() == 24, "{front}");
    assert_eq!(password(&url(&case, "back").await), first, "both releases have the same");
    assert_eq!(case.place.api::<ConfigMap>().get("front").await.unwrap().data.unwrap()["mode"], "fast");
    let secrets = kept().await;
    assert_eq!(secrets.len(), 1);
    let data = secrets[0].data.clone().unwrap();
    assert_eq!((data["db"].0.as_slice(), data.contains_key("other")), (first.as_bytes(), false), "what nobody uses is not made");
    let again = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    let rotated = case.run(&["secrets", "rotate", "db", "--yes"]).await.expect(0);
    let both = format!("db is used by {0}/front, {0}/back", case.place.namespace);
    assert!(rotated.out.contains(&both), "{}", rotated.out);
    let second = password(&url(&case, "front").await).to_owned();
    assert_ne!(second, first);
    assert_eq!(password(&url(&case, "back").await), second);
    let live = case.run(&["diff", "--against", "live"]).await.expect(0);
    for ran in [&plan, &applied, &again, &rotated, &live] {
        for secret in [first.as_str(), second.as_str(), "anna-the-user"] {
            assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{secret}\n{}\n{}", ran.out, ran.err);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_before_anything_is_written() {
    let case = case().await;
    case.write("stack.yaml", &case.read("stack.yaml").replace("key: mode", "key: moed").replace("name: database", "name: databse"));
    case.write("values.yaml.gotmpl", "password: {fromSecret: bd}\n");
    let refused = case.run(&["apply", "--yes"]).await.expect(1);
    for expected in [
        "there is no Secret databse in namespace",
        "ConfigMap settings has no key moed; it has: mode",
        "the stack has no secret bd; did you mean db?",
    ] {
        assert!(refused.err.contains(expected), "{expected}\n{}", refused.err);
    }
    assert!(case.place.api::<ConfigMap>().get_opt("front").await.unwrap().is_none());
}
