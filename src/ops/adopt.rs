//! Takes over objects that are there already for the releases whose charts make them.

use super::apply::{Prepared, RunOverrides, plan_apply};
use super::session::Session;
use crate::cluster::{ApplyOptions, Cluster, PatchKind};
use crate::diag::{Diagnostic, Diagnostics, nearest};
use crate::manifest::ObjectId;
use crate::plan::PlannedRelease;
use crate::release::{Owner, RELEASE_NAME, RELEASE_NAMESPACE, mark_owned, ownership_mismatches};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// What is to be taken over.
#[derive(Clone, Debug, Default)]
pub struct AdoptRequest {
    /// The release; none means all that are selected.
    pub release: Option<String>,
    /// Objects as `KIND/NAME` or `KIND/NAMESPACE/NAME`; none means all that the charts make and that are there.
    pub objects: Vec<String>,
    /// Whether objects of other releases are taken.
    pub take_ownership: bool,
}

/// What would be taken over.
pub struct Adoptions {
    /// The objects.
    pub objects: Vec<Adoption>,
    /// Releases that are installed already: they belong to the stack as soon as it names them.
    pub installed: Vec<String>,
    prepared: Prepared,
}

/// An object that is taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The object.
    pub id: ObjectId,
    /// The release that takes it.
    pub release: String,
    /// The release's namespace.
    pub namespace: String,
    /// The release that has had it, as `NAMESPACE/NAME`.
    pub from: Option<String>,
    context: Option<String>,
}

/// Finds the objects that are there and belong to nobody (or, if asked for, to another release), although a release of the stack makes
/// them. Writes nothing.
///
/// # Errors
/// Mistakes of the stack; no such release; objects that are not there, that its chart does not make, or that belong to another release.
pub async fn plan_adopt(session: &Session, request: &AdoptRequest) -> Result<Adoptions, Diagnostics> {
    let prepared = plan_apply(session, &RunOverrides::default()).await?;
    let releases: Vec<&PlannedRelease> = prepared.plan.releases.iter().filter(|release| is_meant(release, request)).collect();
    if let Some(name) = request.release.as_ref().filter(|_| releases.is_empty()) {
        let names = prepared.plan.releases.iter().map(|release| release.name.as_str());
        let unknown = Diagnostic::error(format!("the stack has no release {name}"));
        return Err(nearest(name, names).map_or(unknown.clone(), |near| unknown.help(format!("did you mean {near}?"))).into());
    }
    let found = join_all(releases.iter().map(|release| of_release(&prepared, release, request))).await;
    let mut problems = Diagnostics::new();
    let mut objects = Vec::new();
    let mut missed = request.objects.clone();
    for found in found {
        match found {
            Ok(found) => {
                missed.retain(|wanted| !found.named.contains(wanted));
                objects.extend(found.adoptions);
            }
            Err(found) => problems.extend(found),
        }
    }
    for wanted in missed {
        problems.push(
            Diagnostic::error(format!("{wanted} is made by no chart of these releases"))
                .help("name it as KIND/NAME or KIND/NAMESPACE/NAME; stackwright template shows what charts make"),
        );
    }
    let installed = releases.iter().filter(|release| release.history.is_installed()).map(|release| release.name.clone()).collect();
    problems.check(()).map(|_| ())?;
    Ok(Adoptions { objects, installed, prepared })
}

/// Marks the objects as those of their releases. Nothing else of them changes.
///
/// # Errors
/// What the cluster refuses.
pub async fn adopt(adoptions: &Adoptions) -> Result<(), Diagnostics> {
    let results = join_all(adoptions.objects.iter().map(|adoption| take(adoptions, adoption))).await;
    let mut problems = Diagnostics::new();
    problems.extend(results.into_iter().filter_map(Result::err));
    problems.check(()).map(|_| ())
}

async fn take(adoptions: &Adoptions, adoption: &Adoption) -> Result<(), Diagnostic> {
    let Some(cluster) = adoptions.prepared.clusters.get(&adoption.context) else { return Ok(()) };
    let mut marks = json!({});
    mark_owned(&mut marks, Owner { name: &adoption.release, namespace: &adoption.namespace });
    cluster.patch(&adoption.id, PatchKind::Merge, &marks, &ApplyOptions::default()).await.map_err(|error| error.diagnostic())?;
    Ok(())
}

fn is_meant(release: &PlannedRelease, request: &AdoptRequest) -> bool {
    match &request.release {
        Some(name) => release.name == *name || format!("{}/{}", release.namespace, release.name) == *name,
        None => true,
    }
}

/// What was found for one release.
struct Found {
    adoptions: Vec<Adoption>,
    /// Those of the wanted objects that its chart makes.
    named: Vec<String>,
}

async fn of_release(prepared: &Prepared, release: &PlannedRelease, request: &AdoptRequest) -> Result<Found, Diagnostics> {
    let mut found = Found { adoptions: Vec::new(), named: Vec::new() };
    let mut problems = Diagnostics::new();
    let Some(cluster) = prepared.clusters.get(&release.id.kube_context) else { return Ok(found) };
    let documents = release.desired.iter().flat_map(|desired| &desired.manifest.documents);
    for id in documents.filter_map(crate::manifest::Document::id) {
        // A kind that is not served has no objects.
        let Ok(kind) = cluster.kind(&id.api_version, &id.kind).await else { continue };
        let namespace = kind.namespaced.then(|| id.namespace.clone().unwrap_or_else(|| release.namespace.clone()));
        let id = ObjectId { namespace, ..id };
        let named: Vec<String> = request.objects.iter().filter(|wanted| names(wanted, &id)).cloned().collect();
        if named.is_empty() && !request.objects.is_empty() {
            continue;
        }
        match adoption(cluster, release, &id, request).await {
            Ok(Some(adoption)) => found.adoptions.push(adoption),
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
        found.named.extend(named);
    }
    problems.check(found).map(|(found, _)| found)
}

/// Says how an object is taken over; nothing where it is the release's own already, or is not there.
async fn adoption(
    cluster: &Cluster,
    release: &PlannedRelease,
    id: &ObjectId,
    request: &AdoptRequest,
) -> Result<Option<Adoption>, Diagnostic> {
    let live = cluster.get(id).await.map_err(|error| error.diagnostic())?;
    let Some(live) = live else {
        return if request.objects.is_empty() { Ok(None) } else { Err(Diagnostic::error(format!("{id} is not there"))) };
    };
    if ownership_mismatches(&live, Owner { name: &release.name, namespace: &release.namespace }).is_empty() {
        return Ok(None);
    }
    let mark = |key: &str| live.pointer("/metadata/annotations").and_then(|marks| marks.get(key)).and_then(Value::as_str);
    let from = mark(RELEASE_NAME).map(|name| format!("{}/{name}", mark(RELEASE_NAMESPACE).unwrap_or_default()));
    if let Some(from) = from.as_ref().filter(|_| !request.take_ownership) {
        return Err(Diagnostic::error(format!("{id} belongs to release {from}"))
            .help("to take it away from there, give --take-ownership; the other release will want it back when it is applied"));
    }
    Ok(Some(Adoption {
        id: id.clone(),
        release: release.name.clone(),
        namespace: release.namespace.clone(),
        from,
        context: release.id.kube_context.clone(),
    }))
}

/// Says whether `KIND/NAME` or `KIND/NAMESPACE/NAME` is this object; kinds in any case.
fn names(wanted: &str, id: &ObjectId) -> bool {
    let Some((kind, rest)) = wanted.split_once('/') else { return false };
    let (namespace, name) = rest.split_once('/').map_or((None, rest), |(namespace, name)| (Some(namespace), name));
    kind.eq_ignore_ascii_case(&id.kind) && name == id.name && namespace.is_none_or(|namespace| id.namespace.as_deref() == Some(namespace))
}
