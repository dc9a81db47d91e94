//! What an object takes of what quotas count.

use super::nodes::takes_daemons;
use super::quantity::quantity;
use super::subject::Subject;
use crate::manifest::pod_template;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Amounts by the names of a quota's resources.
pub(super) type Amounts = BTreeMap<String, f64>;

/// What an object takes.
pub(super) struct Use<'s> {
    /// By itself: its number, and the size of claims.
    pub(super) own: Amounts,
    /// By its pods.
    pub(super) pods: Option<PodUse<'s>>,
}

/// What the pods of an object take.
pub(super) struct PodUse<'s> {
    /// What all of them take that run at the same time.
    pub(super) amounts: Amounts,
    /// Whether they end: what they take is free again then. Of a Job one pod has to find room, the others may come later.
    pub(super) ends: bool,
    /// The spec of each.
    pub(super) spec: &'s Json,
}

/// Says whether the nodes matter for what an object takes.
pub(super) fn asks_for_node_count(subject: &Subject) -> bool {
    subject.in_run && subject.sent.id.kind == "DaemonSet"
}

/// Returns what an object takes. `nodes` are those on which daemons may run; without them a DaemonSet's pods are not counted.
pub(super) fn uses<'s>(subject: &'s Subject, nodes: Option<&[Json]>) -> Use<'s> {
    let (id, body) = (&subject.sent.id, &subject.sent.body);
    let mut own = Amounts::new();
    let plural = format!("{}s", id.kind.to_lowercase());
    let in_group = if id.group().is_empty() { plural.clone() } else { format!("{plural}.{}", id.group()) };
    own.insert(format!("count/{in_group}"), 1.0);
    if id.group().is_empty() && id.kind != "Pod" {
        own.insert(plural, 1.0);
    }
    if id.kind == "PersistentVolumeClaim" {
        add_claim(&body["spec"], 1.0, &mut own);
    }
    if id.kind == "Service" {
        match body.pointer("/spec/type").and_then(Json::as_str) {
            Some("LoadBalancer") => drop(own.insert("services.loadbalancers".to_owned(), 1.0)),
            Some("NodePort") => drop(own.insert("services.nodeports".to_owned(), 1.0)),
            _ => {}
        }
    }
    let spec = pod_template(body).and_then(|template| template.get("spec"));
    let count = |pointer: &str| body.pointer(pointer).map_or(Some(1.0), Json::as_f64).unwrap_or_default();
    let number = match (id.kind.as_str(), spec) {
        ("Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController", _) => count("/spec/replicas"),
        ("Pod", _) => 1.0,
        ("Job", _) if body.pointer("/spec/suspend").and_then(Json::as_bool) != Some(true) => count("/spec/parallelism").min(1.0),
        ("DaemonSet", Some(spec)) => nodes.map_or(0.0, |nodes| nodes.iter().filter(|node| takes_daemons(spec, node)).count() as f64),
        _ => 0.0,
    };
    for template in body.pointer("/spec/volumeClaimTemplates").and_then(Json::as_array).into_iter().flatten() {
        *own.entry("persistentvolumeclaims".to_owned()).or_default() += number;
        *own.entry("count/persistentvolumeclaims".to_owned()).or_default() += number;
        add_claim(&template["spec"], number, &mut own);
    }
    let pods = spec.filter(|_| number > 0.0).map(|spec| PodUse { amounts: of_pods(spec, number), ends: id.kind == "Job", spec });
    Use { own, pods }
}

fn add_claim(spec: &Json, number: f64, amounts: &mut Amounts) {
    let size = spec.pointer("/resources/requests/storage").and_then(quantity).unwrap_or_default() * number;
    *amounts.entry("requests.storage".to_owned()).or_default() += size;
    if let Some(class) = spec["storageClassName"].as_str().filter(|class| !class.is_empty()) {
        let of_class = format!("{class}.storageclass.storage.k8s.io");
        *amounts.entry(format!("{of_class}/requests.storage")).or_default() += size;
        *amounts.entry(format!("{of_class}/persistentvolumeclaims")).or_default() += number;
    }
}

/// Rule: Kubernetes pkg/quota/v1/evaluator/core/pods.go over component-helpers resource (`PodRequests`): the containers together, or the
/// one init container that takes more while it runs; sidecars count with both.
fn of_pods(spec: &Json, number: f64) -> Amounts {
    let mut amounts = Amounts::new();
    amounts.insert("pods".to_owned(), number);
    amounts.insert("count/pods".to_owned(), number);
    for resource in ["cpu", "memory", "ephemeral-storage"] {
        // A limit is a request where there is none.
        let request =
            |container: &Json| of_container(container, "requests", resource).or_else(|| of_container(container, "limits", resource));
        let limit = |container: &Json| of_container(container, "limits", resource);
        let overhead = quantity(&spec["overhead"][resource]).unwrap_or_default();
        let requested = (of_pod(spec, &request) + overhead) * number;
        let limited = (of_pod(spec, &limit) + overhead) * number;
        amounts.insert(format!("requests.{resource}"), requested);
        amounts.insert(resource.to_owned(), requested);
        amounts.insert(format!("limits.{resource}"), limited);
    }
    amounts
}

fn of_container(container: &Json, field: &str, resource: &str) -> Option<f64> {
    quantity(&container["resources"][field][resource])
}

fn of_pod(spec: &Json, of: &impl Fn(&Json) -> Option<f64>) -> f64 {
    let list = |field: &str| spec[field].as_array().into_iter().flatten();
    let (mut sidecars, mut peak) = (0.0_f64, 0.0_f64);
    for container in list("initContainers") {
        let own = of(container).unwrap_or_default();
        if container["restartPolicy"] == "Always" {
            sidecars += own;
            peak = peak.max(sidecars);
        } else {
            peak = peak.max(sidecars + own);
        }
    }
    let running: f64 = list("containers").filter_map(of).sum();
    peak.max(running + sidecars)
}

#[cfg(test)]
mod tests {
    use super::uses;
    use crate::plan::preflight::Subject;
    use serde_json::{Value as Json, json};

    /// Checks some of what an object takes on three nodes, of which one is tainted and one has a label.
    #[track_caller]
    fn check(body: Json, expected: &[(&str, f64)]) {
        let subject = Subject::of_test(body);
        let nodes = [
            json!({"metadata": {"name": "a", "labels": {"disk": "ssd"}}}),
            json!({"metadata": {"name": "b"}}),
            json!({"metadata": {"name": "c"}, "spec": {"taints": [{"key": "own", "effect": "NoSchedule"}]}}),
        ];
        let found = uses(&subject, Some(&nodes));
        let mut all = found.own;
        all.extend(found.pods.map(|pods| pods.amounts).unwrap_or_default());
        let found: Vec<(&str, f64)> = expected.iter().map(|(name, _)| (*name, all.get(*name).copied().unwrap_or_default())).collect();
        assert_eq!(found, expected);
    }

    fn workload(kind: &str, api_version: &str, spec: Json, pod: Json) -> Json {
        let mut body = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": spec});
        body["spec"]["template"] = json!({"spec": pod});
        body
    }

    #[test]
    fn pods_are_counted_by_the_kind_of_their_owner() {
        let pod = json!({"containers": [{"name": "a", "resources": {"requests": {"cpu": "500m"}, "limits": {"memory": "1Gi"}}}]});
        check(
            workload("Deployment", "apps/v1", json!({"replicas": 3}), pod.clone()),
            &[("pods", 3.0), ("requests.cpu", 1.5), ("limits.memory", 3_221_225_472.0)],
        );
        check(
            workload("Job", "batch/v1", json!({"parallelism": 5}), pod.clone()),
            &[("pods", 1.0), ("count/jobs.batch", 1.0), ("cpu", 0.5)],
        );
        check(workload("Job", "batch/v1", json!({"suspend": true}), pod.clone()), &[("pods", 0.0)]);
        check(workload("DaemonSet", "apps/v1", json!({}), pod.clone()), &[("pods", 2.0), ("cpu", 1.0)]);
        let mut selecting = pod.clone();
        selecting["nodeSelector"] = json!({"disk": "ssd"});
        check(workload("DaemonSet", "apps/v1", json!({}), selecting), &[("pods", 1.0)]);
        let mut tolerating = pod;
        tolerating["tolerations"] = json!([{"operator": "Exists"}]);
        check(workload("DaemonSet", "apps/v1", json!({}), tolerating), &[("pods", 3.0)]);
    }

    #[test]
    fn init_containers_count_while_they_run_and_sidecars_always() {
        let container = |cpu: &str| json!({"name": "a", "resources": {"requests": {"cpu": cpu}}});
        let mut sidecar = container("1");
        sidecar["restartPolicy"] = json!("Always");
        let pod = json!({"initContainers": [container("4"), sidecar, container("2")], "containers": [container("1"), container("1")]});
        check(workload("Deployment", "apps/v1", json!({}), pod), &[("requests.cpu", 4.0)]);
    }

    #[test]
    fn claims_of_stateful_sets_are_counted() {
        let template = json!({"spec": {"storageClassName": "fast", "resources": {"requests": {"storage": "1Gi"}}}});
        let set = workload("StatefulSet", "apps/v1", json!({"replicas": 2, "volumeClaimTemplates": [template]}), json!({"containers": []}));
        let gib = 1_073_741_824.0;
        check(
            set,
            &[
                ("persistentvolumeclaims", 2.0),
                ("requests.storage", 2.0 * gib),
                ("fast.storageclass.storage.k8s.io/requests.storage", 2.0 * gib),
            ],
        );
    }
}
