//! `stackwright plan`: shows what an apply would change, and writes it into a file.

use super::apply::show_plan;
use super::exit::ExitCode;
use super::flags::StackFlags;
use super::plan_flags::PlanFlags;
use super::run::{Context, Stop};
use super::session::session;
use crate::ops;
use crate::report::write_findings;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `plan`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Write the plan into this file, for `apply FILE`. It holds no value of a Secret
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    plan_flags: PlanFlags,
    /// Exit with 2 when there are changes
    #[arg(long)]
    detailed_exitcode: bool,
}

/// Plans, shows the plan and writes the file. Nothing is written to the cluster; where a finding stops the plan, no file is either.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let flags = &arguments.plan_flags;
    let overrides = flags.overrides();
    let prepared = ops::plan_apply(&session, &overrides).await?;
    let findings = flags.findings.find(&session, &prepared).await?;
    let options = flags.diff.options(context.shell.look().color_out);
    show_plan(context, &prepared, &findings, &options)?;
    write_findings(context.shell.out(), &prepared.plan, &findings.preflight, &flags.findings.allow, options.color)?;
    context.shell.out().flush()?;
    if flags.findings.has_errors(&findings) {
        writeln!(context.shell.err(), "The plan would fail. Mend this, or go on with --allow CODE,...")?;
        return Ok(ExitCode::Failure);
    }
    if let Some(code) = flags.findings.stop(context, &findings)? {
        return Ok(code);
    }
    if let Some(path) = &arguments.out {
        let file = ops::plan_file(&session, &overrides, &prepared).await?;
        ops::write_plan_file(path, &file)?;
        context.shell.note(&format!("Carry it out with: stackwright apply {}", path.display()))?;
    }
    let changes = arguments.detailed_exitcode && prepared.plan.has_work();
    Ok(if changes { ExitCode::Changes } else { ExitCode::Success })
}
