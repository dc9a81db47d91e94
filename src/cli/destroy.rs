//! `stackwright destroy`: removes the stack's releases, those that are needed after those that need them.

use super::apply::RunFlags;
use super::carry_out::carry_out;
use super::exit::ExitCode;
use super::flags::{OutputFormat, StackFlags};
use super::run::{Context, Stop};
use super::session::{ask, session};
use crate::ops;
use crate::report::write_removals;
use clap::Args;

/// Arguments of `destroy`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Do not ask
    #[arg(short, long, alias = "auto-approve")]
    yes: bool,
    #[command(flatten)]
    run: RunFlags,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Plans the removal, shows it, asks unless told not to, and runs it.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let prepared = ops::plan_destroy(&session, &arguments.run.overrides()).await?;
    if arguments.output == OutputFormat::Text {
        write_removals(context.shell.out(), &prepared.plan)?;
        context.shell.out().flush()?;
    }
    if prepared.plan.has_work() && !arguments.yes && !ask(context, "Remove these releases?")? {
        return Ok(ExitCode::Failure);
    }
    carry_out(context, &session, &prepared, &arguments.run, arguments.output).await
}
