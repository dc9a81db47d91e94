//! Flags of helm's that `chart template` takes so that scripts go on working, and that change nothing about what is printed.

use crate::chart::Notice;
use crate::template::go_time::Duration;
use clap::Args;

/// Flags of an installation, without effect on what is rendered.
#[derive(Args, Clone, Debug)]
#[group(skip)]
pub(super) struct UnusedFlags {
    /// Description of the release
    #[arg(long, value_name = "TEXT", hide_short_help = true, help_heading = "Without effect here, taken for helm's sake")]
    description: Option<String>,
    /// Do not install custom resource definitions
    #[arg(long, hide_short_help = true, help_heading = "Without effect here, taken for helm's sake")]
    pub(super) skip_crds: bool,
    /// Do not check objects against the cluster's schema
    #[arg(long, hide_short_help = true, help_heading = "Without effect here, taken for helm's sake")]
    disable_openapi_validation: bool,
    /// Make the namespace
    #[arg(long, hide_short_help = true, help_heading = "Without effect here, taken for helm's sake")]
    create_namespace: bool,
    /// Apply server-side
    #[arg(long, hide_short_help = true, help_heading = "Without effect here, taken for helm's sake")]
    server_side: bool,
    /// Replace objects
    #[arg(long, hide_short_help = true, conflicts_with = "force_conflicts", help_heading = "Without effect here, taken for helm's sake")]
    force_replace: bool,
    /// Replace objects
    #[arg(long, hide = true, conflicts_with = "force_conflicts", help_heading = "Without effect here, taken for helm's sake")]
    force: bool,
    /// Take fields from their managers
    #[arg(long, hide_short_help = true, help_heading = "Without effect here, taken for helm's sake")]
    force_conflicts: bool,
    /// Use the name of a release that was removed
    #[arg(long, hide_short_help = true, help_heading = "Without effect here, taken for helm's sake")]
    replace: bool,
    /// Time for a Kubernetes operation
    #[arg(long, hide_short_help = true, value_name = "DURATION", value_parser = duration, help_heading = "Without effect here, taken for helm's sake")]
    timeout: Option<Duration>,
    /// Wait until objects are ready
    #[arg(long, hide_short_help = true, value_name = "STRATEGY", num_args = 0..=1, require_equals = true, default_missing_value = "watcher", value_parser = wait, help_heading = "Without effect here, taken for helm's sake")]
    wait: Option<String>,
    /// Wait for jobs too
    #[arg(long, hide_short_help = true, help_heading = "Without effect here, taken for helm's sake")]
    wait_for_jobs: bool,
    /// Uninstall what fails
    #[arg(long, hide_short_help = true, help_heading = "Without effect here, taken for helm's sake")]
    rollback_on_failure: bool,
    /// Uninstall what fails
    #[arg(long, hide = true, help_heading = "Without effect here, taken for helm's sake")]
    atomic: bool,
    /// Show no notes
    #[arg(long, hide = true, help_heading = "Without effect here, taken for helm's sake")]
    hide_notes: bool,
    /// Show the notes of subcharts
    #[arg(long, hide = true, help_heading = "Without effect here, taken for helm's sake")]
    render_subchart_notes: bool,
}

impl UnusedFlags {
    /// Returns what helm says about flags that it would rather not see.
    pub(super) fn complaints(&self) -> Vec<String> {
        let no_effect = "this flag has no effect for 'helm template' and will be removed in Helm 5";
        let deprecated = [
            (self.atomic, "atomic", "use --rollback-on-failure instead"),
            (self.force, "force", "use --force-replace instead"),
            (self.hide_notes, "hide-notes", no_effect),
            (self.render_subchart_notes, "render-subchart-notes", no_effect),
        ];
        let given = deprecated.into_iter().filter(|(given, ..)| *given);
        let mut complaints: Vec<String> = given.map(|(_, flag, instead)| format!("Flag --{flag} has been deprecated, {instead}")).collect();
        let boolean = match self.wait.as_deref() {
            Some("true") => Some("--wait=true is deprecated (boolean value) and can be replaced with --wait=watcher"),
            Some("false") => Some("--wait=false is deprecated (boolean value) and can be replaced with --wait=hookOnly"),
            _ => None,
        };
        complaints.extend(boolean.map(|text| Notice::warn(text).to_string()));
        complaints
    }
}

fn wait(text: &str) -> Result<String, String> {
    match text {
        "watcher" | "legacy" | "hookOnly" | "true" | "false" => Ok(text.to_owned()),
        other => Err(format!("invalid wait input {other:?}. Valid inputs are watcher, hookOnly, and legacy")),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    Duration::parse(text.as_bytes()).map_err(|error| error.to_string())
}
