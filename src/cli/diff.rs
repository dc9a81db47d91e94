//! `stackwright diff`: shows what an apply would change.

use super::apply::{GeneratedFlags, show_plan};
use super::exit::ExitCode;
use super::flags::{DiffFlags, OutputFormat, StackFlags};
use super::preflight::PreflightFlags;
use super::run::{Context, Stop};
use super::session::session;
use crate::ops;
use crate::report::{DiffOptions, write_findings, write_plan_json};
use clap::Args;

/// Arguments of `diff`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    #[command(flatten)]
    diff: DiffFlags,
    #[command(flatten)]
    generated: GeneratedFlags,
    #[command(flatten)]
    preflight: PreflightFlags,
    /// Show the removal of releases that the stack has deployed and does not name any more
    #[arg(long)]
    prune: bool,
    /// Exit with 2 when there are changes
    #[arg(long)]
    detailed_exitcode: bool,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Plans, and shows the plan and what would go wrong with it. Nothing is written to the cluster.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let overrides = ops::RunOverrides { prune: arguments.prune, ..ops::RunOverrides::default() };
    let prepared = ops::plan_apply(&session, &arguments.preflight.over(arguments.generated.over(overrides))).await?;
    let findings = arguments.preflight.findings(&session, &prepared).await?;
    let allowed = &arguments.preflight.allow;
    match arguments.output {
        OutputFormat::Text => {
            show_plan(context, &prepared, &arguments.diff)?;
            let color = context.shell.look().color_out;
            write_findings(context.shell.out(), &prepared.plan, &findings, allowed, color)?;
        }
        OutputFormat::Json => {
            let options = DiffOptions { context: arguments.diff.context_lines(), show_secrets: arguments.diff.show_secrets, color: false };
            write_plan_json(context.shell.out(), &prepared.plan, &findings, allowed, options)?;
        }
    }
    let changes = arguments.detailed_exitcode && prepared.plan.has_work();
    Ok(if changes { ExitCode::Changes } else { ExitCode::Success })
}
