//! `stackwright features`: which features choose files of values, and what other ones make different.

use super::exit::ExitCode;
use super::flags::{DiffFlags, OutputFormat, StackFlags};
use super::run::{Context, Stop};
use super::session::session;
use crate::ops;
use crate::report::{write_feature_diff, write_feature_diff_json, write_feature_list, write_feature_list_json};
use clap::{Args, Subcommand};

/// Commands of `features`.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the names that files of values have: which features there are, for which releases, and which are in force
    List(ListArguments),
    /// Show what differs in values and manifests between two lists of features
    Diff(DiffArguments),
}

/// Arguments of `features list`.
#[derive(Args, Debug)]
pub(super) struct ListArguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Arguments of `features diff`.
#[derive(Args, Debug)]
pub(super) struct DiffArguments {
    /// Features before (a,b,c); `.` stands for the environment's
    #[arg(value_name = "OLD")]
    old: String,
    /// Features after: all of them (a,b,d), or what changes of the environment's (+d,-c)
    #[arg(value_name = "NEW", allow_hyphen_values = true)]
    new: String,
    #[command(flatten)]
    stack: StackFlags,
    #[command(flatten)]
    diff: DiffFlags,
    /// Exit with 2 when something differs
    #[arg(long)]
    detailed_exitcode: bool,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Runs a command of `features`. No cluster is asked.
pub(super) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::List(arguments) => list(context, arguments),
        Command::Diff(arguments) => diff(context, arguments).await,
    }
}

fn list(context: &mut Context, arguments: ListArguments) -> Result<ExitCode, Stop> {
    let list = ops::feature_list(&session(context, arguments.stack)?)?;
    match arguments.output {
        OutputFormat::Text => write_feature_list(context.shell.out(), &list)?,
        OutputFormat::Json => write_feature_list_json(context.shell.out(), &list)?,
    }
    Ok(ExitCode::Success)
}

async fn diff(context: &mut Context, arguments: DiffArguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let diff = ops::feature_diff(&session, &arguments.old, &arguments.new).await?;
    let options = arguments.diff.options(context.shell.look().color_out);
    match arguments.output {
        OutputFormat::Text => write_feature_diff(context.shell.out(), &diff, &options)?,
        OutputFormat::Json => write_feature_diff_json(context.shell.out(), &diff, &options)?,
    }
    let differs = diff.releases.iter().any(|release| !release.values.is_empty() || !release.changes.is_empty());
    Ok(if differs && arguments.detailed_exitcode { ExitCode::Changes } else { ExitCode::Success })
}
