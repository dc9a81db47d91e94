//! `stackwright import`: makes a stack file of what other tools read.

use super::exit::ExitCode;
use super::run::{Context, Stop};
use crate::diag::Diagnostic;
use crate::ops::{self, ImportSource};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Commands of `import`.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a stack file of Airship Armada's documents (armada/Manifest/v1, ChartGroup, Chart)
    Armada(ImportArguments),
    /// Make a stack file of a shell script with `helm upgrade --install` commands; nothing of it is run
    OshCommands(ScriptArguments),
}

/// Arguments of both.
#[derive(Args, Debug)]
pub(super) struct ImportArguments {
    /// File to read; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the stack file here, not to standard output
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Arguments of `import osh-commands`.
#[derive(Args, Debug)]
pub(super) struct ScriptArguments {
    #[command(flatten)]
    import: ImportArguments,
    /// Set a variable of the script before its first line (FEATURES="2025.1 ubuntu_noble")
    #[arg(long, value_name = "NAME=VALUE")]
    variable: Vec<String>,
}

/// Reads, writes the stack file, and says on standard error what could not be carried over.
pub(super) fn run(context: &mut Context, command: Command) -> Result<ExitCode, Stop> {
    let (source, arguments) = match command {
        Command::Armada(arguments) => (ImportSource::Armada, arguments),
        Command::OshCommands(arguments) => {
            let pair = |text: &String| text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            let variables: Option<_> = arguments.variable.iter().map(pair).collect();
            let variables = variables.ok_or_else(|| Diagnostic::error("a variable has no value").help("write --variable NAME=VALUE"))?;
            (ImportSource::OshCommands(variables), arguments.import)
        }
    };
    let imported = ops::import(&source, &arguments.file)?;
    match &arguments.out {
        Some(path) => {
            std::fs::write(path, &imported.text).map_err(|error| Diagnostic::error(format!("cannot write {}: {error}", path.display())))?
        }
        None => context.shell.out().write_all(imported.text.as_bytes())?,
    }
    context.shell.out().flush()?;
    for left in &imported.left {
        context.shell.note(&format!("{}:{}: not carried over: {}", arguments.file.display(), left.line, left.what))?;
    }
    let summary = format!("{} releases, {} things not carried over", imported.releases, imported.left.len());
    context.shell.note(&summary)?;
    Ok(ExitCode::Success)
}
