//! Replicas that an autoscaler sets.

use super::subject::Subject;
use crate::cluster::Scaled;
use crate::plan::finding::{Code, Finding};

/// Puts the number of replicas that an autoscaler has set in the place of the chart's, and says so where they differ.
pub fn leave_replicas_to(subject: &mut Subject, scaled: &Scaled) -> Option<Finding> {
    let Scaled { by, replicas, .. } = scaled;
    let charts = std::mem::replace(&mut subject.sent.body["spec"]["replicas"], replicas.clone());
    let message = format!("{}/{} has set it to {replicas}, which stays; the chart says {charts}", by.kind, by.name);
    (charts != *replicas).then(|| subject.finding(Code::Autoscaled, message).of_field("spec.replicas"))
}
