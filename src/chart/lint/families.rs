//! All families of rules, in Helm's order.

use super::contents::Contents;
use super::findings::Findings;
use super::message::Message;
use super::{chartfile, crds, dependencies, templates, values};
use crate::chart::{KubeVersion, Notice, TemplateCache};
use crate::template::function::Effects;
use crate::value::Map;

/// What to lint, and with what.
pub struct LintRequest<'a> {
    /// What the chart's folder or archive holds.
    pub contents: &'a Contents,
    /// The user's values.
    pub values: &'a Map,
    /// The namespace that templates are told.
    pub namespace: &'a str,
    /// The Kubernetes to render for; none is what Helm assumes without a cluster.
    pub kube_version: Option<&'a KubeVersion>,
    /// Leave out the checks against values.schema.json.
    pub skip_schema: bool,
    /// Look for values of the user that make no difference, in the release that Helm's lint renders.
    pub looks_at_values: bool,
    /// Time and chance.
    pub effects: &'a dyn Effects,
    /// Templates that were parsed before.
    pub cache: &'a TemplateCache,
}

/// A family adds what it finds.
type Family = fn(&LintRequest<'_>, &mut Findings);

const FAMILIES: [Family; 5] = [chartfile::check, values::check, templates::check, dependencies::check, crds::check];

/// What there is to say about a chart.
#[derive(Debug, Default)]
pub struct LintReport {
    /// What is wrong with it.
    pub messages: Vec<Message>,
    /// What Helm logs beside that.
    pub notices: Vec<Notice>,
    /// What Helm does not look at: the user's values that make no difference.
    pub values: Vec<Message>,
}

/// Lints a chart.
pub fn lint(request: &LintRequest<'_>) -> LintReport {
    let mut findings = Findings::default();
    for family in FAMILIES {
        family(request, &mut findings);
    }
    LintReport { messages: findings.messages, notices: findings.notices, values: findings.values }
}
