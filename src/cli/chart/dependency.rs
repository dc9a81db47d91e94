//! `stackwright chart dependency`: the dependencies of a chart's folder.

use super::super::exit::ExitCode;
use super::super::flags::OutputFormat;
use super::super::run::{Context, Stop};
use crate::ops;
use crate::report::{write_dependencies, write_dependencies_json};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What to do with dependencies.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// List the dependencies of a chart, and how each one is in charts/
    #[command(visible_alias = "ls")]
    List(ListArguments),
}

/// Arguments of `chart dependency list`.
#[derive(Args, Debug)]
pub(in crate::cli) struct ListArguments {
    /// The chart: a folder or an archive
    #[arg(default_value = ".")]
    chart: PathBuf,
    /// Widest that a column may be (0: any width)
    #[arg(long, value_name = "CELLS", default_value_t = 80)]
    max_col_width: usize,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Runs a command on dependencies.
pub(super) fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::List(arguments) => list(context, &arguments),
    }
}

fn list(context: &mut Context, arguments: &ListArguments) -> Result<ExitCode, Stop> {
    let list = ops::chart_dependency_list(&arguments.chart)?;
    match arguments.output {
        OutputFormat::Text => write_dependencies(context.shell.out(), &list, arguments.max_col_width)?,
        OutputFormat::Json => write_dependencies_json(context.shell.out(), &list)?,
    }
    context.shell.out().flush()?;
    for notice in &list.notices {
        context.shell.note(notice)?;
    }
    Ok(ExitCode::Success)
}
