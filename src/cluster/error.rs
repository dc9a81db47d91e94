//! What can go wrong between us and a cluster.

use super::apply::FIELD_MANAGER;
use super::connect::Target;
use super::refusal::{FieldConflict, Refusal, RefusalKind};
use crate::diag::{Diagnostic, nearest};
use std::path::PathBuf;
use std::time::Duration;

/// What can go wrong between us and a cluster.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// There is no kubeconfig file and no cluster around us.
    #[error("no cluster is configured")]
    NoKubeconfig {
        /// The files that were looked for.
        looked_at: Vec<PathBuf>,
    },
    /// A kubeconfig file cannot be read.
    #[error("cannot read kubeconfig {}: {reason}", path.display())]
    Kubeconfig {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// No context is selected.
    #[error("no context is selected in {}", files(files_read))]
    NoContext {
        /// The contexts that there are.
        existing: Vec<String>,
        /// The files that were read.
        files_read: Vec<PathBuf>,
    },
    /// A context, or what it names, does not exist.
    #[error("{what} {name:?} does not exist in {}", files(files_read))]
    UnknownName {
        /// `context` or `cluster`.
        what: &'static str,
        /// The name that was asked for.
        name: String,
        /// The names that there are.
        existing: Vec<String>,
        /// The files that were read.
        files_read: Vec<PathBuf>,
    },
    /// What the context says (address, certificates, credentials) cannot be used.
    #[error("the settings for {target} cannot be used: {reason}")]
    Settings {
        /// Where we wanted to go.
        target: Target,
        /// What is wrong with them.
        reason: String,
    },
    /// Nobody answers there.
    #[error("no cluster answers at {}: {reason}", target.host)]
    Unreachable {
        /// Where we wanted to go.
        target: Target,
        /// What the network says.
        reason: String,
    },
    /// The server's certificate, or ours, was not accepted.
    #[error("cannot trust the server at {}: {reason}", target.host)]
    Tls {
        /// Where we wanted to go.
        target: Target,
        /// What the TLS library says.
        reason: String,
    },
    /// The connection broke before the answer was complete; whether the request was processed is not known.
    #[error("{doing}: the connection to {} broke: {reason}", target.host)]
    Broken {
        /// What was being done: `applying Deployment/shop/web`.
        doing: String,
        /// Where.
        target: Target,
        /// What the network says.
        reason: String,
    },
    /// The answer did not come in time.
    #[error("{doing}: no answer after {}", seconds(*after))]
    TimedOut {
        /// What was being done.
        doing: String,
        /// How long we waited.
        after: Duration,
    },
    /// The API server said no.
    #[error("{doing}: {refusal}")]
    Refused {
        /// What was being done.
        doing: String,
        /// Its reasons.
        refusal: Box<Refusal>,
    },
    /// The answer is not what the API promises.
    #[error("{doing}: the answer cannot be read: {reason}")]
    Answer {
        /// What was being done.
        doing: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The cluster does not serve this kind.
    #[error("the cluster does not know kind {kind} of {api_version}")]
    UnknownKind {
        /// The API version that was asked for.
        api_version: String,
        /// The kind that was asked for.
        kind: String,
        /// What the cluster has instead: the kind in another version, or a name that is near.
        instead: Option<String>,
    },
    /// An object without `apiVersion`, `kind` or `metadata.name` cannot be sent.
    #[error("an object without {missing} cannot be sent")]
    Nameless {
        /// The field that it lacks.
        missing: &'static str,
    },
}

impl Error {
    /// Returns the server's refusal, if that is what it is.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Error::Refused { refusal, .. } => Some(refusal),
            _ => None,
        }
    }

    /// Says whether the object does not exist.
    pub fn is_not_found(&self) -> bool {
        self.refusal().is_some_and(Refusal::is_not_found)
    }

    /// Says whether fields are in conflict with nobody but Helm itself: those that it owns by client-side apply, which must be handed to
    /// server-side apply first ([`super::Cluster::upgrade_field_manager`]).
    pub fn is_conflict_with_ourselves(&self) -> bool {
        match self.refusal().map(|refusal| &refusal.kind) {
            Some(RefusalKind::Conflict(conflicts)) => conflicts.iter().all(|conflict| conflict.manager == FIELD_MANAGER),
            _ => false,
        }
    }

    /// Returns the fields of other managers that stopped a write; nothing where it was not that.
    pub fn conflicts(&self) -> Option<&[FieldConflict]> {
        match self.refusal().map(|refusal| &refusal.kind) {
            Some(RefusalKind::Conflict(conflicts)) => Some(conflicts),
            _ => None,
        }
    }

    /// Says whether no cluster could be reached at all, so that every other call will fail as well.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Error::Unreachable { .. } | Error::Tls { .. })
    }

    /// Returns the error as a diagnostic: what, why, and what to do next.
    pub fn diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::error(self.to_string());
        match self {
            Error::NoKubeconfig { looked_at } => no_kubeconfig(diagnostic, looked_at),
            Error::Kubeconfig { .. } | Error::Nameless { .. } | Error::Answer { .. } => diagnostic,
            Error::NoContext { existing, .. } => {
                diagnostic.note(listing("contexts", existing)).help("name one with --kube-context, or run kubectl config use-context NAME")
            }
            Error::UnknownName { what, name, existing, .. } => unknown_name(diagnostic, what, name, existing),
            Error::Settings { target, .. } => at_target(diagnostic, target),
            Error::Unreachable { target, .. } => at_target(diagnostic, target)
                .help("check that the cluster runs and that this address is right (kubectl cluster-info asks the same one)"),
            Error::Tls { target, .. } => at_target(diagnostic, target)
                .help("check certificate-authority-data and tls-server-name of the cluster in kubeconfig; a cluster made anew has a new certificate"),
            Error::Broken { target, .. } => at_target(diagnostic, target),
            Error::TimedOut { .. } => diagnostic.help("the server is reachable but slow; an admission webhook without a timeout is a usual cause"),
            Error::Refused { refusal, .. } => refused(diagnostic, refusal),
            Error::UnknownKind { instead, .. } => unknown_kind(diagnostic, instead.as_deref()),
        }
    }
}

fn no_kubeconfig(diagnostic: Diagnostic, looked_at: &[PathBuf]) -> Diagnostic {
    let paths: Vec<String> = looked_at.iter().map(|path| path.display().to_string()).collect();
    let diagnostic = if paths.is_empty() { diagnostic } else { diagnostic.note(format!("looked for {}", paths.join(", "))) };
    diagnostic.help("set KUBECONFIG or --kubeconfig, or run inside a cluster")
}

fn unknown_name(diagnostic: Diagnostic, what: &str, name: &str, existing: &[String]) -> Diagnostic {
    let diagnostic = diagnostic.note(listing(&format!("{what}s"), existing));
    match nearest(name, existing.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean {near:?}?")),
        None => diagnostic,
    }
}

fn unknown_kind(diagnostic: Diagnostic, instead: Option<&str>) -> Diagnostic {
    match instead {
        Some(instead) => diagnostic.help(format!("the cluster has {instead}")),
        None => diagnostic.help("if a CustomResourceDefinition brings this kind, it must be applied first"),
    }
}

fn at_target(diagnostic: Diagnostic, target: &Target) -> Diagnostic {
    let diagnostic = match (&target.context, target.files.as_slice()) {
        (Some(context), files_read) => diagnostic.note(format!("context {context:?} of {}", files(files_read))),
        (None, _) => diagnostic,
    };
    diagnostic.note(format!("server {}", target.host))
}

fn refused(diagnostic: Diagnostic, refusal: &Refusal) -> Diagnostic {
    match &refusal.kind {
        RefusalKind::Unauthorized => diagnostic.help("log in again: the token or certificate of this context has expired or is wrong"),
        RefusalKind::Forbidden => {
            diagnostic.help("ask for this right, or use a context that has it (kubectl auth can-i --list shows yours)")
        }
        RefusalKind::NamespaceTerminating => diagnostic.help("wait until the namespace is gone, then run again"),
        RefusalKind::Conflict(conflicts) => {
            let noted = conflicts.iter().fold(diagnostic, |diagnostic, conflict| {
                diagnostic.note(format!("{} belongs to field manager {:?}", conflict.field, conflict.manager))
            });
            noted.help("leave the field to its manager by removing it from the chart's values, or take it with --force-conflicts")
        }
        RefusalKind::Immutable(errors) => field_notes(diagnostic, errors).help("the object must be deleted and made anew for this change"),
        RefusalKind::Invalid(errors) => field_notes(diagnostic, errors),
        RefusalKind::Outdated => diagnostic.help("somebody else changed the object at the same time; run again"),
        RefusalKind::TooManyRequests => diagnostic.help("the server is busy; run again later or with fewer releases at once"),
        _ => diagnostic,
    }
}

fn field_notes(diagnostic: Diagnostic, errors: &[super::FieldError]) -> Diagnostic {
    errors.iter().fold(diagnostic, |diagnostic, error| diagnostic.note(format!("{}: {}", error.field, error.message)))
}

fn listing(what: &str, names: &[String]) -> String {
    if names.is_empty() { format!("there are no {what}") } else { format!("{what} there: {}", names.join(", ")) }
}

fn files(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    if paths.is_empty() { "the kubeconfig".to_owned() } else { paths.join(", ") }
}

fn seconds(duration: Duration) -> String {
    if duration.subsec_millis() == 0 { format!("{} s", duration.as_secs()) } else { format!("{:.1} s", duration.as_secs_f64()) }
}
