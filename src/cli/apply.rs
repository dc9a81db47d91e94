//! `stackwright apply`: plans, shows, asks, carries out.

use super::carry_out::carry_out;
use super::exit::ExitCode;
use super::findings_flags::FindingsFlags;
use super::flags::{ClusterFlags, DiffFlags, OutputFormat, StackFlags};
use super::run::{Context, Stop};
use super::session::{ask, session, session_of};
use crate::ops;
use crate::report::{write_consequences, write_findings, write_findings_json, write_plan};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `apply`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// A plan file (`stackwright plan -o FILE`): carry out exactly that plan, or say what has moved since. Its stack, environment and run
    /// options are those that it was made with
    #[arg(value_name = "PLAN", conflicts_with_all = ["wait", "no_wait", "no_hooks", "wait_for_jobs", "timeout", "against", "helm_random", "rotate_generated", "recreate"])]
    plan: Option<PathBuf>,
    #[command(flatten)]
    stack: StackFlags,
    /// Do not ask
    #[arg(short, long, alias = "auto-approve")]
    yes: bool,
    #[command(flatten)]
    run: RunFlags,
    #[command(flatten)]
    diff: DiffFlags,
    /// What is compared with: each release's last revision, or the live objects; with `live` what others have changed is put right
    #[arg(long, value_enum, default_value_t, value_name = "BASE", help_heading = "Diff options")]
    against: ApplyBase,
    #[command(flatten)]
    generated: GeneratedFlags,
    #[command(flatten)]
    findings: FindingsFlags,
    /// Exit with 2 when something was changed
    #[arg(long)]
    detailed_exitcode: bool,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// What an apply compares with to find out whether there is something to do.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ApplyBase {
    /// The last revision.
    #[default]
    Release,
    /// The live objects.
    Live,
}

impl ApplyBase {
    pub(super) fn over(self, overrides: ops::RunOverrides) -> ops::RunOverrides {
        ops::RunOverrides { against_live: self == ApplyBase::Live, ..overrides }
    }
}

/// What becomes of values that templates make up (`randAlphaNum`, `genCA`, `uuidv4`, `now`…).
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Generated values")]
pub(super) struct GeneratedFlags {
    /// Make up new values in every run, as Helm does
    #[arg(long)]
    helm_random: bool,
    /// Make up new values once, for the selected releases; they stay the same from then on
    #[arg(long, conflicts_with = "helm_random")]
    rotate_generated: bool,
}

impl GeneratedFlags {
    pub(super) fn over(self, overrides: ops::RunOverrides) -> ops::RunOverrides {
        let generated = match (self.helm_random, self.rotate_generated) {
            (true, _) => ops::GeneratedValues::Random,
            (_, true) => ops::GeneratedValues::Rotated,
            _ => ops::GeneratedValues::Stable,
        };
        ops::RunOverrides { generated, ..overrides }
    }
}

/// How a plan is carried out.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Run options")]
pub(super) struct RunFlags {
    /// Releases worked on at once (one that only waits does not count)
    #[arg(long, default_value_t = 16, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) concurrency: u32,
    /// Wait until the objects of every release are ready, whatever the stack says
    #[arg(long)]
    pub(super) wait: bool,
    /// Do not wait for objects, whatever the stack says; hooks are still waited for
    #[arg(long, conflicts_with = "wait")]
    pub(super) no_wait: bool,
    /// Run no hooks
    #[arg(long)]
    pub(super) no_hooks: bool,
    /// Wait for jobs too, whatever the stack says
    #[arg(long)]
    pub(super) wait_for_jobs: bool,
    /// Longest wait for a hook or for a release, in seconds, or as 5m30s (default: what the stack says, else 5m)
    #[arg(long, value_name = "DURATION", value_parser = super::session::duration)]
    pub(super) timeout: Option<std::time::Duration>,
}

impl RunFlags {
    pub(super) fn overrides(&self) -> ops::RunOverrides {
        ops::RunOverrides {
            wait: if self.wait { Some(true) } else { self.no_wait.then_some(false) },
            wait_for_jobs: self.wait_for_jobs,
            no_hooks: self.no_hooks,
            timeout: self.timeout,
            ..ops::RunOverrides::default()
        }
    }
}

/// Plans, shows the plan, asks unless told not to, and runs it. A plan file was agreed to when it was made.
pub(super) async fn run(context: &mut Context, mut arguments: Arguments) -> Result<ExitCode, Stop> {
    let (session, prepared) = prepare(context, &mut arguments).await?;
    let findings = arguments.findings.find(&session, &prepared).await?;
    let look = context.shell.look();
    if arguments.output == OutputFormat::Text {
        write_plan(context.shell.out(), &prepared.plan, &arguments.diff.options(look.color_out))?;
        write_consequences(context.shell.out(), &prepared.plan, &findings.consequences, look.color_out)?;
        context.shell.out().flush()?;
    }
    if let Some(code) = check(context, &prepared, &findings, &arguments.findings, arguments.output)? {
        return Ok(code);
    }
    let is_agreed_to = arguments.yes || arguments.plan.is_some();
    if prepared.plan.has_work() && !is_agreed_to && !ask(context, "Carry this out?")? {
        return Ok(ExitCode::Failure);
    }
    let code = carry_out(context, &session, &prepared, &arguments.run, arguments.output).await?;
    let changed = code == ExitCode::Success && arguments.detailed_exitcode && prepared.plan.has_work();
    Ok(if changed { ExitCode::Changes } else { code })
}

/// Plans what the stack says, or what a plan file says.
async fn prepare(context: &mut Context, arguments: &mut Arguments) -> Result<(ops::Session, ops::Prepared), Stop> {
    let flags = std::mem::take(&mut arguments.stack);
    let Some(path) = &arguments.plan else {
        let session = session(context, flags)?;
        let overrides = arguments.findings.over(arguments.generated.over(arguments.against.over(arguments.run.overrides())));
        let prepared = ops::plan_apply(&session, &overrides).await?;
        return Ok((session, prepared));
    };
    let file = ops::read_plan_file(path)?;
    let stack = ops::stack_of(&file);
    let filed = StackFlags {
        file: stack.file,
        environment: stack.environment,
        selector: stack.selectors,
        state_values_file: stack.state_values_files,
        cluster: ClusterFlags { namespace: stack.namespace, kube_context: stack.kube_context, kubeconfig: None },
        ..StackFlags::default()
    };
    let session = session_of(context, flags.over(&context.before).over(&filed))?;
    let prepared = ops::plan_as_filed(&session, &file).await?;
    Ok((session, prepared))
}

/// Shows what would go wrong, and says how the command ends where a finding stops it: before anything is asked or written.
fn check(
    context: &mut Context,
    prepared: &ops::Prepared,
    findings: &ops::Findings,
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
