//! `stackwright chart create`: makes a new chart.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use crate::ops;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `chart create`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Name of the chart, or the path of its folder
    name: PathBuf,
    /// Chart to copy: a name in helm's folder of starters, or an absolute path; <CHARTNAME> in it becomes the name
    #[arg(short = 'p', long, value_name = "NAME|PATH")]
    starter: Option<PathBuf>,
}

/// Writes the files of the new chart.
pub(super) fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let variables = context.environment.variables.clone();
    let request = ops::ChartCreateRequest { path: arguments.name, starter: arguments.starter, variables };
    writeln!(context.shell.out(), "Creating {}", request.path.display())?;
    for path in ops::chart_create(&request)? {
        let shown = crate::value::quote(path.to_string_lossy().as_bytes());
        writeln!(context.shell.out(), "WARNING: File {shown} already exists. Overwriting.")?;
    }
    Ok(ExitCode::Success)
}
