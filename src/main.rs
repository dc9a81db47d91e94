//! The `stackwright` command.

use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "stackwright")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A Kubernetes control plane on this machine to try stacks on
    #[command(subcommand)]
    Sandbox(stackwright::cli::sandbox::Command),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Sandbox(command) = Arguments::parse().command;
    match stackwright::cli::sandbox::run(command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let diagnostic = error.diagnostic();
            let _ = writeln!(std::io::stderr(), "{diagnostic}\n{}\n{}", diagnostic.notes.join("\n"), diagnostic.help.join("\n"));
            ExitCode::FAILURE
        }
    }
}
