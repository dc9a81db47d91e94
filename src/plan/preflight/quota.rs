//! Quotas of namespaces against all that a plan adds.

use super::refused::Answered;
use super::trial::Way;
use crate::manifest::pod_template;
use crate::plan::finding::{Code, Finding};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Finds quotas that the new objects of a plan pass together, though each by itself has room: one finding for each quota and resource,
/// at the release that passes it.
///
/// What a plan adds is counted low: pods of Deployments, StatefulSets and ReplicaSets with what their containers request, and objects by
/// number. Quotas with scopes are left out, and so are objects whose namespace does not exist yet.
pub fn check_quotas(quotas: &[Json], answered: &[Answered<'_>]) -> Vec<Finding> {
    quotas.iter().filter(|quota| has_no_scope(quota)).flat_map(|quota| check_quota(quota, answered)).collect()
}

fn has_no_scope(quota: &Json) -> bool {
    quota.pointer("/spec/scopes").is_none() && quota.pointer("/spec/scopeSelector").is_none()
}

fn check_quota(quota: &Json, answered: &[Answered<'_>]) -> Vec<Finding> {
    let namespace = quota.pointer("/metadata/namespace").and_then(Json::as_str);
    let name = quota.pointer("/metadata/name").and_then(Json::as_str).unwrap_or_default();
    let is_added = |answered: &&Answered<'_>| {
        let is_new = matches!(&answered.answer, Some(Ok(applied)) if applied.is_new);
        is_new && answered.trial.way == Way::AsItIs && answered.subject.in_run && answered.subject.sent.id.namespace.as_deref() == namespace
    };
    let added: Vec<(&Answered<'_>, BTreeMap<String, f64>)> =
        answered.iter().filter(is_added).map(|answered| (answered, uses(answered))).collect();
    let hard = quota.pointer("/status/hard").or_else(|| quota.pointer("/spec/hard")).and_then(Json::as_object);
    let limits = hard.into_iter().flatten().filter_map(|(resource, limit)| Some((resource, limit, quantity(limit)?)));
    let passed = |(resource, text, limit): (&String, &Json, f64)| {
        let used_text = quota["status"]["used"][resource.as_str()].as_str().unwrap_or("0").to_owned();
        let mut used = quantity(&Json::from(used_text.as_str()))?;
        let of_plan: f64 = added.iter().filter_map(|(_, uses)| uses.get(resource)).sum();
        let (first, _) = added.iter().find(|(_, uses)| {
            used += uses.get(resource).copied().unwrap_or_default();
            // Sums of fractions are not exact.
            used > limit * (1.0 + f64::EPSILON * 16.0)
        })?;
        let message = format!(
            "ResourceQuota {name} allows {resource}={}; {used_text} are used, and the new objects of this plan take {} more",
            text.as_str().unwrap_or_default(),
            in_words(resource, of_plan)
        );
        Some(first.subject.finding(Code::Quota, message))
    };
    limits.filter_map(passed).collect()
}

/// Returns what an object takes of what a quota counts.
fn uses(answered: &Answered<'_>) -> BTreeMap<String, f64> {
    let (id, body) = (&answered.subject.sent.id, &answered.subject.sent.body);
    let mut uses = BTreeMap::new();
    let plural = format!("{}s", id.kind.to_lowercase());
    let in_group = if id.group().is_empty() { plural.clone() } else { format!("{plural}.{}", id.group()) };
    uses.insert(format!("count/{in_group}"), 1.0);
    if id.group().is_empty() {
        uses.insert(plural, 1.0);
    }
    if id.kind == "PersistentVolumeClaim" {
        uses.extend(body.pointer("/spec/resources/requests/storage").and_then(quantity).map(|size| ("requests.storage".to_owned(), size)));
    }
    if id.kind == "Service" && body.pointer("/spec/type").and_then(Json::as_str) == Some("LoadBalancer") {
        uses.insert("services.loadbalancers".to_owned(), 1.0);
    }
    let pods = match id.kind.as_str() {
        "Deployment" | "StatefulSet" | "ReplicaSet" => body.pointer("/spec/replicas").map_or(Some(1.0), Json::as_f64).unwrap_or_default(),
        _ => return uses,
    };
    uses.insert("pods".to_owned(), pods);
    uses.insert("count/pods".to_owned(), pods);
    let containers = pod_template(body).and_then(|template| template.pointer("/spec/containers")).and_then(Json::as_array);
    for container in containers.into_iter().flatten() {
        add_resources(container, pods, &mut uses);
    }
    uses
}

fn add_resources(container: &Json, pods: f64, uses: &mut BTreeMap<String, f64>) {
    for resource in ["cpu", "memory", "ephemeral-storage"] {
        let of = |field: &str| quantity(&container["resources"][field][resource]);
        // A limit is a request where there is none.
        let (request, limit) = (of("requests").or_else(|| of("limits")), of("limits"));
        let names = [(format!("requests.{resource}"), request), (resource.to_owned(), request), (format!("limits.{resource}"), limit)];
        for (name, value) in names {
            *uses.entry(name).or_default() += value.unwrap_or_default() * pods;
        }
    }
}

/// Reads a quantity: `500m`, `2`, `1.5Gi`, `1e3`.
///
/// Rule: k8s.io/apimachinery pkg/api/resource.
fn quantity(value: &Json) -> Option<f64> {
    const SUFFIXES: [(&str, f64); 15] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("Ei", 1_152_921_504_606_846_976.0),
        ("n", 1e-9),
        ("u", 1e-6),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("E", 1e18),
    ];
    let text = match value {
        Json::Number(number) => return number.as_f64(),
        Json::String(text) => text.as_str(),
        _ => return None,
    };
    let with_suffix = |(suffix, factor): &(&str, f64)| Some(text.strip_suffix(suffix)?.parse::<f64>().ok()? * factor);
    text.parse().ok().or_else(|| SUFFIXES.iter().find_map(with_suffix))
}

fn in_words(resource: &str, amount: f64) -> String {
    let is_bytes = resource.ends_with("memory") || resource.ends_with("storage");
    match is_bytes {
        true => format!("{:.0}Mi", amount / 1_048_576.0),
        false if amount.fract() == 0.0 => format!("{amount:.0}"),
        false => format!("{:.0}m", amount * 1000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::quantity;
    use serde_json::json;

    #[test]
    fn quantities_are_read() {
        for (text, value) in [("500m", 0.5), ("2", 2.0), ("1.5Gi", 1_610_612_736.0), ("1e3", 1000.0), ("3k", 3000.0), ("1E", 1e18)] {
            assert_eq!(quantity(&json!(text)), Some(value), "{text}");
        }
        assert_eq!(quantity(&json!("many")), None);
        assert_eq!(quantity(&json!(4)), Some(4.0));
    }
}
