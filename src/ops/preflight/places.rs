//! Finds the template lines that findings are about.

use crate::chart::{Capabilities, FieldPath, Lookup, ReleaseContext, RenderTrace, Rendered, explain, value_name};
use crate::diag::Diagnostics;
use crate::manifest::{Document, ObjectId};
use crate::ops::apply::{Prepared, Rendering};
use crate::ops::render::{Live, ReleaseSeed, RenderedRelease, Surroundings, render_each};
use crate::ops::session::Session;
use crate::plan::{Finding, Plan};
use crate::stack::{Release, ReleaseId};
use crate::template::trace::{LineTrace, ValueTrace};
use std::collections::BTreeSet;
use std::sync::Arc;

/// More values than these are not named.
const VALUES: usize = 2;

/// Fills in where the fields of findings were made: renders the releases concerned once more, keeping where each line comes from. What
/// cannot be found out stays open; the finding itself is no less true.
pub(super) async fn find_places(session: &Session, prepared: &Prepared, findings: &mut [Finding]) {
    let concerned: BTreeSet<usize> = findings.iter().filter(|finding| finding.template.is_some()).map(|finding| finding.release).collect();
    let Some(rendering) = prepared.rendering.as_ref().filter(|_| !concerned.is_empty()) else { return };
    let ids: Vec<&ReleaseId> = concerned.iter().map(|at| &prepared.plan.releases[*at].id).collect();
    let rendered = match render_again(session, prepared, rendering, &ids).await {
        Ok(rendered) => rendered,
        Err(problems) => {
            tracing::debug!(?problems, "the releases with findings do not render again");
            return;
        }
    };
    for (id, rendered) in &rendered {
        for finding in findings.iter_mut().filter(|finding| prepared.plan.releases[finding.release].id == *id) {
            finding.place = place_of(rendered, finding);
        }
    }
}

async fn render_again(
    session: &Session,
    prepared: &Prepared,
    rendering: &Rendering,
    ids: &[&ReleaseId],
) -> Result<Vec<(ReleaseId, Rendered)>, Diagnostics> {
    let releases: Vec<&Release> =
        rendering.stack.releases.iter().filter(|release| release.is_selected() && ids.contains(&&release.id)).collect();
    let live = Live::new(&prepared.clusters, &rendering.histories, &rendering.seeds).await?;
    let again = Again { live, plan: &prepared.plan };
    let keep = |rendered: RenderedRelease| Ok(rendered.rendered);
    let rendered = render_each(session, &rendering.stack, &releases, &again, keep).await?;
    Ok(releases.iter().map(|release| release.id.clone()).zip(rendered).collect())
}

/// As for the plan, with the seeds that it was made with, and a trace.
struct Again<'a> {
    live: Live<'a>,
    plan: &'a Plan,
}

impl Surroundings for Again<'_> {
    fn context(&self, release: &Release) -> ReleaseContext {
        self.live.context(release)
    }

    fn capabilities(&self, release: &Release) -> Capabilities {
        self.live.capabilities(release)
    }

    fn lookup(&self, release: &Release) -> Arc<dyn Lookup> {
        self.live.lookup(release)
    }

    fn seed(&self, release: &Release) -> Option<ReleaseSeed> {
        let planned = self.plan.releases.iter().find(|planned| planned.id == release.id);
        let new = planned.and_then(|planned| planned.desired.as_ref()).and_then(|desired| desired.new_seed.clone());
        new.map(|seed| ReleaseSeed { values: seed, is_new: true, adopts: false }).or_else(|| self.live.seed(release))
    }

    fn trace(&self) -> bool {
        true
    }
}

fn place_of(rendered: &Rendered, finding: &Finding) -> Option<String> {
    let (trace, object) = (rendered.trace.as_deref()?, finding.object.as_ref()?);
    let template = finding.template.as_deref()?;
    let hooks = rendered.manifest.hooks.iter().map(|hook| &hook.document);
    let mut documents = rendered.manifest.documents.iter().chain(hooks);
    let document = documents.find(|document| document.source == template && is_of(document, object))?;
    let line = line_of(trace, document, finding.field.as_deref().unwrap_or_default())?;
    let place = line.places.first()?;
    let called = place.via.last().map(|(file, line)| format!(", called at {file}:{line}")).unwrap_or_default();
    let from: Vec<String> = line.values.iter().take(VALUES).map(in_words).collect();
    let from = if from.is_empty() { String::new() } else { format!(", from {}", from.join(", ")) };
    Some(format!("{}:{}{called}{from}", place.file, place.line))
}

fn is_of(document: &Document, object: &ObjectId) -> bool {
    let head = &document.head;
    head.kind == object.kind
        && head.name == object.name
        && (head.namespace.is_empty() || Some(&head.namespace) == object.namespace.as_ref())
}

/// Returns where the first line of a field comes from; of a field that is missing, that of what it should be in.
fn line_of(trace: &RenderTrace, document: &Document, field: &str) -> Option<LineTrace> {
    let mut path = FieldPath::parse(field);
    loop {
        let lines = explain(trace, document, &path);
        if let Some(line) = lines.and_then(|lines| lines.into_iter().find(|line| !line.trace.places.is_empty())) {
            return Some(line.trace);
        }
        path.0.pop()?;
    }
}

fn in_words(value: &ValueTrace) -> String {
    match value.origin.place() {
        Some(_) => format!("{} ({})", value_name(&value.path), value.origin),
        None => value_name(&value.path),
    }
}
