//! What a cluster has to say about one rendered chart: `--dry-run=server`.

use super::render::capabilities_of;
use crate::chart::{Capabilities, ReleaseContext, Rendered};
use crate::cluster::{self, Cluster, ConnectOptions};
use crate::diag::{Diagnostic, Diagnostics};
use crate::manifest::Document;
use crate::release::{Owner, conflict_message, ownership_mismatches};
use serde_json::Value;

/// Connects to the cluster, and asks what it can do.
///
/// # Errors
/// It cannot be reached.
pub(super) async fn connect(options: &ConnectOptions) -> Result<(Cluster, Capabilities), Diagnostics> {
    let reached = async {
        let cluster = Cluster::connect(options, |event| tracing::debug!(?event, "cluster")).await?;
        cluster.reach().await?;
        let capabilities = capabilities_of(&cluster).await?;
        Ok((cluster, capabilities))
    };
    reached.await.map_err(|error: cluster::Error| {
        let words = format!("cluster reachability check failed: kubernetes cluster unreachable: {error}");
        Diagnostics::from(error.diagnostic().verbatim(words))
    })
}

/// Checks that the cluster knows the kind of every object, and, unless `adopts`, that none is there that is somebody else's.
///
/// Rule: Helm 4.3.1 pkg/action/install.go (`Build`, `existingResourceConflict`). Hooks are not looked at.
///
/// # Errors
/// Every object that is refused.
pub(super) async fn check(cluster: &Cluster, rendered: &Rendered, release: &ReleaseContext, adopts: bool) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::new();
    for document in &rendered.manifest.documents {
        if let Err(problem) = check_kind(cluster, document).await {
            problems.push(problem);
        }
    }
    let ((), mut problems) = problems.check(())?;
    if adopts || release.is_upgrade {
        return Ok(());
    }
    for document in &rendered.manifest.documents {
        if let Err(problem) = check_owner(cluster, document, release).await {
            problems.push(problem);
        }
    }
    problems.check(()).map(|((), _)| ())
}

async fn check_kind(cluster: &Cluster, document: &Document) -> Result<(), Diagnostic> {
    let head = &document.head;
    match cluster.kind(&head.api_version, &head.kind).await {
        Ok(_) => Ok(()),
        Err(error) => {
            let words = match &error {
                cluster::Error::UnknownKind { api_version, kind, .. } => unknown_kind(document, api_version, kind),
                other => other.to_string(),
            };
            let words = format!("unable to build kubernetes objects from release manifest: {words}");
            Err(error.diagnostic().verbatim(words).note(format!("of {}", document.source)))
        }
    }
}

/// Returns Helm's words about a kind that nobody serves.
pub(super) fn unknown_kind(document: &Document, api_version: &str, kind: &str) -> String {
    format!(
        "resource mapping not found for name: {:?} namespace: {:?} from \"\": no matches for kind {kind:?} in version {api_version:?}\n\
         ensure CRDs are installed first",
        document.head.name,
        namespace_in(document),
    )
}

async fn check_owner(cluster: &Cluster, document: &Document, release: &ReleaseContext) -> Result<(), Diagnostic> {
    let Some(mut id) = document.id() else { return Ok(()) };
    let namespaced = cluster.kind(&id.api_version, &id.kind).await.is_ok_and(|kind| kind.namespaced);
    id.namespace = namespaced.then(|| id.namespace.clone().unwrap_or_else(|| release.namespace.clone()));
    let live = cluster.get(&id).await.map_err(|error| error.diagnostic())?;
    let Some(live) = live else { return Ok(()) };
    let mismatches = ownership_mismatches(&live, Owner { name: &release.name, namespace: &release.namespace });
    if mismatches.is_empty() {
        return Ok(());
    }
    let words = conflict_message(&id.kind, &id.name, id.namespace.as_deref().unwrap_or_default(), &mismatches);
    Err(Diagnostic::error(words.clone())
        .verbatim(format!("unable to continue with install: {words}"))
        .note(format!("of {}", document.source)))
}

fn namespace_in(document: &Document) -> String {
    let json = document.json().unwrap_or(Value::Null);
    json.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or_default().to_owned()
}
