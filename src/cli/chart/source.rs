//! Flags that say where a chart comes from.

use super::super::environment::Environment;
use super::verify::default_keyring;
use crate::ops::ChartSource;
use crate::source::{Credentials, Password, Repository};
use clap::Args;
use std::path::PathBuf;

/// Which version of a chart, from where, and whether its signature counts; flags as helm's.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct SourceFlags {
    /// Version of the chart, or a range; the newest unless given
    #[arg(long, value_name = "RANGE", help_heading = "Source options")]
    version: Option<String>,
    /// Take prereleases too, unless --version is given
    #[arg(long, help_heading = "Source options")]
    devel: bool,
    /// Chart repository to take the chart from
    #[arg(long, value_name = "URL", help_heading = "Source options")]
    repo: Option<String>,
    /// Send the name and password to other hosts than the repository's too
    #[arg(long, help_heading = "Source options")]
    pass_credentials: bool,
    #[command(flatten)]
    access: AccessFlags,
    #[command(flatten)]
    verification: VerificationFlags,
}

/// How a server is asked.
#[derive(Args, Clone, Debug)]
pub(super) struct AccessFlags {
    /// Who asks the server
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true, help_heading = "Source options")]
    username: String,
    /// The password for the server
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, help_heading = "Source options")]
    password: String,
    /// Certificate authorities to trust beside the system's (PEM)
    #[arg(long, value_name = "FILE", help_heading = "Source options")]
    ca_file: Option<PathBuf>,
    /// Client certificate (PEM)
    #[arg(long, value_name = "FILE", help_heading = "Source options")]
    cert_file: Option<PathBuf>,
    /// Key of the client certificate (PEM)
    #[arg(long, value_name = "FILE", help_heading = "Source options")]
    key_file: Option<PathBuf>,
    /// Take any certificate of a server
    #[arg(long, help_heading = "Source options")]
    insecure_skip_tls_verify: bool,
    /// Ask a registry without TLS
    #[arg(long, help_heading = "Source options")]
    plain_http: bool,
}

/// Whether signatures are checked.
#[derive(Args, Clone, Debug)]
pub(super) struct VerificationFlags {
    /// Check the signature of what is used
    #[arg(long, help_heading = "Source options")]
    verify: bool,
    /// Key ring with public keys, for --verify (default: pubring.gpg of GnuPG)
    #[arg(long, value_name = "FILE", help_heading = "Source options")]
    keyring: Option<PathBuf>,
}

impl SourceFlags {
    /// Returns the chart of this name.
    pub(in crate::cli) fn chart(self, chart: String, environment: &Environment) -> ChartSource {
        ChartSource {
            chart,
            version: self.version.unwrap_or_default(),
            devel: self.devel,
            repository: self.repo.filter(|url| !url.is_empty()),
            access: Repository { pass_credentials: self.pass_credentials, ..self.access.access() },
            keyring: self.verification.keyring(environment),
        }
    }
}

impl AccessFlags {
    /// Returns how servers are asked, without an address.
    pub(super) fn access(self) -> Repository {
        let is_known = !self.username.is_empty() || !self.password.is_empty();
        let credentials = is_known.then(|| Credentials { username: self.username, password: Password::new(self.password) });
        Repository {
            credentials,
            ca_file: self.ca_file,
            cert_file: self.cert_file,
            key_file: self.key_file,
            skip_tls_verify: self.insecure_skip_tls_verify,
            plain_http: self.plain_http,
            ..Repository::default()
        }
    }
}

impl VerificationFlags {
    /// Returns the key ring to check signatures with; none leaves them unchecked.
    pub(super) fn keyring(self, environment: &Environment) -> Option<PathBuf> {
        self.verify.then(|| self.keyring.unwrap_or_else(|| default_keyring(environment)))
    }
}
