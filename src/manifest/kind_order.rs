//! The order in which kinds are made and removed.

use std::cmp::Ordering;

/// Helm's order of kinds for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindOrder {
    /// What others need comes first.
    Install,
    /// What needs others goes first.
    Uninstall,
}

impl KindOrder {
    fn kinds(self) -> &'static [&'static str] {
        match self {
            KindOrder::Install => INSTALL,
            KindOrder::Uninstall => UNINSTALL,
        }
    }

    /// Compares two kinds: known ones by their place, unknown ones after all known, by name.
    pub fn compare(self, a: &str, b: &str) -> Ordering {
        self.rank(a).cmp(&self.rank(b))
    }

    /// Returns what a kind sorts by.
    fn rank(self, kind: &str) -> (usize, &str) {
        match self.kinds().iter().position(|known| *known == kind) {
            Some(place) => (place, ""),
            None => (usize::MAX, kind),
        }
    }
}

/// Returns the place of a kind in the order of installs; nothing for one that Helm does not know.
pub(super) fn known_place(kind: &str) -> Option<usize> {
    INSTALL.iter().position(|known| *known == kind)
}

/// Sorts by kind, keeping the order of items of one kind.
pub fn sort_by_kind<T>(items: &mut [T], order: KindOrder, kind: impl Fn(&T) -> &str) {
    items.sort_by_cached_key(|item| {
        let (place, name) = order.rank(kind(item));
        (place, name.to_owned())
    });
}

/// pkg/release/v1/util/kind_sorter.go, InstallOrder.
pub(super) const INSTALL: &[&str] = &[
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// pkg/release/v1/util/kind_sorter.go, UninstallOrder: not the reverse of the other.
const UNINSTALL: &[&str] = &[
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "APIService",
    "Ingress",
    "IngressClass",
    "Service",
    "CronJob",
    "Job",
    "StatefulSet",
    "HorizontalPodAutoscaler",
    "Deployment",
    "ReplicaSet",
    "ReplicationController",
    "Pod",
    "DaemonSet",
    "RoleBindingList",
    "RoleBinding",
    "RoleList",
    "Role",
    "ClusterRoleBindingList",
    "ClusterRoleBinding",
    "ClusterRoleList",
    "ClusterRole",
    "CustomResourceDefinition",
    "PersistentVolumeClaim",
    "PersistentVolume",
    "StorageClass",
    "ConfigMap",
    "SecretList",
    "Secret",
    "ServiceAccount",
    "PodDisruptionBudget",
    "PodSecurityPolicy",
    "LimitRange",
    "ResourceQuota",
    "NetworkPolicy",
    "Namespace",
    "PriorityClass",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_kinds_come_first_and_unknown_ones_by_name() {
        let mut kinds = vec!["Zebra", "Job", "", "Namespace", "Apple", "Secret", "Job"];
        sort_by_kind(&mut kinds, KindOrder::Install, |kind| kind);
        assert_eq!(kinds, ["Namespace", "Secret", "Job", "Job", "", "Apple", "Zebra"]);
        sort_by_kind(&mut kinds, KindOrder::Uninstall, |kind| kind);
        assert_eq!(kinds, ["Job", "Job", "Secret", "Namespace", "", "Apple", "Zebra"]);
    }

    #[test]
    fn both_orders_hold_the_same_kinds() {
        let (mut install, mut uninstall) = (INSTALL.to_vec(), UNINSTALL.to_vec());
        install.sort_unstable();
        uninstall.sort_unstable();
        assert_eq!(install, uninstall);
    }
}
