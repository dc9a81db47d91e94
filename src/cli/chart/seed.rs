//! `stackwright chart seed`: makes the seed that `chart template --seed` takes.

use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use crate::ops;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `chart seed`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// File to write it into, which must not be there yet; without one it is printed
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Makes a seed, in a file or on standard output.
pub(super) fn run(context: &mut Context, arguments: &Arguments) -> Result<ExitCode, Stop> {
    match &arguments.file {
        Some(file) => ops::make_seed_file(file)?,
        None => {
            context.shell.out().write_all(ops::new_seed().reveal().as_bytes())?;
            context.shell.out().flush()?;
        }
    }
    Ok(ExitCode::Success)
}
