//! Rules in CEL of definitions that the plan brings: what we say before the definition is there, the server says when it is.

use super::program::StackCase;
use serde_json::Value;

const DEFINITION: &str = r#"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.NAMESPACE.example}
spec:
  group: NAMESPACE.example
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
            spec:
              type: object
              x-kubernetes-validations:
                - {rule: "self.min <= self.max", message: "min is above max"}
                - {rule: "self.replicas > 0", messageExpression: "self.min > 3 ? 'many are wanted and none runs' : 'none runs'", fieldPath: ".replicas"}
                - {rule: "self.min == oldSelf.min"}
                - {rule: "!has(self.since) || self.since > timestamp('2020-01-01T00:00:00Z')"}
              properties:
                min: {type: integer}
                max: {type: integer, default: 5}
                replicas: {type: integer, default: 1}
                since: {type: string, format: date-time}
                ports:
                  type: array
                  maxItems: 9
                  items:
                    type: object
                    x-kubernetes-validations: [{rule: "self.name.startsWith('x-')"}]
                    properties: {name: {type: string, maxLength: 9}}
"#;

fn widget(spec: &str) -> String {
    format!("---\napiVersion: NAMESPACE.example/v1\nkind: Widget\nmetadata: {{name: w}}\nspec: {spec}\n")
}

async fn case() -> StackCase {
    let case = StackCase::new("releases: [{name: app, namespace: NAMESPACE, chart: ./app}]").await;
    case.write("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\n");
    case
}

/// The findings of a diff, as `CODE FIELD: MESSAGE`.
async fn findings(case: &StackCase) -> Vec<String> {
    let ran = case.run(&["diff", "--output", "json"]).await.expect(0);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = document["findings"].as_array().unwrap().iter();
    all.map(|finding| format!("{} {}: {}", text(&finding["code"]), text(&finding["field"]), text(&finding["message"]))).collect()
}

const BROKEN: &str = "{min: 7, replicas: 0, ports: [{name: x-a}, {name: b}]}";

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_rule_is_refused_before_the_definition_is_there_as_the_server_does_after() {
    let case = case().await;
    case.write("app/templates/all.yaml", &format!("{DEFINITION}{}", widget(BROKEN)));
    let before = findings(&case).await;
    let expected = [
        "refused spec: Invalid value: min is above max",
        "refused spec.replicas: Invalid value: many are wanted and none runs",
        "refused spec.ports[1]: Invalid value: failed rule: self.name.startsWith('x-')",
    ];
    assert_eq!(before, expected);
    case.run(&["apply", "--yes"]).await.expect(1);
    case.write("app/templates/all.yaml", DEFINITION);
    case.run(&["apply", "--yes"]).await.expect(0);
    case.write("app/templates/other.yaml", &widget(BROKEN));
    let after = findings(&case).await;
    for words in ["min is above max", "many are wanted and none runs", "failed rule: self.name.startsWith('x-')"] {
        assert!(after.iter().any(|finding| finding.starts_with("refused") && finding.contains(words)), "{words}: {after:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_cannot_be_worked_out_is_told_and_stops_nothing() {
    let case = case().await;
    case.write("app/templates/all.yaml", &format!("{DEFINITION}{}", widget("{min: 1, since: '2021-01-01T00:00:00Z'}")));
    let found = findings(&case).await;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with("unchecked-rule spec: the rule `!has(self.since)") && found[0].ends_with("is a time, a duration or bytes"),
        "{found:#?}"
    );
    // Without the field it can be.
    case.write("app/templates/all.yaml", &format!("{DEFINITION}{}", widget("{min: 1}")));
    assert_eq!(findings(&case).await, [""; 0]);
}
