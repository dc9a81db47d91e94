//! Flags that say which chart becomes a release, with which values, and how it is rendered.

use super::super::chart::{SourceFlags, ValuesFlags};
use super::super::environment::Environment;
use super::super::plan_flags::GeneratedFlags;
use super::super::run::{Context, Stop};
use crate::chart::Notice;
use crate::diag::Diagnostic;
use crate::ops::{ChartInput, DryRun};
use clap::Args;

/// The chart and its values; flags as helm's.
#[derive(Args, Debug)]
pub(super) struct ChartFlags {
    #[command(flatten)]
    values: ValuesFlags,
    #[command(flatten)]
    source: SourceFlags,
    /// Fetch what charts/ lacks into it; without this it is fetched into memory
    #[arg(long)]
    dependency_update: bool,
    /// Do not check values against values.schema.json
    #[arg(long)]
    skip_schema_validation: bool,
    /// Taken for helm's sake: the API server checks fields always
    #[arg(long, hide_short_help = true)]
    disable_openapi_validation: bool,
    /// Let templates look up host names
    #[arg(long)]
    enable_dns: bool,
    /// Take the notes of subcharts too
    #[arg(long)]
    render_subchart_notes: bool,
    /// Program, or Helm 4 plugin, that changes what is rendered
    #[arg(long, value_name = "PROGRAM|PLUGIN")]
    post_renderer: Option<String>,
    /// Argument for the post-renderer
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    post_renderer_args: Vec<String>,
    #[command(flatten)]
    generated: GeneratedFlags,
    /// In a dry run, print Secrets without their contents
    #[arg(long)]
    hide_secret: bool,
    /// Do not print the notes
    #[arg(long)]
    pub(super) hide_notes: bool,
    /// Only say what would be done: without asking the cluster what it thinks of it (client), or with (server)
    #[arg(long, value_name = "none|client|server", num_args = 0..=1, require_equals = true, default_missing_value = "unset")]
    dry_run: Option<String>,
}

impl ChartFlags {
    /// Returns what is to be rendered, and how.
    pub(super) fn input(self, environment: &Environment) -> ChartInput {
        ChartInput {
            source: self.source.chart(String::new(), environment),
            dependency_update: self.dependency_update,
            values: self.values.request(),
            skip_schema_validation: self.skip_schema_validation,
            dns: self.enable_dns,
            sub_notes: self.render_subchart_notes,
            post_renderer: self.post_renderer.filter(|name| !name.is_empty()),
            post_renderer_arguments: self.post_renderer_args,
            generated: self.generated.values(),
            hide_secrets: self.hide_secret,
        }
    }

    /// Says whether the command only says what it would do, and tells what helm complains about.
    pub(super) fn dry_run(&self, context: &mut Context) -> Result<DryRun, Stop> {
        let (dry_run, complaint) = dry_run(self.dry_run.as_deref())?;
        if let Some(complaint) = complaint {
            context.shell.note(&complaint.to_string())?;
        }
        Ok(dry_run)
    }
}

/// Reads `--dry-run` (pkg/cmd, `cmdGetDryRunFlagStrategy`).
///
/// # Errors
/// The value is none of those that there are.
pub(super) fn dry_run(value: Option<&str>) -> Result<(DryRun, Option<Notice>), Diagnostic> {
    let boolean = |value: &str, instead: &str| {
        Notice::warn(format!("boolean '--dry-run={value}' flag is deprecated and must be replaced with '--dry-run={instead}'"))
    };
    match value {
        None | Some("none") => Ok((DryRun::None, None)),
        Some("client") => Ok((DryRun::Client, None)),
        Some("server") => Ok((DryRun::Server, None)),
        Some("unset") => {
            let text = "--dry-run is deprecated and should be replaced with '--dry-run=client'";
            Ok((DryRun::Client, Some(Notice::warn(text))))
        }
        Some(value @ ("1" | "t" | "T" | "true" | "TRUE" | "True")) => Ok((DryRun::Client, Some(boolean(value, "client")))),
        Some(value @ ("0" | "f" | "F" | "false" | "FALSE" | "False")) => Ok((DryRun::None, Some(boolean(value, "none")))),
        Some(value) => {
            let text = format!("invalid dry-run value ({value:?}). Must be \"none\", \"server\", or \"client\"");
            Err(Diagnostic::error(text.clone()).verbatim(text))
        }
    }
}
