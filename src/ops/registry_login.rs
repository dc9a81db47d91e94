//! Logs in at registries, and out.

use super::charts::sources;
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{ConfigFiles, Credentials, Logins, Repository};
use std::collections::BTreeMap;

/// Tries a name and password at a registry, and keeps them for later pulls.
///
/// Rule: Helm pkg/registry `Login`.
///
/// # Errors
/// The host has a path; the registry does not take them; they cannot be written down.
pub async fn registry_login(host: &str, access: &Repository, variables: &BTreeMap<String, String>) -> Result<(), Diagnostics> {
    if host.contains('/') || host.is_empty() {
        let words = format!("invalid reference: invalid registry {host:?}");
        return Err(Diagnostic::error(words.clone()).verbatim(words).help("name the host alone: logins are for the whole registry").into());
    }
    let access = Repository { url: format!("oci://{host}"), oci: true, ..access.clone() };
    sources(variables).greet_registry(host, &access).await.map_err(|error| {
        let words = format!("authenticating to {host:?}: {}", error.words());
        Diagnostics::from(error.diagnostic().verbatim(words))
    })?;
    let nobody = Credentials { username: String::new(), password: crate::source::Password::new("") };
    let credentials = access.credentials.as_ref().unwrap_or(&nobody);
    logins(variables).put(host, credentials).map_err(|error| error.diagnostic().into())
}

/// Forgets the login at a registry.
///
/// # Errors
/// The file of logins cannot be read or written.
pub fn registry_logout(host: &str, variables: &BTreeMap<String, String>) -> Result<(), Diagnostics> {
    logins(variables).remove(host).map_err(|error| error.diagnostic().into())
}

/// Returns how a registry is asked: as the flags say, else with the login that is kept.
pub(super) fn with_login(access: Repository, name: &str, variables: &BTreeMap<String, String>) -> Repository {
    let name = name.strip_prefix("oci://").unwrap_or(name);
    let host = name.split('/').next().unwrap_or(name);
    let credentials = access.credentials.or_else(|| logins(variables).get(host));
    Repository { credentials, ..access }
}

fn logins(variables: &BTreeMap<String, String>) -> Logins {
    Logins::of(&ConfigFiles::from_env(variables))
}
