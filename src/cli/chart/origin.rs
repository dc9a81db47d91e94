//! Flags for where a chart comes from, which several commands take.

use crate::ops::ChartOrigin;
use crate::source::{Credentials, Password, Repository};
use clap::Args;
use std::path::PathBuf;

/// Where a chart comes from, and how a server is asked for it; flags as helm's.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Chart options")]
pub(super) struct OriginFlags {
    /// Version of the chart, or a range, where it comes from a repository
    #[arg(long, value_name = "RANGE")]
    version: Option<String>,
    /// Take prereleases too, where no version is asked for
    #[arg(long)]
    devel: bool,
    /// Chart repository to take the chart from
    #[arg(long, value_name = "URL")]
    repo: Option<String>,
    /// Name for the repository
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    username: String,
    /// Password for the repository
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    password: String,
    /// Send name and password to other hosts than the repository's too
    #[arg(long)]
    pass_credentials: bool,
    /// Certificate authority of the server (PEM)
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Client certificate (PEM)
    #[arg(long, value_name = "FILE")]
    cert_file: Option<PathBuf>,
    /// Key of the client certificate (PEM)
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Take any certificate of the server
    #[arg(long)]
    insecure_skip_tls_verify: bool,
    /// Ask a registry without TLS
    #[arg(long)]
    plain_http: bool,
    /// Check the chart's provenance file (not possible yet: an error)
    #[arg(long)]
    verify: bool,
    /// Public keys for --verify
    #[arg(long, value_name = "FILE", hide = true)]
    keyring: Option<PathBuf>,
    /// Fetch missing dependencies; they always are, and the chart's folder stays as it is
    #[arg(long, hide = true)]
    dependency_update: bool,
}

impl OriginFlags {
    /// Returns where the chart comes from.
    pub(super) fn origin(self) -> ChartOrigin {
        let is_known = !self.username.is_empty() || !self.password.is_empty();
        let credentials = is_known.then(|| Credentials { username: self.username, password: Password::new(self.password) });
        let access = Repository {
            credentials,
            pass_credentials: self.pass_credentials,
            ca_file: self.ca_file,
            cert_file: self.cert_file,
            key_file: self.key_file,
            skip_tls_verify: self.insecure_skip_tls_verify,
            plain_http: self.plain_http,
            ..Repository::default()
        };
        ChartOrigin { version: self.version, devel: self.devel, repository: self.repo, access, verify: self.verify }
    }
}
