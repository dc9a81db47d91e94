//! PersistentVolumeClaim.

use super::{Status, field};
use serde_json::Value;

/// A claim is current when it is bound. Rule: kstatus `pvcConditions`.
pub(super) fn status(object: &Value) -> Status {
    match field::text(object, "/status/phase", "unknown") {
        "Bound" => Status::current("PVC is Bound"),
        phase => Status::in_progress("NotBound", format!("PVC is not Bound. phase: {phase}")),
    }
}
