//! Leaves the number of replicas to autoscalers.

use super::error::Error;
use super::objects::Prepared;
use super::task::Task;
use crate::manifest::ObjectId;
use crate::plan::Action;

impl Task<'_> {
    /// Puts the number of replicas that an autoscaler has set in the place of the chart's, where there is one: else each upgrade would
    /// take the scaling back, or fail in a conflict about the field.
    ///
    /// Leaving the field out would set it to 1 where nobody else has written it yet.
    pub(super) async fn leave_replicas(&self, objects: &mut [Prepared]) -> Result<(), Error> {
        let ids: Vec<ObjectId> =
            objects.iter().filter(|object| object.body.pointer("/spec/replicas").is_some()).map(|object| object.id.clone()).collect();
        if ids.is_empty() || self.release.action != Action::Upgrade {
            return Ok(());
        }
        for scaled in self.cluster.scaled(&ids.iter().collect::<Vec<_>>()).await? {
            for object in objects.iter_mut().filter(|object| object.id == scaled.id) {
                object.body["spec"]["replicas"] = scaled.replicas.clone();
            }
        }
        Ok(())
    }
}
