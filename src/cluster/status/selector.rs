//! Which pods belong to a controller.

use serde_json::Value;

/// Says whether the label selector of a controller (`spec.selector`) finds a pod. An empty or missing selector finds none.
pub fn selects(controller: &Value, pod: &Value) -> bool {
    let label = |key: &str| pod.pointer("/metadata/labels").and_then(|labels| labels.get(key)).and_then(Value::as_str);
    let Some(selector) = controller.pointer("/spec/selector").and_then(Value::as_object).filter(|selector| !selector.is_empty()) else {
        return false;
    };
    let labels = selector.get("matchLabels").and_then(Value::as_object);
    let expressions = selector.get("matchExpressions").and_then(Value::as_array);
    labels.into_iter().flatten().all(|(key, value)| label(key) == value.as_str())
        && expressions.into_iter().flatten().all(|expression| holds(expression, label))
}

/// Returns the selector of a controller as the API takes it in a query: `app=web,tier in (a,b)`.
pub fn selector_text(controller: &Value) -> Option<String> {
    let selector = controller.pointer("/spec/selector").and_then(Value::as_object)?;
    let labels = selector.get("matchLabels").and_then(Value::as_object).into_iter().flatten();
    let mut parts: Vec<String> = labels.filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?))).collect();
    for expression in selector.get("matchExpressions").and_then(Value::as_array).into_iter().flatten() {
        let (key, operator) = (expression.get("key")?.as_str()?, expression.get("operator")?.as_str()?);
        let values: Vec<&str> = values(expression).collect();
        parts.push(match operator {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "Exists" => key.to_owned(),
            _ => format!("!{key}"),
        });
    }
    (!parts.is_empty()).then(|| parts.join(","))
}

fn holds<'a>(expression: &Value, label: impl Fn(&str) -> Option<&'a str>) -> bool {
    let value = expression.get("key").and_then(Value::as_str).and_then(label);
    let is_listed = |value: &str| values(expression).any(|listed| listed == value);
    match expression.get("operator").and_then(Value::as_str) {
        Some("In") => value.is_some_and(is_listed),
        Some("NotIn") => !value.is_some_and(is_listed),
        Some("Exists") => value.is_some(),
        Some("DoesNotExist") => value.is_none(),
        _ => false,
    }
}

fn values(expression: &Value) -> impl Iterator<Item = &str> {
    expression.get("values").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::{selector_text, selects};
    use serde_json::json;

    #[test]
    fn labels_and_expressions_must_all_hold() {
        let controller = json!({"spec": {"selector": {
            "matchLabels": {"app": "web"},
            "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a", "b"]}, {"key": "old", "operator": "DoesNotExist"}],
        }}});
        let pod = |labels| json!({"metadata": {"labels": labels}});
        assert!(selects(&controller, &pod(json!({"app": "web", "tier": "b"}))));
        assert!(!selects(&controller, &pod(json!({"app": "web", "tier": "c"}))));
        assert!(!selects(&controller, &pod(json!({"app": "web", "tier": "a", "old": ""}))));
        assert!(!selects(&json!({"spec": {}}), &pod(json!({"app": "web"}))));
        assert_eq!(selector_text(&controller).as_deref(), Some("app=web,tier in (a,b),!old"));
    }
}
