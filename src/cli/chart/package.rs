//! `stackwright chart package`: makes archives of charts.

use super::super::environment::Environment;
use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use super::passphrase::ask_passphrase;
use super::source::AccessFlags;
use super::verify::default_keyring;
use crate::diag::{Diagnostic, Diagnostics};
use crate::ops::{self, Passphrase, Signing};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `chart package`; flags as helm's.
#[derive(Args, Debug)]
pub(in crate::cli) struct Arguments {
    /// Folders of charts
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Version to set on the chart
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    /// Version of the application to set on the chart
    #[arg(long, value_name = "VERSION")]
    app_version: Option<String>,
    /// Folder to write into
    #[arg(short, long, default_value = ".", value_name = "FOLDER")]
    destination: PathBuf,
    /// Bring charts/ and Chart.lock to what Chart.yaml wants before
    #[arg(short = 'u', long)]
    dependency_update: bool,
    #[command(flatten)]
    signing: SigningFlags,
    #[command(flatten)]
    access: AccessFlags,
}

/// Whether and how archives are signed.
#[derive(Args, Debug)]
struct SigningFlags {
    /// Write a signature beside each archive
    #[arg(long)]
    sign: bool,
    /// Name of the key, or a part of it
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    /// Key ring with the secret key (default: pubring.gpg of GnuPG)
    #[arg(long, value_name = "FILE")]
    keyring: Option<PathBuf>,
    /// File with the passphrase of the key (- is standard input; asked for on a terminal unless given)
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl SigningFlags {
    fn signing(self, environment: &Environment) -> Result<Option<Signing>, Diagnostics> {
        if !self.sign {
            return Ok(None);
        }
        let Some(key) = self.key.filter(|key| !key.is_empty()) else {
            let words = "--key is required for signing a package";
            return Err(Diagnostic::error(words).verbatim(words).help("name the key: --key NAME").into());
        };
        let keyring = self.keyring.unwrap_or_else(|| default_keyring(environment));
        let passphrase = match &self.passphrase_file {
            Some(file) => Passphrase::read(file)?,
            None if environment.stdin_is_terminal => Passphrase::Asked(ask_passphrase),
            None => Passphrase::None,
        };
        Ok(Some(Signing { key, keyring, passphrase }))
    }
}

/// Packages the charts, one after another.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let signing = arguments.signing.signing(&context.environment)?;
    let request = ops::ChartPackageRequest {
        version: arguments.version,
        app_version: arguments.app_version,
        destination: arguments.destination,
        dependency_update: arguments.dependency_update.then(|| arguments.access.access()),
        signing,
        variables: context.environment.variables.clone(),
    };
    for path in &arguments.paths {
        let packaged = ops::chart_package(&request, path).await?;
        for notice in &packaged.notices {
            context.shell.note(notice)?;
        }
        writeln!(context.shell.out(), "Successfully packaged chart and saved it to: {}", packaged.path.display())?;
    }
    Ok(ExitCode::Success)
}
