//! `stackwright lint`: says what is wrong with the stack's releases, without asking a cluster.

use super::exit::ExitCode;
use super::flags::{OutputFormat, StackFlags};
use super::run::{Context, Stop};
use super::session::session;
use super::when::When;
use crate::ops::{self, StackLintOptions};
use crate::report::{LintOptions, lint_stack_summary, write_lint_stack, write_lint_stack_json};
use crate::stack::NeedsMode;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `lint`; flags as helmfile's.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    #[command(flatten)]
    stack: StackFlags,
    /// Values file for every release, over its own
    #[arg(long, value_name = "FILE")]
    values: Vec<PathBuf>,
    /// Set values of every release, over its own (a.b=c,d=e)
    #[arg(long, value_name = "KEY=VALUE,...")]
    set: Vec<String>,
    /// Fail on warnings too
    #[arg(long)]
    strict: bool,
    /// Leave out dependencies that a chart lists and does not hold
    #[arg(long)]
    skip_deps: bool,
    /// Leave out releases that a selected one needs (the default)
    #[arg(long, conflicts_with = "include_needs")]
    skip_needs: bool,
    /// Lint what the selected releases need too
    #[arg(long, alias = "include-transitive-needs")]
    include_needs: bool,
    /// Show file, line, column and a hint below each message
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    places: When,
    /// Format of the result
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    output: OutputFormat,
    /// Number of releases at once; all cores are used whatever it says
    #[arg(long, value_name = "NUMBER", hide = true)]
    concurrency: Option<usize>,
    /// Refused: there is no helm to hand arguments to
    #[arg(long, value_name = "ARGUMENTS", hide = true, allow_hyphen_values = true, value_parser = refused)]
    args: Option<String>,
}

fn refused(_: &str) -> Result<String, String> {
    Err("there is no helm to hand arguments to; of helm lint's flags --set, --values and --strict can be given themselves".to_owned())
}

/// Lints the releases and writes what was found. Exits with 1 when one failed.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let session = session(context, arguments.stack)?;
    let options = StackLintOptions {
        strict: arguments.strict,
        skip_dependencies: arguments.skip_deps,
        needs: if arguments.include_needs { NeedsMode::Include } else { NeedsMode::Skip },
        values: arguments.values,
        set: arguments.set,
    };
    let linted = ops::lint(&session, &options).await?;
    for notice in &linted.notices {
        context.shell.note(notice)?;
    }
    let look = context.shell.look();
    let code = if linted.failed() > 0 { ExitCode::Failure } else { ExitCode::Success };
    if arguments.output == OutputFormat::Json {
        write_lint_stack_json(context.shell.out(), &linted)?;
        return Ok(code);
    }
    let places = arguments.places.holds(context.environment.stdout_is_terminal);
    write_lint_stack(context.shell.out(), &linted, LintOptions { quiet: look.quiet, places, color: look.color_out })?;
    let summary = lint_stack_summary(&linted);
    if code == ExitCode::Failure {
        context.shell.out().flush()?;
        writeln!(context.shell.err(), "Error: {summary}")?;
    } else if !look.quiet {
        writeln!(context.shell.out(), "{summary}")?;
    }
    Ok(code)
}
