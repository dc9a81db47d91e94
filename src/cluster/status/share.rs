//! How much of a controller's pods is ready.

use super::field::{group, integer, kind};
use serde_json::Value;

/// Returns the percentage, rounded down, of an object's wanted pods that are ready and made from its newest template: of a DaemonSet, of the
/// nodes that should run it. An object that counts no pods has nothing of 100 before it is current.
///
/// Where old pods are still there it is not known which ones are ready: as many as there can be are taken to be old.
pub(super) fn share(object: &Value) -> u8 {
    let status = |field: &str| integer(object, &format!("/status/{field}"), 0);
    let wanted = integer(object, "/spec/replicas", 1);
    let (wanted, ready, old) = match (group(object), kind(object)) {
        ("apps", "Deployment") => (wanted, status("availableReplicas"), status("replicas") - status("updatedReplicas")),
        ("apps", "StatefulSet") => (wanted, status("readyReplicas"), status("replicas") - status("updatedReplicas")),
        ("apps", "ReplicaSet") => (wanted, status("availableReplicas"), 0),
        ("apps", "DaemonSet") => {
            let old = status("currentNumberScheduled") - status("updatedNumberScheduled");
            (status("desiredNumberScheduled"), status("numberAvailable"), old)
        }
        _ => return 0,
    };
    let is_observed = status("observedGeneration") >= integer(object, "/metadata/generation", 0);
    if !is_observed || wanted <= 0 {
        return 0;
    }
    let percent = (ready - old.max(0)).clamp(0, wanted) * 100 / wanted;
    u8::try_from(percent).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(kind: &str, spec: Value, status: Value, expected: u8) {
        let mut object = json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"generation": 2}, "spec": spec, "status": status});
        object["status"]["observedGeneration"] = json!(2);
        assert_eq!(share(&object), expected, "{object}");
        object["status"]["observedGeneration"] = json!(1);
        assert_eq!(share(&object), 0, "of an older generation nothing counts");
    }

    #[test]
    fn only_ready_pods_of_the_newest_template_count() {
        let daemons = |available: u32, updated: u32| json!({"desiredNumberScheduled": 100, "currentNumberScheduled": 100, "updatedNumberScheduled": updated, "numberAvailable": available});
        check("DaemonSet", json!({}), daemons(95, 100), 95);
        check("DaemonSet", json!({}), daemons(95, 60), 55);
        check("Deployment", json!({"replicas": 3}), json!({"replicas": 3, "updatedReplicas": 3, "availableReplicas": 2}), 66);
        check("Deployment", json!({"replicas": 4}), json!({"replicas": 5, "updatedReplicas": 2, "availableReplicas": 3}), 0);
        check("StatefulSet", json!({"replicas": 4}), json!({"replicas": 4, "updatedReplicas": 4, "readyReplicas": 4}), 100);
    }
}
