//! Runs the hooks of one event: one after another by weight, each until it is done.

use super::error::Error;
use super::event::EventKind;
use super::milestone::Milestone;
use super::objects::Prepared;
use super::task::Task;
use crate::cluster::status::Rule;
use crate::cluster::{ApplyOptions, Awaited, Goal, ListOptions, Outcome, Propagation};
use crate::manifest::{Hook, HookEvent, ObjectId};
use serde_json::Value as Json;

const SUCCEEDED: &str = "hook-succeeded";
const FAILED: &str = "hook-failed";

/// Hooks of one event that have run.
pub(super) struct HooksRun<'h> {
    /// Those that succeeded, in their order, and their objects.
    pub(super) done: Vec<(&'h Hook, Prepared)>,
    /// The one that failed; those after it have not run.
    pub(super) failed: Option<(&'h Hook, Prepared, Error)>,
}

impl Task<'_> {
    /// Runs the hooks of an event. They are sorted by weight, then by name (Helm pkg/action/hooks.go, `hookByWeight`).
    ///
    /// Hooks that ask for it are deleted when all have succeeded; when one fails, it and those before it by their own policies.
    pub(super) async fn run_hooks(&self, event: HookEvent) -> Result<(), Error> {
        if self.release.settings.no_hooks {
            return Ok(());
        }
        let run = self.run_each_hook(event).await?;
        self.clean_up_hooks(&run).await?;
        run.failed.map_or(Ok(()), |(.., error)| Err(error))
    }

    /// Runs the hooks of an event until one fails. What they made is not deleted yet.
    pub(super) async fn run_each_hook(&self, event: HookEvent) -> Result<HooksRun<'_>, Error> {
        let mut hooks: Vec<&Hook> = self.hooks.iter().filter(|hook| hook.events.contains(&event)).collect();
        hooks.sort_by(|a, b| a.weight.cmp(&b.weight).then_with(|| a.document.head.name.cmp(&b.document.head.name)));
        let mut done = Vec::with_capacity(hooks.len());
        for hook in hooks {
            self.check_interrupt()?;
            let Some(object) = self.prepare(&[&hook.document], false).await?.pop() else { continue };
            let started_at = self.time();
            let result = self.run_hook(event, hook, &object).await;
            self.note_hook(hook, started_at, result.is_ok());
            if let Err(error) = result {
                return Ok(HooksRun { done, failed: Some((hook, object, error)) });
            }
            done.push((hook, object));
        }
        Ok(HooksRun { done, failed: None })
    }

    /// Shows what hooks wrote and deletes what they made, where they ask for it.
    pub(super) async fn clean_up_hooks(&self, run: &HooksRun<'_>) -> Result<(), Error> {
        if let Some((hook, object, _)) = &run.failed {
            self.show_log_if(hook, object, FAILED).await;
            self.delete_if(hook, object, FAILED).await?;
            for (hook, object) in &run.done {
                self.delete_if(hook, object, SUCCEEDED).await?;
            }
            return Ok(());
        }
        for (hook, object) in run.done.iter().rev() {
            self.show_log_if(hook, object, SUCCEEDED).await;
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
            return Err(Error::HookFailed { event, reason });
        }
        self.board.set_ready(self.release.id.kube_context.as_ref(), &object.id);
        self.progress.tell(EventKind::HookDone { id: object.id.clone() });
        self.reach(Milestone::Object(object.id.clone()));
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

    /// Tells what the pods of a hook wrote, where the hook asks for it. What cannot be read is left out.
    async fn show_log_if(&self, hook: &Hook, object: &Prepared, policy: &str) {
        if !hook.output_log_policies.iter().any(|own| own == policy) {
            return;
        }
        for pod in self.pods_of_hook(&object.id).await {
            let Some(id) = ObjectId::of(&pod) else { continue };
            for log in self.logs_of_pod(&id, &pod).await {
                let Ok(text) = log.text else { continue };
                self.progress.tell(EventKind::HookLog { id: object.id.clone(), text });
            }
        }
    }

    /// Returns the pods that a hook runs in: itself, or those of its Job.
    async fn pods_of_hook(&self, id: &ObjectId) -> Vec<Json> {
        match id.kind.as_str() {
            "Pod" => self.cluster.get(id).await.ok().flatten().into_iter().collect(),
            "Job" => {
                let Ok(kind) = self.cluster.kind("v1", "Pod").await else { return Vec::new() };
                let labels = format!("job-name={}", id.name);
                let options = ListOptions { namespace: id.namespace.as_deref(), labels: &labels, ..ListOptions::default() };
                self.cluster.list(&kind, &options).await.unwrap_or_default()
            }
            _ => Vec::new(),
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
