//! The commands on charts, and what is called for each.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use super::{seed, template};
use clap::Subcommand;

/// The commands on charts.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Render a chart and print its manifests, as `helm template`
    Template(template::Arguments),
    /// Make a seed for `template --seed`: with it, passwords, keys, certificates and times are the same in every render
    Seed(seed::Arguments),
}

/// Runs a command on charts.
pub(in crate::cli) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::Template(arguments) => template::run(context, arguments).await,
        Command::Seed(arguments) => seed::run(context, &arguments),
    }
}
