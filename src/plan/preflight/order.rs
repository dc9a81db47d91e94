//! Annotations that ask for an order and have no effect.

use crate::chart::FieldPath;
use crate::manifest::Document;
use crate::plan::finding::{Code, Finding};
use crate::plan::order::Idle;
use crate::plan::planned::PlannedRelease;
use crate::template::trace::Key;

/// Finds annotations that have no effect on the order of a release that goes up in order.
pub fn check_order(at: usize, release: &PlannedRelease) -> Vec<Finding> {
    let documents: &[Document] = release.desired.as_ref().map(|desired| desired.manifest.documents.as_slice()).unwrap_or_default();
    let finding = |idle: &Idle| {
        let document = documents.get(idle.document)?;
        let mut id = document.id()?;
        id.namespace.get_or_insert_with(|| release.namespace.clone());
        let path = ["metadata", "annotations", &idle.annotation].map(|name| Key::Name(name.into()));
        let finding = Finding::new(Code::OrderIgnored, at, idle.message.clone()).of_object(&id, &document.source);
        Some(finding.of_field(FieldPath(path.into()).to_string()))
    };
    release.order.iter().flat_map(|order| &order.idle).filter_map(finding).collect()
}
