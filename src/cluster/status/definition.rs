//! CustomResourceDefinition.

use super::{Status, field};
use serde_json::Value;

/// A definition is current when the API server serves it. Rule: kstatus `crdConditions`.
pub(super) fn status(object: &Value) -> Status {
    for condition in field::conditions(object) {
        match (condition.kind, condition.status) {
            ("NamesAccepted", "False") => return Status::failed(condition.reason, condition.message),
            ("Established", "False") if condition.reason != "Installing" => return Status::failed(condition.reason, condition.message),
            ("Established", "True") => return Status::current("CRD is established"),
            _ => {}
        }
    }
    Status::in_progress("Installing", "Install in progress")
}
