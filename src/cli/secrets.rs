//! `stackwright secrets`: the stack's own secrets.

use super::apply::{check, show_plan};
use super::carry_out::{Intent, plan_and_carry_out};
use super::exit::ExitCode;
use super::findings_flags::FindingsFlags;
use super::flags::{DiffFlags, OutputFormat, StackFlags};
use super::plan_flags::RunFlags;
use super::run::{Context, Stop};
use super::session::{rotating_session, session};
use crate::ops::{self, Prepared};
use crate::report::{write_secrets, write_secrets_json};
use clap::{Args, Subcommand};

/// Commands of `secrets`.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the stack's secrets and the releases that use them; no value is shown, and no cluster is asked
    List(Box<ListArguments>),
    /// Make secrets anew: show which releases and workloads restart, ask, and apply
    Rotate(Box<RotateArguments>),
}

/// Arguments of `secrets list`.
#[derive(Args, Debug)]
pub(super) struct ListArguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
}

/// Arguments of `secrets rotate`.
#[derive(Args, Debug)]
pub(super) struct RotateArguments {
    /// Secrets to make anew
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    #[command(flatten)]
    stack: StackFlags,
    /// Do not ask
    #[arg(short, long, alias = "auto-approve")]
    yes: bool,
    #[command(flatten)]
    run: RunFlags,
    #[command(flatten)]
    diff: DiffFlags,
    #[command(flatten)]
    findings: FindingsFlags,
}

/// Runs a command of `secrets`.
pub(super) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::List(arguments) => list(context, *arguments),
        Command::Rotate(arguments) => rotate(context, *arguments).await,
    }
}

fn list(context: &mut Context, arguments: ListArguments) -> Result<ExitCode, Stop> {
    let uses = ops::secret_uses(&session(context, arguments.stack)?)?;
    match arguments.output {
        OutputFormat::Text => write_secrets(context.shell.out(), &uses)?,
        OutputFormat::Json => write_secrets_json(context.shell.out(), &uses)?,
    }
    Ok(ExitCode::Success)
}

async fn rotate(context: &mut Context, arguments: RotateArguments) -> Result<ExitCode, Stop> {
    let session = rotating_session(context, arguments.stack, &arguments.names)?;
    let uses = ops::secret_uses(&session)?;
    for secret in uses.iter().filter(|secret| arguments.names.contains(&secret.name)) {
        let releases: Vec<String> = secret.releases.iter().map(ToString::to_string).collect();
        let releases = if releases.is_empty() { "no release".to_owned() } else { releases.join(", ") };
        writeln!(context.shell.out(), "{} is used by {releases}", secret.name)?;
    }
    let overrides = ops::RunOverrides { recreate: arguments.findings.recreate, ..arguments.run.overrides() };
    let intent = Intent { question: "Carry this out?", yes: arguments.yes, run: &arguments.run, atomic: false, output: OutputFormat::Text };
    let plan = async || ops::plan_apply(&session, &overrides).await;
    let show = async |context: &mut Context, prepared: &Prepared| {
        let findings = arguments.findings.find(&session, prepared).await?;
        let options = arguments.diff.options(context.shell.look().color_out);
        show_plan(context, prepared, &findings, &options)?;
        check(context, prepared, &findings, &arguments.findings, OutputFormat::Text)
    };
    let (code, _) = plan_and_carry_out(context, &session, &intent, plan, show).await?;
    Ok(code)
}
