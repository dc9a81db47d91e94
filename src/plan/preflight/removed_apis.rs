//! APIs that a Kubernetes version no longer serves.

use super::refused::Answered;
use crate::manifest::ObjectId;
use crate::plan::finding::{Code, Finding};
use std::collections::BTreeMap;

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

/// Finds APIs that the server says a later version will not serve: one finding for each release and API.
///
/// Rule: the server's warnings, `X is deprecated in v1.21+, unavailable in v1.25+; use Y`.
pub fn check_removed_apis(answered: &[Answered<'_>]) -> Vec<Finding> {
    let mut found: BTreeMap<(usize, &str), (&Answered<'_>, usize)> = BTreeMap::new();
    for answered in answered {
        let Some(Ok(applied)) = &answered.answer else { continue };
        for warning in
            applied.warnings.iter().filter(|warning| warning.contains(" is deprecated in v") && warning.contains(" unavailable in v"))
        {
            found.entry((answered.subject.release, warning)).or_insert((answered, 0)).1 += 1;
        }
    }
    let finding = |((_, warning), (first, objects)): ((usize, &str), (&Answered<'_>, usize))| {
        let more = if objects > 1 { format!(" ({objects} objects of the release)") } else { String::new() };
        first.subject.finding(Code::RemovedApi, format!("{warning}{more}")).of_field("apiVersion")
    };
    found.into_iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::{Answered, ObjectId, check_removed_apis, instead_of};
    use crate::cluster::Applied;
    use crate::plan::preflight::{Brought, Subject, trial};
    use crate::plan::sent::Sent;
    use serde_json::json;

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

    #[test]
    fn what_the_server_warns_of_is_told_once_for_each_release() {
        let body = json!({"apiVersion": "example.org/v1beta1", "kind": "Widget", "metadata": {"name": "a"}});
        let id = ObjectId::of(&body).expect("it has an identity");
        let sent = Sent { id, body: body.clone(), template: String::new(), hook: None, is_crd_file: false, is_served: true };
        let subject = Subject {
            release: 0,
            sent,
            in_run: true,
            is_made_anew: false,
            is_known: false,
            force: false,
            field_rules: Vec::new(),
            may_recreate: false,
        };
        let warnings = vec![
            "example.org/v1beta1 Widget is deprecated in v1.33+, unavailable in v1.37+; use example.org/v1 Widget".to_owned(),
            "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice".to_owned(),
        ];
        let answer = Some(Ok(Applied { object: body, warnings: warnings.clone(), is_new: true }));
        let answered =
            Answered { subject: &subject, trial: trial(&subject, None, &Brought::default()), answer, live: None, resolved: None };
        let found = check_removed_apis(&[answered.clone(), answered]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, format!("{} (2 objects of the release)", warnings[0]));
    }
}
