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
    /// Time and chance.
    pub effects: &'a dyn Effects,
    /// Templates that were parsed before.
    pub cache: &'a TemplateCache,
}

/// A family adds what it finds.
type Family = fn(&LintRequest<'_>, &mut Findings);

const FAMILIES: [Family; 5] = [chartfile::check, values::check, templates::check, dependencies::check, crds::check];

/// Lints a chart: what is wrong with it, and what Helm logs beside that.
pub fn lint(request: &LintRequest<'_>) -> (Vec<Message>, Vec<Notice>) {
    let mut findings = Findings::default();
    for family in FAMILIES {
        family(request, &mut findings);
    }
    (findings.messages, findings.notices)
}
