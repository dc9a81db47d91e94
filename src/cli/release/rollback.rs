//! `stackwright release rollback`: brings a release back to an earlier revision, as `helm rollback`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::chart_flags::dry_run;
use super::run_flags::{SendFlags, WaitFlags, history_max};
use super::work::{Teller, interruptible, work};
use crate::diag::Diagnostic;
use crate::ops::{self, DryRun, ReleaseOptions, RollbackRequest};
use clap::Args;

/// Arguments of `release rollback`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The release
    #[arg(value_name = "RELEASE")]
    name: String,
    /// The revision; without it, or 0, the one before the last
    #[arg(value_name = "REVISION")]
    revision: Option<String>,
    #[command(flatten)]
    wait: WaitFlags,
    #[command(flatten)]
    send: SendFlags,
    /// Delete objects that the rollback has made when it fails
    #[arg(long, help_heading = "Run options")]
    cleanup_on_fail: bool,
    /// Revisions that are kept, 0 for all (default: HELM_MAX_HISTORY, else 10)
    #[arg(long, value_name = "NUMBER", help_heading = "Run options")]
    history_max: Option<u32>,
    /// Do nothing but look whether there is such a revision
    #[arg(long, value_name = "none|client|server", num_args = 0..=1, require_equals = true, default_missing_value = "unset")]
    dry_run: Option<String>,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Rolls the release back.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let revision = arguments.revision.as_deref().map(number).transpose()?.unwrap_or(0);
    let options = arguments.wait.over(context, ReleaseOptions::default())?;
    let options = arguments.send.over(context, options)?;
    let (dry_run, complaint) = dry_run(arguments.dry_run.as_deref())?;
    if let Some(complaint) = complaint {
        context.shell.note(&complaint.to_string())?;
    }
    let work = work(context, arguments.cluster);
    let history_max = history_max(context, arguments.history_max);
    let request = RollbackRequest {
        name: arguments.name,
        revision,
        options: ReleaseOptions { cleanup_on_fail: arguments.cleanup_on_fail, history_max, ..options },
        dry_run: dry_run != DryRun::None,
    };
    let rollback = async |teller: &mut Teller<'_>| ops::release_rollback(&work, &request, teller).await;
    interruptible(context, &work.interrupt, &request.name, rollback).await?;
    writeln!(context.shell.out(), "Rollback was a success! Happy Helming!")?;
    Ok(ExitCode::Success)
}

fn number(text: &str) -> Result<i64, Diagnostic> {
    text.parse().map_err(|_| {
        let words = format!("could not convert revision to a number: strconv.Atoi: parsing {text:?}: invalid syntax");
        Diagnostic::error(words.clone()).verbatim(words)
    })
}
