//! Chart repositories as a stack names them.

use std::fmt;
use std::path::PathBuf;

/// A chart repository: a web folder with an `index.yaml`, or a registry's namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repository {
    /// The name before the slash of a chart.
    pub name: String,
    /// The address; for a registry without scheme, or with `oci://`.
    pub url: String,
    /// Whether it is an OCI registry.
    pub oci: bool,
    /// Who asks, where the repository wants to know.
    pub credentials: Option<Credentials>,
    /// Whether credentials go to hosts other than the repository's.
    pub pass_credentials: bool,
    /// A certificate authority to trust beside the system's (PEM).
    pub ca_file: Option<PathBuf>,
    /// A client certificate (PEM); only together with `key_file`.
    pub cert_file: Option<PathBuf>,
    /// The key of the client certificate (PEM).
    pub key_file: Option<PathBuf>,
    /// Whether any server certificate is taken.
    pub skip_tls_verify: bool,
    /// Whether a registry is asked without TLS.
    pub plain_http: bool,
}

impl Repository {
    /// Makes a repository that has an address and nothing else, as dependencies of charts name them.
    pub fn at(url: impl Into<String>) -> Repository {
        let url = url.into();
        Repository { oci: url.starts_with("oci://"), url, ..Repository::default() }
    }
}

/// A name and a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The name.
    pub username: String,
    /// The password.
    pub password: Password,
}

/// A password: it prints as stars.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Wraps a password.
    pub fn new(text: impl Into<String>) -> Password {
        Password(text.into())
    }

    /// Returns the password itself, for the one request that needs it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
