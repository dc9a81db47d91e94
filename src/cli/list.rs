//! `stackwright list`: the releases of the stack, without asking the cluster.

use super::exit::ExitCode;
use super::flags::{OutputFormat, StackFlags};
use super::run::{Context, Stop};
use super::session::session;
use crate::ops;
use crate::report::{write_releases, write_releases_json};
use clap::Args;

/// Arguments of `list`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Reads the stack and lists its releases.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let stack = ops::load(&session)?;
    match arguments.output {
        OutputFormat::Text => write_releases(context.shell.out(), &stack)?,
        OutputFormat::Json => write_releases_json(context.shell.out(), &stack)?,
    }
    Ok(ExitCode::Success)
}
