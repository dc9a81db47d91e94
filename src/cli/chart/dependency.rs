//! `stackwright chart dependency`: the dependencies of a chart's folder.

use super::super::exit::ExitCode;
use super::super::flags::OutputFormat;
use super::super::run::{Context, Stop};
use super::source::{AccessFlags, VerificationFlags};
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
    /// Bring charts/ and Chart.lock to what Chart.yaml wants
    #[command(visible_alias = "up")]
    Update(FetchArguments),
    /// Bring charts/ to what Chart.lock says; without a lock, update
    Build(FetchArguments),
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

/// Arguments of `chart dependency update` and `build`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct FetchArguments {
    /// The chart's folder
    #[arg(default_value = ".")]
    chart: PathBuf,
    /// Take the indexes of repositories as they are in the cache
    #[arg(long)]
    skip_refresh: bool,
    #[command(flatten)]
    verification: VerificationFlags,
    #[command(flatten)]
    access: AccessFlags,
}

/// Runs a command on dependencies.
pub(super) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::List(arguments) => list(context, &arguments),
        Command::Update(arguments) => fetch(context, arguments, false).await,
        Command::Build(arguments) => fetch(context, arguments, true).await,
    }
}

async fn fetch(context: &mut Context, arguments: FetchArguments, from_lock: bool) -> Result<ExitCode, Stop> {
    let request = ops::ChartDependencyRequest {
        chart: arguments.chart,
        skip_refresh: arguments.skip_refresh,
        keyring: arguments.verification.keyring(&context.environment),
        access: arguments.access.access(),
        variables: context.environment.variables.clone(),
    };
    let out = context.shell.out();
    let mut written = Ok(());
    let mut say = |line: &str| {
        if written.is_ok() {
            written = writeln!(out, "{line}").and_then(|()| out.flush());
        }
    };
    let fetched = match from_lock {
        true => ops::chart_dependency_build(&request, &mut say).await,
        false => ops::chart_dependency_update(&request, &mut say).await,
    };
    written?;
    fetched?;
    Ok(ExitCode::Success)
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
