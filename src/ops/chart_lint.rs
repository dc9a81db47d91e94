//! Lints charts, as `helm lint` does.

use super::effects::MachineEffects;
use super::values_files::{ValuesRequest, read_values};
use crate::chart::lint::{LintRequest, Message, Severity, lint};
use crate::chart::{KubeVersion, TemplateCache, contents};
use crate::diag::Diagnostics;
use crate::source::clean;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What to lint, and how.
pub struct ChartLintRequest {
    /// Folders and archives of charts.
    pub paths: Vec<String>,
    /// Whether what is below their `charts/` is linted too.
    pub with_subcharts: bool,
    /// Whether warnings fail a chart.
    pub strict: bool,
    /// The user's values.
    pub values: ValuesRequest,
    /// The namespace that templates are told.
    pub namespace: String,
    /// Kubernetes version.
    pub kube_version: Option<String>,
    /// Values unchecked.
    pub skip_schema_validation: bool,
    /// The process's environment.
    pub variables: BTreeMap<String, String>,
}

/// One chart and what there is to say about it.
pub struct LintedChart {
    /// The path as it was given.
    pub path: String,
    /// The messages, or why this is no chart.
    pub result: Result<Vec<Message>, String>,
    /// What Helm does not look at: values of the user that make no difference.
    pub values: Vec<Message>,
    /// Whether the chart failed.
    pub failed: bool,
}

impl LintedChart {
    /// Says whether there is anything that is more than information.
    pub fn has_problems(&self) -> bool {
        self.failed || self.result.iter().flatten().any(|message| message.severity > Severity::Info)
    }
}

/// All charts that were linted.
pub struct Linted {
    /// The charts, in order.
    pub charts: Vec<LintedChart>,
    /// Lines for standard error.
    pub notices: Vec<String>,
}

impl Linted {
    /// Returns how many charts failed.
    pub fn failed(&self) -> usize {
        self.charts.iter().filter(|chart| chart.failed).count()
    }
}

/// Lints charts.
///
/// # Errors
/// The version of Kubernetes or the values cannot be read. What is wrong with charts is no error.
pub fn chart_lint(request: &ChartLintRequest) -> Result<Linted, Diagnostics> {
    let kube_version = request.kube_version.as_deref().filter(|version| !version.is_empty()).map(KubeVersion::parse);
    let kube_version = kube_version.transpose().map_err(|error| Diagnostics::from(error.diagnostic()))?;
    let mut paths = request.paths.clone();
    if request.with_subcharts {
        for path in &request.paths {
            collect_subcharts(&clean(&Path::new(path).join("charts")), &mut paths);
        }
    }
    let values = read_values(&request.values, &request.variables)?;
    let effects = MachineEffects::of(&request.variables);
    let cache = TemplateCache::default();
    let mut linted = Linted { charts: Vec::new(), notices: Vec::new() };
    let least = if request.strict { Severity::Warning } else { Severity::Error };
    for path in paths {
        let result = contents(Path::new(&path)).map_err(|error| error.to_string()).map(|contents| {
            let report = lint(&LintRequest {
                contents: &contents,
                values: &values,
                namespace: &request.namespace,
                kube_version: kube_version.as_ref(),
                skip_schema: request.skip_schema_validation,
                looks_at_values: true,
                effects: &effects,
                cache: &cache,
            });
            linted.notices.extend(report.notices.iter().map(ToString::to_string));
            (report.messages, report.values)
        });
        let (result, values) = match result {
            Ok((messages, values)) => (Ok(messages), values),
            Err(words) => (Err(words), Vec::new()),
        };
        let is_failure = |message: &Message| message.severity >= least;
        let failed = result.as_ref().map_or(true, |messages| messages.iter().any(is_failure)) || values.iter().any(is_failure);
        linted.charts.push(LintedChart { path, result, values, failed });
    }
    Ok(linted)
}

/// Collects the folders with a Chart.yaml and the archives below a folder, in lexical order. Links are not followed.
fn collect_subcharts(folder: &Path, paths: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut children: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    children.sort_unstable();
    for child in children {
        let name = child.file_name().unwrap_or_default().to_string_lossy();
        if name == "Chart.yaml" {
            paths.push(folder.display().to_string());
        } else if name.ends_with(".tgz") || name.ends_with(".tar.gz") {
            paths.push(child.display().to_string());
        }
        if fs::symlink_metadata(&child).is_ok_and(|metadata| metadata.is_dir()) {
            collect_subcharts(&child, paths);
        }
    }
}
