//! Finds the template lines that findings are about.

use super::apply::{Prepared, Rendering};
use super::render::{Live, ReleaseSeed, RenderedRelease, Surroundings, render_each};
use super::session::Session;
use crate::chart::{Capabilities, ExplainedLine, FieldPath, Lookup, ReleaseContext, RenderTrace, Rendered, explain, value_name};
use crate::diag::{Diagnostic, Diagnostics};
use crate::diff::Object;
use crate::manifest::{Document, ObjectId};
use crate::plan::{Cause, Finding, Plan};
use crate::stack::{Release, ReleaseId, Secrets, Stack};
use crate::template::trace::{LineTrace, ValueTrace};
use std::collections::BTreeSet;
use std::sync::Arc;

/// More values than these are not named.
const VALUES: usize = 2;

/// Fills in where the fields of findings, or of what caused them, were made: renders the releases concerned once more, keeping where
/// each line comes from. What cannot be found out stays open; the finding itself is no less true.
pub(super) async fn find_places(session: &Session, prepared: &Prepared, findings: &mut [Finding]) {
    let is_placed = |finding: &&Finding| finding.template.is_some() && finding.place.is_none();
    let concerned: BTreeSet<usize> = findings.iter().filter(is_placed).map(|finding| finding.release).collect();
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
            finding.place = finding.place.take().or_else(|| place_of(rendered, finding));
        }
    }
}

async fn render_again(
    session: &Session,
    prepared: &Prepared,
    rendering: &Rendering,
    ids: &[&ReleaseId],
) -> Result<Vec<(ReleaseId, Rendered)>, Diagnostics> {
    let is_concerned = |release: &&Release| release.is_selected() && release.installed && ids.contains(&&release.id);
    let releases: Vec<&Release> = rendering.stack.releases.iter().filter(is_concerned).collect();
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
        new.map(|values| ReleaseSeed { values, is_new: true, adopts: false }).or_else(|| self.live.seed(release))
    }

    fn last_objects(&self, release: &Release) -> Result<Vec<Object>, Diagnostic> {
        self.live.last_objects(release)
    }

    fn trace(&self) -> bool {
        true
    }

    fn secrets(&self, stack: &Stack) -> Arc<dyn Secrets> {
        self.live.secrets(stack)
    }
}

fn place_of(rendered: &Rendered, finding: &Finding) -> Option<String> {
    let trace = rendered.trace.as_deref()?;
    let line = match finding.cause.as_deref() {
        Some(Cause { object, template, field, lines }) => line_of(trace, document(rendered, object, template)?, field, lines)?,
        None => {
            let document = document(rendered, finding.object.as_ref()?, finding.template.as_deref()?)?;
            line_of(trace, document, finding.field.as_deref().unwrap_or_default(), &[])?
        }
    };
    let place = line.places.first()?;
    let called = place.via.last().map(|(file, line)| format!(", called at {file}:{line}")).unwrap_or_default();
    let from: Vec<String> = line.values.iter().take(VALUES).map(in_words).collect();
    let from = if from.is_empty() { String::new() } else { format!(", from {}", from.join(", ")) };
    Some(format!("{}:{}{called}{from}", place.file, place.line))
}

fn document<'r>(rendered: &'r Rendered, object: &ObjectId, template: &str) -> Option<&'r Document> {
    let hooks = rendered.manifest.hooks.iter().map(|hook| &hook.document);
    let mut documents = rendered.manifest.documents.iter().chain(hooks);
    documents.find(|document| document.source == template && is_of(document, object))
}

fn is_of(document: &Document, object: &ObjectId) -> bool {
    let head = &document.head;
    head.kind == object.kind
        && head.name == object.name
        && (head.namespace.is_empty() || Some(&head.namespace) == object.namespace.as_ref())
}

/// Returns where the first line of a field comes from, of the given lines where there are any; of a field that is missing, that of what
/// it should be in.
fn line_of(trace: &RenderTrace, document: &Document, field: &str, wanted: &[String]) -> Option<LineTrace> {
    let mut path = FieldPath::parse(field);
    loop {
        let lines = explain(trace, document, &path).unwrap_or_default();
        let has_place = |line: &&ExplainedLine| !line.trace.places.is_empty();
        let is_wanted = |line: &&ExplainedLine| wanted.iter().any(|text| text == line.text.trim());
        let found = lines.iter().filter(has_place).find(is_wanted).or_else(|| lines.iter().find(has_place));
        if let Some(line) = found {
            return Some(line.trace.clone());
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
