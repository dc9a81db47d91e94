//! Service.

use super::{Status, field};
use serde_json::Value;

/// A Service is current at once; one of type LoadBalancer when it has a cluster address. Rule: kstatus `serviceConditions`.
pub(super) fn status(object: &Value) -> Status {
    let balanced = field::text(object, "/spec/type", "ClusterIP") == "LoadBalancer";
    if balanced && field::text(object, "/spec/clusterIP", "").is_empty() {
        return Status::in_progress("NoIPAssigned", "ClusterIP not set. Service type: LoadBalancer");
    }
    Status::current("Service is ready")
}
