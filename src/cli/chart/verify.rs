//! `stackwright chart verify`: says who signed an archive.

use super::super::environment::Environment;
use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use crate::ops;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `chart verify`.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Archive of a chart, with its .prov file beside it
    archive: PathBuf,
    /// Key ring with public keys (default: pubring.gpg of GnuPG)
    #[arg(long, value_name = "FILE")]
    keyring: Option<PathBuf>,
}

/// Verifies the archive and prints who signed it. Exits with 1 when it is not what was signed.
pub(super) fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let keyring = arguments.keyring.unwrap_or_else(|| default_keyring(&context.environment));
    let verified = ops::chart_verify(&arguments.archive, &keyring)?;
    for line in ops::verified_lines(&verified) {
        writeln!(context.shell.out(), "{line}")?;
    }
    Ok(ExitCode::Success)
}

/// Returns helm's default key ring.
pub(super) fn default_keyring(environment: &Environment) -> PathBuf {
    let home = || PathBuf::from(environment.variable("HOME").unwrap_or_default()).join(".gnupg");
    environment.variable("GNUPGHOME").map_or_else(home, PathBuf::from).join("pubring.gpg")
}
