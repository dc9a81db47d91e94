//! `stackwright release install`: installs a chart as a release, as `helm install`.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::chart_flags::ChartFlags;
use super::run_flags::DeployFlags;
use super::work::{interruptible, print, work};
use crate::cli::flags::TableFormat;
use crate::ops::{self, InstallRequest, ReleaseNaming};
use clap::Args;

/// Arguments of `release install`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Name of the release, and the chart; or the chart alone
    #[arg(required = true, num_args = 1.., value_names = ["NAME", "CHART"])]
    name_and_chart: Vec<String>,
    /// Make up a name of the chart's and the time
    #[arg(short, long)]
    generate_name: bool,
    /// Template that gives the name of the release
    #[arg(long, value_name = "TEMPLATE")]
    name_template: Option<String>,
    /// Take the name of a release that was removed with its history kept, or whose last revision failed
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    chart: ChartFlags,
    #[command(flatten)]
    deploy: DeployFlags,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: TableFormat,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Installs the release and prints it.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let options = arguments.deploy.options(context)?;
    let dry_run = arguments.chart.dry_run(context)?;
    let (work, hide_notes) = (work(context, arguments.cluster), arguments.chart.hide_notes);
    let name = arguments.name_and_chart[0].clone();
    let request = InstallRequest {
        words: arguments.name_and_chart,
        naming: ReleaseNaming { generate: arguments.generate_name, template: arguments.name_template.unwrap_or_default() },
        replace: arguments.replace,
        chart: arguments.chart.input(&context.environment),
        options,
        dry_run,
    };
    let install = async |teller: &mut super::work::Teller<'_>| ops::release_install(&work, &request, teller).await;
    let release = interruptible(context, &work.interrupt, &name, install).await?;
    print(context, &release, arguments.output, hide_notes)
}
