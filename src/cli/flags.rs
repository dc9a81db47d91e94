//! Flags that several commands share.

use crate::diff::Filter;
use crate::report::DiffOptions;
use clap::Args;
use std::path::PathBuf;

/// Which stack, which environment, which releases, which cluster. Taken before and after the command.
#[derive(Args, Clone, Debug, Default)]
pub struct StackFlags {
    /// Stack file, or a folder with one (stack.yaml, helmfile.yaml, their .gotmpl forms, or helmfile.d)
    #[arg(short = 'f', long, value_name = "FILE|DIR", help_heading = "Stack options")]
    pub file: Option<PathBuf>,
    /// Environment of the stack file
    #[arg(short = 'e', long, value_name = "NAME", help_heading = "Stack options")]
    pub environment: Option<String>,
    /// Only releases with these labels (name=x, namespace=y, tier!=z; several flags are alternatives)
    #[arg(short = 'l', long, value_name = "KEY=VALUE,...", help_heading = "Stack options")]
    pub selector: Vec<String>,
    /// Set a value of the environment (a.b=c)
    #[arg(long, value_name = "KEY=VALUE,...", help_heading = "Stack options")]
    pub state_values_set: Vec<String>,
    /// Set a value of the environment as a string (a.b=c)
    #[arg(long, value_name = "KEY=VALUE,...", help_heading = "Stack options")]
    pub state_values_set_string: Vec<String>,
    /// Read values of the environment from a file
    #[arg(long, value_name = "FILE", help_heading = "Stack options")]
    pub state_values_file: Vec<PathBuf>,
    #[command(flatten)]
    /// The cluster.
    pub cluster: ClusterFlags,
}

/// Which cluster, and as whom. Taken before and after the command.
#[derive(Args, Clone, Debug, Default)]
pub struct ClusterFlags {
    /// Namespace of releases that do not name one
    #[arg(short = 'n', long, value_name = "NAME", help_heading = "Cluster options")]
    pub namespace: Option<String>,
    /// Kubeconfig file (default: KUBECONFIG, then ~/.kube/config)
    #[arg(long, value_name = "FILE", help_heading = "Cluster options")]
    pub kubeconfig: Option<PathBuf>,
    /// Context of the kubeconfig
    #[arg(long, value_name = "NAME", help_heading = "Cluster options")]
    pub kube_context: Option<String>,
    /// Address of the API server, in place of the context's
    #[arg(long, value_name = "ADDRESS", hide_short_help = true, help_heading = "Cluster options")]
    pub kube_apiserver: Option<String>,
    /// Token to say who one is
    #[arg(long, value_name = "TOKEN", hide_short_help = true, help_heading = "Cluster options")]
    pub kube_token: Option<String>,
    /// User to act for
    #[arg(long, value_name = "NAME", hide_short_help = true, help_heading = "Cluster options")]
    pub kube_as_user: Option<String>,
    /// Group to act for; may be given several times
    #[arg(long, value_name = "NAME", hide_short_help = true, help_heading = "Cluster options")]
    pub kube_as_group: Vec<String>,
    /// Certificate authorities of the API server (PEM)
    #[arg(long, value_name = "FILE", hide_short_help = true, help_heading = "Cluster options")]
    pub kube_ca_file: Option<PathBuf>,
    /// Name that the API server's certificate must have
    #[arg(long, value_name = "NAME", hide_short_help = true, help_heading = "Cluster options")]
    pub kube_tls_server_name: Option<String>,
    /// Take any certificate of the API server
    #[arg(long, hide_short_help = true, help_heading = "Cluster options")]
    pub kube_insecure_skip_tls_verify: bool,
}

impl StackFlags {
    /// Returns these flags, given after the command, over those given before it. Lists are joined.
    #[must_use]
    pub fn over(self, before: &StackFlags) -> StackFlags {
        StackFlags {
            file: self.file.or_else(|| before.file.clone()),
            environment: self.environment.or_else(|| before.environment.clone()),
            selector: joined(&before.selector, self.selector),
            state_values_set: joined(&before.state_values_set, self.state_values_set),
            state_values_set_string: joined(&before.state_values_set_string, self.state_values_set_string),
            state_values_file: joined(&before.state_values_file, self.state_values_file),
            cluster: self.cluster.over(&before.cluster),
        }
    }
}

impl ClusterFlags {
    /// Returns these flags over those given before the command.
    #[must_use]
    pub fn over(self, before: &ClusterFlags) -> ClusterFlags {
        ClusterFlags {
            namespace: self.namespace.or_else(|| before.namespace.clone()),
            kubeconfig: self.kubeconfig.or_else(|| before.kubeconfig.clone()),
            kube_context: self.kube_context.or_else(|| before.kube_context.clone()),
            kube_apiserver: self.kube_apiserver.or_else(|| before.kube_apiserver.clone()),
            kube_token: self.kube_token.or_else(|| before.kube_token.clone()),
            kube_as_user: self.kube_as_user.or_else(|| before.kube_as_user.clone()),
            kube_as_group: joined(&before.kube_as_group, self.kube_as_group),
            kube_ca_file: self.kube_ca_file.or_else(|| before.kube_ca_file.clone()),
            kube_tls_server_name: self.kube_tls_server_name.or_else(|| before.kube_tls_server_name.clone()),
            kube_insecure_skip_tls_verify: self.kube_insecure_skip_tls_verify || before.kube_insecure_skip_tls_verify,
        }
    }
}

fn joined<T: Clone>(before: &[T], after: Vec<T>) -> Vec<T> {
    before.iter().cloned().chain(after).collect()
}

/// How results are printed.
#[derive(clap::ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document.
    Json,
}

/// How diffs are printed, and what is compared.
#[derive(Args, Clone, Debug)]
pub struct DiffFlags {
    /// Equal lines around each change (-1: all)
    #[arg(long, value_name = "LINES", default_value_t = 3, allow_negative_numbers = true, help_heading = "Diff options")]
    pub context: i64,
    /// Show the values of Secrets
    #[arg(long, help_heading = "Diff options")]
    pub show_secrets: bool,
    /// Show no Secrets
    #[arg(long, help_heading = "Diff options")]
    pub suppress_secrets: bool,
    /// Show no objects of this kind
    #[arg(long, value_name = "KIND", help_heading = "Diff options")]
    pub suppress: Vec<String>,
    /// Show only this object (Deployment/web), kind, or template (templates/web.yaml)
    #[arg(long, value_name = "KIND/NAME|TEMPLATE", help_heading = "Diff options")]
    pub show_only: Vec<String>,
}

impl DiffFlags {
    /// Returns how diffs are printed.
    pub fn options(&self, color: bool) -> DiffOptions {
        DiffOptions {
            context: usize::try_from(self.context).ok(),
            show_secrets: self.show_secrets,
            color,
            filter: Filter { suppress: self.suppress.clone(), suppress_secrets: self.suppress_secrets, show_only: self.show_only.clone() },
        }
    }
}
