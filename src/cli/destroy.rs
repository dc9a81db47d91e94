//! `stackwright destroy`: removes the stack's releases, those that are needed after those that need them.

use super::apply::check;
use super::carry_out::{Intent, plan_and_carry_out};
use super::exit::ExitCode;
use super::findings_flags::{FindingsFlags, code};
use super::flags::{OutputFormat, StackFlags};
use super::plan_flags::RunFlags;
use super::run::{Context, Stop};
use super::session::session;
use crate::ops::{self, Prepared};
use crate::plan::Code;
use crate::report::{write_consequences, write_removals};
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
    /// Do not ask the cluster first what you may do
    #[arg(long)]
    no_preflight: bool,
    /// Go on although there are findings of these kinds
    #[arg(long, value_name = "CODE,...", value_delimiter = ',', value_parser = code)]
    allow: Vec<Code>,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Plans the removal, shows it, asks unless told not to, and runs it.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let overrides = arguments.run.overrides();
    let intent =
        Intent { question: "Remove these releases?", yes: arguments.yes, run: &arguments.run, atomic: false, output: arguments.output };
    let flags = FindingsFlags::of(arguments.no_preflight, arguments.allow.clone());
    let plan = async || ops::plan_destroy(&session, &overrides).await;
    let show = async |context: &mut Context, prepared: &Prepared| {
        let findings = flags.find(&session, prepared).await?;
        if arguments.output == OutputFormat::Text {
            let color = context.shell.look().color_out;
            write_removals(context.shell.out(), &prepared.plan)?;
            write_consequences(context.shell.out(), &prepared.plan, &findings.consequences, color)?;
        }
        check(context, prepared, &findings, &flags, arguments.output)
    };
    Ok(plan_and_carry_out(context, &session, &intent, plan, show).await?.0)
}
