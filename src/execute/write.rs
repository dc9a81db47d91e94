//! Sends one object to the server, and does what the server's answer calls for.

use super::error::Error;
use super::event::EventKind;
use super::objects::Prepared;
use super::task::Task;
use crate::cluster::{self, Applied, ApplyOptions, Awaited, RefusalKind};
use crate::plan::preflight::may_recreate;
use std::sync::PoisonError;

impl Task<'_> {
    /// Applies an object, and returns what to wait for.
    ///
    /// One that cannot be changed to what it is to be is deleted and made again where that is allowed: Jobs always, for all that is in
    /// them is done once, others where it was asked for. Fields that Helm once wrote by client-side apply are taken over first.
    pub(super) async fn apply_one(&self, object: &Prepared, options: &ApplyOptions) -> Result<Awaited, Error> {
        let applied = match self.cluster.apply(&object.body, options).await {
            Err(error) if self.may_be_made_again(object, &error) => self.make_again(object, options).await?,
            Err(error) if error.is_conflict_with_ourselves() => {
                self.cluster.upgrade_field_manager(&object.id, false).await?;
                self.cluster.apply(&object.body, options).await?
            }
            answer => answer?,
        };
        if applied.is_new {
            self.made.lock().unwrap_or_else(PoisonError::into_inner).push(object.id.clone());
        }
        for warning in applied.warnings {
            self.progress.tell(EventKind::Warning(format!("{}: {warning}", object.id)));
        }
        Ok(Awaited::written(&applied.object).unwrap_or_else(|| Awaited::of(object.id.clone())))
    }

    fn may_be_made_again(&self, object: &Prepared, error: &cluster::Error) -> bool {
        let is_immutable = error.refusal().is_some_and(|refusal| matches!(refusal.kind, RefusalKind::Immutable(_)));
        is_immutable && may_recreate(&object.id, self.release.settings.recreate)
    }

    async fn make_again(&self, object: &Prepared, options: &ApplyOptions) -> Result<Applied, Error> {
        self.delete_and_wait(object).await?;
        let applied = self.cluster.apply(&object.body, options).await?;
        self.progress.tell(EventKind::Recreated(object.id.clone()));
        Ok(applied)
    }
}
