//! `stackwright chart pull`: fetches archives of charts.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use super::source::SourceFlags;
use crate::ops;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `chart pull`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Charts: REPOSITORY/NAME, a URL; with --repo, names there
    #[arg(required = true, value_name = "CHART")]
    charts: Vec<String>,
    /// Folder to write into
    #[arg(short, long, default_value = ".", value_name = "FOLDER")]
    destination: PathBuf,
    /// Unpack the archive
    #[arg(long)]
    untar: bool,
    /// Folder below the destination to unpack into
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    untardir: PathBuf,
    /// Fetch the signature too, without checking it
    #[arg(long)]
    prov: bool,
    #[command(flatten)]
    source: SourceFlags,
}

/// Fetches the charts, one after another.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    for chart in arguments.charts {
        let request = ops::ChartPullRequest {
            source: arguments.source.clone().chart(chart, &context.environment),
            provenance: arguments.prov,
            destination: arguments.destination.clone(),
            unpack: arguments.untar.then(|| arguments.untardir.clone()),
            variables: context.environment.variables.clone(),
        };
        for line in ops::chart_pull(&request).await? {
            writeln!(context.shell.out(), "{line}")?;
        }
    }
    Ok(ExitCode::Success)
}
