//! The whole command line, and what is called for each command.

use super::environment::Environment;
use super::exit::ExitCode;
use super::flags::StackFlags;
use super::when::When;
use super::{
    adopt, apply, chart, completion, destroy, diff, drift, explain, features, graph, history, import, lint, list, plan, release, rollback,
    sandbox, schema, secrets, status, template,
};
use crate::diag::Diagnostics;
use crate::report::{Shell, draw, write_for_programs};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io;

/// Deploys stacks of Helm releases on Kubernetes
#[derive(Debug, Parser)]
#[command(name = "stackwright", version, max_term_width = 100, disable_help_subcommand = true)]
#[command(after_help = "Flags of the stack and the cluster are taken before and after the command.")]
pub struct Cli {
    #[command(flatten)]
    stack: StackFlags,
    #[command(flatten)]
    look: LookFlags,
    #[command(subcommand)]
    command: Command,
}

/// How output looks.
#[derive(Args, Clone, Copy, Debug)]
struct LookFlags {
    /// When output is coloured; --color alone is --color=always (NO_COLOR and HELM_COLOR are honoured)
    #[arg(
        long,
        visible_alias = "colour",
        global = true,
        value_enum,
        value_name = "WHEN",
        overrides_with = "no_color",
        help_heading = "Output options"
    )]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "always")]
    color: Option<When>,
    /// Colour never
    #[arg(long, global = true, help_heading = "Output options")]
    no_color: bool,
    /// Only results and errors
    #[arg(short, long, global = true, help_heading = "Output options")]
    quiet: bool,
    /// Tell what is done, on standard error
    #[arg(long, global = true, help_heading = "Output options")]
    debug: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what would change, ask, and bring the cluster to what the stack says
    Apply(apply::Arguments),
    /// Show what an apply would change
    Diff(diff::Arguments),
    /// Show what an apply would change, and write it into a file that `apply FILE` carries out, or refuses when something has moved
    Plan(plan::Arguments),
    /// Show what has been changed of the objects since the last revisions; exit code 2 when something has
    Drift(drift::Arguments),
    /// Print the manifests of the stack's releases
    Template(template::Arguments),
    /// Remove the stack's releases, in reverse order
    Destroy(destroy::Arguments),
    /// Show what applies, removals and rollbacks did to the stack, by whom
    History(history::Arguments),
    /// Bring every release of the stack back to what it was at an earlier revision of the stack
    Rollback(rollback::Arguments),
    /// Take over objects that are there already for the releases whose charts make them
    Adopt(adopt::Arguments),
    /// Show the state of the stack's releases
    Status(status::Arguments),
    /// List the stack's releases
    List(list::Arguments),
    /// Show which release needs which, and with --waits what their pods wait for, without asking the cluster
    Graph(graph::Arguments),
    /// Say what is wrong with the stack's releases: their charts, values that nothing reads
    Lint(lint::Arguments),
    /// Say which template line and which value made a field of a release's object
    Explain(explain::Arguments),
    /// Say which features choose files of values, and what they make different
    #[command(subcommand)]
    Features(features::Command),
    /// The stack's own secrets: which there are, who uses them, and new ones
    #[command(subcommand)]
    Secrets(secrets::Command),
    /// Make a stack file of what other tools read
    #[command(subcommand)]
    Import(import::Command),
    /// Work with charts
    #[command(subcommand)]
    Chart(Box<chart::Command>),
    /// Work with single releases, as helm's commands do
    #[command(subcommand)]
    Release(Box<release::Command>),
    /// A Kubernetes control plane on this machine to try stacks on
    #[command(subcommand)]
    Sandbox(sandbox::Command),
    /// Print the JSON schema of a file that stackwright writes
    Schema(schema::Arguments),
    /// Print a completion script for a shell
    Completion(completion::Arguments),
}

/// Why a command ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something is wrong with the input, the cluster or the machine.
    Diagnostics(Diagnostics),
    /// Output cannot be written; a closed pipe among it.
    Output(io::Error),
}

impl From<Diagnostics> for Stop {
    fn from(diagnostics: Diagnostics) -> Self {
        Stop::Diagnostics(diagnostics)
    }
}

impl From<crate::diag::Diagnostic> for Stop {
    fn from(diagnostic: crate::diag::Diagnostic) -> Self {
        Stop::Diagnostics(diagnostic.into())
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

/// What every command gets.
pub(super) struct Context {
    /// The process's environment.
    pub(super) environment: Environment,
    /// Where output goes.
    pub(super) shell: Shell,
    /// The flags that stand before the command.
    pub(super) before: StackFlags,
    /// Whether `--debug` is given.
    pub(super) debug: bool,
}

/// Returns the definition of the whole command line.
pub(super) fn command() -> clap::Command {
    Cli::command()
        .mut_subcommand("chart", |chart| chart.mut_subcommand("template", super::switch::with_values))
        .mut_subcommand("release", release::as_helms)
}

/// Parses the command line and runs the command. Errors have been shown when this returns.
///
/// # Errors
/// Output cannot be written.
pub fn run(environment: Environment, arguments: impl IntoIterator<Item = std::ffi::OsString>) -> io::Result<ExitCode> {
    let parsed = command().try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            error.print()?;
            return Ok(if error.use_stderr() { ExitCode::Failure } else { ExitCode::Success });
        }
    };
    let color = if cli.look.no_color { Some(When::Never) } else { cli.look.color };
    let look = environment.look(color, cli.look.quiet);
    start_log(&environment, cli.look.debug, look.color_err);
    let mut context = Context { environment, shell: Shell::new(look), before: cli.stack, debug: cli.look.debug };
    let result = dispatch(&mut context, cli.command);
    let code = match result {
        Ok(code) => code,
        Err(Stop::Output(error)) => return Err(error),
        Err(Stop::Diagnostics(diagnostics)) => {
            context.shell.out().flush()?;
            let drawn = if look.err_is_terminal {
                draw(diagnostics.iter(), look.color_err)
            } else {
                write_for_programs(diagnostics.iter(), look.color_err)
            };
            context.shell.err().write_all(drawn.as_bytes())?;
            ExitCode::Failure
        }
    };
    context.shell.finish()?;
    Ok(code)
}

fn dispatch(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match command {
            Command::Apply(arguments) => apply::run(context, arguments).await,
            Command::Diff(arguments) => diff::run(context, arguments).await,
            Command::Plan(arguments) => plan::run(context, arguments).await,
            Command::Drift(arguments) => drift::run(context, arguments).await,
            Command::Template(arguments) => template::run(context, arguments).await,
            Command::Destroy(arguments) => destroy::run(context, arguments).await,
            Command::History(arguments) => history::run(context, arguments).await,
            Command::Rollback(arguments) => rollback::run(context, arguments).await,
            Command::Adopt(arguments) => adopt::run(context, arguments).await,
            Command::Status(arguments) => status::run(context, arguments).await,
            Command::List(arguments) => list::run(context, arguments).await,
            Command::Graph(arguments) => graph::run(context, arguments).await,
            Command::Lint(arguments) => lint::run(context, arguments).await,
            Command::Explain(arguments) => explain::run(context, arguments).await,
            Command::Features(command) => features::run(context, command).await,
            Command::Secrets(command) => secrets::run(context, command).await,
            Command::Import(command) => import::run(context, command),
            Command::Chart(command) => chart::run(context, *command).await,
            Command::Release(command) => release::run(context, *command).await,
            Command::Sandbox(command) => match sandbox::run(command).await {
                Ok(()) => Ok(ExitCode::Success),
                Err(error) => Err(error.diagnostic().into()),
            },
            Command::Schema(arguments) => {
                schema::run(&arguments, context.shell.out())?;
                Ok(ExitCode::Success)
            }
            Command::Completion(arguments) => {
                completion::run(&arguments, context.shell.out())?;
                Ok(ExitCode::Success)
            }
        }
    })
}

/// Logs go to standard error: errors and repeated retries by default (but for kube's, which logs each refusal that we tell ourselves),
/// everything of this program with `--debug`, else as STACKWRIGHT_LOG says.
fn start_log(environment: &Environment, debug: bool, color: bool) {
    let usual = if debug {
        "warn,kube_client=off,stackwright=debug".to_owned()
    } else {
        format!("error,kube_client=off,{}=warn", crate::ops::RETRIES)
    };
    let filter = environment.variable("STACKWRIGHT_LOG").unwrap_or(&usual);
    let filter = tracing_subscriber::EnvFilter::try_new(filter).unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(color).with_writer(io::stderr).without_time().with_target(false);
    // A second call in one process (tests) keeps the first log.
    let _ = log.try_init();
}
