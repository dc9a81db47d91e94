//! Which objects of a release may be sent together.

use super::identity::ObjectId;
use super::kind_order::known_place;

/// Where an object stands among those that are sent: what compares equal is sent at once, the rest one after another.
///
/// Rule: Helm sends one kind after another (pkg/kube/client.go, `batchPerform`), in its install order. Neighbours in that order that cannot
/// need each other share a wave here, so that a release takes a few turns of the server rather than one for each of its kinds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wave(usize, String);

impl Wave {
    /// Returns the wave of an object.
    pub fn of(id: &ObjectId) -> Wave {
        let kind = id.kind.as_str();
        let Some(place) = known_place(kind) else { return Wave(usize::MAX, kind.to_owned()) };
        if !is_built_in(id.group()) {
            // A kind of somebody else's by the name of a known one comes after the definitions.
            return Wave(WORKLOADS, String::new());
        }
        match WAVES.iter().position(|kinds| kinds.contains(&kind)) {
            Some(wave) => Wave(wave, String::new()),
            None => Wave(WAVES.len() + place, String::new()),
        }
    }
}

/// The groups of Kubernetes' own kinds have no dot, or end in `k8s.io`.
fn is_built_in(group: &str) -> bool {
    !group.contains('.') || group.ends_with(".k8s.io")
}

/// Each wave needs at most what is in earlier ones. What is not in any comes afterwards, in Helm's order.
const WAVES: [&[&str]; 5] = [
    &["PriorityClass", "Namespace"],
    // What is made under them is counted and completed by them.
    &["ResourceQuota", "LimitRange", "PodSecurityPolicy"],
    &[
        "NetworkPolicy",
        "PodDisruptionBudget",
        "ServiceAccount",
        "ConfigMap",
        "StorageClass",
        "PersistentVolume",
        "ClusterRole",
        "ClusterRoleList",
        "Role",
        "RoleList",
        "Service",
    ],
    // A token is made for a ServiceAccount that is there, a claim by a class, a binding of a role.
    &[
        "Secret",
        "SecretList",
        "PersistentVolumeClaim",
        "CustomResourceDefinition",
        "ClusterRoleBinding",
        "ClusterRoleBindingList",
        "RoleBinding",
        "RoleBindingList",
    ],
    &["DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment", "HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob"],
];

/// The wave of what runs.
const WORKLOADS: usize = 4;

#[cfg(test)]
mod tests {
    use super::super::kind_order::INSTALL;
    use super::*;

    fn wave(api_version: &str, kind: &str) -> Wave {
        Wave::of(&ObjectId { api_version: api_version.into(), kind: kind.into(), namespace: None, name: "a".into() })
    }

    #[track_caller]
    fn check_order(kinds: &[(&str, &str)]) {
        let waves: Vec<Wave> = kinds.iter().map(|(api_version, kind)| wave(api_version, kind)).collect();
        assert!(waves.is_sorted_by(|a, b| a < b), "{waves:?}");
    }

    #[test]
    fn what_others_need_comes_first() {
        check_order(&[("v1", "Namespace"), ("v1", "ResourceQuota"), ("v1", "ServiceAccount"), ("v1", "Secret"), ("v1", "Pod")]);
        check_order(&[("rbac.authorization.k8s.io/v1", "Role"), ("rbac.authorization.k8s.io/v1", "RoleBinding"), ("batch/v1", "Job")]);
        check_order(&[("storage.k8s.io/v1", "StorageClass"), ("v1", "PersistentVolumeClaim"), ("apps/v1", "StatefulSet")]);
        check_order(&[
            ("apps/v1", "Deployment"),
            ("networking.k8s.io/v1", "Ingress"),
            ("apiregistration.k8s.io/v1", "APIService"),
            ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
            ("example.com/v1", "Aardvark"),
            ("example.com/v1", "Zebra"),
        ]);
    }

    #[test]
    fn kinds_of_somebody_else_come_after_their_definitions() {
        check_order(&[("v1", "Service"), ("apiextensions.k8s.io/v1", "CustomResourceDefinition"), ("serving.knative.dev/v1", "Service")]);
    }

    #[test]
    fn what_cannot_need_each_other_is_sent_together() {
        assert_eq!(wave("v1", "ConfigMap"), wave("v1", "Service"));
        assert_eq!(wave("apps/v1", "Deployment"), wave("batch/v1", "CronJob"));
    }

    #[test]
    fn waves_name_kinds_of_helms_order_once() {
        let mut named: Vec<&str> = WAVES.iter().flat_map(|kinds| kinds.iter().copied()).collect();
        assert!(named.iter().all(|kind| INSTALL.contains(kind)));
        let count = named.len();
        named.sort_unstable();
        named.dedup();
        assert_eq!(named.len(), count);
        assert!(WAVES[WORKLOADS].contains(&"Deployment"));
    }
}
