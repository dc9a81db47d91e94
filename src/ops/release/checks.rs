//! What is found out about a release before anything is written.

use super::request::{Checks, Listener};
use super::words::refused;
use crate::cluster::{self, Cluster, Driver};
use crate::diag::{Diagnostic, Diagnostics};
use crate::execute::{Absent, Clusters};
use crate::manifest::{Document, ObjectId, parse_stored};
use crate::ops::live_chart::unknown_kind;
use crate::ops::preflight::check_plan;
use crate::plan::{Desired, Finding, Plan, Weight};
use crate::release::{Owner, Record, conflict_message, ownership_mismatches};
use futures_util::future::try_join_all;

/// What a release is checked as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checked {
    /// One that is not there yet.
    Install,
    /// One that is there.
    Upgrade,
}

/// Checks that the cluster serves the kind of every object, or will when the custom resource definitions of the chart are there.
///
/// Rule: Helm 4.3.1 pkg/action/install.go and upgrade.go (`Build`, `validateManifest`), with their words.
///
/// # Errors
/// The first object of an unknown kind, as with Helm, and all others after it.
pub(super) async fn check_kinds(cluster: &Cluster, desired: &Desired, checked: Checked, brings_crds: bool) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::new();
    for document in &desired.manifest.documents {
        let head = &document.head;
        let Err(error) = cluster.kind(&head.api_version, &head.kind).await else { continue };
        if brings_crds && desired.crds.iter().any(|crd| defines(crd, &head.kind)) {
            continue;
        }
        let words = match &error {
            cluster::Error::UnknownKind { api_version, kind, .. } => unknown_kind(document, api_version, kind),
            other => other.to_string(),
        };
        let words = match checked {
            Checked::Install => format!("unable to build kubernetes objects from release manifest: {words}"),
            Checked::Upgrade => words,
        };
        problems.push(error.diagnostic().verbatim(words).note(format!("of {}", document.source)));
    }
    problems.check(()).map(|((), _)| ())
}

fn defines(crd: &Document, kind: &str) -> bool {
    crd.json().is_ok_and(|crd| crd.pointer("/spec/names/kind").and_then(|name| name.as_str()) == Some(kind))
}

/// Checks that objects which the `current` revision does not have are not there already, or are marked as the release's own.
///
/// Rule: Helm 4.3.1 pkg/action/validate.go (`existingResourceConflict`). All conflicts are named, not only the first.
///
/// # Errors
/// Objects of other owners.
pub(super) async fn check_owners(
    cluster: &Cluster,
    desired: &Desired,
    owner: Owner<'_>,
    current: Option<&Record>,
    checked: Checked,
) -> Result<(), Diagnostics> {
    let known = known_objects(cluster, current).await?;
    let ids = placed(cluster, desired.manifest.documents.iter().filter_map(Document::id)).await;
    let new: Vec<&ObjectId> = ids.iter().filter(|id| !known.iter().any(|known| known.is_same_object(id))).collect();
    let live = try_join_all(new.iter().map(|id| cluster.get(id))).await.map_err(|error| error.diagnostic())?;
    let mut conflicts = Vec::new();
    for (id, live) in new.into_iter().zip(live) {
        let Some(live) = live else { continue };
        let mismatches = ownership_mismatches(&live, owner);
        if !mismatches.is_empty() {
            conflicts.push(conflict_message(&id.kind, &id.name, id.namespace.as_deref().unwrap_or_default(), &mismatches));
        }
    }
    if conflicts.is_empty() {
        return Ok(());
    }
    let what = match checked {
        Checked::Install => "install",
        Checked::Upgrade => "update",
    };
    Err(refused(format!("unable to continue with {what}: {}", conflicts.join("\n"))))
}

async fn known_objects(cluster: &Cluster, current: Option<&Record>) -> Result<Vec<ObjectId>, Diagnostics> {
    let Some(current) = current else { return Ok(Vec::new()) };
    let documents = parse_stored(&current.manifest).map_err(|error| error.diagnostic())?;
    Ok(placed(cluster, documents.iter().filter_map(Document::id)).await)
}

/// Returns identities with the namespaces that the objects really have. Objects of kinds that nobody serves are not there.
async fn placed(cluster: &Cluster, ids: impl Iterator<Item = ObjectId>) -> Vec<ObjectId> {
    let mut placed = Vec::new();
    for id in ids {
        let Ok(kind) = cluster.kind(&id.api_version, &id.kind).await else { continue };
        let namespace = kind.namespaced.then(|| id.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned()));
        placed.push(ObjectId { namespace, ..id });
    }
    placed
}

/// Lets the cluster try everything that the plan would send, and tells what it thinks of it. Returns the objects that are not there.
///
/// # Errors
/// Something would go wrong that is not allowed to.
pub(super) async fn preflight(
    plan: &Plan,
    clusters: &Clusters,
    driver: Driver,
    checks: &Checks,
    listener: &mut dyn Listener,
) -> Result<Absent, Diagnostics> {
    if checks.no_preflight {
        return Ok(Absent::default());
    }
    let (findings, absent) = check_plan(plan, clusters, driver, None).await?;
    let told: Vec<Finding> = findings.into_iter().filter(|finding| finding.code.weight() != Weight::Note).collect();
    listener.findings(plan, &told, &checks.allow);
    let is_error = |finding: &&Finding| finding.code.weight() == Weight::Error && !checks.allow.contains(&finding.code);
    let errors: Vec<&Finding> = told.iter().filter(is_error).collect();
    let Some(first) = errors.first() else { return Ok(absent) };
    let about = first.object.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    let title = format!("preflight found {}; nothing was changed", if errors.len() == 1 { "an error" } else { "errors" });
    let words = format!("{title}: {about}{}", first.message.lines().next().unwrap_or_default());
    let problem = Diagnostic::error(words.clone()).verbatim(words);
    Err(problem.help("mend it, go on with --allow CODE,..., or leave the check out with --no-preflight").into())
}
