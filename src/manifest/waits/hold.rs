//! Which objects wait, directly or through others, for what hooks make.

use super::provide::{provides, string_map, template_has_labels};
use super::read::waits;
use super::wait::Wait;
use crate::manifest::ObjectId;
use serde_json::Value as Json;

/// Returns, for each of `objects`, whether it cannot become ready before something of `makers` is there: it waits for one
/// of them directly, or for objects that all wait for one of them themselves.
///
/// This is what lets a post-install hook start when everything else is ready: `makers` are the hooks, and the objects for
/// which this returns true are left out of the wait before them.
pub fn waiting_for(objects: &[Json], makers: &[Json], namespace: &str) -> Vec<bool> {
    let waits_of: Vec<Vec<Wait>> = objects.iter().map(|object| waits(object, namespace)).collect();
    let mut waiting: Vec<bool> =
        waits_of.iter().map(|waits| waits.iter().any(|wait| makers.iter().any(|maker| provides(maker, wait, namespace)))).collect();
    loop {
        let mut changed = false;
        for at in 0..objects.len() {
            if waiting[at] {
                continue;
            }
            let held = waits_of[at].iter().any(|wait| all_providers_wait(objects, &waiting, wait, namespace))
                || follows_waiting_pods(objects, &waits_of, &waiting, at, namespace);
            if held {
                waiting[at] = true;
                changed = true;
            }
        }
        if !changed {
            return waiting;
        }
    }
}

/// Says whether there are objects that meet the wait once they are ready, and all of them wait themselves.
fn all_providers_wait(objects: &[Json], waiting: &[bool], wait: &Wait, namespace: &str) -> bool {
    let mut providers = pods_behind(objects, wait, namespace).peekable();
    providers.peek().is_some() && providers.all(|at| waiting[at])
}

/// Returns the objects whose readiness meets a wait: for a Service the workloads whose pods it selects.
fn pods_behind<'a>(objects: &'a [Json], wait: &'a Wait, namespace: &'a str) -> Box<dyn Iterator<Item = usize> + 'a> {
    if let Wait::Service { .. } | Wait::Address { .. } = wait {
        let selectors =
            objects.iter().filter(move |object| provides(object, wait, namespace)).map(|service| string_map(&service["spec"]["selector"]));
        return Box::new(
            selectors
                .filter(|selector| !selector.is_empty())
                .flat_map(move |selector| (0..objects.len()).filter(move |at| template_has_labels(&objects[*at], &selector))),
        );
    }
    Box::new((0..objects.len()).filter(move |at| provides(&objects[*at], wait, namespace)))
}

/// A claim that only waiting pods use and a disruption budget over waiting pods cannot become ready before those pods.
fn follows_waiting_pods(objects: &[Json], waits_of: &[Vec<Wait>], waiting: &[bool], at: usize, namespace: &str) -> bool {
    let object = &objects[at];
    match object["kind"].as_str() {
        Some("PodDisruptionBudget") => {
            let selector = string_map(&object["spec"]["selector"]["matchLabels"]);
            !selector.is_empty() && (0..objects.len()).any(|other| waiting[other] && template_has_labels(&objects[other], &selector))
        }
        Some("PersistentVolumeClaim") => {
            let Some(id) = ObjectId::of(object) else { return false };
            let wait = Wait::Reference { id: ObjectId { namespace: Some(id.namespace.unwrap_or_else(|| namespace.to_owned())), ..id } };
            let mut users = (0..objects.len()).filter(|other| waits_of[*other].contains(&wait)).peekable();
            users.peek().is_some() && users.all(|user| waiting[user])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn workload(kind: &str, name: &str, variables: &[(&str, &str)]) -> Json {
        let own = json!({"name": "NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}});
        let env: Vec<Json> = variables.iter().map(|(name, value)| json!({"name": name, "value": value})).chain([own]).collect();
        json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name},
            "spec": {"template": {"metadata": {"labels": {"app": name}}, "spec": {"initContainers": [{"name": "init", "env": env}]}}}})
    }

    #[test]
    fn what_waits_for_a_hook_through_a_service_is_left_out_too() {
        let objects = [
            workload("Deployment", "api", &[("DEPENDENCY_JOBS", "db-sync")]),
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api"}, "spec": {"selector": {"app": "api"}}}),
            workload("Deployment", "worker", &[("DEPENDENCY_SERVICE", "n:api")]),
            workload("Deployment", "cache", &[]),
            json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"}, "spec": {"selector": {"matchLabels": {"app": "api"}}}}),
        ];
        let hooks = [workload("Job", "db-sync", &[])];
        assert_eq!(waiting_for(&objects, &hooks, "n"), [true, false, true, false, true]);
    }

    #[test]
    fn one_provider_that_does_not_wait_is_enough() {
        let mut second = workload("Deployment", "api-2", &[]);
        second["spec"]["template"]["metadata"]["labels"] = json!({"app": "api"});
        let objects = [
            workload("Deployment", "api", &[("DEPENDENCY_JOBS", "db-sync")]),
            second,
            json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "api"}, "spec": {"selector": {"app": "api"}}}),
            workload("Deployment", "worker", &[("DEPENDENCY_SERVICE", "api")]),
        ];
        assert_eq!(waiting_for(&objects, &[workload("Job", "db-sync", &[])], "n"), [true, false, false, false]);
    }
}
