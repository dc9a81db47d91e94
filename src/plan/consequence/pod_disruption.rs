//! Budgets that keep every pod from being evicted, so that no node can be drained.

use super::super::finding::{Code, Finding};
use super::effect::Effect;
use crate::manifest::{Document, pod_template};
use serde_json::Value as Json;

/// Returns the finding of a budget (`documents` are those of its release) that is new or changes and lets no pod go, or whose workload is scaled so that it does not.
pub(super) fn of(effect: &Effect<'_>, documents: &[Document]) -> Option<Finding> {
    let budget = effect.after().filter(|_| effect.id.kind == "PodDisruptionBudget")?;
    let blocked = blocked(budget, || workloads(documents, budget))?;
    let finding = Finding::new(Code::Outage, effect.release, blocked.message).of_object(&effect.id, &effect.template);
    Some(finding.of_field(blocked.field).help("let at least one pod go, or no node with one of them can be drained"))
}

struct Blocked {
    message: String,
    field: &'static str,
}

fn blocked(budget: &Json, workloads: impl Fn() -> Vec<Workload>) -> Option<Blocked> {
    let field = |name: &str| budget.pointer("/spec")?.get(name);
    if let Some(most) = field("maxUnavailable") {
        let is_none = most.as_u64() == Some(0) || most.as_str().is_some_and(|text| matches!(text, "0" | "0%"));
        return is_none.then(|| Blocked {
            message: "the budget lets no pod be evicted: maxUnavailable is 0".to_owned(),
            field: "spec.maxUnavailable",
        });
    }
    let least = field("minAvailable")?;
    let all = |message: String| Some(Blocked { message, field: "spec.minAvailable" });
    if least.as_str() == Some("100%") {
        return all("the budget lets no pod be evicted: all have to be available".to_owned());
    }
    let least = least.as_u64().or_else(|| least.as_str()?.parse().ok())?;
    let workload = workloads().into_iter().find(|workload| least >= workload.replicas && workload.replicas > 0)?;
    all(format!("the budget lets no pod of {} be evicted: {least} of {} have to be available", workload.name, workload.replicas))
}

struct Workload {
    name: String,
    replicas: u64,
}

/// Returns the workloads of a release whose pods a budget is about.
fn workloads(documents: &[Document], budget: &Json) -> Vec<Workload> {
    let Some(labels) = budget.pointer("/spec/selector/matchLabels").and_then(Json::as_object) else { return Vec::new() };
    let counted = documents.iter().filter(|document| matches!(document.head.kind.as_str(), "Deployment" | "StatefulSet"));
    let objects = counted.filter_map(|document| Some((document, document.json().ok()?)));
    let selected = objects.filter(|(_, object)| {
        let own = pod_template(object).and_then(|template| template.pointer("/metadata/labels"));
        own.is_some_and(|own| labels.iter().all(|(key, value)| own.get(key) == Some(value)))
    });
    let workload = |(document, object): (&Document, Json)| Workload {
        name: format!("{}/{}", document.head.kind, document.head.name),
        replicas: object.pointer("/spec/replicas").and_then(Json::as_u64).unwrap_or(1),
    };
    selected.map(workload).collect()
}
