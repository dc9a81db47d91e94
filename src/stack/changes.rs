//! What a release adds to its chart and changes in its manifests: helmfile's doors to chartify and kustomize.

use super::error::Error;
use super::identity::non_empty;
use super::raw::{RawRelease, Spanned, Text};
use crate::diag::{Diagnostic, Span};
use crate::value::Value;

/// What a release adds to its chart and changes in its manifests.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// `jsonPatches`.
    pub json_patches: Vec<Patch>,
    /// `strategicMergePatches`.
    pub strategic_merge_patches: Vec<Patch>,
    /// `transformers`.
    pub transformers: Vec<Patch>,
    /// The namespace of every object that has none.
    pub force_namespace: Option<String>,
    /// Subcharts added to the chart.
    pub dependencies: Vec<AddedDependency>,
}

/// One patch.
#[derive(Clone, Debug)]
pub enum Patch {
    /// It stands in the stack file.
    Inline(Value),
    /// It stands in a file, rendered first if its name ends in `.gotmpl`.
    File(String),
}

/// One subchart added to a release's chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedDependency {
    /// The chart, as a release names one.
    pub chart: String,
    /// The version or range.
    pub version: Option<String>,
    /// Another name for it.
    pub alias: Option<String>,
}

pub(super) fn changes(release: &RawRelease) -> Changes {
    let text = |text: &Text| text.as_ref().and_then(|text| non_empty(&text.value));
    let dependencies = release.dependencies.iter().map(|dependency| AddedDependency {
        chart: text(&dependency.value.chart).unwrap_or_default(),
        version: text(&dependency.value.version),
        alias: text(&dependency.value.alias),
    });
    Changes {
        json_patches: patches(&release.json_patches),
        strategic_merge_patches: patches(&release.strategic_merge_patches),
        transformers: patches(&release.transformers),
        force_namespace: text(&release.force_namespace),
        dependencies: dependencies.collect(),
    }
}

fn patches(items: &[Spanned<Value>]) -> Vec<Patch> {
    items
        .iter()
        .map(|item| match &item.value {
            Value::Str(path) => Patch::File(path.to_string()),
            value => Patch::Inline(value.clone()),
        })
        .collect()
}

/// Returns what nothing acts on and without what the release would be another one.
pub(super) fn refusals(release: &RawRelease, verify: bool, span: &Span) -> Vec<Diagnostic> {
    const PATCHES: &str = "patches are not applied yet; change the chart or its values instead";
    let first = |items: &[Spanned<Value>]| items.first().map(|item| item.span.clone());
    let namespace = release.force_namespace.as_ref().filter(|text| !text.value.is_empty());
    let keys = [
        ("jsonPatches", first(&release.json_patches), PATCHES),
        ("strategicMergePatches", first(&release.strategic_merge_patches), PATCHES),
        ("transformers", first(&release.transformers), PATCHES),
        ("forceNamespace", namespace.map(|text| text.span.clone()), PATCHES),
        (
            "dependencies",
            release.dependencies.first().map(|item| item.span.clone()),
            "charts are not added yet; add the dependency to the chart's Chart.yaml instead",
        ),
        ("verify", verify.then(|| span.clone()), "provenance files are not checked yet; pin the chart's version instead"),
    ];
    keys.into_iter()
        .filter_map(|(key, span, help)| Some(Error::Unsupported { noun: "release", key, help, span: span? }.diagnostic()))
        .collect()
}
