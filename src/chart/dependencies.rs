//! Which subcharts take part in a render, and under which name.

use super::error::Error;
use super::import_values;
use super::metadata::{Dependency, Metadata};
use super::notice::Notice;
use super::tree::ChartNode;
use super::values::{NoTable, coalesce_to_read};
use crate::template::semver::{Constraint, Version};
use crate::value::{Map, Value};
use std::borrow::Cow;

/// Switches, renames and imports as the dependencies in Chart.yaml say, throughout a chart's tree
/// (pkg/chart/v2/util/dependencies.go, `ProcessDependencies`).
///
/// # Errors
/// A subchart's name that is set to something that is no table.
pub fn process<'a>(chart: &mut ChartNode<'a>, user: &Map, notices: &mut Vec<Notice>) -> Result<(), Error> {
    let result = process_enabled(chart, user, "", notices).and_then(|()| import_values::process(chart, notices));
    result.map_err(|error| Error::SubchartValues { name: error.name, found: error.found, processing: true, span: error.origin.span() })
}

/// Says whether a version satisfies a constraint; neither may be malformed.
pub fn is_compatible(constraint: &str, version: &str) -> bool {
    match (Version::parse(version), Constraint::parse(constraint)) {
        (Ok(version), Ok(constraint)) => constraint.matches(&version),
        _ => false,
    }
}

fn process_enabled<'a>(chart: &mut ChartNode<'a>, values: &Map, path: &str, notices: &mut Vec<Notice>) -> Result<(), NoTable> {
    if chart.metadata.dependencies.is_none() {
        return Ok(());
    }
    let mut wanted = chart.metadata.to_mut().dependencies.take().unwrap_or_default();
    select_children(chart, &wanted);
    for dependency in wanted.iter_mut().flatten() {
        dependency.enabled = true;
        if !dependency.alias.is_empty() {
            dependency.name.clone_from(&dependency.alias);
        }
    }
    let all = coalesce_to_read(chart, values, notices)?;
    apply_tags(&mut wanted, &all, notices);
    apply_conditions(&mut wanted, &all, path, notices);
    let off: Vec<String> = wanted.iter().flatten().filter(|dependency| !dependency.enabled).map(|off| off.name.clone()).collect();
    chart.children.retain(|child| !off.iter().any(|name| name == child.name()));
    wanted.retain(|dependency| dependency.as_ref().is_none_or(|dependency| !off.contains(&dependency.name)));
    for child in &mut chart.children {
        let path = format!("{path}{}.", child.name());
        process_enabled(child, &all, &path, notices)?;
    }
    // Go makes nil of an empty list here, and nil means that there is nothing to import.
    chart.metadata.to_mut().dependencies = Some(wanted).filter(|wanted| !wanted.is_empty());
    Ok(())
}

/// Keeps the subcharts that no dependency names, and adds for each dependency the first chart that satisfies it.
fn select_children(chart: &mut ChartNode<'_>, wanted: &[Option<Dependency>]) {
    let satisfies = |child: &ChartNode<'_>, dependency: &Dependency| {
        child.name() == dependency.name && is_compatible(&dependency.version, &child.metadata.version)
    };
    let unnamed = |child: &&ChartNode<'_>| !wanted.iter().flatten().any(|dependency| satisfies(child, dependency));
    let mut children: Vec<ChartNode<'_>> = chart.children.iter().filter(unnamed).cloned().collect();
    for dependency in wanted.iter().flatten() {
        let Some(found) = chart.children.iter().find(|child| satisfies(child, dependency)) else { continue };
        let mut child = found.clone();
        if !dependency.alias.is_empty() {
            rename(&mut child.metadata, &dependency.alias);
        }
        children.push(child);
    }
    chart.children = children;
}

fn rename(metadata: &mut Cow<'_, Metadata>, name: &str) {
    metadata.to_mut().name = name.to_owned();
}

/// A true tag switches on, false tags without a true one switch off.
fn apply_tags(wanted: &mut [Option<Dependency>], all: &Map, notices: &mut Vec<Notice>) {
    let Some(Value::Map(tags)) = all.get("tags") else { return };
    for dependency in wanted.iter_mut().flatten() {
        let (mut on, mut off) = (false, false);
        for tag in &dependency.tags {
            match tags.get(tag) {
                None => {}
                Some(Value::Bool(true)) => on = true,
                Some(Value::Bool(false)) => off = true,
                Some(_) => notices.push(not_boolean("tag", tag, dependency)),
            }
        }
        dependency.enabled = on || !off;
    }
}

/// The first path that holds a boolean decides.
fn apply_conditions(wanted: &mut [Option<Dependency>], all: &Map, path: &str, notices: &mut Vec<Notice>) {
    for dependency in wanted.iter_mut().flatten() {
        for condition in dependency.condition.trim().split(',').filter(|condition| !condition.is_empty()) {
            match scalar_at(all, &format!("{path}{condition}")) {
                None => {}
                Some(Value::Bool(enabled)) => {
                    dependency.enabled = enabled;
                    break;
                }
                Some(_) => notices.push(not_boolean("path", condition, dependency)),
            }
        }
    }
}

fn not_boolean(what: &'static str, which: &str, dependency: &Dependency) -> Notice {
    Notice::warn("returned non-bool value").with(what, which).with("chart", dependency.name.as_str())
}

/// Returns the value at a dotted path, if it is there and no table.
fn scalar_at(values: &Map, path: &str) -> Option<Value> {
    let (table, key) = match path.rsplit_once('.') {
        Some((parents, key)) => (import_values::table_at(values, parents).ok()?, key),
        None => (values.clone(), path),
    };
    table.get(key).filter(|value| value.as_map().is_none())
}
