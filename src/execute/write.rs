//! Sends one object to the server, and does what the server's answer calls for.

use super::error::Error;
use super::event::EventKind;
use super::objects::Prepared;
use super::task::Task;
use crate::cluster::{self, Applied, ApplyOptions, Awaited, RefusalKind};
use crate::plan::preflight::may_recreate;
use crate::plan::resolve;
use std::sync::PoisonError;

impl Task<'_> {
    /// Applies an object, and returns what to wait for.
    ///
    /// One that cannot be changed to what it is to be is deleted and made again where that is allowed: Jobs always, for all that is in
    /// them is done once, others where it was asked for. Fields that Helm once wrote by client-side apply are taken over first.
    pub(super) async fn apply_one(&self, object: &Prepared, options: &ApplyOptions) -> Result<Awaited, Error> {
        // With rules nothing is forced before they were asked.
        let rules = &self.release.settings.field_rules;
        let unforced = ApplyOptions { force: options.force && rules.is_empty(), ..*options };
        let applied = match self.cluster.apply(&object.body, &unforced).await {
            Err(error) if self.may_be_made_again(object, &error) => self.make_again(object, options).await?,
            Err(error) if error.is_conflict_with_ourselves() => {
                self.cluster.upgrade_field_manager(&object.id, false).await?;
                self.cluster.apply(&object.body, options).await?
            }
            Err(error) if !rules.is_empty() && error.conflicts().is_some() => self.apply_by_rules(object, options, error).await?,
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

    /// Applies an object of which other managers own fields, as the rules of the stack file say.
    async fn apply_by_rules(&self, object: &Prepared, options: &ApplyOptions, error: cluster::Error) -> Result<Applied, Error> {
        let rules = &self.release.settings.field_rules;
        let resolved = resolve(rules, options.force, &object.id, &object.body, error.conflicts().unwrap_or_default());
        if !resolved.failing.is_empty() {
            return Err(error.into());
        }
        Ok(self.cluster.apply(&resolved.body, &ApplyOptions { force: resolved.force, ..*options }).await?)
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
