//! Pods that no node takes.

use super::subject::Subject;
use crate::manifest::pod_template;
use crate::plan::finding::{Code, Finding};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// More workloads with the same wish than these are counted instead of named.
const WORKLOADS: usize = 3;

/// Says whether an object's pods ask for certain nodes.
pub fn asks_for_nodes(subject: &Subject) -> bool {
    subject.in_run && pod_spec(&subject.sent.body).is_some_and(|spec| selector(spec).is_some() || required(spec).is_some())
}

/// Finds node selectors and required node affinities that none of the nodes meets: one finding for each release and wish. Taints and
/// room are not looked at.
pub fn check_nodes(subjects: &[Subject], nodes: &[Json]) -> Vec<Finding> {
    let mut unmet: BTreeMap<(usize, String), Vec<&Subject>> = BTreeMap::new();
    for subject in subjects.iter().filter(|subject| asks_for_nodes(subject)) {
        let Some(spec) = pod_spec(&subject.sent.body) else { continue };
        if !nodes.iter().any(|node| is_met(spec, node)) {
            unmet.entry((subject.release, in_words(spec))).or_default().push(subject);
        }
    }
    unmet.iter().map(|((_, wish), subjects)| finding(wish, subjects)).collect()
}

fn finding(wish: &str, subjects: &[&Subject]) -> Finding {
    let names: Vec<String> =
        subjects.iter().take(WORKLOADS).map(|subject| format!("{}/{}", subject.sent.id.kind, subject.sent.id.name)).collect();
    let more = subjects.len() - names.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let message = format!("no node has {wish}, which the pods of {}{more} ask for", names.join(", "));
    let first = subjects[0];
    let template = if first.sent.body["kind"] == "Pod" {
        ""
    } else if first.sent.body["kind"] == "CronJob" {
        "spec.jobTemplate.spec.template."
    } else {
        "spec.template."
    };
    let field = if pod_spec(&first.sent.body).is_some_and(|spec| selector(spec).is_some()) { "nodeSelector" } else { "affinity" };
    first.finding(Code::NoNode, message).of_field(format!("{template}spec.{field}"))
}

/// Says whether a daemon's pod runs on a node: its labels are met, and its taints tolerated.
///
/// Rule: Kubernetes pkg/controller/daemon (`NodeShouldRunDaemonPod`); taints that the controller tolerates by itself keep no daemon away.
pub(super) fn takes_daemons(spec: &Json, node: &Json) -> bool {
    let tolerations = spec["tolerations"].as_array();
    let tolerates = |taint: &Json| {
        let text = |value: &Json, field: &str| value[field].as_str().unwrap_or_default().to_owned();
        let is_own = text(taint, "key").starts_with("node.kubernetes.io/");
        is_own
            || tolerations.into_iter().flatten().any(|toleration| {
                let fits = |field: &str| text(toleration, field).is_empty() || text(toleration, field) == text(taint, field);
                let by_value = text(toleration, "operator") == "Exists" || text(toleration, "value") == text(taint, "value");
                fits("key") && fits("effect") && by_value
            })
    };
    let taints = node["spec"]["taints"].as_array().into_iter().flatten();
    let keeps_away = |taint: &&Json| taint["effect"] != "PreferNoSchedule";
    is_met(spec, node) && taints.filter(keeps_away).all(tolerates)
}

fn pod_spec(object: &Json) -> Option<&Json> {
    // A pod that names its node asks nobody else.
    pod_template(object)?.get("spec").filter(|spec| !spec["nodeName"].is_string())
}

fn selector(spec: &Json) -> Option<&serde_json::Map<String, Json>> {
    spec["nodeSelector"].as_object().filter(|selector| !selector.is_empty())
}

fn required(spec: &Json) -> Option<&Vec<Json>> {
    spec.pointer("/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms").and_then(Json::as_array)
}

/// Rule: Kubernetes component-helpers scheduling/corev1/nodeaffinity: selector and affinity must both be met; of the terms one, of a
/// term all; an empty term meets nothing.
fn is_met(spec: &Json, node: &Json) -> bool {
    let labels = &node["metadata"]["labels"];
    let has_labels = selector(spec).is_none_or(|selector| selector.iter().all(|(key, value)| labels[key] == *value));
    let list = |term: &Json, field: &str| term[field].as_array().cloned().unwrap_or_default();
    let meets = |term: &Json| {
        let (expressions, fields) = (list(term, "matchExpressions"), list(term, "matchFields"));
        let by_labels =
            expressions.iter().all(|expression| matches(expression, labels[expression["key"].as_str().unwrap_or_default()].as_str()));
        let by_fields = fields.iter().all(|expression| matches(expression, node["metadata"]["name"].as_str()));
        by_labels && by_fields && !(expressions.is_empty() && fields.is_empty())
    };
    has_labels && required(spec).is_none_or(|terms| terms.iter().any(meets))
}

fn matches(expression: &Json, own: Option<&str>) -> bool {
    let values: Vec<&str> = expression["values"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
    let compared = number(own).zip(number(values.first().copied()));
    match expression["operator"].as_str() {
        Some("In") => own.is_some_and(|own| values.contains(&own)),
        Some("NotIn") => own.is_none_or(|own| !values.contains(&own)),
        Some("Exists") => own.is_some(),
        Some("DoesNotExist") => own.is_none(),
        Some("Gt") => compared.is_some_and(|(own, other)| own > other),
        Some("Lt") => compared.is_some_and(|(own, other)| own < other),
        _ => true,
    }
}

fn in_words(spec: &Json) -> String {
    let pairs = selector(spec).into_iter().flatten().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()));
    let selector = pairs.collect::<Vec<_>>().join(", ");
    match (selector.is_empty(), required(spec)) {
        (false, None) => format!("the labels {selector}"),
        (false, Some(_)) => format!("the labels {selector} and what the node affinity requires"),
        (true, _) => "what the node affinity requires".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_met;
    use serde_json::{Value as Json, json};

    #[track_caller]
    fn check(spec: Json, expected: bool) {
        let node = json!({"metadata": {"name": "node-1", "labels": {"disk": "ssd", "cores": "8"}}});
        assert_eq!(is_met(&spec, &node), expected, "{spec}");
    }

    fn affinity(expression: Json) -> Json {
        json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}}})
    }

    #[test]
    fn wishes_are_met_as_the_scheduler_reads_them() {
        check(json!({"nodeSelector": {"disk": "ssd"}}), true);
        check(json!({"nodeSelector": {"disk": "ssd", "gpu": "yes"}}), false);
        check(affinity(json!({"key": "disk", "operator": "In", "values": ["hdd", "ssd"]})), true);
        check(affinity(json!({"key": "disk", "operator": "NotIn", "values": ["ssd"]})), false);
        check(affinity(json!({"key": "gpu", "operator": "Exists"})), false);
        check(affinity(json!({"key": "gpu", "operator": "DoesNotExist"})), true);
        check(affinity(json!({"key": "cores", "operator": "Gt", "values": ["4"]})), true);
        check(affinity(json!({"key": "cores", "operator": "Lt", "values": ["8"]})), false);
        check(
            json!({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{}]}}}}),
            false,
        );
    }
}
