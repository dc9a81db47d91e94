//! Runs the hooks of one event: one after another by weight, each until it is done.

use super::error::Error;
use super::event::EventKind;
use super::objects::Prepared;
use super::task::Task;
use crate::cluster::status::Rule;
use crate::cluster::{ApplyOptions, Awaited, Goal, Outcome, Propagation};
use crate::manifest::{Hook, HookEvent};

const SUCCEEDED: &str = "hook-succeeded";
const FAILED: &str = "hook-failed";

impl Task<'_> {
    /// Runs the hooks of an event. They are sorted by weight, then by name (Helm pkg/action/hooks.go, `hookByWeight`).
    ///
    /// Hooks that ask for it are deleted when all have succeeded; when one fails, it and those before it by their own policies.
    pub(super) async fn run_hooks(&self, event: HookEvent) -> Result<(), Error> {
        if self.release.settings.no_hooks {
            return Ok(());
        }
        let mut hooks: Vec<&Hook> = self.hooks.iter().filter(|hook| hook.events.contains(&event)).collect();
        hooks.sort_by(|a, b| a.weight.cmp(&b.weight).then_with(|| a.document.head.name.cmp(&b.document.head.name)));
        let mut done: Vec<(&Hook, Prepared)> = Vec::with_capacity(hooks.len());
        for hook in hooks {
            self.check_interrupt()?;
            let Some(object) = self.prepare(&[&hook.document], false).await?.pop() else { continue };
            let started_at = self.time();
            let result = self.run_hook(event, hook, &object).await;
            self.note_hook(hook, started_at, result.is_ok());
            if let Err(error) = result {
                self.delete_if(hook, &object, FAILED).await?;
                for (hook, object) in &done {
                    self.delete_if(hook, object, SUCCEEDED).await?;
                }
                return Err(error);
            }
            done.push((hook, object));
        }
        for (hook, object) in done.iter().rev() {
            self.delete_if(hook, object, SUCCEEDED).await?;
        }
        Ok(())
    }

    async fn run_hook(&self, event: HookEvent, hook: &Hook, object: &Prepared) -> Result<(), Error> {
        if hook.is_deleted_before_creation() {
            self.delete_and_wait(object).await?;
        }
        self.progress.tell(EventKind::HookStarted { event: event.name(), id: object.id.clone() });
        let applied = self.cluster.apply(&object.body, &ApplyOptions::default()).await?;
        let awaited = [Awaited::written(&applied.object).unwrap_or_else(|| Awaited::of(object.id.clone()))];
        let settled = self.settle(&awaited, Goal::Ready(Rule::Hook), self.release.settings.timeout).await?;
        if settled.outcome != Outcome::Reached {
            let reason = self.why_not_ready(&settled, self.release.settings.timeout).await;
            return Err(Error::HookFailed { event: event.name(), id: object.id.clone(), reason });
        }
        self.progress.tell(EventKind::HookDone { id: object.id.clone() });
        Ok(())
    }

    /// Deletes an object, such as what an earlier run of a hook left, and waits until it is gone.
    pub(super) async fn delete_and_wait(&self, object: &Prepared) -> Result<(), Error> {
        if !self.cluster.delete(&object.id, Propagation::Background).await? {
            return Ok(());
        }
        let settled = self.settle(&[Awaited::of(object.id.clone())], Goal::Gone, self.release.settings.timeout).await?;
        match settled.outcome {
            Outcome::Reached => Ok(()),
            _ => Err(Error::StillThere { id: object.id.clone() }),
        }
    }

    /// Deletes a hook's object where its policy says so. Custom resource definitions are never deleted.
    async fn delete_if(&self, hook: &Hook, object: &Prepared, policy: &str) -> Result<(), Error> {
        if has_policy(hook, policy) && object.id.kind != "CustomResourceDefinition" {
            self.cluster.delete(&object.id, Propagation::Background).await?;
        }
        Ok(())
    }
}

/// Says whether a hook has a delete policy.
fn has_policy(hook: &Hook, policy: &str) -> bool {
    hook.delete_policies.iter().any(|own| own == policy)
}
