//! `stackwright schema`: prints the JSON schema of a file that is written.

use clap::Args;
use std::io::{self, Write};

/// The schema of plan files.
const PLAN: &str = include_str!("../../docs/plan.schema.json");

/// Arguments of `schema`.
#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Which file
    #[arg(value_enum)]
    which: Which,
}

/// A file that is written.
#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Which {
    /// What `plan -o` writes.
    Plan,
}

/// Prints the schema.
pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> io::Result<()> {
    match arguments.which {
        Which::Plan => out.write_all(PLAN.as_bytes()),
    }
}
