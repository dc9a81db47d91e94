//! `stackwright chart package`: makes archives of charts.

use super::super::environment::Environment;
use super::super::exit::ExitCode;
use super::super::run::{Context, Stop};
use super::verify::default_keyring;
use crate::ops::{self, Signing};
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
    #[command(flatten)]
    signing: SigningFlags,
}

/// Whether and how archives are signed.
#[derive(Args, Debug)]
struct SigningFlags {
    /// Write a signature beside each archive
    #[arg(long, requires = "key")]
    sign: bool,
    /// Name of the key, or a part of it
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    /// Key ring with the secret key (default: pubring.gpg of GnuPG)
    #[arg(long, value_name = "FILE")]
    keyring: Option<PathBuf>,
    /// File with the passphrase of the key (- is standard input)
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl SigningFlags {
    fn signing(self, environment: &Environment) -> Option<Signing> {
        let key = self.key.filter(|_| self.sign)?;
        let keyring = self.keyring.unwrap_or_else(|| default_keyring(environment));
        Some(Signing { key, keyring, passphrase_file: self.passphrase_file, passphrase: None })
    }
}

/// Packages the charts, one after another.
pub(super) async fn run(context: &mut Context, arguments: Arguments) -> Result<ExitCode, Stop> {
    let signing = arguments.signing.signing(&context.environment).map(Signing::with_passphrase).transpose()?;
    let request = ops::ChartPackageRequest {
        version: arguments.version,
        app_version: arguments.app_version,
        destination: arguments.destination,
        signing,
        variables: context.environment.variables.clone(),
    };
    for path in &arguments.paths {
        let packaged = ops::chart_package(&request, path)?;
        for notice in &packaged.notices {
            context.shell.note(notice)?;
        }
        writeln!(context.shell.out(), "Successfully packaged chart and saved it to: {}", packaged.path.display())?;
    }
    Ok(ExitCode::Success)
}
