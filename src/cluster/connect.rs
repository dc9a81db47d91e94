//! From flags and files to a cluster that can be asked.

use super::call::{Event, Limits};
use super::error::Error;
use super::kinds::Kinds;
use super::{kubeconfig, transport};
use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Mutex, Semaphore};

/// Which cluster, as whom: what flags and environment say, read by the caller.
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    /// `--kubeconfig`: this file and no other; it must exist.
    pub kubeconfig: Option<PathBuf>,
    /// The files of `KUBECONFIG`, or the one in the home folder; those that are missing are left out.
    pub kubeconfig_list: Vec<PathBuf>,
    /// `https://HOST:PORT` of the cluster around us (`KUBERNETES_SERVICE_HOST` and `_PORT`): used when no kubeconfig file exists.
    pub in_cluster: Option<String>,
    /// `--kube-context`; else the current one.
    pub context: Option<String>,
    /// `--namespace`; else the context's, else `default`.
    pub namespace: Option<String>,
    /// `--kube-apiserver`: another address for the context's cluster.
    pub server: Option<String>,
    /// `--kube-token`.
    pub token: Option<String>,
    /// `--kube-ca-file`.
    pub ca_file: Option<PathBuf>,
    /// `--kube-tls-server-name`.
    pub tls_server_name: Option<String>,
    /// `--kube-insecure-skip-tls-verify`.
    pub insecure_skip_tls_verify: bool,
    /// `--kube-as-user`.
    pub impersonate: Option<String>,
    /// `--kube-as-group`.
    pub impersonate_groups: Vec<String>,
    /// How many calls at once, how long each, how often again.
    pub limits: Limits,
}

impl ConnectOptions {
    /// Returns the namespace of objects that name none, without asking a cluster: the option's, else that of the context, else
    /// `default`. Files that cannot be read count as not there (Helm's pkg/cli `EnvSettings.Namespace`).
    pub fn namespace_without_cluster(&self) -> String {
        let of_context = || {
            let files = kubeconfig::read(self.kubeconfig.as_deref(), &self.kubeconfig_list).ok()??;
            let (_, context) = kubeconfig::context(&files, self.context.as_deref()).ok()?;
            context.namespace.clone().filter(|namespace| !namespace.is_empty())
        };
        self.namespace.clone().or_else(of_context).unwrap_or_else(|| "default".to_owned())
    }
}

/// The cluster that is meant, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// `HOST:PORT`.
    pub host: String,
    /// The context, where there is one.
    pub context: Option<String>,
    /// The kubeconfig files that were read.
    pub files: Vec<PathBuf>,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.context {
            Some(context) => write!(f, "context {context:?} ({})", self.host),
            None => f.write_str(&self.host),
        }
    }
}

/// How requests name their sender in an API server's audit log.
const USER_AGENT: &str = concat!("stackwright/", env!("CARGO_PKG_VERSION"));

/// A cluster that can be asked and changed. Cheap to clone; clones share connections, limits and knowledge of kinds.
#[derive(Clone)]
pub struct Cluster {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) client: kube::Client,
    pub(super) target: Target,
    pub(super) namespace: String,
    pub(super) limits: Limits,
    pub(super) permits: Semaphore,
    pub(super) kinds: Mutex<Option<Arc<Kinds>>>,
    pub(super) on_event: Arc<dyn Fn(Event) + Send + Sync>,
}

impl Cluster {
    /// Reads files and credentials and makes a client. Sends nothing: ask [`Cluster::reach`] whether somebody is there.
    ///
    /// A credential plugin that the kubeconfig names is run here, and may want the terminal.
    ///
    /// # Errors
    /// Files, contexts, addresses, certificates or credentials that cannot be used.
    pub async fn connect(options: &ConnectOptions, on_event: impl Fn(Event) + Send + Sync + 'static) -> Result<Cluster, Error> {
        let (mut config, target) = configure(options).await?;
        // kube would repeat every request up to 15 times in silence, creating ones as well.
        config.default_retry = false;
        config.headers.push((http::header::USER_AGENT, http::HeaderValue::from_static(USER_AGENT)));
        let settings = |error: kube::Error| Error::Settings { target: target.clone(), reason: transport::innermost(&error) };
        let client = kube::Client::try_from(config.clone()).map_err(settings)?;
        let namespace = options.namespace.clone().unwrap_or(config.default_namespace);
        Ok(Cluster::from_client(client, target, namespace, options.limits, on_event))
    }

    /// Makes a cluster of a client of one's own, as a test does that wants its requests to fail.
    pub fn from_client(
        client: kube::Client,
        target: Target,
        namespace: String,
        limits: Limits,
        on_event: impl Fn(Event) + Send + Sync + 'static,
    ) -> Cluster {
        let permits = Semaphore::new(limits.in_flight.max(1));
        let inner = Inner { client, target, namespace, limits, permits, kinds: Mutex::new(None), on_event: Arc::new(on_event) };
        Cluster { inner: Arc::new(inner) }
    }

    /// Returns the namespace of objects that name none: the option's, else the context's, else `default`.
    pub fn namespace(&self) -> &str {
        &self.inner.namespace
    }

    /// Returns which cluster this is, in words.
    pub fn target(&self) -> &Target {
        &self.inner.target
    }
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cluster({})", self.inner.target)
    }
}

async fn configure(options: &ConnectOptions) -> Result<(Config, Target), Error> {
    match kubeconfig::read(options.kubeconfig.as_deref(), &options.kubeconfig_list)? {
        Some(files) => from_files(options, files).await,
        None => around_us(options),
    }
}

async fn from_files(options: &ConnectOptions, mut files: kubeconfig::Files) -> Result<(Config, Target), Error> {
    let (name, context) = kubeconfig::context(&files, options.context.as_deref())?;
    let (name, cluster) = (name.to_owned(), context.cluster.clone());
    override_cluster(&mut files.merged, &cluster, options);
    let host = host_of(server_of(&files.merged, &cluster));
    let target = Target { host, context: Some(name.clone()), files: files.read };
    let selected = KubeConfigOptions { context: Some(name), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(files.merged, &selected).await;
    let config = config.map_err(|error| Error::Settings { target: target.clone(), reason: error.to_string() })?;
    Ok((identified(config, options), target))
}

/// Uses the service account of the pod that we run in.
fn around_us(options: &ConnectOptions) -> Result<(Config, Target), Error> {
    let Some(address) = options.server.as_ref().or(options.in_cluster.as_ref()) else {
        return Err(Error::NoKubeconfig { looked_at: options.kubeconfig_list.clone() });
    };
    let target = Target { host: host_of(address), ..Target::default() };
    let settings = |reason: String| Error::Settings { target: target.clone(), reason };
    let uri: http::Uri = address.parse().map_err(|error: http::uri::InvalidUri| settings(error.to_string()))?;
    let mut config = match options.in_cluster {
        Some(_) => Config::incluster_dns().map_err(|error| settings(error.to_string()))?,
        None => Config::new(uri.clone()),
    };
    config.cluster_url = uri;
    config.accept_invalid_certs |= options.insecure_skip_tls_verify;
    config.tls_server_name = options.tls_server_name.clone().or(config.tls_server_name);
    if let Some(path) = &options.ca_file {
        config.root_cert = None;
        config.root_cert_file = Some(path.clone());
    }
    Ok((identified(config, options), target))
}

/// A token that is given stands for every other way to say who one is, but for a client certificate, which names the same person.
fn identified(mut config: Config, options: &ConnectOptions) -> Config {
    if let Some(token) = &options.token {
        config.auth_info.exec = None;
        config.auth_info.auth_provider = None;
        config.auth_info.token_file = None;
        config.auth_info.token = Some(token.clone().into());
    }
    if let Some(user) = &options.impersonate {
        config.auth_info.impersonate = Some(user.clone());
    }
    if !options.impersonate_groups.is_empty() {
        config.auth_info.impersonate_groups = Some(options.impersonate_groups.clone());
    }
    config
}

fn override_cluster(merged: &mut Kubeconfig, name: &str, options: &ConnectOptions) {
    let named = merged.clusters.iter_mut().find(|cluster| cluster.name == name);
    let Some(cluster) = named.and_then(|named| named.cluster.as_mut()) else { return };
    if let Some(server) = &options.server {
        cluster.server = Some(server.clone());
    }
    if let Some(path) = &options.ca_file {
        cluster.certificate_authority = Some(path.display().to_string());
        cluster.certificate_authority_data = None;
    }
    if let Some(server_name) = &options.tls_server_name {
        cluster.tls_server_name = Some(server_name.clone());
    }
    if options.insecure_skip_tls_verify {
        cluster.insecure_skip_tls_verify = Some(true);
    }
}

fn server_of<'a>(merged: &'a Kubeconfig, name: &str) -> &'a str {
    let named = merged.clusters.iter().find(|cluster| cluster.name == name);
    named.and_then(|named| named.cluster.as_ref()).and_then(|cluster| cluster.server.as_deref()).unwrap_or_default()
}

fn host_of(address: &str) -> String {
    let Ok(uri) = address.parse::<http::Uri>() else { return address.to_owned() };
    let Some(host) = uri.host() else { return address.to_owned() };
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
    format!("{host}:{port}")
}
