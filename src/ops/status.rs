//! What the cluster holds of a stack.

use super::clusters::connect;
use super::load::load;
use super::session::Session;
use crate::cluster::status::Rule;
use crate::cluster::{Cluster, Wanted};
use crate::diag::{Diagnostic, Diagnostics};
use crate::manifest::{Document, Hook, ObjectId, parse_stored};
use crate::plan::recorded_hooks;
use crate::plan::waits::{Part, Source, Waits};
use crate::release::{Entry, Status, Store};
use futures_util::future::join_all;
use jiff::Timestamp;

/// The state of a stack's releases, in the order of the stack file.
#[derive(Clone, Debug)]
pub struct StackStatus {
    /// The releases.
    pub releases: Vec<ReleaseStatus>,
}

/// The state of one release.
#[derive(Clone, Debug, Default)]
pub struct ReleaseStatus {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Whether the stack wants it.
    pub wanted: bool,
    /// The status of its last revision; none where there is no record.
    pub status: Option<Status>,
    /// Its last revision.
    pub revision: Option<u32>,
    /// Its chart, as `NAME-VERSION`.
    pub chart: String,
    /// The chart's application version.
    pub app_version: String,
    /// When it was last deployed.
    pub updated: String,
    /// What its record says.
    pub description: String,
    /// How many objects it has.
    pub objects: usize,
    /// Objects that are not ready, and why.
    pub problems: Vec<(ObjectId, String)>,
}

impl StackStatus {
    /// Says whether every release that is wanted is deployed and ready, and no other is there.
    pub fn is_good(&self) -> bool {
        self.releases.iter().all(|release| match release.status {
            Some(Status::Deployed) => release.wanted && release.problems.is_empty(),
            Some(_) => false,
            None => !release.wanted,
        })
    }
}

/// Reads the records and the live objects of the selected releases.
///
/// # Errors
/// The stack file has mistakes; a cluster cannot be reached or does not tell; a record is damaged.
pub async fn status(session: &Session) -> Result<StackStatus, Diagnostics> {
    let stack = load(session)?;
    let releases: Vec<_> = stack.releases.iter().filter(|release| release.is_selected()).collect();
    let clusters = connect(session, releases.iter().map(|release| &release.id)).await?;
    let now = (session.clock)().timestamp();
    let answers = join_all(releases.iter().map(|release| async {
        let cluster = &clusters[&release.id.kube_context];
        let namespace = release.id.namespace.clone().unwrap_or_else(|| cluster.namespace().to_owned());
        let mut status = ReleaseStatus { name: release.id.name.clone(), namespace, wanted: release.installed, ..ReleaseStatus::default() };
        fill(&mut status, cluster, session, now).await.map(|recorded| (status, recorded))
    }))
    .await;
    let mut problems = Diagnostics::new();
    let (mut found, mut recorded) = (Vec::with_capacity(answers.len()), Vec::with_capacity(answers.len()));
    for answer in answers {
        match answer {
            Ok((status, own)) => {
                found.push(status);
                recorded.push(own);
            }
            Err(problem) => problems.push(problem),
        }
    }
    let contexts: Vec<Option<String>> = releases.iter().map(|release| release.id.kube_context.clone()).collect();
    if !problems.has_errors() && found.iter().any(|release| !release.problems.is_empty()) {
        say_waits(&mut found, &recorded, &contexts);
    }
    problems.check(StackStatus { releases: found }).map(|(status, _)| status)
}

/// What the record of a release says that it consists of.
#[derive(Default)]
struct Recorded {
    documents: Vec<Document>,
    hooks: Vec<Hook>,
}

/// Adds to objects that are not ready what their pods wait for. Hooks are taken to have run.
fn say_waits(found: &mut [ReleaseStatus], recorded: &[Recorded], contexts: &[Option<String>]) {
    let source = |at: usize| Source {
        context: contexts[at].as_deref(),
        namespace: &found[at].namespace,
        documents: &recorded[at].documents,
        hooks: &recorded[at].hooks,
        crds: &[],
    };
    let waits = Waits::of(&(0..found.len()).map(source).collect::<Vec<_>>());
    let names: Vec<String> = found.iter().map(|release| release.name.clone()).collect();
    let place = |part: &Part| found[part.release].problems.iter().position(|(id, _)| part.hook.is_none() && id.is_same_object(&part.id));
    let problems: Vec<Option<usize>> = waits.parts.iter().map(place).collect();
    for (part, problem) in problems.iter().enumerate() {
        let Some(problem) = problem else { continue };
        let open = waits.open_waits(part, |provider| problems[provider].is_none());
        let words: Vec<String> = open.map(|wait| waits.words(wait, &names)).collect();
        if !words.is_empty() {
            let reason = &mut found[waits.parts[part].release].problems[*problem].1;
            *reason = format!("{reason}; it waits for {}", words.join(", "));
        }
    }
}

async fn fill(status: &mut ReleaseStatus, cluster: &Cluster, session: &Session, now: Timestamp) -> Result<Recorded, Diagnostic> {
    let store = Store::new(cluster, session.driver);
    let history = store.history(&status.namespace, &status.name).await.map_err(|error| error.diagnostic())?;
    let Some(last) = history.last() else { return Ok(Recorded::default()) };
    describe(status, last).map_err(|error| error.diagnostic())?;
    let current = history.deployed().unwrap_or(last);
    let record = current.record().map_err(|error| error.diagnostic())?;
    let documents = parse_stored(&record.manifest).map_err(|error| error.diagnostic())?;
    let mut wanted = Wanted::default();
    for id in documents.iter().filter_map(crate::manifest::Document::id) {
        let Ok(kind) = cluster.kind(&id.api_version, &id.kind).await else { continue };
        let namespace = kind.namespaced.then(|| id.namespace.clone().unwrap_or_else(|| status.namespace.clone()));
        wanted.objects.insert(ObjectId { namespace, ..id });
    }
    let snapshot = cluster.snapshot(&wanted).await.map_err(|error| error.diagnostic())?;
    status.objects = wanted.objects.len();
    for id in &wanted.objects {
        match snapshot.get(id) {
            None => status.problems.push((id.clone(), "it is not there".into())),
            Some(object) => {
                let state = Rule::Ready.status(object, now);
                if !state.is_current() {
                    status.problems.push((id.clone(), state.message));
                }
            }
        }
    }
    Ok(Recorded { documents, hooks: recorded_hooks(&record).map_err(|error| error.diagnostic())? })
}

fn describe(status: &mut ReleaseStatus, entry: &Entry) -> Result<(), crate::release::Error> {
    let record = entry.record()?;
    status.status = Some(entry.status);
    status.revision = Some(entry.revision);
    status.description = record.info.description.clone();
    status.updated = record.info.last_deployed.as_ref().map(ToString::to_string).unwrap_or_default();
    if let Some(chart) = &record.chart {
        status.chart = crate::plan::chart_name(chart);
        status.app_version = chart.metadata()?["appVersion"].as_str().unwrap_or_default().to_owned();
    }
    Ok(())
}
