//! `stackwright rollback`: brings every release of the stack back to what it was at an earlier revision of the stack.

use super::apply::show_plan;
use super::carry_out::{Intent, plan_and_carry_out};
use super::exit::ExitCode;
use super::flags::{DiffFlags, OutputFormat, StackFlags};
use super::plan_flags::RunFlags;
use super::run::{Context, Stop};
use super::session::session;
use crate::ops::{self, Prepared};
use crate::report::{About, write_plan_json};
use clap::Args;

/// Arguments of `rollback`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Revision of the stack to go back to; 0 is what was before the first one (default: the last one before the current that ended
    /// well)
    #[arg(long, value_name = "REVISION")]
    to: Option<u32>,
    /// Show what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(short, long, alias = "auto-approve")]
    yes: bool,
    #[command(flatten)]
    run: RunFlags,
    #[command(flatten)]
    diff: DiffFlags,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Plans the way back, shows it, asks unless told not to, and goes it.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let overrides = arguments.run.overrides();
    let options = arguments.diff.options(context.shell.look().color_out);
    if arguments.dry_run {
        let prepared = ops::plan_rollback(&session, arguments.to, &overrides).await?;
        let findings = ops::findings(&session, &prepared, false).await?;
        match arguments.output {
            OutputFormat::Text => show_plan(context, &prepared, &findings, &options)?,
            OutputFormat::Json => {
                let about = About { unclaimed: &[], findings: &findings, allowed: &[] };
                write_plan_json(context.shell.out(), &prepared.plan, &about, &options)?;
            }
        }
        return Ok(ExitCode::Success);
    }
    let intent = Intent { question: "Go back?", yes: arguments.yes, run: &arguments.run, atomic: false, output: arguments.output };
    let plan = async || ops::plan_rollback(&session, arguments.to, &overrides).await;
    let show = async |context: &mut Context, prepared: &Prepared| {
        if arguments.output == OutputFormat::Text {
            let findings = ops::findings(&session, prepared, false).await?;
            show_plan(context, prepared, &findings, &options)?;
        }
        Ok(None)
    };
    Ok(plan_and_carry_out(context, &session, &intent, plan, show).await?.0)
}
