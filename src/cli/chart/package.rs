//! `stackwright chart package`: makes archives of charts.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use crate::ops;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `chart package`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Folders of charts
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Version to set on the chart
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Version of the application to set on the chart
    #[arg(long, value_name = "VERSION")]
    app_version: Option<String>,
    /// Folder to write into
    #[arg(short, long, default_value = ".", value_name = "FOLDER")]
    destination: PathBuf,
}

/// Packages the charts, one after another.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let request = ops::ChartPackageRequest {
        version: arguments.version,
        app_version: arguments.app_version,
        destination: arguments.destination,
        variables: context.environment.variables.clone(),
    };
    for path in &arguments.paths {
        let packaged = ops::chart_package(&request, path)?;
        for notice in &packaged.notices {
            context.shell.note(notice)?;
        }
        writeln!(context.shell.out(), "Successfully packaged chart and saved it to: {}", packaged.path.display())?;
    }
    Ok(ExitCode::Success)
}
