//! `stackwright apply`: plans, shows, asks, carries out.

use super::carry_out::{Intent, plan_and_carry_out};
use super::exit::ExitCode;
use super::findings_flags::FindingsFlags;
use super::flags::{ClusterFlags, DiffFlags, OutputFormat, StackFlags};
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
    /// Remove releases that the stack has deployed and does not name any more
    #[arg(long)]
    prune: bool,
    /// Give every release a new revision, as Helm does, also where nothing differs
    #[arg(long)]
    force_revision: bool,
    /// When a release fails, take back everything that this run has changed, in all releases
    #[arg(long)]
    atomic: bool,
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
pub(super) struct GeneratedFlags {
    /// Make up new values in every run, as Helm does
    #[arg(long, help_heading = "Generated values")]
    helm_random: bool,
    /// Make up new values once, for the selected releases; they stay the same from then on
    #[arg(long, conflicts_with = "helm_random", help_heading = "Generated values")]
    rotate_generated: bool,
}

impl GeneratedFlags {
    pub(super) fn over(self, overrides: ops::RunOverrides) -> ops::RunOverrides {
        ops::RunOverrides { generated: self.values(), ..overrides }
    }

    pub(super) fn values(self) -> ops::GeneratedValues {
        match (self.helm_random, self.rotate_generated) {
            (true, _) => ops::GeneratedValues::Random,
            (_, true) => ops::GeneratedValues::Rotated,
            _ => ops::GeneratedValues::Stable,
        }
    }
}

/// How objects are waited for.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WaitStrategy {
    /// All of a release's objects together.
    Watcher,
    /// Stage by stage, as the charts ask for.
    Ordered,
}

/// How a plan is carried out.
#[derive(Args, Clone, Debug)]
pub(super) struct RunFlags {
    /// Releases worked on at once (one that only waits does not count)
    #[arg(long, default_value_t = 16, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(help_heading = "Run options")]
    pub(super) concurrency: u32,
    /// Wait until the objects of every release are ready, whatever the stack says. With `=ordered` the objects of a release go up stage by
    /// stage, as its charts ask for, each stage when what it needs is ready
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "watcher", value_name = "STRATEGY")]
    #[arg(help_heading = "Run options")]
    pub(super) wait: Option<WaitStrategy>,
    /// Longest wait for what a stage of an ordered release needs (default: what the stack says, else the timeout)
    #[arg(long, value_name = "DURATION", value_parser = super::session::duration, help_heading = "Run options")]
    pub(super) readiness_timeout: Option<std::time::Duration>,
    /// Do not wait for objects, whatever the stack says; hooks are still waited for
    #[arg(long, conflicts_with = "wait", help_heading = "Run options")]
    pub(super) no_wait: bool,
    /// Run no hooks
    #[arg(long, help_heading = "Run options")]
    pub(super) no_hooks: bool,
    /// Remove a release whose install fails, bring one whose upgrade fails back to its last good revision
    #[arg(long, help_heading = "Run options")]
    pub(super) rollback_on_failure: bool,
    /// Wait for jobs too, whatever the stack says
    #[arg(long, help_heading = "Run options")]
    pub(super) wait_for_jobs: bool,
    /// When another run is at work on the stack, wait so long for it (default: not at all)
    #[arg(long, value_name = "DURATION", default_value = "0", hide_default_value = true, value_parser = super::session::duration)]
    #[arg(help_heading = "Run options")]
    pub(super) lock_timeout: std::time::Duration,
    /// Longest wait for a hook or for a release, in seconds, or as 5m30s (default: what the stack says, else 5m)
    #[arg(long, value_name = "DURATION", value_parser = super::session::duration, help_heading = "Run options")]
    pub(super) timeout: Option<std::time::Duration>,
}

impl RunFlags {
    pub(super) fn overrides(&self) -> ops::RunOverrides {
        ops::RunOverrides {
            wait: if self.wait.is_some() { Some(true) } else { self.no_wait.then_some(false) },
            ordered: self.wait == Some(WaitStrategy::Ordered),
            readiness_timeout: self.readiness_timeout,
            wait_for_jobs: self.wait_for_jobs,
            no_hooks: self.no_hooks,
            rollback_on_failure: self.rollback_on_failure,
            timeout: self.timeout,
            ..ops::RunOverrides::default()
        }
    }
}

/// Plans, shows the plan, asks unless told not to, and runs it. A plan file was agreed to when it was made.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let filed = arguments.plan.as_deref().map(ops::read_plan_file).transpose()?;
    let session = match &filed {
        Some(file) => session_of(context, arguments.stack.over(&context.before).over(&stack_flags(file)))?,
        None => session(context, arguments.stack)?,
    };
    let overrides = ops::RunOverrides { prune: arguments.prune, force_revision: arguments.force_revision, ..arguments.run.overrides() };
    let overrides = arguments.findings.over(arguments.generated.over(arguments.against.over(overrides)));
    let intent = Intent {
        question: "Carry this out?",
        yes: arguments.yes || filed.is_some(),
        run: &arguments.run,
        atomic: arguments.atomic,
        output: arguments.output,
    };
    let plan = async || match &filed {
        Some(file) => ops::plan_as_filed(&session, file).await,
        None => ops::plan_apply(&session, &overrides).await,
    };
    let show = async |context: &mut Context, prepared: &Prepared| {
        let findings = arguments.findings.find(&session, prepared).await?;
        if arguments.output == OutputFormat::Text {
            let options = arguments.diff.options(context.shell.look().color_out);
            show_plan(context, prepared, &findings, &options)?;
            context.shell.out().flush()?;
        }
        check(context, prepared, &findings, &arguments.findings, arguments.output)
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
