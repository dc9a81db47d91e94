//! What "ready" means for the one who waits.

use super::{Status, field, job, of, pod};
use jiff::Timestamp;
use serde_json::Value;

/// What "ready" means for the one who waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rule {
    /// kstatus: a Job is ready once it runs. Helm's `--wait`.
    #[default]
    Ready,
    /// kstatus, but a Job is ready when it has completed. Helm's `--wait-for-jobs`.
    JobsComplete,
    /// A hook: a Job has completed, a Pod has succeeded, anything else is ready as soon as it exists.
    Hook,
}

impl Rule {
    /// Returns how far an object has come by this rule.
    ///
    /// Rule: helm pkg/kube/statuswait.go (`Wait`, `WaitWithJobs`, `WatchUntilReady`).
    pub fn status(self, object: &Value, now: Timestamp) -> Status {
        match (self, field::group(object), field::kind(object)) {
            (Rule::JobsComplete | Rule::Hook, "batch", "Job") => job::completed(object),
            (Rule::Hook, "", "Pod") => pod::completed(object),
            (Rule::Hook, _, _) => Status::current("Resource is current"),
            _ => of(object, now),
        }
    }

    /// Says whether objects of a kind are ready by this rule as soon as they exist, whatever becomes of them.
    ///
    /// These are kinds of Kubernetes itself that have no status, for which kstatus has nothing to look at; of a custom resource one
    /// cannot know.
    pub fn is_settled_at_once(self, group: &str, kind: &str) -> bool {
        match (group, kind) {
            ("", "Pod") | ("batch", "Job") => false,
            _ if self == Rule::Hook => true,
            ("", "ConfigMap" | "Secret" | "ServiceAccount" | "LimitRange" | "PodTemplate")
            | ("rbac.authorization.k8s.io" | "scheduling.k8s.io" | "node.k8s.io", _)
            | ("storage.k8s.io", "StorageClass" | "CSIDriver")
            | ("networking.k8s.io", "NetworkPolicy" | "IngressClass")
            | ("admissionregistration.k8s.io", "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration")
            | ("batch", "CronJob") => true,
            _ => false,
        }
    }
}

/// Says whether somebody should wait for this object at all: not for a paused Deployment, which never moves.
///
/// `object` is what was sent, not what lives. Rule: helm pkg/kube/statuswait.go (`wait`).
pub fn is_waited_for(object: &Value) -> bool {
    let paused = object.pointer("/spec/paused").and_then(Value::as_bool).unwrap_or(false);
    !(paused && field::group(object) == "apps" && field::kind(object) == "Deployment")
}
