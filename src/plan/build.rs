//! Builds the plan of an apply or of a removal.

use super::graph::{Cycle, Graph};
use super::order::{Order, order, order_of_record};
use super::planned::{Action, Desired, Plan, PlannedRelease, Settings};
use super::restore::Restore;
use crate::diag::{Diagnostic, Diagnostics, Span};
use crate::diff::{Change, Object, compare};
use crate::manifest::{Document, Manifest, ObjectId, parse_stored, split};
use crate::release::{History, Record, Status, StoredChart, StoredFile};
use crate::stack::ReleaseId;

/// What the planner is told of one release.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What the stack calls it.
    pub id: ReleaseId,
    /// Its namespace.
    pub namespace: String,
    /// What it is to become; nothing where it is to be absent.
    pub desired: Option<Desired>,
    /// The revision that it is to become again, where it is not rendered from its chart.
    pub restore: Option<Restore>,
    /// What hooks of earlier revisions made and may have left.
    pub leftovers: Vec<ObjectId>,
    /// What the cluster holds of it.
    pub history: History,
    /// How it is carried out.
    pub settings: Settings,
    /// The candidates that it needs, by index, and where that is written.
    pub needs: Vec<(usize, Option<Span>)>,
}

/// Compares what is wanted with what is there, and orders it. A removal comes after the removals of what needs it.
///
/// # Errors
/// Every cycle of needs; records and manifests that cannot be read.
pub fn build(candidates: Vec<Candidate>) -> Result<Plan, Diagnostics> {
    let mut problems = Diagnostics::new();
    problems.extend(check_cycles(&candidates));
    let needs: Vec<Vec<usize>> = candidates.iter().map(|candidate| candidate.needs.iter().map(|(need, _)| *need).collect()).collect();
    let mut releases = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match plan_release(candidate) {
            Ok(release) => releases.push(release),
            Err(found) => problems.extend(found),
        }
    }
    if problems.has_errors() {
        return Err(problems);
    }
    let graph = Graph::new(releases.len(), edges(&releases, &needs)).map_err(|_| {
        // Turning the needs of removals round keeps a graph without cycles free of them: both ends of a turned edge are removals.
        Diagnostics::from(Diagnostic::error("the needs of this stack cannot be ordered"))
    })?;
    Ok(Plan { releases, graph })
}

fn edges(releases: &[PlannedRelease], needs: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let is_removal = |at: usize| releases[at].action == Action::Remove;
    let mut edges = Vec::new();
    for (release, needed) in needs.iter().enumerate().flat_map(|(release, needs)| needs.iter().map(move |need| (release, *need))) {
        match (is_removal(release), is_removal(needed)) {
            (false, false) => edges.push((release, needed)),
            (true, true) => edges.push((needed, release)),
            // What goes and what stays do not wait for each other.
            _ => {}
        }
    }
    edges
}

fn check_cycles(candidates: &[Candidate]) -> Vec<Diagnostic> {
    let needs = candidates.iter().enumerate().flat_map(|(at, candidate)| candidate.needs.iter().map(move |(need, _)| (at, *need)));
    match Graph::new(candidates.len(), needs) {
        Ok(_) => Vec::new(),
        Err(cycles) => cycles.iter().map(|cycle| describe_cycle(candidates, cycle)).collect(),
    }
}

fn describe_cycle(candidates: &[Candidate], Cycle(members): &Cycle) -> Diagnostic {
    let name = |at: usize| candidates[at].id.name.as_str();
    let mut way: Vec<&str> = members.iter().map(|at| name(*at)).collect();
    way.push(name(members[0]));
    let title = format!("releases need each other in a circle: {}", way.join(" -> "));
    let mut diagnostic = Diagnostic::error(title);
    for (step, at) in members.iter().enumerate() {
        let next = members[(step + 1) % members.len()];
        let span = candidates[*at].needs.iter().find(|(need, _)| *need == next).and_then(|(_, span)| span.clone());
        let text = format!("{} needs {}", name(*at), name(next));
        diagnostic = match (step, span) {
            (0, Some(span)) => diagnostic.at(span, text),
            (_, Some(span)) => diagnostic.see(span, text),
            (_, None) => diagnostic.note(text),
        };
    }
    diagnostic.help("remove one of these needs; releases whose pods wait for each other become ready together without any")
}

fn plan_release(candidate: Candidate) -> Result<PlannedRelease, Diagnostics> {
    let broken =
        |error: &dyn std::fmt::Display| Diagnostic::error(format!("the record of release {} cannot be read: {error}", candidate.id.name));
    let before = candidate.history.deployed().map(|entry| entry.record()).transpose().map_err(|error| broken(&error))?;
    let last_status = candidate.history.last().map(|entry| entry.status);
    let installed = candidate.history.is_installed();
    let mut planned = PlannedRelease {
        name: candidate.id.name.clone(),
        id: candidate.id.clone(),
        namespace: candidate.namespace.clone(),
        action: Action::Nothing,
        reasons: Vec::new(),
        changes: Vec::new(),
        crd_changes: Vec::new(),
        hook_changes: Vec::new(),
        desired: candidate.desired,
        restore: candidate.restore,
        leftovers: candidate.leftovers,
        needs: candidate.needs.iter().map(|(need, _)| *need).collect(),
        history: candidate.history,
        settings: candidate.settings,
        order: None,
    };
    planned.order = order_of(&planned)?;
    let Some(desired) = &planned.desired else {
        planned.action = if installed { Action::Remove } else { Action::Nothing };
        return Ok(planned);
    };
    let new = objects(&desired.manifest.documents, &planned.namespace)?;
    let new_hooks = objects(desired.manifest.hooks.iter().map(|hook| &hook.document), &planned.namespace)?;
    let (old, old_hooks) = match &before {
        Some(record) => (stored_objects(record, &planned.namespace)?, stored_hooks(record, &planned.namespace)?),
        None => (Vec::new(), Vec::new()),
    };
    planned.changes = compare(&old, &new);
    planned.hook_changes = compare(&old_hooks, &new_hooks);
    planned.reasons = reasons(last_status, before.as_ref(), desired);
    if planned.settings.force_revision && planned.history.is_installed() {
        planned.reasons.push("a revision is asked for".to_owned());
    }
    if planned.settings.update_crds && before.as_ref().is_some_and(|record| definitions_differ(record, desired)) {
        planned.reasons.push("the custom resource definitions of its chart differ".to_owned());
    }
    planned.action = if planned.history.needs_install() {
        Action::Install
    } else if planned.restore.is_some() {
        Action::Rollback
    } else if planned.changes.is_empty() && planned.hook_changes.is_empty() && planned.reasons.is_empty() {
        Action::Nothing
    } else {
        Action::Upgrade
    };
    planned.crd_changes = crd_changes(&planned, before.as_ref())?;
    Ok(planned)
}

/// Compares the custom resource definitions that are sent with those of the last deployed revision; an install sends all of them.
fn crd_changes(planned: &PlannedRelease, before: Option<&Record>) -> Result<Vec<Change>, Diagnostic> {
    let (settings, Some(desired)) = (&planned.settings, &planned.desired) else { return Ok(Vec::new()) };
    match planned.action {
        _ if settings.skip_crds => Ok(Vec::new()),
        Action::Install => Ok(compare(&[], &objects(&desired.crds, &planned.namespace)?)),
        Action::Upgrade if settings.update_crds => {
            let old = before.and_then(|record| record.chart.as_ref()).map(|chart| definitions(chart)).transpose()?.unwrap_or_default();
            Ok(compare(&objects(&old, &planned.namespace)?, &objects(&definitions(&desired.chart)?, &planned.namespace)?))
        }
        _ => Ok(Vec::new()),
    }
}

/// Returns the documents of a recorded chart's own `crds/`.
fn definitions(chart: &StoredChart) -> Result<Vec<Document>, Diagnostic> {
    let mut documents = Vec::new();
    for file in definition_files(chart) {
        for text in split(&String::from_utf8_lossy(&file.data)) {
            documents.push(Document::parse(&file.name, text).map_err(|error| error.diagnostic())?);
        }
    }
    Ok(documents)
}

fn definition_files(chart: &StoredChart) -> impl Iterator<Item = StoredFile> {
    chart.files().unwrap_or_default().into_iter().filter(|file| file.name.starts_with("crds/"))
}

/// Returns the order in which the objects of a release go up, or went up where it is to go: as its settings say, or as its record does.
fn order_of(planned: &PlannedRelease) -> Result<Option<Order>, Diagnostics> {
    let is_ordered = planned.settings.wait && planned.settings.ordered;
    let Some(desired) = &planned.desired else {
        let last = planned.history.last().and_then(|entry| entry.record().ok());
        return Ok(last.and_then(|record| order_of_record(&record, is_ordered)));
    };
    match &planned.restore {
        Some(restore) if !is_ordered => Ok(order_of_record(&restore.record, false)),
        _ if is_ordered => {
            let in_release = |problem: Diagnostic| problem.via(None, format!("in release {}", planned.name));
            order(&desired.manifest.documents, &desired.subcharts, &planned.namespace)
                .map(Some)
                .map_err(|problems| problems.into_iter().map(in_release).collect())
        }
        _ => Ok(None),
    }
}

/// Returns why a release is upgraded although its objects may be the same.
fn reasons(last_status: Option<Status>, before: Option<&Record>, desired: &Desired) -> Vec<String> {
    let mut reasons = Vec::new();
    match last_status {
        Some(Status::Failed) => reasons.push("its last revision failed".to_owned()),
        Some(Status::Uninstalling) => reasons.push("its removal was not completed".to_owned()),
        Some(status) if status.is_pending() => reasons.push(format!("its last revision is {status}: an earlier run was interrupted")),
        _ => {}
    }
    if let Some(old) = before.and_then(|record| record.chart.as_ref()) {
        let (old, new) = (chart_name(old), chart_name(&desired.chart));
        if old != new {
            reasons.push(format!("its chart was {old} and is {new}"));
        }
    }
    reasons
}

/// Says whether a chart's own `crds/` are others than those of the recorded one.
fn definitions_differ(record: &Record, desired: &Desired) -> bool {
    let texts = |chart: &StoredChart| -> Vec<Vec<u8>> { definition_files(chart).map(|file| file.data).collect() };
    record.chart.as_ref().is_some_and(|chart| texts(chart) != texts(&desired.chart))
}

/// Returns `NAME-VERSION` of a recorded chart.
pub fn chart_name(chart: &StoredChart) -> String {
    let metadata = chart.metadata().unwrap_or_default();
    format!("{}-{}", metadata["name"].as_str().unwrap_or_default(), metadata["version"].as_str().unwrap_or_default())
}

/// Returns the objects and hooks of the last deployed revision of a release, as they are compared; nothing where there is none.
///
/// # Errors
/// The record cannot be read.
pub fn last_objects(history: &History, name: &str, namespace: &str) -> Result<Vec<Object>, Diagnostic> {
    let broken = |error: crate::release::Error| Diagnostic::error(format!("the record of release {name} cannot be read: {error}"));
    let Some(record) = history.deployed().map(|entry| entry.record()).transpose().map_err(broken)? else { return Ok(Vec::new()) };
    let mut objects = stored_objects(&record, namespace)?;
    objects.extend(stored_hooks(&record, namespace)?);
    Ok(objects)
}

/// Returns the objects and hooks of a manifest, as they are compared.
///
/// # Errors
/// A document is no YAML.
pub fn manifest_objects(manifest: &Manifest, namespace: &str) -> Result<Vec<Object>, Diagnostic> {
    objects(manifest.documents.iter().chain(manifest.hooks.iter().map(|hook| &hook.document)), namespace)
}

fn stored_objects(record: &Record, namespace: &str) -> Result<Vec<Object>, Diagnostic> {
    let documents = parse_stored(&record.manifest).map_err(|error| error.diagnostic())?;
    objects(&documents, namespace)
}

fn stored_hooks(record: &Record, namespace: &str) -> Result<Vec<Object>, Diagnostic> {
    let mut documents = Vec::with_capacity(record.hooks.len());
    for hook in &record.hooks {
        documents.push(Document::parse(&hook.path, &hook.manifest).map_err(|error| error.diagnostic())?);
    }
    objects(&documents, namespace)
}

/// Reads documents into objects for comparison. A namespace that equals the release's is the same as none.
fn objects<'d>(documents: impl IntoIterator<Item = &'d Document>, namespace: &str) -> Result<Vec<Object>, Diagnostic> {
    let mut objects = Vec::new();
    for document in documents {
        let body = document.json().map_err(|error| error.diagnostic())?;
        let Some(id) = ObjectId::of(&body) else { continue };
        let id = ObjectId { namespace: id.namespace.filter(|own| own != namespace), ..id };
        objects.push(Object { id, body, template: document.source.clone() });
    }
    Ok(objects)
}
