//! Flags that say how a release is installed, upgraded, rolled back or removed.

use super::super::chart::label;
use super::super::findings_flags::code;
use super::super::run::{Context, Stop};
use super::super::session::duration;
use crate::chart::Notice;
use crate::diag::Diagnostic;
use crate::ops::{Checks, ReleaseOptions};
use crate::plan::Code;
use clap::Args;
use std::time::Duration;

/// How long to wait for what; flags as helm's.
#[derive(Args, Debug)]
pub(super) struct WaitFlags {
    /// Wait until objects are ready (watcher; legacy is the same), stage by stage (ordered), or only for hooks (hookOnly)
    #[arg(long, value_name = "watcher|ordered|hookOnly|legacy", num_args = 0..=1, require_equals = true, default_missing_value = "watcher", value_parser = strategy, help_heading = "Run options")]
    wait: Option<String>,
    /// Longest wait for what a stage of an ordered release needs (default: the timeout)
    #[arg(long, value_name = "DURATION", value_parser = duration, help_heading = "Run options")]
    readiness_timeout: Option<Duration>,
    /// Longest wait for a hook or for the objects, as 5m30s or in seconds
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration, help_heading = "Run options")]
    timeout: Duration,
    /// Run no hooks
    #[arg(long, help_heading = "Run options")]
    no_hooks: bool,
}

/// How objects are sent; flags as helm's.
#[derive(Args, Debug)]
pub(super) struct SendFlags {
    /// Wait for jobs too
    #[arg(long, help_heading = "Run options")]
    wait_for_jobs: bool,
    /// Take fields from other field managers instead of failing
    #[arg(long, conflicts_with_all = ["force_replace", "force"], help_heading = "Run options")]
    force_conflicts: bool,
    /// Delete objects and make them again where a field of them cannot change
    #[arg(long, help_heading = "Run options")]
    force_replace: bool,
    /// The same, in Helm 3's words
    #[arg(long, hide = true)]
    force: bool,
    /// Whether the server merges fields: it always does
    #[arg(long, value_name = "true|auto", num_args = 0..=1, default_missing_value = "true", hide_short_help = true, help_heading = "Run options")]
    server_side: Option<String>,
    /// What the record says of the revision
    #[arg(long, value_name = "TEXT", help_heading = "Run options")]
    description: Option<String>,
}

/// How a chart becomes a revision of a release: how it is waited for and sent, and what is taken back of a failure; flags as helm's.
#[derive(Args, Debug)]
pub(super) struct DeployFlags {
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    send: SendFlags,
    /// Take back what fails: remove a new release, bring another back to its last good revision; waits for objects
    #[arg(long, help_heading = "Run options")]
    rollback_on_failure: bool,
    /// The same, in Helm 3's words
    #[arg(long, hide = true)]
    atomic: bool,
    /// Take over objects that belong to others
    #[arg(long, help_heading = "Run options")]
    take_ownership: bool,
    /// Make the namespace where it is missing
    #[arg(long, help_heading = "Run options")]
    create_namespace: bool,
    /// Leave out custom resource definitions of crds/
    #[arg(long, help_heading = "Run options")]
    skip_crds: bool,
    /// Labels of the release's record
    #[arg(short, long, value_name = "KEY=VALUE,...", value_delimiter = ',', value_parser = label, help_heading = "Run options")]
    labels: Vec<(String, String)>,
    /// Do not let the cluster try the objects first
    #[arg(long, help_heading = "Preflight options")]
    no_preflight: bool,
    /// Go on although there are findings of these kinds
    #[arg(long, value_name = "CODE,...", value_delimiter = ',', value_parser = code, help_heading = "Preflight options")]
    allow: Vec<Code>,
}

impl WaitFlags {
    /// Adds what the flags say, and tells what helm complains about.
    pub(super) fn over(&self, context: &mut Context, options: ReleaseOptions) -> Result<ReleaseOptions, Stop> {
        let complaint = match self.wait.as_deref() {
            Some("true") => Some("--wait=true is deprecated (boolean value) and can be replaced with --wait=watcher"),
            Some("false") => Some("--wait=false is deprecated (boolean value) and can be replaced with --wait=hookOnly"),
            _ => None,
        };
        if let Some(text) = complaint {
            context.shell.note(&Notice::warn(text).to_string())?;
        }
        let ordered = self.wait.as_deref() == Some("ordered");
        let wait = ordered || matches!(self.wait.as_deref(), Some("watcher" | "legacy" | "true"));
        let readiness_timeout = self.readiness_timeout;
        Ok(ReleaseOptions { wait, ordered, readiness_timeout, timeout: Some(self.timeout), no_hooks: self.no_hooks, ..options })
    }
}

impl SendFlags {
    /// Adds what the flags say, and tells what helm complains about.
    pub(super) fn over(&self, context: &mut Context, options: ReleaseOptions) -> Result<ReleaseOptions, Stop> {
        if self.force {
            context.shell.note("Flag --force has been deprecated, use --force-replace instead")?;
        }
        check_server_side(self.server_side.as_deref())?;
        Ok(ReleaseOptions {
            wait_for_jobs: self.wait_for_jobs,
            force_conflicts: self.force_conflicts,
            recreate: self.force_replace || self.force,
            description: self.description.clone(),
            ..options
        })
    }
}

impl DeployFlags {
    /// Returns what the flags say, and tells what helm complains about.
    pub(super) fn options(&self, context: &mut Context) -> Result<ReleaseOptions, Stop> {
        let options = self.wait.over(context, ReleaseOptions::default())?;
        let options = self.send.over(context, options)?;
        if self.atomic {
            context.shell.note("Flag --atomic has been deprecated, use --rollback-on-failure instead")?;
        }
        Ok(ReleaseOptions {
            rollback_on_failure: self.rollback_on_failure || self.atomic,
            take_ownership: self.take_ownership,
            create_namespace: self.create_namespace,
            skip_crds: self.skip_crds,
            labels: self.labels.iter().cloned().collect(),
            checks: Checks { no_preflight: self.no_preflight, allow: self.allow.clone() },
            ..options
        })
    }
}

fn check_server_side(value: Option<&str>) -> Result<(), Diagnostic> {
    match value {
        None | Some("auto" | "true" | "1" | "t" | "T" | "TRUE" | "True") => Ok(()),
        Some("false" | "0" | "f" | "F" | "FALSE" | "False") => {
            Err(Diagnostic::error("--server-side=false: objects are sent by server-side apply only")
                .help("leave it out; fields that Helm has written by client-side apply are taken over"))
        }
        Some(other) => {
            let text = format!("invalid/unknown release server-side apply method: {other}");
            Err(Diagnostic::error(text.clone()).verbatim(text))
        }
    }
}

fn strategy(text: &str) -> Result<String, String> {
    match text {
        "watcher" | "ordered" | "legacy" | "hookOnly" | "true" | "false" => Ok(text.to_owned()),
        other => Err(format!("invalid wait input {other:?}. Valid inputs are watcher, ordered, hookOnly, and legacy")),
    }
}

/// Returns how many revisions are kept.
pub(super) fn history_max(context: &Context, flag: Option<u32>) -> u32 {
    let variable = || context.environment.variable("HELM_MAX_HISTORY").and_then(|text| text.parse().ok());
    flag.or_else(variable).unwrap_or(HISTORY_MAX)
}

/// Helm's default.
const HISTORY_MAX: u32 = 10;
