//! Fields that other field managers own, and the rules of the stack file about them.

use super::program::StackCase;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const TEMPLATE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: {{ .Values.v }}, b: {{ .Values.v }}}\n";

/// A release whose ConfigMap was deployed with `ours`; then operator-a has set `a`, operator-b `b`, and the values have become `new`.
async fn case(options: &str) -> StackCase {
    let stack = |value: &str| format!("releases: [{{name: app, namespace: NAMESPACE, chart: ./app, values: [{{v: {value}}}], {options}}}]");
    let case = StackCase::new(&stack("ours")).await;
    case.chart("app", TEMPLATE);
    case.run(&["apply", "--yes"]).await.expect(0);
    for key in ["a", "b"] {
        let parameters = PatchParams { field_manager: Some(format!("operator-{key}")), ..PatchParams::default() };
        let patch = Patch::Merge(json!({"data": {key: "theirs"}}));
        case.place.api::<ConfigMap>().patch("app", &parameters, &patch).await.expect("it can be changed");
    }
    case.write("stack.yaml", &stack("new"));
    case
}

async fn data(case: &StackCase) -> BTreeMap<String, String> {
    case.place.api::<ConfigMap>().get("app").await.unwrap().data.unwrap()
}

fn both(a: &str, b: &str) -> BTreeMap<String, String> {
    [("a".to_owned(), a.to_owned()), ("b".to_owned(), b.to_owned())].into()
}

async fn findings(case: &StackCase) -> Vec<String> {
    let ran = case.run(&["diff", "--output", "json"]).await.expect(0);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let all = document["findings"].as_array().unwrap().iter();
    all.map(|finding| format!("{} {} {}", text(finding, "code"), text(finding, "field"), text(finding, "message"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_field_is_left_to_its_manager_and_another_one_taken() {
    let rules =
        "fieldManagers: [{manager: operator-a, fields: [data.a], kind: ConfigMap, action: keep}, {manager: 'operator-*', action: take}]";
    let case = case(rules).await;
    let expected = [
        r#"kept-field data.a field manager "operator-a" owns this field, and keeps it, as a rule of the stack file says: it is "theirs" and would have become "new""#,
        r#"taken-field data.b field manager "operator-b" owns this field, and it is taken, as a rule of the stack file says: it is "theirs" and becomes "new""#,
    ];
    assert_eq!(findings(&case).await, expected);
    let live = case.run(&["diff", "--against", "live"]).await.expect(0);
    assert!(live.out.contains("+   b: new") && !live.out.contains("a: new"), "{}", live.out);
    case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!(data(&case).await, both("theirs", "new"));
    let again = case.run(&["apply", "--yes", "--against", "live"]).await.expect(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_no_rule_is_about_stops_the_apply() {
    let case = case("fieldManagers: [{manager: operator-a, fields: [data], action: keep}]").await;
    let found = findings(&case).await;
    assert!(found.iter().any(|finding| finding.starts_with("conflict data.b")), "{found:#?}");
    let refused = case.run(&["apply", "--yes"]).await.expect(1);
    assert!(refused.out.contains("fieldManagers has rules by field and manager"), "{}", refused.out);
    case.run(&["apply", "--yes", "--no-preflight"]).await.expect(1);
    assert_eq!(data(&case).await, both("theirs", "theirs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_stops_what_force_conflicts_would_take() {
    let case = case("forceConflicts: true, fieldManagers: [{manager: operator-b, fields: [data.b], action: fail}]").await;
    case.run(&["apply", "--yes"]).await.expect(1);
    assert_eq!(data(&case).await, both("theirs", "theirs"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_rule_is_told_with_its_place() {
    let case = StackCase::new(
        "releases:\n  - name: app\n    chart: ./app\n    fieldManagers: [{manager: x, action: leave}, {fields: [a]}, {action: keep}]\n",
    )
    .await;
    let refused = case.run(&["list"]).await.expect(1);
    for words in ["stack.yaml:4", "it can be keep, take, fail", "has no `action`", "has no `manager` or `fields`"] {
        assert!(refused.err.contains(words), "{words}:\n{}", refused.err);
    }
}
