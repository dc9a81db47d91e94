//! `stackwright release upgrade`: makes a new revision of a release, as `helm upgrade`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::chart_flags::ChartFlags;
use super::run_flags::{DeployFlags, history_max};
use super::work::{Teller, interruptible, print, work};
use crate::cli::flags::TableFormat;
use crate::ops::{self, ReleaseOptions, Reuse, UpgradeRequest};
use clap::Args;

/// Arguments of `release upgrade`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The release
    #[arg(value_name = "RELEASE")]
    name: String,
    /// The chart
    chart_name: String,
    /// Install the release where it is not there
    #[arg(short, long)]
    install: bool,
    /// Take nothing over of the last revision's values
    #[arg(long)]
    reset_values: bool,
    /// Take over the values of the last revision, the chart's among them, under the new ones
    #[arg(long)]
    reuse_values: bool,
    /// Take over the user's values of the last revision, over those of the new chart and under the new ones
    #[arg(long)]
    reset_then_reuse_values: bool,
    #[command(flatten)]
    chart: ChartFlags,
    #[command(flatten)]
    deploy: DeployFlags,
    /// Delete objects that the upgrade has made when it fails
    #[arg(long, help_heading = "Run options")]
    cleanup_on_fail: bool,
    /// Revisions that are kept, 0 for all (default: HELM_MAX_HISTORY, else 10)
    #[arg(long, value_name = "NUMBER", help_heading = "Run options")]
    history_max: Option<u32>,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: TableFormat,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Upgrades the release and prints it.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let options = arguments.deploy.options(context)?;
    let dry_run = arguments.chart.dry_run(context)?;
    let (work, hide_notes) = (work(context, arguments.cluster), arguments.chart.hide_notes);
    let is_told = arguments.output == TableFormat::Table;
    let request = UpgradeRequest {
        name: arguments.name,
        chart_name: arguments.chart_name,
        install: arguments.install,
        is_told,
        reuse: Reuse { reset: arguments.reset_values, reuse: arguments.reuse_values, reset_then_reuse: arguments.reset_then_reuse_values },
        chart: arguments.chart.input(&context.environment),
        options: ReleaseOptions {
            cleanup_on_fail: arguments.cleanup_on_fail,
            history_max: history_max(context, arguments.history_max),
            ..options
        },
        dry_run,
    };
    let upgrade = async |teller: &mut Teller<'_>| ops::release_upgrade(&work, &request, teller).await;
    let upgraded = interruptible(context, &work.interrupt, &request.name, upgrade).await?;
    if is_told && !upgraded.is_new {
        writeln!(context.shell.out(), "Release {:?} has been upgraded. Happy Helming!", request.name)?;
    }
    print(context, &upgraded.release, arguments.output, hide_notes)
}
