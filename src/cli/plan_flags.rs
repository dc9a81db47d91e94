//! Flags of commands that make a plan or carry one out.

use super::findings_flags::FindingsFlags;
use super::flags::DiffFlags;
use crate::ops;
use clap::Args;

/// What a plan is made with: `plan` and `apply` have the same.
#[derive(Args, Debug)]
pub(super) struct PlanFlags {
    /// Remove releases that the stack has deployed and does not name any more
    #[arg(long)]
    prune: bool,
    /// Give every release a new revision, as Helm does, also where nothing differs
    #[arg(long)]
    force_revision: bool,
    #[command(flatten)]
    pub(super) run: RunFlags,
    #[command(flatten)]
    pub(super) diff: DiffFlags,
    /// What is compared with: each release's last revision, or the live objects; with `live` what others have changed is put right
    #[arg(long, value_enum, default_value_t, value_name = "BASE", help_heading = "Diff options")]
    against: ApplyBase,
    #[command(flatten)]
    generated: GeneratedFlags,
    #[command(flatten)]
    pub(super) findings: FindingsFlags,
}

impl PlanFlags {
    /// Returns what the flags say in place of the stack file.
    pub(super) fn overrides(&self) -> ops::RunOverrides {
        ops::RunOverrides {
            prune: self.prune,
            force_revision: self.force_revision,
            against_live: self.against == ApplyBase::Live,
            generated: self.generated.values(),
            recreate: self.findings.recreate,
            ..self.run.overrides()
        }
    }
}

/// What an apply compares with to find out whether there is something to do.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ApplyBase {
    /// The last revision.
    #[default]
    Release,
    /// The live objects.
    Live,
}

/// What becomes of values that templates make up (`randAlphaNum`, `genCA`, `uuidv4`, `now`…).
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct GeneratedFlags {
    /// Make up new values in every run, as Helm does
    #[arg(long, help_heading = "Generated values")]
    helm_random: bool,
    /// Make up new values once, for the selected releases; they stay the same from then on
    #[arg(long, conflicts_with = "helm_random", help_heading = "Generated values")]
    rotate_generated: bool,
}

impl GeneratedFlags {
    pub(super) fn values(self) -> ops::GeneratedValues {
        match (self.helm_random, self.rotate_generated) {
            (true, _) => ops::GeneratedValues::Random,
            (_, true) => ops::GeneratedValues::Rotated,
            _ => ops::GeneratedValues::Stable,
        }
    }
}

/// How objects are waited for.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WaitStrategy {
    /// All of a release's objects together.
    Watcher,
    /// Stage by stage, as the charts ask for.
    Ordered,
}

/// How a plan is carried out.
#[derive(Args, Clone, Debug)]
pub(super) struct RunFlags {
    /// Releases worked on at once (one that only waits does not count)
    #[arg(long, default_value_t = 16, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(help_heading = "Run options")]
    pub(super) concurrency: u32,
    /// Wait until the objects of every release are ready, whatever the stack says. With `=ordered` the objects of a release go up stage by
    /// stage, as its charts ask for, each stage when what it needs is ready
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "watcher", value_name = "STRATEGY")]
    #[arg(help_heading = "Run options")]
    pub(super) wait: Option<WaitStrategy>,
    /// Longest wait for what a stage of an ordered release needs (default: what the stack says, else the timeout)
    #[arg(long, value_name = "DURATION", value_parser = super::session::duration, help_heading = "Run options")]
    pub(super) readiness_timeout: Option<std::time::Duration>,
    /// Do not wait for objects, whatever the stack says; hooks are still waited for
    #[arg(long, conflicts_with = "wait", help_heading = "Run options")]
    pub(super) no_wait: bool,
    /// Run no hooks
    #[arg(long, help_heading = "Run options")]
    pub(super) no_hooks: bool,
    /// Remove a release whose install fails, bring one whose upgrade fails back to its last good revision
    #[arg(long, help_heading = "Run options")]
    pub(super) rollback_on_failure: bool,
    /// Wait for jobs too, whatever the stack says
    #[arg(long, help_heading = "Run options")]
    pub(super) wait_for_jobs: bool,
    /// When another run is at work on the stack, wait so long for it (default: not at all)
    #[arg(long, value_name = "DURATION", default_value = "0", hide_default_value = true, value_parser = super::session::duration)]
    #[arg(help_heading = "Run options")]
    pub(super) lock_timeout: std::time::Duration,
    /// Longest wait for a hook or for a release, in seconds, or as 5m30s (default: what the stack says, else 5m)
    #[arg(long, value_name = "DURATION", value_parser = super::session::duration, help_heading = "Run options")]
    pub(super) timeout: Option<std::time::Duration>,
}

impl RunFlags {
    pub(super) fn overrides(&self) -> ops::RunOverrides {
        ops::RunOverrides {
            wait: if self.wait.is_some() { Some(true) } else { self.no_wait.then_some(false) },
            ordered: self.wait == Some(WaitStrategy::Ordered),
            readiness_timeout: self.readiness_timeout,
            wait_for_jobs: self.wait_for_jobs,
            no_hooks: self.no_hooks,
            rollback_on_failure: self.rollback_on_failure,
            timeout: self.timeout,
            ..ops::RunOverrides::default()
        }
    }
}
