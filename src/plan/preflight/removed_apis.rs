//! APIs that a Kubernetes version no longer serves.

use crate::manifest::ObjectId;

/// An API that is gone: API version, kinds (none: all of them), the version of Kubernetes without it, what to use instead.
type Removed = (&'static str, &'static [&'static str], &'static str, &'static str);

/// Source: the `APILifecycleRemoved` and `APILifecycleReplacement` functions of k8s.io/api v0.36.3. What a server still serves, it warns
/// of itself; this table is for what it serves no more.
const REMOVED: &[Removed] = &[
    ("extensions/v1beta1", &["Ingress"], "1.22", "networking.k8s.io/v1"),
    ("extensions/v1beta1", &["NetworkPolicy"], "1.16", "networking.k8s.io/v1"),
    ("extensions/v1beta1", &["PodSecurityPolicy"], "1.16", "pod security admission"),
    ("extensions/v1beta1", &[], "1.16", "apps/v1"),
    ("apps/v1beta1", &[], "1.16", "apps/v1"),
    ("apps/v1beta2", &[], "1.16", "apps/v1"),
    (
        "admissionregistration.k8s.io/v1beta1",
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        "1.22",
        "admissionregistration.k8s.io/v1",
    ),
    ("apiextensions.k8s.io/v1beta1", &[], "1.22", "apiextensions.k8s.io/v1"),
    ("apiregistration.k8s.io/v1beta1", &[], "1.22", "apiregistration.k8s.io/v1"),
    ("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], "1.22", "certificates.k8s.io/v1"),
    ("coordination.k8s.io/v1beta1", &["Lease"], "1.22", "coordination.k8s.io/v1"),
    ("networking.k8s.io/v1beta1", &["Ingress", "IngressClass"], "1.22", "networking.k8s.io/v1"),
    ("rbac.authorization.k8s.io/v1beta1", &[], "1.22", "rbac.authorization.k8s.io/v1"),
    ("scheduling.k8s.io/v1beta1", &[], "1.22", "scheduling.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], "1.22", "storage.k8s.io/v1"),
    ("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], "1.27", "storage.k8s.io/v1"),
    ("batch/v1beta1", &[], "1.25", "batch/v1"),
    ("discovery.k8s.io/v1beta1", &[], "1.25", "discovery.k8s.io/v1"),
    ("events.k8s.io/v1beta1", &[], "1.25", "events.k8s.io/v1"),
    ("autoscaling/v2beta1", &[], "1.25", "autoscaling/v2"),
    ("autoscaling/v2beta2", &[], "1.26", "autoscaling/v2"),
    ("policy/v1beta1", &["PodSecurityPolicy"], "1.25", "pod security admission"),
    ("policy/v1beta1", &[], "1.25", "policy/v1"),
    ("node.k8s.io/v1beta1", &[], "1.25", "node.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta1", &[], "1.26", "flowcontrol.apiserver.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta2", &[], "1.29", "flowcontrol.apiserver.k8s.io/v1"),
    ("flowcontrol.apiserver.k8s.io/v1beta3", &[], "1.32", "flowcontrol.apiserver.k8s.io/v1"),
    (
        "admissionregistration.k8s.io/v1beta1",
        &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
        "1.34",
        "admissionregistration.k8s.io/v1",
    ),
];

/// Says what to use instead of an API that Kubernetes has removed.
pub(super) fn instead_of(id: &ObjectId) -> Option<String> {
    let is_it =
        |(api_version, kinds, ..): &&Removed| *api_version == id.api_version && (kinds.is_empty() || kinds.contains(&id.kind.as_str()));
    let (api_version, _, since, instead) = REMOVED.iter().find(is_it)?;
    Some(format!("Kubernetes {since} has removed {api_version} {}: use {instead}", id.kind))
}

#[cfg(test)]
mod tests {
    use super::{ObjectId, instead_of};

    #[test]
    fn what_was_removed_has_something_instead() {
        let id = |api_version: &str, kind: &str| ObjectId {
            api_version: api_version.into(),
            kind: kind.into(),
            namespace: None,
            name: "a".into(),
        };
        assert_eq!(
            instead_of(&id("policy/v1beta1", "PodDisruptionBudget")).as_deref(),
            Some("Kubernetes 1.25 has removed policy/v1beta1 PodDisruptionBudget: use policy/v1")
        );
        assert_eq!(
            instead_of(&id("extensions/v1beta1", "Ingress")).as_deref(),
            Some("Kubernetes 1.22 has removed extensions/v1beta1 Ingress: use networking.k8s.io/v1")
        );
        assert_eq!(instead_of(&id("apps/v1", "Deployment")), None);
    }
}
