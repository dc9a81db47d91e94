//! `stackwright drift`: shows what has been changed of the objects since the last revisions.

use super::exit::ExitCode;
use super::flags::{DiffFlags, OutputFormat, StackFlags};
use super::run::{Context, Stop};
use super::session::session;
use crate::ops;
use crate::report::{write_drift, write_drift_json};
use clap::Args;

/// Arguments of `drift`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    #[command(flatten)]
    diff: DiffFlags,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Compares and shows. Nothing is rendered, nothing is written to the cluster.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let drift = ops::drift(&session).await?;
    let options = arguments.diff.options(context.shell.look().color_out);
    match arguments.output {
        OutputFormat::Text => write_drift(context.shell.out(), &drift, &options)?,
        OutputFormat::Json => write_drift_json(context.shell.out(), &drift, &options)?,
    }
    Ok(if drift.is_any() { ExitCode::Changes } else { ExitCode::Success })
}
