//! Autoscalers: objects that set the number of replicas of others.

use super::ObjectId;
use serde_json::Value as Json;

/// Returns what an autoscaler scales: the target of a HorizontalPodAutoscaler or of a KEDA ScaledObject. `namespace` is that of the
/// autoscaler where it does not say.
///
/// Rule: `spec.scaleTargetRef` of `autoscaling` and of `keda.sh`, where apiVersion and kind may be left out for a Deployment.
pub fn scale_target(object: &Json, namespace: &str) -> Option<ObjectId> {
    let id = ObjectId::of(object)?;
    let is_keda = id.group() == "keda.sh" && id.kind == "ScaledObject";
    if !is_keda && !(id.group() == "autoscaling" && id.kind == "HorizontalPodAutoscaler") {
        return None;
    }
    let target = object.pointer("/spec/scaleTargetRef")?;
    let text = |field: &str, default: Option<&str>| target[field].as_str().filter(|text| !text.is_empty()).or(default).map(str::to_owned);
    Some(ObjectId {
        api_version: text("apiVersion", is_keda.then_some("apps/v1"))?,
        kind: text("kind", is_keda.then_some("Deployment"))?,
        namespace: Some(id.namespace.unwrap_or_else(|| namespace.to_owned())),
        name: text("name", None)?,
    })
}

#[cfg(test)]
mod tests {
    use super::scale_target;
    use serde_json::{Value as Json, json};

    #[track_caller]
    fn check(object: Json, expected: Option<&str>) {
        assert_eq!(scale_target(&object, "shop").map(|id| id.to_string()).as_deref(), expected);
    }

    #[test]
    fn targets_of_autoscalers_are_found() {
        let target = json!({"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db"}});
        check(
            json!({"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "a"}, "spec": target}),
            Some("StatefulSet/shop/db"),
        );
        check(
            json!({"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "metadata": {"name": "a", "namespace": "n"}, "spec": {"scaleTargetRef": {"name": "web"}}}),
            Some("Deployment/n/web"),
        );
        check(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "spec": target}), None);
    }
}
