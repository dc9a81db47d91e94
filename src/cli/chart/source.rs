//! Flags that say where a chart comes from.

use crate::ops::ChartSource;
use crate::source::{Credentials, Password, Repository};
use clap::Args;
use std::path::PathBuf;

/// Which version of a chart, and from where; flags as helm's.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Source options")]
pub(super) struct SourceFlags {
    /// Version of the chart, or a range; the newest unless given
    #[arg(long, value_name = "RANGE")]
    version: Option<String>,
    /// Take prereleases too, unless --version is given
    #[arg(long)]
    devel: bool,
    /// Chart repository to take the chart from
    #[arg(long, value_name = "URL")]
    repo: Option<String>,
    #[command(flatten)]
    access: AccessFlags,
}

/// How a repository is asked.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Source options")]
pub(super) struct AccessFlags {
    /// Who asks the repository
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// The password for the repository
    #[arg(long, value_name = "TEXT")]
    password: Option<String>,
    /// Send the name and password to every host
    #[arg(long)]
    pass_credentials: bool,
    /// Certificate authorities to trust beside the system's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Client certificate
    #[arg(long, value_name = "FILE", requires = "key_file")]
    cert_file: Option<PathBuf>,
    /// Key of the client certificate
    #[arg(long, value_name = "FILE", requires = "cert_file")]
    key_file: Option<PathBuf>,
    /// Take any certificate of a server
    #[arg(long)]
    insecure_skip_tls_verify: bool,
    /// Ask a registry without TLS
    #[arg(long)]
    plain_http: bool,
}

impl SourceFlags {
    /// Returns the chart of this name.
    pub(super) fn chart(self, chart: String) -> ChartSource {
        let repository = self.access.repository(self.repo.unwrap_or_default());
        ChartSource { chart, version: self.version.unwrap_or_default(), devel: self.devel, repository }
    }
}

impl AccessFlags {
    /// Returns the repository at an address, asked as the flags say.
    pub(super) fn repository(self, url: String) -> Repository {
        let credentials =
            self.username.map(|username| Credentials { username, password: Password::new(self.password.unwrap_or_default()) });
        Repository {
            credentials,
            pass_credentials: self.pass_credentials,
            ca_file: self.ca_file,
            cert_file: self.cert_file,
            key_file: self.key_file,
            skip_tls_verify: self.insecure_skip_tls_verify,
            plain_http: self.plain_http,
            ..Repository::at(url)
        }
    }
}
