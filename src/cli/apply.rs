//! `stackwright apply`: plans, shows, asks, carries out.

use super::carry_out::{Intent, plan_and_carry_out};
use super::exit::ExitCode;
use super::findings_flags::FindingsFlags;
use super::flags::{ClusterFlags, OutputFormat, StackFlags};
use super::plan_flags::PlanFlags;
use super::run::{Context, Stop};
use super::session::{session, session_of};
use crate::ops::{self, Findings, Prepared};
use crate::plan::file::PlanFile;
use crate::report::{DiffOptions, write_consequences, write_findings, write_findings_json, write_irreversible, write_left, write_plan};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `apply`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A plan file (`stackwright plan -o FILE`): carry out exactly that plan, or say what has moved since. Its stack, environment and run
    /// options are those that it was made with
    #[arg(value_name = "PLAN", conflicts_with_all = ["wait", "no_wait", "no_hooks", "wait_for_jobs", "readiness_timeout", "timeout", "against", "prune", "rollback_on_failure", "helm_random", "rotate_generated", "recreate", "force_revision"])]
    plan: Option<PathBuf>,
    #[command(flatten)]
    stack: StackFlags,
    /// Do not ask
    #[arg(short, long, alias = "auto-approve")]
    yes: bool,
    /// When a release fails, take back everything that this run has changed, in all releases
    #[arg(long)]
    atomic: bool,
    #[command(flatten)]
    plan_flags: PlanFlags,
    /// Exit with 2 when something was changed
    #[arg(long)]
    detailed_exitcode: bool,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Plans, shows the plan, asks unless told not to, and runs it. A plan file was agreed to when it was made.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let filed = arguments.plan.as_deref().map(ops::read_plan_file).transpose()?;
    let session = match &filed {
        Some(file) => session_of(context, arguments.stack.over(&context.before).over(&stack_flags(file)))?,
        None => session(context, arguments.stack)?,
    };
    let flags = &arguments.plan_flags;
    let overrides = flags.overrides();
    let intent = Intent {
        question: "Carry this out?",
        yes: arguments.yes || filed.is_some(),
        run: &flags.run,
        atomic: arguments.atomic,
        output: arguments.output,
    };
    let plan = async || match &filed {
        Some(file) => ops::plan_as_filed(&session, file).await,
        None => ops::plan_apply(&session, &overrides).await,
    };
    let show = async |context: &mut Context, prepared: &Prepared| {
        let findings = flags.findings.find(&session, prepared).await?;
        if arguments.output == OutputFormat::Text {
            let options = flags.diff.options(context.shell.look().color_out);
            show_plan(context, prepared, &findings, &options)?;
            context.shell.out().flush()?;
        }
        check(context, prepared, &findings, &flags.findings, arguments.output)
    };
    let (code, had_work) = plan_and_carry_out(context, &session, &intent, plan, show).await?;
    let changed = code == ExitCode::Success && arguments.detailed_exitcode && had_work;
    Ok(if changed { ExitCode::Changes } else { code })
}

/// Returns the flags that a plan file was made with.
fn stack_flags(file: &PlanFile) -> StackFlags {
    let stack = ops::stack_of(file);
    StackFlags {
        file: stack.file,
        environment: stack.environment,
        selector: stack.selectors,
        state_values_file: stack.state_values_files,
        cluster: ClusterFlags { namespace: stack.namespace, kube_context: stack.kube_context, ..ClusterFlags::default() },
        ..StackFlags::default()
    }
}

/// Prints a plan with its diff and what it does to what runs.
pub(super) fn show_plan(context: &mut Context, prepared: &Prepared, findings: &Findings, options: &DiffOptions) -> Result<(), Stop> {
    write_plan(context.shell.out(), &prepared.plan, options)?;
    write_left(context.shell.out(), &prepared.left)?;
    write_irreversible(context.shell.out(), &prepared.irreversible)?;
    write_consequences(context.shell.out(), &prepared.plan, &findings.consequences, options.color)?;
    Ok(())
}

/// Shows what would go wrong, and says how the command ends where a finding stops it: before anything is asked or written.
pub(super) fn check(
    context: &mut Context,
    prepared: &Prepared,
    findings: &Findings,
    flags: &FindingsFlags,
    output: OutputFormat,
) -> Result<Option<ExitCode>, Stop> {
    let has_errors = flags.has_errors(findings);
    let (color, allowed) = (context.shell.look().color_out, &flags.allow);
    match output {
        OutputFormat::Text => write_findings(context.shell.out(), &prepared.plan, &findings.preflight, allowed, color)?,
        OutputFormat::Json if has_errors => write_findings_json(context.shell.out(), &prepared.plan, &findings.preflight, allowed)?,
        OutputFormat::Json => {}
    }
    if has_errors && output == OutputFormat::Text {
        writeln!(context.shell.out(), "Nothing was changed. Mend these, or go on with --allow CODE,...")?;
    }
    context.shell.out().flush()?;
    if has_errors { Ok(Some(ExitCode::Failure)) } else { flags.stop(context, findings) }
}
