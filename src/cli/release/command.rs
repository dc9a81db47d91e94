//! The commands on single releases, and what is called for each.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use super::get;
use clap::Subcommand;

/// The commands on single releases.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Show what is recorded of a release, as `helm get`
    #[command(subcommand)]
    Get(get::Command),
}

/// Runs a command on releases.
pub(in crate::cli) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::Get(command) => get::run(context, command).await,
    }
}
