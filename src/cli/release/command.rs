//! The commands on single releases, and what is called for each.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use super::{get, history, install, list, rollback, status, test, uninstall, upgrade};
use clap::Subcommand;

/// The commands on single releases.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Install a chart as a release, as `helm install`
    Install(Box<install::Arguments>),
    /// Make a new revision of a release, as `helm upgrade`
    Upgrade(Box<upgrade::Arguments>),
    /// Bring a release back to an earlier revision, as `helm rollback`
    Rollback(rollback::Arguments),
    /// Remove releases, as `helm uninstall`
    #[command(visible_aliases = ["un", "delete", "del"])]
    Uninstall(uninstall::Arguments),
    /// Run the tests of a release, as `helm test`
    Test(test::Arguments),
    /// List releases, as `helm list`
    #[command(visible_alias = "ls")]
    List(Box<list::Arguments>),
    /// Show the revisions of a release, as `helm history`
    #[command(visible_alias = "hist")]
    History(history::Arguments),
    /// Show a release and what lives of it, as `helm status`
    Status(status::Arguments),
    /// Show what is recorded of a release, as `helm get`
    #[command(subcommand)]
    Get(get::Command),
}

/// Runs a command on releases.
pub(in crate::cli) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::Install(arguments) => install::run(context, *arguments).await,
        Command::Upgrade(arguments) => upgrade::run(context, *arguments).await,
        Command::Rollback(arguments) => rollback::run(context, arguments).await,
        Command::Uninstall(arguments) => uninstall::run(context, arguments).await,
        Command::Test(arguments) => test::run(context, arguments).await,
        Command::List(arguments) => list::run(context, *arguments).await,
        Command::History(arguments) => history::run(context, arguments).await,
        Command::Status(arguments) => status::run(context, arguments).await,
        Command::Get(command) => get::run(context, command).await,
    }
}
