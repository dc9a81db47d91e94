//! What a plan file holds of a release.

use super::super::planned::{Action, Plan, Settings};
use super::super::sent::Sent;
use super::format::{ChartInFile, ObjectInFile, ReleaseInFile, Role};
use super::generated::cover_generated;
use super::seal::{Sealer, SecretTexts};
use crate::cluster::Snapshot;
use crate::diff::{as_stored, narrow_one, overlay};
use crate::manifest::ObjectId;
use serde_json::{Value as Json, json};

/// What a release in a plan file is made from.
pub struct ReleaseSource<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The release, by its index.
    pub at: usize,
    /// Its chart.
    pub chart: Option<ChartInFile>,
    /// Its objects and hooks as they would be sent.
    pub sent: &'a [Sent],
    /// The same of another render, where the release makes up values that are kept nowhere yet.
    pub again: Option<&'a [Sent]>,
    /// The user's values of that other render.
    pub values_again: Option<&'a Json>,
    /// The objects of its last revision.
    pub before: &'a [Sent],
    /// What its cluster holds.
    pub snapshot: &'a Snapshot,
    /// Says whether an autoscaler sets the replicas of an object: they are not compared.
    pub is_scaled: &'a dyn Fn(&ObjectId) -> bool,
    /// Seals what is secret.
    pub sealer: &'a Sealer,
    /// Texts that are secret.
    pub secrets: &'a SecretTexts,
}

impl ReleaseSource<'_> {
    fn without_replicas(&self, id: &ObjectId, mut body: Json) -> Json {
        if (self.is_scaled)(id)
            && let Some(spec) = body.get_mut("spec").and_then(Json::as_object_mut)
        {
            spec.remove("replicas");
        }
        body
    }
}

/// Returns a release as a plan file holds it. One that stays as it is has no objects there.
pub fn release_in_file(source: &ReleaseSource<'_>) -> ReleaseInFile {
    let release = &source.plan.releases[source.at];
    let last = release.history.last();
    let names = source.plan.names();
    ReleaseInFile {
        name: release.name.clone(),
        namespace: release.namespace.clone(),
        kube_context: release.id.kube_context.clone(),
        action: release.action,
        reasons: release.reasons.clone(),
        after: source.plan.graph.needs(source.at).into_iter().map(|need| names[need].clone()).collect(),
        revision: last.map(|entry| entry.revision),
        status: last.map(|entry| entry.status.to_string()),
        chart: source.chart.clone(),
        values: release.desired.as_ref().and_then(|desired| {
            let mut values = desired.config.clone();
            if let Some(again) = source.values_again {
                cover_generated(&mut values, again);
            }
            source.sealer.digest(values.to_string().as_bytes())
        }),
        settings: settings(&release.settings),
        objects: if release.action == Action::Nothing { Vec::new() } else { objects_in_file(source) },
    }
}

fn settings(settings: &Settings) -> Json {
    json!({
        "wait": settings.wait,
        "waitForJobs": settings.wait_for_jobs,
        "ordered": settings.ordered,
        "readinessTimeoutSeconds": settings.readiness_timeout.map(|timeout| timeout.as_secs()),
        "noHooks": settings.no_hooks,
        "timeoutSeconds": settings.timeout.as_secs(),
        "createNamespace": settings.create_namespace,
        "forceConflicts": settings.force_conflicts,
        "fieldManagers": settings.field_rules,
        "recreate": settings.recreate,
        "takeOwnership": settings.take_ownership,
        "skipCrds": settings.skip_crds,
        "updateCrds": settings.update_crds,
        "rollbackOnFailure": settings.rollback_on_failure,
        "historyMax": settings.history_max,
        "cleanupOnFail": settings.cleanup_on_fail,
        "minReadyPercent": settings.min_ready,
        "tests": settings.tests,
        "allowFailure": settings.allow_failure,
    })
}

/// Returns the objects of a release as a plan file holds them, also where the release stays as it is.
pub fn objects_in_file(source: &ReleaseSource<'_>) -> Vec<ObjectInFile> {
    let mut objects: Vec<ObjectInFile> = source.sent.iter().map(|sent| wanted(source, sent)).collect();
    let sent = || source.sent.iter().filter(|sent| sent.hook.is_none());
    let removed = source.before.iter().filter(|old| sent().all(|new| !new.id.is_same_object(&old.id)));
    objects.extend(removed.map(|old| ObjectInFile { live: live(source, old, &old.body), ..object(old) }));
    objects
}

fn object(sent: &Sent) -> ObjectInFile {
    ObjectInFile {
        api_version: sent.id.api_version.clone(),
        kind: sent.id.kind.clone(),
        namespace: sent.id.namespace.clone(),
        name: sent.id.name.clone(),
        template: sent.template.clone(),
        role: if sent.hook.is_some() { Role::Hook } else { Role::Object },
        wanted: None,
        live: None,
    }
}

fn wanted(source: &ReleaseSource<'_>, sent: &Sent) -> ObjectInFile {
    let mut body = source.without_replicas(&sent.id, as_stored(&sent.body).into_owned());
    if let Some(again) = source.again.and_then(|again| again.iter().find(|again| again.id == sent.id)) {
        cover_generated(&mut body, &source.without_replicas(&sent.id, as_stored(&again.body).into_owned()));
    }
    let live = if sent.hook.is_some() {
        None
    } else {
        let before = source.before.iter().find(|old| old.id.is_same_object(&sent.id));
        live(source, sent, &before.map_or_else(|| sent.body.clone(), |before| overlay(&before.body, &sent.body)))
    };
    ObjectInFile { wanted: Some(source.sealer.seal(&body, source.secrets)), live, ..object(sent) }
}

/// Returns what lives of the fields that we set.
fn live(source: &ReleaseSource<'_>, sent: &Sent, written: &Json) -> Option<Json> {
    let live = source.snapshot.get(&sent.id)?;
    let live = source.without_replicas(&sent.id, narrow_one(written, live));
    Some(source.sealer.seal(&live, source.secrets))
}
