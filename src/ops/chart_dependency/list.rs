//! Lists the dependencies of a chart and says how each one is in `charts/`.

use crate::chart::{self, Chart, Dependency, path_match};
use crate::diag::Diagnostics;
use crate::source::clean;
use crate::template::semver::{Constraint, Version};
use std::path::{Path, PathBuf};

/// The dependencies that a chart lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyList {
    /// The folder or file of the subcharts.
    pub charts: PathBuf,
    /// The rows; `None` when Chart.yaml has no dependencies.
    pub rows: Option<Vec<DependencyRow>>,
    /// What is in `charts/` and should not be, in Helm's words.
    pub warnings: Vec<String>,
    /// What there was to say while loading.
    pub notices: Vec<String>,
}

/// One dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyRow {
    /// The needed chart's name.
    pub name: String,
    /// The version or range that Chart.yaml names.
    pub version: String,
    /// Where it comes from.
    pub repository: String,
    /// How it is: `ok` (an archive), `unpacked` (a folder), or what is wrong.
    pub status: &'static str,
}

/// Lists the dependencies of a chart's folder or archive.
///
/// # Errors
/// The chart does not load.
pub fn chart_dependency_list(path: &Path) -> Result<DependencyList, Diagnostics> {
    let path = clean(path);
    let chart = chart::load(&path).map_err(|error| Diagnostics::from(error.diagnostic()))?;
    let charts = clean(&path.join("charts"));
    let notices = chart.notices.iter().map(ToString::to_string).collect();
    let Some(dependencies) = &chart.metadata.dependencies else {
        return Ok(DependencyList { charts, rows: None, warnings: Vec::new(), notices });
    };
    let files = file_names(&charts);
    let rows = dependencies.iter().flatten().map(|dependency| DependencyRow {
        name: dependency.name.clone(),
        version: dependency.version.clone(),
        repository: dependency.repository.clone(),
        status: status(&charts, &files, dependency, &chart),
    });
    let rows = Some(rows.collect());
    let warnings = files.iter().filter_map(|file| unwanted(&charts.join(file), &chart)).collect();
    Ok(DependencyList { charts, rows, warnings, notices })
}

/// Returns the names of what is in a folder, sorted; nothing where there is no such folder.
fn file_names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

fn status(charts: &Path, files: &[String], dependency: &Dependency, parent: &Chart) -> &'static str {
    let pattern = format!("{}-*.tgz", dependency.name);
    if path_match(&pattern, "").is_err() {
        return "bad pattern";
    }
    let archives: Vec<&String> = files.iter().filter(|file| path_match(&pattern, file).unwrap_or(false)).collect();
    let archives = match archives.as_slice() {
        [] | [_] => archives,
        // Another chart's name may begin with this one's: only what has a version counts.
        _ => archives.into_iter().filter(|file| has_version(file, &dependency.name)).collect(),
    };
    match archives.as_slice() {
        [archive] => archive_status(&charts.join(archive), dependency).unwrap_or_else(|| folder_status(dependency, parent)),
        [] => folder_status(dependency, parent),
        _ => "too many matches",
    }
}

fn has_version(file: &str, name: &str) -> bool {
    let stem = file.strip_suffix(".tgz").unwrap_or(file);
    let version = stem.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')).unwrap_or(stem);
    Version::parse_strict(version).is_ok()
}

/// Returns how an archive is; `None` for a link that leads nowhere.
fn archive_status(archive: &Path, dependency: &Dependency) -> Option<&'static str> {
    if !archive.exists() {
        return None;
    }
    let Ok(chart) = chart::load(archive) else { return Some("corrupt") };
    if chart.name() != dependency.name {
        return Some("misnamed");
    }
    Some(version_problem(&chart.metadata.version, &dependency.version).unwrap_or("ok"))
}

fn folder_status(dependency: &Dependency, parent: &Chart) -> &'static str {
    match parent.dependencies.iter().rfind(|chart| chart.name() == dependency.name) {
        None => "missing",
        Some(chart) => version_problem(&chart.metadata.version, &dependency.version).unwrap_or("unpacked"),
    }
}

fn version_problem(version: &str, wanted: &str) -> Option<&'static str> {
    if version == wanted {
        return None;
    }
    match (Constraint::parse(wanted), Version::parse(version)) {
        (Ok(constraint), Ok(version)) => (!constraint.matches(&version)).then_some("wrong version"),
        _ => Some("invalid version"),
    }
}

/// Returns Helm's words for a folder or archive below `charts/` that Chart.yaml does not list.
fn unwanted(path: &Path, parent: &Chart) -> Option<String> {
    let is_archive = path.extension().is_some_and(|extension| extension == "tgz");
    if !path.is_dir() && !is_archive {
        return None;
    }
    let shown = crate::value::quote(path.to_string_lossy().as_bytes());
    let Ok(chart) = chart::load(path) else { return Some(format!("{shown} is not a chart.")) };
    let listed = parent.metadata.dependencies.iter().flatten().flatten().any(|dependency| dependency.name == chart.name());
    (!listed).then(|| format!("{shown} is not in Chart.yaml."))
}
