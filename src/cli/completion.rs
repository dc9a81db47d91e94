//! `stackwright completion SHELL`: prints a completion script.

use clap::Args;
use std::io::{self, Write};

/// Arguments of `completion`.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The shell to complete for.
    shell: clap_complete::Shell,
}

/// Writes the script.
///
/// # Errors
/// What the stream says.
pub fn run(arguments: &Arguments, out: &mut dyn Write) -> io::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::run::command(), "stackwright", &mut script);
    out.write_all(&script)
}
