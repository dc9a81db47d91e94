//! `stackwright status`: what the cluster holds of the stack's releases, and whether it is ready.

use super::exit::ExitCode;
use super::flags::{OutputFormat, StackFlags};
use super::run::{Context, Stop};
use super::session::session;
use crate::ops;
use crate::report::{write_status, write_status_json};
use clap::Args;

/// Arguments of `status`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Reads the stack's records and objects and shows them. Exits with 1 when a release is not as it should be.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let status = ops::status(&session).await?;
    let color = context.shell.look().color_out;
    match arguments.output {
        OutputFormat::Text => write_status(context.shell.out(), &status, color)?,
        OutputFormat::Json => write_status_json(context.shell.out(), &status)?,
    }
    Ok(if status.is_good() { ExitCode::Success } else { ExitCode::Failure })
}
