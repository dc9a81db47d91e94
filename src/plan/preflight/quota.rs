//! Quotas of namespaces against all that a plan adds.

use super::quantity::quantity;
use super::quota_scope::Scopes;
use super::quota_use::{Amounts, Use, asks_for_node_count, uses};
use super::refused::Answered;
use super::subject::Subject;
use super::trial::Way;
use crate::plan::finding::{Code, Finding};
use serde_json::Value as Json;

/// What quotas are compared with beside the objects of a plan.
#[derive(Clone, Debug, Default)]
pub struct QuotaSurroundings {
    /// The nodes; nothing where they were not read.
    pub nodes: Option<Vec<Json>>,
    /// The priority class of pods that name none.
    pub default_class: Option<String>,
}

/// Says whether the number of nodes matters for what a plan takes of these quotas.
pub fn quotas_ask_for_nodes(quotas: &[Json], subjects: &[Subject]) -> bool {
    !quotas.is_empty() && subjects.iter().any(asks_for_node_count)
}

/// Says whether priority classes matter for what these quotas count.
pub fn quotas_ask_for_priority(quotas: &[Json]) -> bool {
    quotas.iter().filter_map(Scopes::of).any(|scopes| scopes.asks_for_priority())
}

/// Finds quotas that the new objects of a plan pass together, though each by itself has room: one finding for each quota and resource,
/// at the object that passes it.
///
/// What a plan adds is counted low: objects by number, claims, and the pods of workloads and daemons with what their containers request.
/// Of all Jobs one pod has to find room beside them, the one that takes most: others may run later. Quotas with scopes that are not known
/// here are left out, and so are hooks' pods, and objects whose namespace does not exist yet.
pub fn check_quotas(quotas: &[Json], answered: &[Answered<'_>], surroundings: &QuotaSurroundings) -> Vec<Finding> {
    quotas
        .iter()
        .filter_map(|quota| Some((quota, Scopes::of(quota)?)))
        .flat_map(|(quota, scopes)| check_quota(quota, &scopes, answered, surroundings))
        .collect()
}

fn check_quota(quota: &Json, scopes: &Scopes, answered: &[Answered<'_>], surroundings: &QuotaSurroundings) -> Vec<Finding> {
    let namespace = quota.pointer("/metadata/namespace").and_then(Json::as_str);
    let name = quota.pointer("/metadata/name").and_then(Json::as_str).unwrap_or_default();
    let is_added = |answered: &&Answered<'_>| {
        let is_new = matches!(&answered.answer, Some(Ok(applied)) if applied.is_new);
        is_new && answered.trial.way == Way::AsItIs && answered.subject.in_run && answered.subject.sent.id.namespace.as_deref() == namespace
    };
    let added: Vec<Added<'_>> =
        answered.iter().filter(is_added).map(|answered| Added::of(answered.subject, scopes, surroundings)).collect();
    let hard = quota.pointer("/status/hard").or_else(|| quota.pointer("/spec/hard")).and_then(Json::as_object);
    let limits = hard.into_iter().flatten().filter_map(|(resource, limit)| Some((resource, limit, quantity(limit)?)));
    let passed = |(resource, text, limit): (&String, &Json, f64)| {
        let used_text = quota["status"]["used"][resource.as_str()].as_str().unwrap_or("0").to_owned();
        let used = quantity(&Json::from(used_text.as_str()))?;
        let (first, of_plan) = first_beyond(&added, resource, limit, used)?;
        let message = format!(
            "ResourceQuota {name} allows {resource}={}; {used_text} are used, and the new objects of this plan take {} more",
            text.as_str().unwrap_or_default(),
            in_words(resource, of_plan)
        );
        Some(first.finding(Code::Quota, message))
    };
    limits.filter_map(passed).collect()
}

/// What one object adds to what a quota counts.
struct Added<'s> {
    subject: &'s Subject,
    /// What stays.
    stays: Amounts,
    /// What a pod takes that ends.
    ends: Amounts,
}

impl<'s> Added<'s> {
    fn of(subject: &'s Subject, scopes: &Scopes, surroundings: &QuotaSurroundings) -> Added<'s> {
        let Use { own, pods } = uses(subject, surroundings.nodes.as_deref());
        let mut added = Added { subject, stays: if scopes.is_everything() { own } else { Amounts::new() }, ends: Amounts::new() };
        let pods = pods.filter(|pods| subject.sent.hook.is_none() && scopes.count(pods.spec, surroundings.default_class.as_deref()));
        match pods {
            Some(pods) if pods.ends => added.ends = pods.amounts,
            Some(pods) => added.stays.extend(pods.amounts),
            None => {}
        }
        added
    }
}

/// Returns the object with which the limit is passed, and what the plan adds altogether.
fn first_beyond<'s>(added: &[Added<'s>], resource: &str, limit: f64, used: f64) -> Option<(&'s Subject, f64)> {
    // Sums of fractions are not exact.
    let is_beyond = |amount: f64| amount > limit * (1.0 + f64::EPSILON * 16.0);
    let of = |amounts: &Amounts| amounts.get(resource).copied().unwrap_or_default();
    let stays: f64 = added.iter().map(|added| of(&added.stays)).sum();
    let largest = added.iter().filter(|added| of(&added.ends) > 0.0).max_by(|a, b| of(&a.ends).total_cmp(&of(&b.ends)));
    let of_plan = stays + largest.map_or(0.0, |added| of(&added.ends));
    let mut sum = used;
    let of_stays = added.iter().find(|added| {
        sum += of(&added.stays);
        of(&added.stays) > 0.0 && is_beyond(sum)
    });
    let first = of_stays.or_else(|| largest.filter(|_| is_beyond(used + of_plan)))?;
    Some((first.subject, of_plan))
}

fn in_words(resource: &str, amount: f64) -> String {
    let is_bytes = resource.ends_with("memory") || resource.ends_with("storage");
    match is_bytes {
        true => format!("{:.0}Mi", amount / 1_048_576.0),
        false if amount.fract() == 0.0 => format!("{amount:.0}"),
        false => format!("{:.0}m", amount * 1000.0),
    }
}
