//! Puts files into their places in a chart.

use super::super::metadata::{Lock, Metadata};
use super::super::unreadable::Unreadable;
use super::super::{Chart, Error, File, Notice, validate, values};
use super::budget::{MOST_CHARTS, Total};
use super::loaded::Loaded;
use super::{LoadCache, archive};
use crate::diag::Source;
use crate::value::{Map, Value};
use crate::yaml;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Makes a chart of its files. `prefix` goes before a file's name where a reader is told of it.
///
/// # Errors
/// A missing or invalid Chart.yaml, a file that cannot be read as what it should be, or the same in a subchart.
pub(super) fn chart(files: Vec<Loaded>, prefix: &str, cache: &LoadCache) -> Result<Chart, Error> {
    chart_at(0, files, prefix, &Loading { cache, total: Total::new() })
}

/// What loading a chart and those within it shares.
struct Loading<'c> {
    cache: &'c LoadCache,
    total: Total,
}

/// How deep charts may lie within each other; Helm has no limit but its stack.
const MOST_NESTED: usize = 100;

fn chart_at(depth: usize, files: Vec<Loaded>, prefix: &str, loading: &Loading<'_>) -> Result<Chart, Error> {
    if depth > MOST_NESTED {
        return Err(Error::Archive { message: format!("charts are nested more than {MOST_NESTED} deep") });
    }
    let mut chart = Chart { size: 1, ..Chart::default() };
    let mut subcharts = Subcharts::default();
    let mut rest = Vec::with_capacity(files.len());
    for file in files {
        match file.name.strip_prefix("charts/") {
            Some(inner) if !file.name.ends_with(".prov") => subcharts.add(inner.to_owned(), file),
            _ => rest.push(File { name: file.name, data: file.data.into(), modified: file.modified }),
        }
    }
    chart.metadata = metadata(&rest, prefix)?;
    for file in &rest {
        place(file, prefix, &mut chart)?;
    }
    chart.raw = rest;
    validate::validate(&mut chart.metadata).map_err(|message| Error::Invalid { chart: prefix.to_owned(), message })?;
    for (name, files) in subcharts.charts {
        let subchart = subchart(depth + 1, &name, files, prefix, loading).map_err(|source| Error::Subchart {
            name,
            parent: chart.name().to_owned(),
            source: Box::new(source),
        })?;
        chart.size += subchart.as_ref().map_or(0, |subchart| subchart.size);
        if chart.size > MOST_CHARTS {
            return Err(Error::TooMany { what: "charts", limit: MOST_CHARTS });
        }
        chart.dependencies.extend(subchart);
    }
    Ok(chart)
}

/// The files below `charts/` by subchart, in the order in which those are named first.
#[derive(Default)]
struct Subcharts {
    charts: Vec<(String, Vec<Loaded>)>,
    places: FxHashMap<String, usize>,
}

impl Subcharts {
    /// Adds a file to the subchart that it belongs to; `inner` is its path below `charts/`.
    fn add(&mut self, inner: String, mut file: Loaded) {
        let name = inner.split('/').next().unwrap_or(&inner).to_owned();
        file.name = inner;
        match self.places.get(&name) {
            Some(place) => self.charts[*place].1.push(file),
            None => {
                self.places.insert(name.clone(), self.charts.len());
                self.charts.push((name, vec![file]));
            }
        }
    }
}

/// Loads what is below `charts/NAME`; `None` for what is no chart by its name or is a plain file.
fn subchart(depth: usize, name: &str, mut files: Vec<Loaded>, prefix: &str, loading: &Loading<'_>) -> Result<Option<Arc<Chart>>, Error> {
    if name.starts_with(['_', '.']) {
        return Ok(None);
    }
    if name.ends_with(".tgz") {
        let file = &files[0];
        if file.name != name {
            return Err(Error::Archive { message: format!("expected {name}, got {}", file.name) });
        }
        let load = || {
            let files = archive::read(&file.data)?;
            loading.total.spend(&files)?;
            chart_at(depth, files, &format!("{name}:"), loading)
        };
        return loading.cache.chart(&file.data, depth == 1, load).map(Some);
    }
    files.retain_mut(|file| match file.name.split_once('/') {
        Some((_, inner)) => {
            file.name = inner.to_owned();
            true
        }
        None => false,
    });
    chart_at(depth, files, &format!("{prefix}charts/{name}/"), loading).map(|chart| Some(Arc::new(chart)))
}

fn metadata(files: &[File], prefix: &str) -> Result<Metadata, Error> {
    let mut metadata = Metadata::default();
    let mut is_there = false;
    for file in files.iter().filter(|file| file.name == "Chart.yaml") {
        is_there = true;
        read_metadata(&mut metadata, file, prefix)?;
    }
    // Helm 2's file may stand for Chart.yaml altogether; validation then finds what is missing.
    let is_there = is_there || files.iter().any(|file| file.name == "requirements.yaml" || file.name == "requirements.lock");
    if !is_there {
        return Err(Error::NoChartYaml);
    }
    if metadata.api_version.is_empty() && files.iter().any(|file| file.name == "Chart.yaml") {
        metadata.api_version = "v1".into();
    }
    Ok(metadata)
}

fn read_metadata(metadata: &mut Metadata, file: &File, prefix: &str) -> Result<(), Error> {
    let value = parse(file, prefix)?;
    metadata.read(&value).map_err(|mismatch| unreadable(file, mismatch))
}

fn read_lock(file: &File, prefix: &str) -> Result<Option<Lock>, Error> {
    let value = parse(file, prefix)?;
    Lock::check_time(&value).map_err(|words| unreadable(file, Unreadable::Time(words)))?;
    Lock::read(&value).map_err(|mismatch| unreadable(file, mismatch))
}

fn parse(file: &File, prefix: &str) -> Result<Value, Error> {
    let value = match std::str::from_utf8(&file.data) {
        Ok(text) => yaml::parse_for_struct(&Source::new(format!("{prefix}{}", file.name), text)),
        Err(_) => yaml::parse_bytes(&file.data),
    };
    value.map_err(|error| unreadable(file, error))
}

fn read_values(file: &File, prefix: &str) -> Result<Map, Error> {
    let values = match std::str::from_utf8(&file.data) {
        Ok(text) => values::parse_documents(&Source::new(format!("{prefix}{}", file.name), text)),
        Err(_) => yaml::parse_bytes(&file.data).and_then(yaml::expect_map).map_err(Unreadable::Document),
    };
    values.map_err(|error| unreadable(file, error))
}

fn unreadable(file: &File, source: impl Into<Unreadable>) -> Error {
    Error::Yaml { file: file.name.clone(), source: source.into() }
}

/// Puts one file where it belongs.
fn place(file: &File, prefix: &str, chart: &mut Chart) -> Result<(), Error> {
    let is_v1 = chart.metadata.api_version == "v1";
    match file.name.as_str() {
        "Chart.yaml" => {}
        "Chart.lock" => chart.lock = read_lock(file, prefix)?,
        "values.yaml" => chart.values = Some(read_values(file, prefix)?),
        "values.schema.json" => chart.schema = Some(file.clone()),
        "requirements.yaml" => {
            read_metadata(&mut chart.metadata, file, prefix)?;
            place_leftover(file, is_v1, REQUIREMENTS, chart);
        }
        "requirements.lock" => {
            chart.lock = read_lock(file, prefix)?;
            place_leftover(file, is_v1, REQUIREMENTS_LOCK, chart);
        }
        name if name.starts_with("templates/") => chart.templates.push(file.clone()),
        _ => chart.files.push(file.clone()),
    }
    Ok(())
}

const REQUIREMENTS: &str =
    "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating dependencies to Chart.yaml.";
const REQUIREMENTS_LOCK: &str =
    "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend migrating to Chart.lock.";

/// Keeps a file of Helm 2 in a v1 chart, and tells a v2 chart to move on.
fn place_leftover(file: &File, is_v1: bool, warning: &str, chart: &mut Chart) {
    if is_v1 {
        chart.files.push(file.clone());
    } else {
        chart.notices.push(Notice::info(warning));
    }
}
