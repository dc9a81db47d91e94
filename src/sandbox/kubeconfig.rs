//! Kubeconfig files with everything inline, and clients made from them.

use super::credentials::{Identity, write_private};
use super::error::Error;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::json;
use std::path::Path;

/// Writes a kubeconfig with one context. JSON is YAML, and no quoting can go wrong in it.
///
/// # Errors
/// `File` when it cannot be written.
pub fn write(path: &Path, context: &str, server: &str, authority: &str, identity: &Identity) -> Result<(), Error> {
    let content = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": context,
        "clusters": [{"name": context, "cluster": {"server": server, "certificate-authority-data": STANDARD.encode(authority)}}],
        "users": [{"name": context, "user": {
            "client-certificate-data": STANDARD.encode(&identity.certificate),
            "client-key-data": STANDARD.encode(&identity.key),
        }}],
        "contexts": [{"name": context, "context": {"cluster": context, "user": context, "namespace": "default"}}],
    });
    write_private(path, &format!("{content:#}\n"))
}

/// Makes a client from a kubeconfig file of ours.
///
/// # Errors
/// `Kubeconfig` when the file cannot be used, `Api` when no client can be made of it.
pub async fn client(path: &Path) -> Result<kube::Client, Error> {
    // The process may have chosen a provider already; which one makes no difference here.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = Kubeconfig::read_from(path)?;
    let mut config = kube::Config::from_custom_kubeconfig(file, &KubeConfigOptions::default()).await?;
    config.default_retry = false;
    // The sandbox is on loopback whatever proxy the environment names.
    config.proxy_url = None;
    kube::Client::try_from(config).map_err(Error::api("making a client"))
}
