//! The graph as JSON.

use super::link::mutual_names;
use crate::plan::waits::PartWait;
use crate::plan::{Plan, PlannedRelease};
use serde_json::{Value as Json, json};
use std::io::{self, Write};

/// Writes `{"releases": [{name, namespace, kubeContext, needs: […], waits: […]}], "mutual": [[NAME, …], …]}`. A need is `{release, until,
/// derived, waitsFor: […]}`, a wait is `{object, template, waitsFor, providers: [{release, object}], missing}`; `missing` where none of the
/// releases provides it.
///
/// # Errors
/// What the stream says.
pub fn write_graph_json(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    let names = plan.names();
    let release = |(at, release): (usize, &PlannedRelease)| {
        json!({
            "name": release.name,
            "namespace": release.namespace,
            "kubeContext": release.id.kube_context,
            "needs": needs_json(release, &names),
            "waits": waits_json(plan, at, &names),
        })
    };
    let releases: Vec<Json> = plan.releases.iter().enumerate().map(release).collect();
    serde_json::to_writer_pretty(&mut *out, &json!({"releases": releases, "mutual": mutual_names(plan)}))?;
    writeln!(out)
}

/// Returns what a release needs.
pub(in crate::report) fn needs_json(release: &PlannedRelease, names: &[String]) -> Json {
    let need = |need: &crate::plan::PlannedNeed| {
        json!({
            "release": names[need.release],
            "until": need.until.to_string(),
            "derived": need.because.is_some(),
            "waitsFor": need.because.clone().unwrap_or_default(),
        })
    };
    release.needs.iter().map(need).collect()
}

fn waits_json(plan: &Plan, release: usize, names: &[String]) -> Json {
    let waits = &plan.waits;
    let wait = |wait: &PartWait| {
        let part = &waits.parts[wait.part];
        let providers = wait.providers.iter().chain(&wait.beside).map(|provider| &waits.parts[*provider]);
        let providers: Vec<Json> = providers.map(|part| json!({"release": names[part.release], "object": part.id.to_string()})).collect();
        json!({
            "object": part.id.to_string(),
            "template": part.template,
            "waitsFor": wait.wait.words(part.namespace()),
            "providers": providers,
            "missing": wait.lack.is_some(),
        })
    };
    waits.waits.iter().filter(|wait| waits.parts[wait.part].release == release).map(wait).collect()
}
