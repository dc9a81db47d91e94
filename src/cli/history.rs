//! `stackwright history`: the revisions of the stack.

use super::exit::ExitCode;
use super::flags::{OutputFormat, StackFlags};
use super::run::{Context, Stop};
use super::session::session;
use crate::diag::Diagnostic;
use crate::ops;
use crate::report::{write_history, write_history_json, write_revision};
use clap::Args;

/// Arguments of `history`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Show what this revision did with each release
    revision: Option<u32>,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Reads the revisions of the stack and shows them, or one of them.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let mut history = ops::history(&session).await?;
    let out = context.shell.out();
    if let Some(number) = arguments.revision {
        history.revisions.retain(|revision| revision.number == number);
        if history.revisions.is_empty() {
            return Err(Diagnostic::error(format!("revision {number} of stack {} is not there", history.stack)).into());
        }
    }
    match (arguments.output, arguments.revision) {
        (OutputFormat::Json, _) => write_history_json(out, &history)?,
        (OutputFormat::Text, None) => write_history(out, &history)?,
        (OutputFormat::Text, Some(_)) => write_revision(out, &history.revisions[0])?,
    }
    Ok(ExitCode::Success)
}
