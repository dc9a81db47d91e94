//! `stackwright release get`: what is recorded of a release.

use super::super::exit::ExitCode;
use super::super::flags::ClusterFlags;
use super::super::run::{Context, Stop};
use super::flags::open;
use crate::ops;
use clap::{Args, Subcommand};

/// What to show of a release.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// The hooks
    Hooks(Arguments),
    /// The objects, without hooks
    Manifest(Arguments),
    /// The notes
    Notes(Arguments),
}

/// Arguments of every part.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// The release
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    /// Its revision; the last one unless given
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    revision: u32,
    #[command(flatten)]
    cluster: ClusterFlags,
}

/// Reads the record and prints the part.
pub(super) async fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    match command {
        Command::Hooks(arguments) => {
            let record = read(context, arguments).await?;
            for hook in &record.hooks {
                writeln!(context.shell.out(), "---\n# Source: {}\n{}", hook.path, hook.manifest)?;
            }
        }
        Command::Manifest(arguments) => {
            let record = read(context, arguments).await?;
            writeln!(context.shell.out(), "{}", record.manifest)?;
        }
        Command::Notes(arguments) => {
            let record = read(context, arguments).await?;
            if !record.info.notes.is_empty() {
                writeln!(context.shell.out(), "NOTES:\n{}", record.info.notes)?;
            }
        }
    }
    Ok(ExitCode::Success)
}

async fn read(context: &Context, arguments: Arguments) -> Result<crate::release::Record, Stop> {
    let session = open(context, arguments.cluster).await?;
    Ok(ops::content(&session, &arguments.name, arguments.revision).await?)
}
